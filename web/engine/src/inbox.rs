//! Requests from the page: taken in order, but for a cancel, which acts at once.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::mpsc;
use roi_engine::CancelFlag;
use roi_protocol::{Event, Request};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::MessageEvent;

use crate::console::{has_panicked, post_stopped};
use crate::post::{post, post_failure, scope};
use crate::serve;

/// The page is of another version than the worker.
#[derive(Debug, thiserror::Error)]
#[error("the page sent no request that is known ({0}); reload it")]
struct UnknownRequest(String);

/// A request and the flag that stops it.
pub(crate) struct Job {
    pub(crate) request: Request,
    pub(crate) cancel: CancelFlag,
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

/// Starts to take requests, and says so.
pub(crate) fn listen() {
    let unfinished = Unfinished::default();
    let (jobs, queue) = mpsc::unbounded();
    wasm_bindgen_futures::spawn_local(serve::all(queue, unfinished.clone()));

    let on_message = Closure::<dyn FnMut(_)>::new(move |message: MessageEvent| {
        if has_panicked() {
            return post_stopped("");
        }
        match serde_wasm_bindgen::from_value(message.data()) {
            Ok(Request::Cancel) => unfinished.cancel_all(),
            Ok(request) => {
                let cancel = unfinished.add();
                if jobs.unbounded_send(Job { request, cancel }).is_err() {
                    post_stopped("");
                }
            }
            Err(error) => post_failure(&UnknownRequest(error.to_string())),
        }
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker listens as long as it lives.
    on_message.forget();
    post(&Event::Started);
}
