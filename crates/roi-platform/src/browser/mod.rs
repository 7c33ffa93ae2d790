//! Static hosts, the worker's clock, WebGPU.

mod body;
mod buffers;
mod device;
mod package;
mod patience;

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::WorkerGlobalScope;

pub(crate) use buffers::free_buffers;
pub use device::{open_cuda, open_device};
pub use package::Package;

/// Milliseconds since the worker began.
#[must_use]
pub fn now_ms() -> f64 {
    scope().performance().map_or(0.0, |clock| clock.now())
}

/// The worker this runs in; the engine lives in no other place of a browser.
fn scope() -> WorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// What a caught JavaScript value says.
fn words(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{error:?}"),
    }
}

/// A property that is there.
fn get(object: &JsValue, key: &str) -> Option<JsValue> {
    let value = Reflect::get(object, &key.into()).ok()?;
    (!value.is_null() && !value.is_undefined()).then_some(value)
}
