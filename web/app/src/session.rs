//! What the page knows and what it can do: one picture, its boxes, the open conversation and the kept ones, one engine.
//!
//! Components read the signals and call the verbs; nobody else talks to the engine. Requests are
//! ended by the engine in the order they were sent (see [`Request`]), so the first of `underway`
//! is always the one that the next event belongs to.

mod archive;
mod asking;
mod check;
mod conversations;
mod events;
mod exchange;
mod folder;
mod kept_folder;
mod last_model;
mod memory;
mod model_url;
mod opening;
mod other_tabs;
mod packages;
mod pointing;
mod renumbering;
mod replacing;
mod retry;
mod self_test;
mod set_aside;
mod standing;
pub(crate) mod storage;

use std::{collections::VecDeque, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use roi_geom::{BoxPx, BoxTool};
use roi_protocol::{DeviceInfo, GenerateOptions, KeptPackage, ModelInfo, Request};
use roi_words::{Notice, Preflight, Progress, SelfTest, Trouble};
use wasm_bindgen::JsValue;

pub(crate) use self::{
    conversations::ConversationHead, exchange::Exchange, folder::has_picker, packages::PackageCheck,
};
use self::{
    conversations::Removed,
    last_model::LastModel,
    other_tabs::Written,
    replacing::{Editing, Replaced},
    retry::Retry,
    standing::Standing,
};
use crate::{
    engine_link::EngineLink,
    failure::{Failure, Place},
    picture::{Picture, PictureSource},
};

/// Whether questions can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EngineState {
    /// The engine or its model is on its way.
    Loading,
    /// It did not arrive.
    LoadingFailed,
    /// Ask.
    Ready,
    /// An answer is under way.
    Answering,
}

/// What the engine has made of the picture that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PictureState {
    /// It has not been sent: there is nobody to send it to.
    Unsent,
    /// It has been sent and waits for the model.
    Waiting,
    /// It has been encoded while the rest of the model is still on its way.
    Ahead,
    /// It is being encoded.
    Reading,
    /// Questions are answered about it.
    Encoded,
    /// The engine does not take it. It may still hold an earlier picture, so nothing may be asked.
    Refused,
}

/// A request that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Underway {
    Open,
    /// Something about kept packages.
    Packages,
    /// The check of the browser's sums.
    SelfTest,
    /// With the number of the picture.
    Picture(u64),
    /// With the number of the exchange.
    Ask(u64),
}

/// Everything the page holds. A handle: copies are the same session.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    pub(crate) engine: RwSignal<EngineState>,
    pub(crate) progress: RwSignal<Progress>,
    /// Tokens a second to be expected of the model that is on its way or there.
    pub(crate) expected: RwSignal<Option<f64>>,
    pub(crate) device: RwSignal<Option<DeviceInfo>>,
    pub(crate) self_test: RwSignal<SelfTest>,
    pub(crate) model: RwSignal<Option<ModelInfo>>,
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// Something worth knowing that stops nobody.
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// The models this browser keeps, as it last said.
    /// Nothing before it has said any.
    pub(crate) packages: RwSignal<Option<Vec<KeptPackage>>>,
    /// What is known of the check of a kept model.
    pub(crate) package_check: RwSignal<Option<PackageCheck>>,
    /// What the model needs and what there is of it.
    pub(crate) preflight: RwSignal<Preflight>,
    pub(crate) picture: RwSignal<Option<Picture>>,
    /// There is one exactly when there is a picture.
    pub(crate) tool: RwSignal<Option<BoxTool>>,
    /// Index of the box that is pointed at, on the picture or elsewhere.
    hovered: Memo<Option<usize>>,
    pub(crate) question: RwSignal<String>,
    /// Number of the region that a key put into it last.
    pub(crate) inserted: RwSignal<Option<usize>>,
    pub(crate) exchanges: RwSignal<Vec<Arc<Exchange>>>,
    /// What has come of the answer under way; empty when there is none.
    pub(crate) streamed: RwSignal<String>,
    /// Questions that are asked one by one after the one under way.
    pub(crate) queue: RwSignal<VecDeque<String>>,
    /// Questions of this conversation that came to nothing and are offered again, in the order in which they were to be asked.
    pub(crate) set_aside: RwSignal<Vec<String>>,
    /// The last question while it is being changed.
    pub(crate) editing: RwSignal<Option<Editing>>,
    n_tests_cut_short: StoredValue<u32>,
    /// The exchange that gives way to the one under way.
    replaced: StoredValue<Option<Replaced>>,
    /// Whether the browser let the page copy, each time it was asked to.
    pub(crate) copied: RwSignal<Option<bool>>,
    pub(crate) options: RwSignal<GenerateOptions>,
    pub(crate) picture_state: RwSignal<PictureState>,
    pub(crate) model_url: RwSignal<String>,
    /// Id of the open conversation.
    pub(crate) conversation: RwSignal<u64>,
    /// The kept conversations, the latest first, as they were when they were last listed.
    pub(crate) conversations: RwSignal<Vec<ConversationHead>>,
    /// How many conversations were removed last and can be brought back.
    pub(crate) n_removed: RwSignal<usize>,
    removed: StoredValue<Option<Removed>, LocalStorage>,
    /// The model that was opened last, while it is being deleted; it is that again if nothing comes of it.
    forgotten: StoredValue<Option<LastModel>>,
    /// The question that was being answered when its conversation was left: its exchange and its conversation.
    left: StoredValue<Option<(u64, u64)>>,
    /// What lies under the open conversation's key, as far as this tab knows.
    written: StoredValue<Option<Written>, LocalStorage>,
    /// Whether what was kept last could be.
    can_keep: StoredValue<bool>,
    copied_box: StoredValue<Option<BoxPx>>,
    retry: StoredValue<Retry>,
    link: StoredValue<Option<EngineLink>, LocalStorage>,
    /// The model that goes on if the one being opened is none.
    standing: StoredValue<Option<Standing>, LocalStorage>,
    /// The folder on the disk that holds the open package, if it came from one.
    folder: StoredValue<Option<JsValue>, LocalStorage>,
    underway: StoredValue<VecDeque<Underway>>,
    /// Requests so far.
    n_sent: StoredValue<u64>,
    /// Numbers go on from the time of day, so that those of another visit, or another tab, are different ones.
    last_number: StoredValue<u64>,
    /// Number of the picture or conversation that was shown last.
    last_shown: StoredValue<u64>,
    /// Where the session was made: what is made under it lives as long as the page.
    owner: StoredValue<Owner>,
}

impl Session {
    /// A session with nothing in it. The engine is started by [`Session::open_model`].
    pub(crate) fn new() -> Self {
        let options = GenerateOptions {
            temperature: 0.2,
            ..GenerateOptions::default()
        };
        let first_number = js_sys::Date::now() as u64;
        let tool = RwSignal::new(None);
        Self {
            engine: RwSignal::new(EngineState::Loading),
            progress: RwSignal::new(Progress::Starting),
            expected: RwSignal::new(None),
            device: RwSignal::new(None),
            self_test: RwSignal::new(SelfTest::Pending),
            model: RwSignal::new(None),
            failure: RwSignal::new(None),
            notice: RwSignal::new(None),
            packages: RwSignal::new(None),
            package_check: RwSignal::new(None),
            preflight: RwSignal::new(Preflight::default()),
            picture: RwSignal::new(None),
            tool,
            hovered: Self::hovered_in(tool),
            question: RwSignal::new(String::new()),
            inserted: RwSignal::new(None),
            exchanges: RwSignal::new(Vec::new()),
            streamed: RwSignal::new(String::new()),
            queue: RwSignal::new(VecDeque::new()),
            set_aside: RwSignal::new(Vec::new()),
            editing: RwSignal::new(None),
            n_tests_cut_short: StoredValue::new(0),
            replaced: StoredValue::new(None),
            copied: RwSignal::new(None),
            options: RwSignal::new(options),
            picture_state: RwSignal::new(PictureState::Unsent),
            model_url: RwSignal::new(String::new()),
            conversation: RwSignal::new(first_number),
            conversations: RwSignal::new(Vec::new()),
            n_removed: RwSignal::new(0),
            removed: StoredValue::new_local(None),
            forgotten: StoredValue::new(None),
            left: StoredValue::new(None),
            written: StoredValue::new_local(None),
            can_keep: StoredValue::new(true),
            copied_box: StoredValue::new(None),
            retry: StoredValue::new(Retry::default()),
            link: StoredValue::new_local(None),
            standing: StoredValue::new_local(None),
            folder: StoredValue::new_local(None),
            underway: StoredValue::new(VecDeque::new()),
            n_sent: StoredValue::new(0),
            last_number: StoredValue::new(first_number),
            last_shown: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        }
    }

    /// Makes this the picture, and starts a new conversation about it. A picture that cannot be
    /// decoded leaves everything as it was.
    pub(crate) fn open_picture(self, source: PictureSource) {
        spawn_local(async move {
            let number = self.next_number();
            let opened = Picture::open(source, number).await;
            if self.has_shown_since(number) {
                return;
            }
            match opened {
                Ok(picture) => {
                    // Whoever has drawn boxes on the picture so far will want it back with them.
                    if self.has_own_boxes() {
                        self.begin_conversation();
                    } else {
                        self.new_conversation();
                    }
                    self.failure.set(None);
                    self.show_picture(picture);
                }
                Err(why) => self.fail(Place::Picture, Trouble::Picture(why)),
            }
        });
    }

    /// Lets the box tool do something, if there is a picture.
    pub(crate) fn change_boxes<R: Default>(self, change: impl FnOnce(&mut BoxTool) -> R) -> R {
        self.tool
            .try_update(|tool| tool.as_mut().map(change))
            .flatten()
            .unwrap_or_default()
    }

    /// Remembers the selected box, to be pasted on this picture or on another one; the box.
    pub(crate) fn copy_box(self) -> Option<BoxPx> {
        let selected = self.selected_box_untracked()?;
        self.copied_box.set_value(Some(selected));
        Some(selected)
    }

    /// Adds a copy of the remembered box, if it is what is on the clipboard. Says whether it is.
    pub(crate) fn paste_box(self, clipboard: &str) -> bool {
        let copied = self.copied_box.get_value();
        copied
            .filter(|copied| copied.to_string() == clipboard.trim())
            .is_some_and(|copied| self.change_boxes(|tool| tool.paste(copied)))
    }

    pub(crate) fn selected_untracked(self) -> Option<usize> {
        self.tool
            .with_untracked(|tool| tool.as_ref().and_then(BoxTool::selected))
    }

    /// Whether a person has made the boxes, or changed those that came with the picture.
    fn has_own_boxes(self) -> bool {
        self.picture.with_untracked(|picture| {
            picture.as_ref().is_some_and(|picture| {
                picture.has_own_boxes || picture.boxes != self.boxes_untracked()
            })
        })
    }

    fn boxes_untracked(self) -> Vec<BoxPx> {
        self.tool
            .with_untracked(|tool| tool.as_ref().map(|tool| tool.boxes().to_vec()))
            .unwrap_or_default()
    }

    pub(crate) fn n_boxes_untracked(self) -> usize {
        self.tool
            .with_untracked(|tool| tool.as_ref().map_or(0, |tool| tool.boxes().len()))
    }

    /// Shows a failure, in place of the one before.
    pub(crate) fn fail(self, place: Place, trouble: Trouble) {
        self.failure.set(Some(Failure { place, trouble }));
    }

    fn clear_failure(self, place: Place) {
        self.failure.update(|failure| {
            failure.take_if(|failure| failure.place == place);
        });
    }

    fn show_picture(self, picture: Picture) {
        self.last_shown.set_value(picture.number);
        let boxes = picture.boxes.clone();
        self.tool
            .set(Some(BoxTool::with_boxes(picture.size, boxes)));
        self.picture.set(Some(picture));
        self.picture_state.set(PictureState::Unsent);
        if self.engine.get_untracked() != EngineState::LoadingFailed {
            self.send_picture();
        }
    }

    /// Sends the picture, also behind a model that is still on its way: it is looked at as soon as enough of it is there.
    fn send_picture(self) {
        if let Some(picture) = self.picture.get_untracked() {
            self.picture_state.set(match self.engine.get_untracked() {
                EngineState::Loading | EngineState::LoadingFailed => PictureState::Waiting,
                EngineState::Ready | EngineState::Answering => PictureState::Reading,
            });
            let bytes = picture.bytes.to_vec();
            self.send(
                Request::SetPicture { bytes },
                Some(Underway::Picture(picture.number)),
            );
        }
    }

    fn send(self, request: Request, underway: Option<Underway>) {
        let folder = match request {
            Request::Open { .. } => self.folder.get_value(),
            _ => None,
        };
        self.n_sent.update_value(|n| *n += 1);
        if let Some(underway) = underway {
            self.underway
                .update_value(|queue| queue.push_back(underway));
        }
        self.link.with_value(|link| {
            if let Some(link) = link {
                link.send(request, folder);
            }
        });
    }

    fn next_number(self) -> u64 {
        self.last_number
            .try_update_value(|n| {
                *n += 1;
                *n
            })
            .unwrap_or_default()
    }

    /// Whether a picture or conversation that was asked for later has been shown while this one was being decoded.
    fn has_shown_since(self, number: u64) -> bool {
        self.last_shown.get_value() > number
    }
}
