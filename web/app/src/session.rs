//! What the page knows and what it can do: one picture, its boxes, one conversation, one engine.
//!
//! Components read the signals and call the verbs; nobody else talks to the engine. Requests are
//! ended by the engine in the order they were sent (see [`Request`]), so the first of `underway`
//! is always the one that the next event belongs to.

mod check;
mod events;
mod memory;
mod model_url;
mod packages;
mod pointing;
mod retry;

use std::collections::VecDeque;

use leptos::{prelude::*, task::spawn_local};
use roi_geom::{BoxPx, BoxTool};
use roi_protocol::{Answer, DeviceInfo, GenerateOptions, KeptPackage, ModelInfo, Request, Turn};

use self::{check::highest_region, model_url::requested_model, retry::Retry};
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

/// How far loading has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Nothing has been heard yet.
    Starting,
    /// Another tab opens or drops a model.
    Waiting,
    /// The package is known; its bytes are next.
    Found {
        id: String,
        total_bytes: u64,
        kept_bytes: u64,
    },
    /// Bytes are arriving.
    Fetching { bytes: u64, total: u64 },
    /// All bytes are there; the GPU's programs are being made.
    Compiling { done: u32, total: u32 },
}

/// What the engine has made of the picture that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PictureState {
    /// It has not been sent: the model is not there yet.
    Unsent,
    /// It is being encoded.
    Reading,
    /// Questions are answered about it.
    Encoded,
    /// The engine does not take it. It may still hold an earlier picture, so nothing may be asked.
    Refused,
}

/// A question and what has been said to it so far.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) id: u64,
    pub(crate) question: String,
    /// As it is streamed; afterwards the answer's own text.
    pub(crate) answer: RwSignal<String>,
    /// The whole answer, once it is complete.
    pub(crate) done: RwSignal<Option<Answer>>,
}

/// A request that has not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Underway {
    Open,
    /// Something about kept packages.
    Packages,
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
    pub(crate) device: RwSignal<Option<DeviceInfo>>,
    pub(crate) model: RwSignal<Option<ModelInfo>>,
    pub(crate) failure: RwSignal<Option<Failure>>,
    /// Something worth knowing that stops nobody.
    pub(crate) notice: RwSignal<Option<String>>,
    /// The models this browser keeps, as it last said.
    pub(crate) packages: RwSignal<Vec<KeptPackage>>,
    pub(crate) picture: RwSignal<Option<Picture>>,
    /// There is one exactly when there is a picture.
    pub(crate) tool: RwSignal<Option<BoxTool>>,
    /// Index of the box that is pointed at, on the picture or elsewhere.
    hovered: Memo<Option<usize>>,
    pub(crate) question: RwSignal<String>,
    pub(crate) exchanges: RwSignal<Vec<Exchange>>,
    pub(crate) options: RwSignal<GenerateOptions>,
    pub(crate) picture_state: RwSignal<PictureState>,
    pub(crate) model_url: RwSignal<String>,
    copied_box: StoredValue<Option<BoxPx>>,
    /// How often the last question was asked again.
    n_asked_again: StoredValue<u64>,
    retry: StoredValue<Retry>,
    link: StoredValue<Option<EngineLink>, LocalStorage>,
    underway: StoredValue<VecDeque<Underway>>,
    /// The question, by its exchange, that is sent as soon as the picture has been encoded.
    waiting: StoredValue<Option<(u64, Request)>>,
    last_number: StoredValue<u64>,
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
        let tool = RwSignal::new(None);
        Self {
            engine: RwSignal::new(EngineState::Loading),
            progress: RwSignal::new(Progress::Starting),
            device: RwSignal::new(None),
            model: RwSignal::new(None),
            failure: RwSignal::new(None),
            notice: RwSignal::new(None),
            packages: RwSignal::new(Vec::new()),
            picture: RwSignal::new(None),
            tool,
            hovered: Self::hovered_in(tool),
            question: RwSignal::new(String::new()),
            exchanges: RwSignal::new(Vec::new()),
            options: RwSignal::new(options),
            picture_state: RwSignal::new(PictureState::Unsent),
            model_url: RwSignal::new(String::new()),
            copied_box: StoredValue::new(None),
            n_asked_again: StoredValue::new(0),
            retry: StoredValue::new(Retry::default()),
            link: StoredValue::new_local(None),
            underway: StoredValue::new(VecDeque::new()),
            waiting: StoredValue::new(None),
            last_number: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        }
    }

    /// Opens the package that the page's address names with `?model=`, else the one beside the
    /// page.
    pub(crate) fn open_model(self) {
        match requested_model() {
            Ok(url) => self.open_package(url),
            Err(text) => {
                self.engine.set(EngineState::LoadingFailed);
                self.fail(Place::Model, text);
            }
        }
    }

    /// Opens the package of this address in place of the one that is open; starts the engine if it is not running.
    pub(crate) fn open_package(self, url: String) {
        self.stop();
        self.model_url.set(url);
        self.reopen();
    }

    /// Opens the same package anew. Picture, boxes and conversation stay.
    pub(crate) fn reopen(self) {
        self.failure.set(None);
        self.notice.set(None);
        self.engine.set(EngineState::Loading);
        self.progress.set(Progress::Starting);
        self.picture_state.set(PictureState::Unsent);
        if self.link.with_value(Option::is_none) {
            match EngineLink::start(move |message| self.receive(message)) {
                Ok(link) => self.link.set_value(Some(link)),
                Err(text) => {
                    self.engine.set(EngineState::LoadingFailed);
                    return self.fail(
                        Place::Model,
                        format!("The engine could not be started: {text}."),
                    );
                }
            }
        }
        let url = self.model_url.get_untracked();
        self.send(Request::Open { url }, Some(Underway::Open));
    }

    /// Makes this the picture, and starts a new conversation about it. A picture that cannot be
    /// decoded leaves everything as it was.
    pub(crate) fn open_picture(self, source: PictureSource) {
        spawn_local(async move {
            self.open_picture_now(source).await;
        });
    }

    /// The same, waited for. Says whether it is the picture now.
    async fn open_picture_now(self, source: PictureSource) -> bool {
        let number = self.next_number();
        let opened = Picture::open(source, number).await;
        if self.last_opened_after(number) {
            return false;
        }
        match opened {
            Ok(picture) => {
                self.take_picture(picture);
                true
            }
            Err(text) => {
                self.fail(Place::Picture, text);
                false
            }
        }
    }

    /// Forgets the conversation; picture and boxes stay.
    pub(crate) fn new_conversation(self) {
        self.stop();
        self.exchanges.set(Vec::new());
        self.tool.update(|tool| {
            if let Some(tool) = tool {
                tool.unpin();
            }
        });
        self.clear_failure(Place::Question);
    }

    /// Lets the box tool do something, if there is a picture.
    pub(crate) fn change_boxes<R: Default>(self, change: impl FnOnce(&mut BoxTool) -> R) -> R {
        self.tool
            .try_update(|tool| tool.as_mut().map(change))
            .flatten()
            .unwrap_or_default()
    }

    /// Remembers the selected box, to be pasted on this picture or on another one.
    pub(crate) fn copy_box(self) {
        let selected = self.selected_box_untracked();
        if selected.is_some() {
            self.copied_box.set_value(selected);
        }
    }

    /// Adds a copy of the remembered box. Says whether there was one.
    pub(crate) fn paste_box(self) -> bool {
        let copied = self.copied_box.get_value();
        copied.is_some_and(|copied| self.change_boxes(|tool| tool.paste(copied)))
    }

    /// Removes a box, or says why it has to stay.
    pub(crate) fn remove_box(self, index: usize) {
        let refused = self.change_boxes(|tool| tool.remove(index).err());
        if refused.is_some() {
            self.fail(
                Place::Boxes,
                format!(
                    "Region {} stays: this conversation speaks of it. It can be moved; to remove \
                     it, start a new conversation.",
                    index + 1
                ),
            );
        }
    }

    pub(crate) fn selected_untracked(self) -> Option<usize> {
        self.tool
            .with_untracked(|tool| tool.as_ref().and_then(BoxTool::selected))
    }

    pub(crate) fn n_boxes_untracked(self) -> usize {
        self.tool
            .with_untracked(|tool| tool.as_ref().map_or(0, |tool| tool.boxes().len()))
    }

    /// Sends the question, or says why it cannot be sent.
    pub(crate) fn ask(self) {
        self.n_asked_again.set_value(0);
        self.ask_with_seed(self.options.with_untracked(|options| options.seed));
    }

    /// Takes the last exchange back and asks its question once more, with another seed each time.
    pub(crate) fn ask_again(self) {
        let draft = self.question.get_untracked();
        let Some(question) = self.take_back_last() else {
            return;
        };
        let n_asked_again = self.n_asked_again.get_value() + 1;
        self.n_asked_again.set_value(n_asked_again);
        self.question.set(question);
        let seed = self.options.with_untracked(|options| options.seed);
        self.ask_with_seed(seed.wrapping_add(n_asked_again));
        self.question.set(draft);
    }

    /// Takes the last exchange back to change its question.
    pub(crate) fn edit_last(self) {
        if let Some(question) = self.take_back_last() {
            self.question.set(question);
        }
    }

    /// Takes the last exchange back, unless an answer is under way; its question.
    fn take_back_last(self) -> Option<String> {
        if self.engine.get_untracked() != EngineState::Ready {
            return None;
        }
        let last = self.exchanges.with_untracked(|all| all.last().cloned())?;
        self.take_back(last.id);
        Some(last.question)
    }

    fn ask_with_seed(self, seed: u64) {
        let question = self.question.get_untracked();
        if question.trim().is_empty() || self.engine.get_untracked() == EngineState::Answering {
            return;
        }
        if let Err(text) = self.check(&question) {
            return self.fail(Place::Question, text);
        }
        let turns: Vec<Turn> = self
            .exchanges
            .get_untracked()
            .into_iter()
            .map(|earlier| Turn {
                question: earlier.question,
                answer: earlier.done.get_untracked().map(|done| done.answer),
            })
            .chain([Turn {
                question: question.clone(),
                answer: None,
            }])
            .collect();
        let mut boxes = Vec::new();
        self.tool.update(|tool| {
            if let Some(tool) = tool {
                tool.finish_edit();
                tool.pin(highest_region(&question));
                boxes = tool.boxes().to_vec();
            }
        });
        let id = self.next_number();
        // Its signals must outlive the button that asked, which may stand in an exchange that goes.
        let (answer, done) = self
            .owner
            .get_value()
            .with(|| (RwSignal::new(String::new()), RwSignal::new(None)));
        self.exchanges.update(|exchanges| {
            exchanges.push(Exchange {
                id,
                question,
                answer,
                done,
            });
        });
        self.question.set(String::new());
        self.failure.set(None);
        self.engine.set(EngineState::Answering);
        let options = GenerateOptions {
            seed,
            ..self.options.get_untracked()
        };
        self.send(
            Request::Ask {
                boxes,
                turns,
                options,
            },
            Some(Underway::Ask(id)),
        );
    }

    /// Stops the answer under way; what has been said stays.
    pub(crate) fn stop(self) {
        if let Some((id, _)) = self.take_waiting() {
            self.engine.set(EngineState::Ready);
            self.take_back(id);
        } else if self.engine.get_untracked() == EngineState::Answering {
            self.send(Request::Cancel, None);
        }
    }

    /// Shows a failure, in place of the one before.
    pub(crate) fn fail(self, place: Place, text: String) {
        self.failure.set(Some(Failure { place, text }));
    }

    fn clear_failure(self, place: Place) {
        self.failure.update(|failure| {
            failure.take_if(|failure| failure.place == place);
        });
    }

    fn take_picture(self, picture: Picture) {
        self.new_conversation();
        self.failure.set(None);
        let boxes = picture.boxes.clone();
        self.tool
            .set(Some(BoxTool::with_boxes(picture.size, boxes)));
        self.picture.set(Some(picture));
        self.picture_state.set(PictureState::Unsent);
        if matches!(
            self.engine.get_untracked(),
            EngineState::Ready | EngineState::Answering
        ) {
            self.send_picture();
        }
    }

    fn send_picture(self) {
        if let Some(picture) = self.picture.get_untracked() {
            self.picture_state.set(PictureState::Reading);
            let bytes = picture.bytes.to_vec();
            self.send(
                Request::SetPicture { bytes },
                Some(Underway::Picture(picture.number)),
            );
        }
    }

    fn send(self, request: Request, underway: Option<Underway>) {
        if let Some(underway) = underway {
            self.underway
                .update_value(|queue| queue.push_back(underway));
        }
        self.link.with_value(|link| {
            if let Some(link) = link {
                link.send(request);
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

    /// Whether a later picture has been shown while this one was being decoded.
    fn last_opened_after(self, number: u64) -> bool {
        self.picture
            .with_untracked(|p| p.as_ref().is_some_and(|p| p.number > number))
    }
}
