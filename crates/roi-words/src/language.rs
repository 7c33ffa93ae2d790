//! Which language the page speaks.

use crate::{Words, english::ENGLISH, japanese::JAPANESE};

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Japanese.
    Japanese,
}

impl Language {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::English, Self::Japanese];

    /// The language of a tag such as `ja` or `ja-JP`, if the page speaks it.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let spoken = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(spoken))
    }

    /// The language of `kept`, which was chosen before, else the first of `preferred` that the page speaks, else English. All are
    /// tags.
    #[must_use]
    pub fn of_person(kept: Option<&str>, preferred: &[String]) -> Self {
        kept.into_iter()
            .chain(preferred.iter().map(String::as_str))
            .find_map(Self::of_tag)
            .unwrap_or(Self::English)
    }

    /// Its tag, as documents name languages.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// What its speakers call it.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Japanese => "日本語",
        }
    }

    /// Its texts.
    #[must_use]
    pub fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Japanese => &JAPANESE,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    fn chosen(kept: Option<&str>, preferred: &[&str]) -> Language {
        let preferred: Vec<String> = preferred.iter().map(|&tag| tag.to_owned()).collect();
        Language::of_person(kept, &preferred)
    }

    #[test]
    fn the_first_language_of_the_browser_that_the_page_speaks_is_spoken() {
        assert_eq!(chosen(None, &["ja", "en"]), Language::Japanese);
        assert_eq!(chosen(None, &["en-GB", "ja-JP"]), Language::English);
        assert_eq!(chosen(None, &["de-CH", "fr", "ja-JP"]), Language::Japanese);
    }

    #[test]
    fn english_is_spoken_to_whoever_prefers_neither() {
        assert_eq!(chosen(None, &[]), Language::English);
        assert_eq!(chosen(None, &["de", "zh-Hant-TW"]), Language::English);
        // Javanese and Middle English are languages of their own.
        assert_eq!(chosen(None, &["jav", "enm", ""]), Language::English);
    }

    #[test]
    fn what_was_chosen_before_comes_first_unless_it_is_no_language_of_the_page() {
        assert_eq!(chosen(Some("en"), &["ja"]), Language::English);
        assert_eq!(chosen(Some("ja"), &["en"]), Language::Japanese);
        assert_eq!(chosen(Some("tlh"), &["ja"]), Language::Japanese);
    }

    #[test]
    fn tags_are_read_in_any_case() {
        assert_eq!(Language::of_tag("JA-jp"), Some(Language::Japanese));
        for language in Language::ALL {
            assert_eq!(Language::of_tag(language.tag()), Some(language));
        }
    }
}
