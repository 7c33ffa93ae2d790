//! The pictures that the page brings: scenes that come with it, and a new one each time.

use leptos::prelude::*;
use roi_geom::BoxPx;

use crate::{
    picture::PictureSource,
    session::Session,
    words::{ENGLISH, Words, use_words},
};

/// Before the seed, in the name that a new scene is kept under.
const SCENE: &str = "Scene ";

/// A scene that comes with the page.
pub(crate) struct Sample {
    pub(crate) url: &'static str,
    /// What it shows, for people.
    name: fn(&Words) -> &'static str,
    /// Boxes of some of the things in it.
    pub(crate) boxes: [BoxPx; 3],
}

/// Scenes of the kind that the page's own model was judged by, none of which it was trained on.
static SAMPLES: [Sample; 2] = [
    Sample {
        url: "samples/snow.png",
        name: |words| words.scenes.snow,
        boxes: [
            BoxPx::new(15.0, 80.0, 70.0, 142.0),
            BoxPx::new(58.0, 170.0, 100.0, 204.0),
            BoxPx::new(152.0, 16.0, 183.0, 49.0),
        ],
    },
    Sample {
        url: "samples/penguins.png",
        name: |words| words.scenes.penguins,
        boxes: [
            BoxPx::new(1.0, 162.0, 59.0, 210.0),
            BoxPx::new(137.0, 31.0, 191.0, 89.0),
            BoxPx::new(99.0, 148.0, 133.0, 190.0),
        ],
    },
];

impl Sample {
    /// The name it is kept under, whatever language the page speaks at that moment.
    pub(crate) fn kept_name(&self) -> &'static str {
        (self.name)(&ENGLISH)
    }
}

/// The name that the new scene of a seed is kept under.
pub(crate) fn kept_scene_name(seed: u32) -> String {
    format!("{SCENE}{seed}")
}

/// What people read as a picture's name: that of a file as it is, that of a picture of the page's own in their language.
pub(crate) fn shown_name(kept_name: &str, words: &Words) -> String {
    let is_it = |sample: &&Sample| sample.kept_name() == kept_name;
    if let Some(sample) = SAMPLES.iter().find(is_it) {
        return (sample.name)(words).to_owned();
    }
    let seed = kept_name
        .strip_prefix(SCENE)
        .and_then(|seed| seed.parse().ok());
    seed.map_or_else(|| kept_name.to_owned(), words.scenes.scene)
}

/// A button for each.
#[component]
pub(crate) fn Samples(session: Session) -> impl IntoView {
    let words = use_words();
    let buttons = SAMPLES.each_ref().map(|sample| {
        let name = move || (sample.name)(words.get());
        view! {
            <button
                type="button"
                class="sample"
                title=name
                data-testid="sample"
                on:click=move |_| session.open_picture(PictureSource::Sample(sample))
            >
                <img src=sample.url alt="" />
                <span>{name}</span>
            </button>
        }
    });
    view! {
        <div class="samples" role="group" aria-label=move || words.get().scenes.samples>
            {buttons}
            <button
                type="button"
                class="sample new-scene"
                title=move || words.get().scenes.new_hint
                data-testid="new-scene"
                on:click=move |_| session.open_picture(PictureSource::NewScene)
            >
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 4v12M4 10h12" /></svg>
                <span>{move || words.get().scenes.new}</span>
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{kept_scene_name, shown_name};
    use crate::words::{ENGLISH, Language};

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
