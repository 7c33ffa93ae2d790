//! Events on their way to the page.

use roi_engine::EngineError;
use roi_platform::DeviceError;
use roi_protocol::{Event, FailureKind};
use wasm_bindgen::JsCast as _;
use web_sys::DedicatedWorkerGlobalScope;

use crate::keep::CareError;

/// The worker's own scope.
pub(crate) fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Sends an event to the page.
pub(crate) fn post(event: &Event) {
    let sent = serde_wasm_bindgen::to_value(event)
        .map_err(wasm_bindgen::JsValue::from)
        .and_then(|message| scope().post_message(&message));
    if let Err(error) = sent {
        web_sys::console::error_2(&"an event was not sent:".into(), &error);
    }
}

/// Tells the page that a request failed.
pub(crate) fn post_failure(error: &(dyn std::error::Error + 'static)) {
    post(&Event::Failed {
        error: sentence(&error.to_string()),
        is_transient: is_transient(error),
        kind: kind(error),
    });
}

fn kind(error: &(dyn std::error::Error + 'static)) -> FailureKind {
    if let Some(error) = error.downcast_ref::<DeviceError>() {
        return match error {
            DeviceError::NoWebGpu => FailureKind::NoWebGpu,
            DeviceError::NoBrowserAdapter | DeviceError::BrowserGpu { .. } => {
                FailureKind::NoAdapter
            }
            DeviceError::MissingFeature { .. } => FailureKind::MissingFeature,
            _ => FailureKind::Other,
        };
    }
    if let Some(CareError::Busy) = error.downcast_ref() {
        return FailureKind::PackageBusy;
    }
    error
        .downcast_ref()
        .map(EngineError::kind)
        .unwrap_or_default()
}

fn is_transient(error: &(dyn std::error::Error + 'static)) -> bool {
    if let Some(error) = error.downcast_ref::<DeviceError>() {
        return error.is_transient();
    }
    if let Some(CareError::Busy) = error.downcast_ref() {
        return true;
    }
    error
        .downcast_ref::<EngineError>()
        .is_some_and(EngineError::is_transient)
}

/// An error message as a sentence: with a capital and a full stop.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    let mut sentence: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    sentence.push_str(chars.as_str());
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}
