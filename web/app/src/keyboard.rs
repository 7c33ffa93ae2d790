//! Whose a key is: shortcuts keep out of what people type into and press.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

/// Whether the event happened where text is typed.
pub(crate) fn is_typed_into(ev: &Event) -> bool {
    is_within(ev, "input, textarea, select, [contenteditable]")
}

/// Whether the event happened on something that takes keys itself, such as a button.
pub(crate) fn is_on_control(ev: &Event) -> bool {
    is_within(
        ev,
        "input, textarea, select, button, summary, a, dialog, [contenteditable]",
    )
}

fn is_within(ev: &Event, selector: &str) -> bool {
    ev.target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|target| target.closest(selector).ok().flatten())
        .is_some()
}
