//! Static hosts, the worker's clock, WebGPU.

mod body;
mod device;
mod package;
mod patience;

use wasm_bindgen::JsCast;
use web_sys::WorkerGlobalScope;

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
fn words(error: &wasm_bindgen::JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => format!("{error:?}"),
    }
}
