//! The model that was open before the one that is being opened: it goes on where there is no other one.
//!
//! The engine lets it go once it has found the package that takes its place, so a folder without a model and a mistyped address
//! end nothing.

use leptos::prelude::*;
use roi_words::Preflight;
use wasm_bindgen::JsValue;

use super::{EngineState, Session};

/// What the page knows of the model.
pub(super) struct Standing {
    url: String,
    folder: Option<JsValue>,
    expected: Option<f64>,
    preflight: Preflight,
}

impl Session {
    /// Notes the model that is open, if one is.
    pub(super) fn note_standing(self) {
        let is_open = matches!(
            self.engine.get_untracked(),
            EngineState::Ready | EngineState::Answering
        );
        self.standing.set_value(is_open.then(|| Standing {
            url: self.model_url.get_untracked(),
            folder: self.folder.get_value(),
            expected: self.expected.get_untracked(),
            preflight: self.preflight.get_untracked(),
        }));
    }

    /// Goes on with the model that the engine still has.
    pub(super) fn go_on_with(self, model: Standing) {
        self.model_url.set(model.url);
        self.folder.set_value(model.folder);
        self.expected.set(model.expected);
        self.preflight.set(model.preflight);
        self.engine.set(EngineState::Ready);
        self.picture_is_next();
    }
}
