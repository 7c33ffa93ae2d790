//! What the page knows and what it can do: one picture, its boxes, one conversation, one engine.
//!
//! Components read the signals and call the verbs; nobody else talks to the engine. Requests are
//! ended by the engine in the order they were sent (see [`Request`]), so the first of `underway`
//! is always the one that the next event belongs to.

use std::collections::VecDeque;

use leptos::{prelude::*, task::spawn_local};
use roi_geom::{BoxError, BoxTool, PictureSize};
use roi_protocol::{
    Answer, DeviceInfo, Event, FinishReason, GenerateOptions, ModelInfo, Request, Turn,
    region_tags, shown_while_streaming,
};

use crate::{
    engine_link::{EngineLink, FromWorker},
    failure::{Failure, Place},
    picture::{Picture, PictureSource},
};

/// The package that lies beside the page.
const DEFAULT_MODEL: &str = "model/";

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Nothing has been heard yet.
    Starting,
    /// Bytes are arriving.
    Fetching { bytes: u64, total: u64 },
    /// All bytes are there; the GPU's programs are being made.
    Compiling { done: u32, total: u32 },
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
    pub(crate) picture: RwSignal<Option<Picture>>,
    /// There is one exactly when there is a picture.
    pub(crate) tool: RwSignal<Option<BoxTool>>,
    pub(crate) question: RwSignal<String>,
    pub(crate) exchanges: RwSignal<Vec<Exchange>>,
    pub(crate) options: RwSignal<GenerateOptions>,
    /// The engine has seen the picture that is shown.
    pub(crate) is_picture_encoded: RwSignal<bool>,
    model_url: StoredValue<String>,
    link: StoredValue<Option<EngineLink>, LocalStorage>,
    underway: StoredValue<VecDeque<Underway>>,
    last_number: StoredValue<u64>,
}

impl Session {
    /// A session with nothing in it. The engine is started by [`Session::open_model`].
    pub(crate) fn new() -> Self {
        let options = GenerateOptions {
            temperature: 0.2,
            ..GenerateOptions::default()
        };
        Self {
            engine: RwSignal::new(EngineState::Loading),
            progress: RwSignal::new(Progress::Starting),
            device: RwSignal::new(None),
            model: RwSignal::new(None),
            failure: RwSignal::new(None),
            picture: RwSignal::new(None),
            tool: RwSignal::new(None),
            question: RwSignal::new(String::new()),
            exchanges: RwSignal::new(Vec::new()),
            options: RwSignal::new(options),
            is_picture_encoded: RwSignal::new(false),
            model_url: StoredValue::new(String::new()),
            link: StoredValue::new_local(None),
            underway: StoredValue::new(VecDeque::new()),
            last_number: StoredValue::new(0),
        }
    }

    /// Opens the package that the page's address names with `?model=`, else the one beside the
    /// page; starts the engine if it is not running.
    pub(crate) fn open_model(self) {
        self.failure.set(None);
        self.engine.set(EngineState::Loading);
        self.progress.set(Progress::Starting);
        let url = match requested_model() {
            Ok(url) => url,
            Err(text) => {
                self.engine.set(EngineState::LoadingFailed);
                return self.fail(Place::Model, text);
            }
        };
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
        self.model_url.set_value(url.clone());
        self.send(Request::Open { url }, Some(Underway::Open));
    }

    /// Makes this the picture, and starts a new conversation about it. A picture that cannot be
    /// decoded leaves everything as it was.
    pub(crate) fn open_picture(self, source: PictureSource) {
        let number = self.next_number();
        spawn_local(async move {
            let opened = Picture::open(source, number).await;
            if self.last_opened_after(number) {
                return;
            }
            match opened {
                Ok(picture) => self.take_picture(picture),
                Err(text) => self.fail(Place::Picture, text),
            }
        });
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

    /// Removes a box, or says why it has to stay.
    pub(crate) fn remove_box(self, index: usize) {
        let refused = self.change_boxes(|tool| tool.remove(index).err());
        if refused.is_some() {
            self.fail(
                Place::Question,
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

    /// The engine is at work on the picture that is shown.
    pub(crate) fn is_reading_picture(self) -> bool {
        self.engine.get() == EngineState::Ready
    }

    /// Sends the question, or says why it cannot be sent.
    pub(crate) fn ask(self) {
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
        self.exchanges.update(|exchanges| {
            exchanges.push(Exchange {
                id,
                question,
                answer: RwSignal::new(String::new()),
                done: RwSignal::new(None),
            });
        });
        self.question.set(String::new());
        self.failure.set(None);
        self.engine.set(EngineState::Answering);
        let options = self.options.get_untracked();
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
        if self.engine.get_untracked() == EngineState::Answering {
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

    /// Why this question cannot be sent as it stands.
    fn check(self, question: &str) -> Result<(), String> {
        match self.engine.get_untracked() {
            EngineState::Loading => {
                return Err(
                    "The model is still loading; send the question when it is ready.".into(),
                );
            }
            EngineState::LoadingFailed => {
                return Err("No model is running; see the message at the top of the page.".into());
            }
            EngineState::Ready | EngineState::Answering => {}
        }
        self.tool.with_untracked(|tool| {
            let tool = tool
                .as_ref()
                .ok_or("Open a picture first: questions are about one.")?;
            let n_boxes = tool.boxes().len();
            for tag in region_tags(question) {
                let is_there = (1..=n_boxes).contains(&(tag.number as usize));
                if !is_there {
                    return Err(no_such_region(&question[tag.range], n_boxes));
                }
            }
            for (index, found) in tool.boxes().iter().enumerate() {
                found
                    .clipped(tool.picture())
                    .map_err(|e| unusable(index, e, tool.picture()))?;
            }
            Ok(())
        })
    }

    fn take_picture(self, picture: Picture) {
        self.new_conversation();
        self.failure.set(None);
        self.tool.set(Some(BoxTool::new(picture.size)));
        self.picture.set(Some(picture));
        self.is_picture_encoded.set(false);
        if matches!(
            self.engine.get_untracked(),
            EngineState::Ready | EngineState::Answering
        ) {
            self.send_picture();
        }
    }

    fn send_picture(self) {
        if let Some(picture) = self.picture.get_untracked() {
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

    fn receive(self, message: FromWorker) {
        let event = match message {
            FromWorker::Event(event) => event,
            FromWorker::Stopped(text) => return self.engine_stopped(&text),
        };
        match event {
            Event::Started | Event::KernelsChecked { .. } => {}
            Event::Device(device) => self.device.set(Some(device)),
            Event::Loading { bytes, total } => {
                self.progress.set(Progress::Fetching { bytes, total })
            }
            Event::Compiling { done, total } => {
                self.progress.set(Progress::Compiling { done, total });
            }
            Event::Ready(model) => {
                self.ended();
                self.model.set(Some(model));
                self.engine.set(EngineState::Ready);
                self.send_picture();
            }
            Event::ImageReady { size } => self.picture_ready(size),
            Event::Token { text } => {
                if let Some(exchange) = self.streaming() {
                    exchange.answer.update(|answer| answer.push_str(&text));
                }
            }
            Event::Done(answer) => {
                if let Some(exchange) = self.streaming() {
                    exchange.answer.set(answer.text.clone());
                    exchange.done.set(Some(answer));
                }
                self.ended();
                self.engine.set(EngineState::Ready);
            }
            Event::Failed { error } => self.request_failed(error),
        }
    }

    /// The exchange that is being answered, unless the conversation has moved on without it.
    fn streaming(self) -> Option<Exchange> {
        let Some(Underway::Ask(id)) = self.underway.with_value(|queue| queue.front().copied())
        else {
            return None;
        };
        self.exchanges
            .with_untracked(|all| all.iter().find(|exchange| exchange.id == id).cloned())
    }

    fn ended(self) -> Option<Underway> {
        self.underway
            .try_update_value(VecDeque::pop_front)
            .flatten()
    }

    fn picture_ready(self, engine_size: PictureSize) {
        let Some(Underway::Picture(number)) = self.ended() else {
            return;
        };
        let Some(picture) = self.picture.get_untracked().filter(|p| p.number == number) else {
            return;
        };
        if picture.size == engine_size {
            self.is_picture_encoded.set(true);
        } else {
            let (shown, seen) = (picture.size, engine_size);
            self.fail(
                Place::Picture,
                format!(
                    "Boxes on this picture would be misplaced: the browser shows it with {}×{} \
                     pixels, the engine reads {}×{}. Save it anew as PNG and open that.",
                    shown.width, shown.height, seen.width, seen.height
                ),
            );
        }
    }

    fn request_failed(self, error: String) {
        match self.ended() {
            None => self.fail(Place::Model, error),
            Some(Underway::Open) => {
                self.engine.set(EngineState::LoadingFailed);
                let url = self.model_url.get_value();
                let text = if error.contains(&url) {
                    error
                } else {
                    format!("{error} (The model was to come from {url})")
                };
                self.fail(Place::Model, text);
            }
            Some(Underway::Picture(number)) => {
                if self
                    .picture
                    .with_untracked(|p| p.as_ref().is_some_and(|p| p.number == number))
                {
                    self.fail(Place::Picture, error);
                }
            }
            Some(Underway::Ask(id)) => {
                self.engine.set(EngineState::Ready);
                self.take_back(id);
                self.fail(Place::Question, error);
            }
        }
    }

    /// Removes an exchange that came to nothing and offers its question again.
    fn take_back(self, id: u64) {
        let mut question = None;
        self.exchanges.update(|exchanges| {
            if let Some(place) = exchanges.iter().position(|exchange| exchange.id == id) {
                question = Some(exchanges.remove(place).question);
            }
        });
        let mentioned = self.exchanges.with_untracked(|exchanges| {
            exchanges
                .iter()
                .map(|exchange| highest_region(&exchange.question))
                .max()
                .unwrap_or(0)
        });
        self.tool.update(|tool| {
            if let Some(tool) = tool {
                tool.unpin();
                tool.pin(mentioned);
            }
        });
        let has_draft = self.question.with_untracked(|draft| !draft.is_empty());
        if let Some(question) = question.filter(|_| !has_draft) {
            self.question.set(question);
        }
    }

    /// A worker that was running is started again; one that never came up is left for a person
    /// to try again, because it would most likely fail the same way for ever.
    fn engine_stopped(self, text: &str) {
        let was_running = matches!(
            self.engine.get_untracked(),
            EngineState::Ready | EngineState::Answering
        );
        let unfinished = self
            .underway
            .try_update_value(std::mem::take)
            .unwrap_or_default();
        self.link.set_value(None);
        for request in unfinished {
            if let Underway::Ask(id) = request {
                self.take_back(id);
            }
        }
        if was_running {
            self.open_model();
            self.fail(
                Place::Model,
                format!("The engine stopped ({text}). It is starting again; then ask once more."),
            );
        } else {
            self.engine.set(EngineState::LoadingFailed);
            self.fail(
                Place::Model,
                format!("The engine could not be started: {text}."),
            );
        }
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

/// What people read of an exchange.
pub(crate) fn shown_answer(exchange: &Exchange) -> String {
    exchange.done.with(|done| match done {
        Some(done) => done.shown().to_owned(),
        None => exchange
            .answer
            .with(|text| shown_while_streaming(text).to_owned()),
    })
}

/// Why an answer ended early, in words; nothing when it did not.
pub(crate) fn ending(answer: &Answer) -> Option<&'static str> {
    match answer.finish_reason {
        FinishReason::Stop | FinishReason::Eos => None,
        FinishReason::Length => Some("cut at the longest answer allowed"),
        FinishReason::Cancelled => Some("stopped"),
    }
}

fn highest_region(question: &str) -> usize {
    region_tags(question)
        .iter()
        .map(|tag| tag.number as usize)
        .max()
        .unwrap_or(0)
}

fn no_such_region(tag: &str, n_boxes: usize) -> String {
    let there = match n_boxes {
        0 => "no box has been drawn yet".to_owned(),
        1 => "there is only <region1>".to_owned(),
        n => format!("there are <region1> to <region{n}>"),
    };
    format!("The question names {tag}, but {there}. Draw that box, or name another region.")
}

fn unusable(index: usize, error: BoxError, picture: PictureSize) -> String {
    let number = index + 1;
    let size = format!("{}×{} pixels", picture.width, picture.height);
    match error {
        BoxError::NotFinite(_) => format!("A coordinate of region {number} is not a number."),
        _ => format!(
            "Region {number} has no area inside the picture of {size}. Correct its coordinates \
             or remove it."
        ),
    }
}

/// The absolute address of the package to open.
fn requested_model() -> Result<String, String> {
    let location = window().location();
    let asked = location
        .search()
        .and_then(|search| web_sys::UrlSearchParams::new_with_str(&search))
        .ok()
        .and_then(|parameters| parameters.get("model"))
        .filter(|model| !model.is_empty());
    let model = asked.as_deref().unwrap_or(DEFAULT_MODEL);
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base(model, &base)
        .map(|url| url.href())
        .map_err(|_| format!("?model={model} is not an address; give the URL of a package folder."))
}
