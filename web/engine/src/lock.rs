//! A lock that the browser gives to one worker of this site and takes back when that worker ends, by whatever cause.

use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::future_to_promise;

use crate::post::scope;

/// The lock, held until this is dropped; nothing where the browser has no locks.
#[derive(Debug)]
pub(crate) struct Held {
    _release: Option<oneshot::Sender<()>>,
}

/// Holds the lock that bears this worker's name, if it has one, for as long as the worker lives: whoever gets it next knows that it
/// has ended.
pub(crate) async fn show_life() {
    let name = scope().name();
    if !name.is_empty() {
        std::mem::forget(hold(&name, || {}).await);
    }
}

/// Waits for the lock of this name. `on_wait` is called if another tab has it.
pub(crate) async fn hold(name: &str, on_wait: impl FnOnce()) -> Held {
    if let Some(held) = request(name, true).await {
        return held;
    }
    on_wait();
    let held = request(name, false).await;
    held.unwrap_or(Held { _release: None })
}

/// Asks for the lock; `None` if it is not to be had at once, and was asked for `at_once`.
async fn request(name: &str, at_once: bool) -> Option<Held> {
    let nothing = Some(Held { _release: None });
    let locks = Reflect::get(&scope().navigator(), &"locks".into()).ok();
    let request = locks.as_ref().and_then(|locks| {
        let request = Reflect::get(locks, &"request".into()).ok()?;
        request.dyn_into::<Function>().ok()
    });
    let (Some(locks), Some(request)) = (locks, request) else {
        return nothing;
    };
    let options = Object::new();
    if Reflect::set(&options, &"ifAvailable".into(), &at_once.into()).is_err() {
        return nothing;
    }
    let (answer, answered) = oneshot::channel();
    // The browser holds the lock for as long as the promise that this returns is open.
    let on_answer = Closure::once(move |lock: JsValue| -> Promise {
        let (release, released) = oneshot::channel::<()>();
        let is_granted = !lock.is_null();
        // Nobody waits any more only if the worker ends.
        answer
            .send(is_granted.then_some(Held {
                _release: Some(release),
            }))
            .ok();
        future_to_promise(async move {
            if is_granted {
                released.await.ok();
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let on_answer = on_answer.into_js_value();
    if request
        .call3(&locks, &name.into(), &options, &on_answer)
        .is_err()
    {
        return nothing;
    }
    answered.await.ok().flatten()
}
