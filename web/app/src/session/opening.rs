//! Opening a model: the one the page's address asks for, the one opened last, or the page's own.

use leptos::{prelude::*, task::spawn_local};
use roi_protocol::Request;
use roi_words::{Preflight, Progress, Trouble};
use wasm_bindgen::JsValue;

use super::{
    EngineState, PictureState, Session, Underway, kept_folder,
    last_model::LastModel,
    model_url::{default_model, requested_model},
};
use crate::{engine_link::EngineLink, failure::Place};

impl Session {
    /// Opens the package that the page's address names with `?model=`, else the one that was opened last, else the one beside
    /// the page.
    pub(crate) fn open_model(self) {
        let asked = requested_model().and_then(|asked| match (asked, LastModel::read()) {
            (Some(url), _) => Ok(LastModel::Url(url)),
            (None, Some(last)) => Ok(last),
            (None, None) => default_model().map(LastModel::Url),
        });
        match asked {
            Ok(LastModel::Url(url)) => self.open_package(url),
            Ok(LastModel::Folder(name)) => self.open_last_folder(name),
            Err(trouble) => self.fail_to_open(trouble),
        }
    }

    /// Opens the package of this address in place of the one that is open; starts the engine if it is not running.
    pub(crate) fn open_package(self, url: String) {
        self.open_from(url, None);
    }

    /// Opens the package of a folder that is named `url` to people.
    pub(super) fn open_from(self, url: String, folder: Option<JsValue>) {
        let is_opening = self
            .underway
            .with_value(|requests| requests.contains(&Underway::Open));
        if is_opening {
            // Requests end in their order, and nobody waits for a model that is no longer wanted. What has come of it is kept.
            self.drop_engine();
        } else {
            self.note_standing();
            self.set_queue_aside();
            self.cancel();
        }
        self.model_url.set(url);
        self.folder.set_value(folder);
        self.reopen();
    }

    /// Ends the worker with all that it was asked; a question that was being answered is offered again.
    pub(super) fn drop_engine(self) {
        let unfinished = self
            .underway
            .try_update_value(std::mem::take)
            .unwrap_or_default();
        self.link.set_value(None);
        self.standing.set_value(None);
        self.picture_state.set(PictureState::Unsent);
        self.end_check();
        for request in unfinished {
            match request {
                Underway::Ask(id) => self.take_back(id),
                Underway::SelfTest => self.test_cut_short(),
                Underway::Open | Underway::Packages | Underway::Picture(_) => {}
            }
        }
    }

    /// Opens the same package anew. Picture, boxes and conversation stay.
    pub(crate) fn reopen(self) {
        self.failure.set(None);
        self.notice.set(None);
        self.engine.set(EngineState::Loading);
        self.progress.set(Progress::Starting);
        self.expected.set(None);
        self.preflight.update(Preflight::begin);
        self.picture_state.set(PictureState::Unsent);
        if self.link.with_value(Option::is_none) {
            match EngineLink::start(move |message| self.receive(message)) {
                Ok(link) => self.link.set_value(Some(link)),
                Err(why) => {
                    return self.fail_to_open(Trouble::EngineNotStarted {
                        end: why,
                        next_attempt: None,
                    });
                }
            }
        }
        let url = self.model_url.get_untracked();
        self.send(Request::Open { url }, Some(Underway::Open));
        self.send_picture();
    }

    /// Opens the folder that was opened last, if the browser still gives it out; else the page's own model.
    fn open_last_folder(self, name: String) {
        spawn_local(async move {
            let Some(folder) = kept_folder::get().await else {
                LastModel::forget();
                return self.open_model();
            };
            if kept_folder::may_read(&folder).await {
                return self.open_folder_handle(folder);
            }
            self.model_url.set(folder_url(&name));
            self.folder.set_value(Some(folder));
            self.fail_to_open(Trouble::FolderNotAllowed(name));
        });
    }

    /// Opens the present folder anew, as soon as the person lets the page read it.
    pub(super) fn reopen_folder(self, folder: JsValue) {
        spawn_local(async move {
            if kept_folder::ask_to_read(&folder).await {
                self.reopen();
            }
        });
    }

    /// Has the next visit open the present model, which works.
    pub(super) fn remember_model(self) {
        if !matches!(requested_model(), Ok(None)) {
            // Whoever asks for a model by the page's address will do so again.
            return;
        }
        let url = self.model_url.get_untracked();
        let Some(folder) = self.folder.get_value() else {
            return match default_model() {
                Ok(own) if own == url => LastModel::forget(),
                _ => LastModel::Url(url).keep(),
            };
        };
        let name = super::folder::name_of(&folder);
        if name.is_empty() {
            // A list of files: to keep it would be to copy the whole model.
            return LastModel::forget();
        }
        spawn_local(async move {
            match kept_folder::put(&folder).await {
                Ok(()) => LastModel::Folder(name).keep(),
                Err(_) => LastModel::forget(),
            }
        });
    }

    fn fail_to_open(self, trouble: Trouble) {
        self.engine.set(EngineState::LoadingFailed);
        self.fail(Place::Model, trouble);
    }
}

/// What stands in the place of an address for a folder of this name.
pub(super) fn folder_url(name: &str) -> String {
    format!("folder {name}")
}
