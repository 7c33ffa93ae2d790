//! The worker that draws scenes: started when the first one is asked for, gone when it has been drawn.

use futures::channel::oneshot;
use js_sys::Math;
use leptos::logging;
use roi_protocol::{DrawnScene, SceneEvent, SceneRequest};
use roi_words::SceneTrouble;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use crate::engine_link::error_text;

/// Written by Trunk beside the page; its name is that of the worker's package.
const WORKER_URL: &str = "./roichat-scenes_loader.js";

/// Any seed.
pub(crate) fn any_seed() -> u32 {
    (Math::random() * f64::from(u32::MAX)) as u32
}

/// Draws the scene of a seed.
///
/// # Errors
/// Why there is none.
pub(crate) async fn draw(seed: u32) -> Result<DrawnScene, SceneTrouble> {
    let refused = |error: &JsValue| SceneTrouble::Said(error_text(error));
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(WORKER_URL, &options).map_err(|e| refused(&e))?;
    let worker = Ended(worker);

    let (sender, receiver) = oneshot::channel();
    let sender = Rc::new(RefCell::new(Some(sender)));
    let end = Rc::clone(&sender);
    let finish = move |outcome: Result<DrawnScene, SceneTrouble>| {
        if let Some(sender) = end.borrow_mut().take() {
            // Whoever asked may have stopped waiting.
            sender.send(outcome).ok();
        }
    };
    let (drawer, drawn) = (worker.0.clone(), finish.clone());
    let on_message = Closure::<dyn FnMut(_)>::new(move |message: MessageEvent| {
        match serde_wasm_bindgen::from_value::<SceneEvent>(message.data()) {
            Ok(SceneEvent::Started) => {
                if let Err(error) = ask(&drawer, seed) {
                    drawn(Err(refused(&error)));
                }
            }
            Ok(SceneEvent::Drawn(scene)) => drawn(Ok(scene)),
            Ok(SceneEvent::Failed { error }) => drawn(Err(SceneTrouble::Said(error))),
            Err(error) => {
                logging::error!("not a scene event: {error}");
                drawn(Err(SceneTrouble::Misfit));
            }
        }
    });
    let on_error = Closure::<dyn FnMut(_)>::new(move |_: web_sys::Event| {
        finish(Err(SceneTrouble::NotLoaded(WORKER_URL)));
    });
    worker
        .0
        .set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker
        .0
        .set_onerror(Some(on_error.as_ref().unchecked_ref()));
    receiver.await.unwrap_or(Err(SceneTrouble::Stopped))
}

fn ask(worker: &Worker, seed: u32) -> Result<(), JsValue> {
    worker.post_message(&serde_wasm_bindgen::to_value(&SceneRequest { seed })?)
}

/// A worker that ends with whoever asked.
struct Ended(Worker);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.set_onmessage(None);
        self.0.set_onerror(None);
        self.0.terminate();
    }
}
