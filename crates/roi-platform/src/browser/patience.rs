//! Waiting for a host, but not for ever.

use std::cell::Cell;
use std::pin::pin;

use futures::future::{Either, select};
use js_sys::{Function, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::scope;

/// A host that says nothing for so long has gone, whatever the connection thinks.
const SILENCE_MS: i32 = 60_000;

/// What a promise gives, or an error if it takes too long.
pub(super) async fn unless_silent(promise: Promise) -> Result<JsValue, JsValue> {
    match within(SILENCE_MS, JsFuture::from(promise)).await {
        Some(settled) => settled,
        None => Err(silence(SILENCE_MS)),
    }
}

/// What is said of a host that gave nothing for so long.
pub(super) fn silence(patience_ms: i32) -> JsValue {
    js_sys::Error::new(&format!("nothing came for {} s", patience_ms / 1000)).into()
}

/// What comes of some work, unless it takes longer; then it is given up.
pub(super) async fn within<T>(patience_ms: i32, work: impl Future<Output = T>) -> Option<T> {
    let timer = Cell::new(None);
    let end = Promise::new(&mut |end, _| {
        let started =
            scope().set_timeout_with_callback_and_timeout_and_arguments_0(&end, patience_ms);
        timer.set(Some(Timer {
            started: started.ok(),
            end,
        }));
    });
    match select(pin!(work), pin!(JsFuture::from(end))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Stopped when it is dropped, also by whoever waits no more.
struct Timer {
    started: Option<i32>,
    /// Settles the promise that is waited for.
    end: Function,
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(started) = self.started {
            scope().clear_timeout_with_handle(started);
        }
        // A promise that never settles keeps whoever waited for it in memory.
        self.end.call0(&JsValue::UNDEFINED).ok();
    }
}
