//! What pictures and files are called.

use crate::{ENGLISH, Words};

/// Before the seed, in the name that a new scene is kept under.
const SCENE: &str = "Scene ";
/// Letters of a name that came from elsewhere.
const LONGEST_NAME: usize = 60;

/// A scene that comes with the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleScene {
    /// Things in the snow.
    Snow,
    /// Penguins and others.
    Penguins,
}

impl SampleScene {
    const ALL: [Self; 2] = [Self::Snow, Self::Penguins];

    /// What it shows, for people.
    #[must_use]
    pub fn name(self, words: &Words) -> &'static str {
        match self {
            Self::Snow => words.scenes.snow,
            Self::Penguins => words.scenes.penguins,
        }
    }

    /// The name it is kept under, whatever language the page speaks at that moment.
    #[must_use]
    pub fn kept_name(self) -> &'static str {
        self.name(&ENGLISH)
    }
}

/// The name that the new scene of a seed is kept under.
#[must_use]
pub fn kept_scene_name(seed: u32) -> String {
    format!("{SCENE}{seed}")
}

/// What people read as a picture's name: that of a file as it is, that of a picture of the page's own in their language.
#[must_use]
pub fn shown_name(kept_name: &str, words: &Words) -> String {
    let is_it = |sample: &SampleScene| sample.kept_name() == kept_name;
    if let Some(sample) = SampleScene::ALL.into_iter().find(is_it) {
        return sample.name(words).to_owned();
    }
    let seed = kept_name
        .strip_prefix(SCENE)
        .and_then(|seed| seed.parse().ok());
    seed.map_or_else(|| kept_name.to_owned(), words.scenes.scene)
}

/// A file's name from a picture's: without its extension and without what file systems refuse.
#[must_use]
pub fn file_name(picture: &str, extension: &str) -> String {
    let stem = match picture.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 4 => stem,
        _ => picture,
    };
    let letters = stem.chars().take(LONGEST_NAME).map(|letter| {
        if letter.is_alphanumeric() || letter == '-' {
            letter
        } else {
            '-'
        }
    });
    let stem: String = letters.collect();
    format!("roichat-{}.{extension}", stem.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::{file_name, kept_scene_name, shown_name};
    use crate::{ENGLISH, Language};

    #[test]
    fn a_file_is_named_after_its_picture() {
        assert_eq!(file_name("street.jpg", "json"), "roichat-street.json");
        assert_eq!(
            file_name("Things in the snow", "png"),
            "roichat-Things-in-the-snow.png"
        );
        assert_eq!(
            file_name("v1.final version", "png"),
            "roichat-v1-final-version.png"
        );
    }

    #[test]
    fn a_name_from_elsewhere_is_harmless() {
        assert_eq!(
            file_name("../../etc/passwd\0.png", "json"),
            "roichat-etc-passwd.json"
        );
        assert_eq!(
            file_name(&"ä".repeat(101), "json").chars().count(),
            8 + 60 + 5
        );
    }

    #[test]
    fn pictures_of_the_page_are_called_what_they_are_in_the_persons_language() {
        let japanese = Language::Japanese.words();
        let snow = ENGLISH.scenes.snow;
        assert_eq!(shown_name(snow, &ENGLISH), snow);
        assert_eq!(shown_name(snow, japanese), japanese.scenes.snow);
        let scene = kept_scene_name(17);
        assert_eq!(shown_name(&scene, &ENGLISH), scene);
        assert_eq!(shown_name(&scene, japanese), "場面 17");
    }

    #[test]
    fn files_keep_their_names() {
        for name in ["street.jpg", "Scene of the crime.png", ""] {
            assert_eq!(shown_name(name, Language::Japanese.words()), name);
        }
    }
}
