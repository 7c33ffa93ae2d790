//! The pictures that the page brings: scenes that come with it, and a new one each time.

use leptos::prelude::*;
use roi_geom::BoxPx;
use roi_words::SampleScene;

use crate::{picture::PictureSource, session::Session, words::use_words};

/// A scene that comes with the page.
pub(crate) struct Sample {
    pub(crate) scene: SampleScene,
    pub(crate) url: &'static str,
    /// Boxes of some of the things in it.
    pub(crate) boxes: [BoxPx; 3],
}

/// Scenes of the kind that the page's own model was judged by, none of which it was trained on.
static SAMPLES: [Sample; 2] = [
    Sample {
        scene: SampleScene::Snow,
        url: "samples/snow.png",
        boxes: [
            BoxPx::new(15.0, 80.0, 70.0, 142.0),
            BoxPx::new(58.0, 170.0, 100.0, 204.0),
            BoxPx::new(152.0, 16.0, 183.0, 49.0),
        ],
    },
    Sample {
        scene: SampleScene::Penguins,
        url: "samples/penguins.png",
        boxes: [
            BoxPx::new(1.0, 162.0, 59.0, 210.0),
            BoxPx::new(137.0, 31.0, 191.0, 89.0),
            BoxPx::new(99.0, 148.0, 133.0, 190.0),
        ],
    },
];

/// A button for each.
#[component]
pub(crate) fn Samples(session: Session) -> impl IntoView {
    let words = use_words();
    let buttons = SAMPLES.each_ref().map(|sample| {
        let name = move || sample.scene.name(words.get());
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
