//! Requests from the page: taken in order, but for a cancel, which acts at once.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use futures::channel::mpsc;
use js_sys::Reflect;
use roi_engine::CancelFlag;
use roi_protocol::{Event, Request};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::MessageEvent;

use crate::console::{has_panicked, post_stopped};
use crate::folder::FolderSource;
use crate::post::{post, scope};
use crate::serve;

/// The property of a message that holds a folder on the disk, beside the request to open the package in it.
const FOLDER: &str = "folder";

/// The page is of another version than the worker.
#[derive(Debug, thiserror::Error)]
#[error("the page sent no request that is known ({0}); reload it")]
pub(crate) struct UnknownRequest(String);

/// A request and the flag that stops it.
pub(crate) struct Job {
    /// One that is not known fails in its turn, so that its failure is not taken for another's.
    pub(crate) request: Result<Request, UnknownRequest>,
    pub(crate) cancel: CancelFlag,
    /// The folder on the disk that came beside it.
    pub(crate) folder: Option<FolderSource>,
}

/// Jobs that wait for their turn.
#[derive(Clone, Default)]
pub(crate) struct Waiting(Rc<RefCell<VecDeque<Job>>>);

impl Waiting {
    /// The job whose turn it is.
    pub(crate) fn next(&self) -> Option<Job> {
        self.0.borrow_mut().pop_front()
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    /// The picture that is to be set next.
    pub(crate) fn picture(&self) -> Option<Rc<[u8]>> {
        let jobs = self.0.borrow();
        jobs.iter().find_map(|job| match &job.request {
            Ok(Request::SetPicture { bytes }) => Some(Rc::from(&bytes[..])),
            _ => None,
        })
    }
}

/// The jobs that a cancel would stop: those waiting and the one under way.
#[derive(Clone, Default)]
pub(crate) struct Unfinished(Rc<RefCell<Vec<CancelFlag>>>);

impl Unfinished {
    fn add(&self) -> CancelFlag {
        let flag = CancelFlag::default();
        self.0.borrow_mut().push(flag.clone());
        flag
    }

    /// Jobs finish in the order in which they came.
    pub(crate) fn finish_first(&self) {
        self.0.borrow_mut().remove(0);
    }

    fn cancel_all(&self) {
        for flag in self.0.borrow().iter() {
            flag.raise();
        }
    }
}

/// What a message carries that no text can name.
fn folder_beside(message: &JsValue) -> Option<FolderSource> {
    let shown = Reflect::get(message, &FOLDER.into()).ok()?;
    FolderSource::from_message(&shown)
}

/// Starts to take requests, and says so.
pub(crate) fn listen() {
    let (waiting, unfinished) = (Waiting::default(), Unfinished::default());
    let (bell, rings) = mpsc::unbounded();
    wasm_bindgen_futures::spawn_local(serve::all(rings, waiting.clone(), unfinished.clone()));

    let on_message = Closure::<dyn FnMut(_)>::new(move |message: MessageEvent| {
        if has_panicked() {
            return post_stopped("");
        }
        let request = serde_wasm_bindgen::from_value(message.data());
        if let Ok(Request::Cancel) = request {
            return unfinished.cancel_all();
        }
        waiting.0.borrow_mut().push_back(Job {
            request: request.map_err(|error| UnknownRequest(error.to_string())),
            cancel: unfinished.add(),
            folder: folder_beside(&message.data()),
        });
        if bell.unbounded_send(()).is_err() {
            post_stopped("");
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker listens as long as it lives.
    on_message.forget();
    post(&Event::Started);
}
