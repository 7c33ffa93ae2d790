//! A lock that the browser gives to one worker of this site, or to several that share it, and takes back when a worker ends, by
//! whatever cause.

use std::cell::RefCell;
use std::rc::Rc;

use futures::channel::oneshot;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::post::scope;

/// The lock, held until this is dropped; nothing where the browser gives out no locks.
#[derive(Debug)]
pub(crate) struct Held {
    _release: Option<oneshot::Sender<()>>,
}

/// With whom a lock is held.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    /// With nobody.
    Alone,
    /// With others who share it, too.
    Shared,
}

/// Waits for the lock of this name. `on_wait` is called if another tab has it.
pub(crate) async fn hold(name: &str, mode: Mode, on_wait: impl FnOnce()) -> Held {
    if let Some(held) = try_hold(name, mode).await {
        return held;
    }
    on_wait();
    let held = request(name, mode, false).await;
    held.unwrap_or(Held { _release: None })
}

/// The lock of this name, unless another tab has it.
pub(crate) async fn try_hold(name: &str, mode: Mode) -> Option<Held> {
    request(name, mode, true).await
}

/// Asks for the lock; `None` if it is not to be had at once, and was asked for `at_once`.
async fn request(name: &str, mode: Mode, at_once: bool) -> Option<Held> {
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
    let mode = match mode {
        Mode::Alone => "exclusive",
        Mode::Shared => "shared",
    };
    if Reflect::set(&options, &"ifAvailable".into(), &at_once.into()).is_err()
        || Reflect::set(&options, &"mode".into(), &mode.into()).is_err()
    {
        return nothing;
    }
    let (answer, answered) = oneshot::channel();
    let answer = Rc::new(RefCell::new(Some(answer)));
    let refused = Rc::clone(&answer);
    let say = |answer: &RefCell<Option<oneshot::Sender<_>>>, held| {
        if let Some(answer) = answer.borrow_mut().take() {
            // Nobody waits any more only if the worker ends.
            answer.send(held).ok();
        }
    };
    // The browser holds the lock for as long as the promise that this returns is open.
    let on_answer = Closure::once(move |lock: JsValue| -> Promise {
        let (release, released) = oneshot::channel::<()>();
        let is_granted = !lock.is_null();
        let held = is_granted.then_some(Held {
            _release: Some(release),
        });
        say(&answer, held);
        future_to_promise(async move {
            if is_granted {
                released.await.ok();
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let on_answer = on_answer.into_js_value();
    let Ok(asked) = request.call3(&locks, &name.into(), &options, &on_answer) else {
        return nothing;
    };
    // A browser that keeps nothing for this site may refuse its locks, too; and a lock that was held is no longer asked for.
    wasm_bindgen_futures::spawn_local(async move {
        if JsFuture::from(asked.unchecked_into::<Promise>())
            .await
            .is_err()
        {
            say(&refused, Some(Held { _release: None }));
        }
    });
    answered.await.ok().flatten()
}
