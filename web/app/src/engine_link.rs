//! The worker that holds the engine, as one end of a typed wire.
//!
//! A worker built from wasm drops what reaches it before it listens, so requests wait here until
//! it has said [`Event::Started`].

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use leptos::{logging, prelude::set_timeout, task::spawn_local};
use roi_protocol::{Event, Request};
use roi_words::EngineEnd;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ErrorEvent, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Written by Trunk beside the page; its name is that of the worker's package.
const WORKER_URL: &str = "./roichat-worker_loader.js";

/// How long a worker may take to its first word, which its script says before it fetches the engine's program. A browser that ends a
/// worker before tells nobody.
const PATIENCE: Duration = Duration::from_secs(60);

/// What comes out of the wire.
pub(crate) enum FromWorker {
    /// The engine speaks.
    Event(Event),
    /// The worker is gone; nothing more will come.
    Stopped(EngineEnd),
}

/// A running worker. Dropping it ends the worker.
pub(crate) struct EngineLink {
    wire: Rc<Wire>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

struct Wire {
    worker: Worker,
    has_spoken: Cell<bool>,
    /// All of the engine's program is there.
    has_program: Cell<bool>,
    is_listening: Cell<bool>,
    /// The worker is no longer wanted, so that its end is nothing to speak of.
    is_dropped: Cell<bool>,
    waiting: RefCell<Vec<(Request, Option<JsValue>)>>,
}

impl EngineLink {
    /// Starts a worker; `receive` is called for everything that comes from it.
    ///
    /// # Errors
    /// The browser refuses to start a worker.
    pub(crate) fn start(receive: impl Fn(FromWorker) + 'static) -> Result<Self, EngineEnd> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(WORKER_URL, &options)
            .map_err(|e| EngineEnd::Said(error_text(&e)))?;
        let wire = Rc::new(Wire {
            worker,
            has_spoken: Cell::new(false),
            has_program: Cell::new(false),
            is_listening: Cell::new(false),
            is_dropped: Cell::new(false),
            waiting: RefCell::new(Vec::new()),
        });
        let receive = Rc::new(receive);

        let (on, to) = (Rc::clone(&wire), Rc::clone(&receive));
        let on_message = Closure::new(move |message: MessageEvent| {
            on.has_spoken.set(true);
            match serde_wasm_bindgen::from_value::<Event>(message.data()) {
                Ok(Event::Alive { lock }) => {
                    let (wire, to) = (Rc::clone(&on), Rc::clone(&to));
                    when_free(&lock, move || {
                        if !wire.is_dropped.get() {
                            to(FromWorker::Stopped(EngineEnd::WorkerEnded));
                        }
                    });
                }
                Ok(Event::Program { bytes, total }) => {
                    on.has_program.set(bytes >= total);
                    // It may run before it has been counted to its end.
                    if !on.is_listening.get() {
                        to(FromWorker::Event(Event::Program { bytes, total }));
                    }
                }
                Ok(Event::Started) => {
                    on.has_program.set(true);
                    on.listen();
                }
                Ok(Event::Stopped { .. }) if !on.has_program.get() => {
                    to(FromWorker::Stopped(EngineEnd::NotLoaded(WORKER_URL)));
                }
                Ok(event) => to(FromWorker::Event(event)),
                Err(error) => {
                    logging::error!("not an engine event: {error}");
                    to(FromWorker::Stopped(EngineEnd::Misfit));
                }
            }
        });
        let (silent, to) = (Rc::clone(&wire), Rc::clone(&receive));
        set_timeout(
            move || {
                if !silent.has_spoken.get() && !silent.is_dropped.get() {
                    to(FromWorker::Stopped(EngineEnd::NotLoaded(WORKER_URL)));
                }
            },
            PATIENCE,
        );
        let on_error = Closure::new(move |event: web_sys::Event| {
            let said = event
                .dyn_ref::<ErrorEvent>()
                .map(ErrorEvent::message)
                .unwrap_or_default();
            receive(FromWorker::Stopped(if said.is_empty() {
                EngineEnd::NotLoaded(WORKER_URL)
            } else {
                EngineEnd::Said(said)
            }));
        });
        wire.worker
            .set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        wire.worker
            .set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            wire,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Sends a request, now or as soon as the worker listens. `folder` goes beside a request to open the package in it: a folder
    /// on the disk, which no text can name.
    pub(crate) fn send(&self, request: Request, folder: Option<JsValue>) {
        if self.wire.is_listening.get() {
            self.wire.post(&request, folder.as_ref());
        } else {
            self.wire.waiting.borrow_mut().push((request, folder));
        }
    }
}

impl Drop for EngineLink {
    fn drop(&mut self) {
        self.wire.is_dropped.set(true);
        self.wire.worker.set_onmessage(None);
        self.wire.worker.set_onerror(None);
        self.wire.worker.terminate();
    }
}

impl Wire {
    fn listen(&self) {
        self.is_listening.set(true);
        for (request, folder) in self.waiting.take() {
            self.post(&request, folder.as_ref());
        }
    }

    fn post(&self, request: &Request, folder: Option<&JsValue>) {
        if let Err(error) = self.try_post(request, folder) {
            logging::error!("a request was not sent: {}", error_text(&error));
        }
    }

    fn try_post(&self, request: &Request, folder: Option<&JsValue>) -> Result<(), JsValue> {
        let message = serde_wasm_bindgen::to_value(request)?;
        if let Some(folder) = folder {
            Reflect::set(&message, &"folder".into(), folder)?;
        }
        let transferred = Array::new();
        if matches!(request, Request::SetPicture { .. })
            && let Ok(bytes) = Reflect::get(&message, &"bytes".into())?.dyn_into::<Uint8Array>()
        {
            transferred.push(&bytes.buffer());
        }
        self.worker
            .post_message_with_transfer(&message, &transferred)
    }
}

/// Calls `ended` when the lock is free that a worker holds while it lives: when it has ended, by whatever cause. A browser tells
/// nobody when it ends one for want of memory.
fn when_free(lock: &str, ended: impl FnOnce() + 'static) {
    let navigator = leptos::prelude::window().navigator();
    let Ok(locks) = Reflect::get(&navigator, &"locks".into()) else {
        return;
    };
    let Some(request) = Reflect::get(&locks, &"request".into())
        .ok()
        .and_then(|request| request.dyn_into::<Function>().ok())
    else {
        return;
    };
    let ended = Closure::once_into_js(ended);
    let asked = request.call2(&locks, &lock.into(), &ended);
    spawn_local(async move {
        let asked = asked.and_then(JsCast::dyn_into::<Promise>);
        let refused = match asked {
            Ok(asked) => JsFuture::from(asked).await.err(),
            Err(error) => Some(error),
        };
        if let Some(error) = refused {
            logging::warn!(
                "the worker's end would go unnoticed: {}",
                error_text(&error)
            );
        }
    });
}

/// What a JavaScript error says, in its own words.
pub(crate) fn error_text(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}
