//! A moment in which other things of the worker go on.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::post::scope;

/// Lets so many milliseconds pass.
pub(crate) async fn pause(ms: i32) {
    let passed = Promise::new(&mut |end, _| {
        let started = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&end, ms);
        if started.is_err() {
            end.call0(&JsValue::UNDEFINED).ok();
        }
    });
    JsFuture::from(passed).await.ok();
}
