//! Requests from the page and what goes back.

use roi_protocol::{SceneEvent, SceneRequest};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::draw;

/// Starts to take requests, and says so.
pub(crate) fn listen() {
    let on_message = Closure::<dyn FnMut(_)>::new(move |message: MessageEvent| {
        post(&answer(&message));
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The worker listens as long as it lives.
    on_message.forget();
    post(&SceneEvent::Started);
}

fn answer(message: &MessageEvent) -> SceneEvent {
    let request = serde_wasm_bindgen::from_value::<SceneRequest>(message.data());
    let failed = |error: &dyn std::fmt::Display| SceneEvent::Failed {
        error: error.to_string(),
    };
    match request {
        Ok(SceneRequest { seed }) => match draw::scene(u64::from(seed)) {
            Ok(scene) => SceneEvent::Drawn(scene),
            Err(error) => failed(&error),
        },
        Err(error) => failed(&format!("the page sent no request that is known: {error}")),
    }
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

fn post(event: &SceneEvent) {
    let sent = serde_wasm_bindgen::to_value(event)
        .map_err(wasm_bindgen::JsValue::from)
        .and_then(|message| scope().post_message(&message));
    if let Err(error) = sent {
        web_sys::console::error_2(&"a scene was not sent:".into(), &error);
    }
}
