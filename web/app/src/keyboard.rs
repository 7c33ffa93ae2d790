//! Whose a key is: shortcuts keep out of what people type into and press.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, MouseEvent};

/// What text is typed into, or letters choose from. Other inputs are buttons.
const TYPED_INTO: &str =
    "input:not([type=file], [type=checkbox]), textarea, select, [contenteditable]";

/// What takes keys itself.
const CONTROLS: &str = "input, textarea, select, button, summary, a, dialog, [contenteditable]";

/// Whether the event happened where text is typed.
pub(crate) fn is_typed_into(ev: &Event) -> bool {
    target_of(ev).is_some_and(|target| is_within(&target, TYPED_INTO))
}

/// Whether the event happened on something that takes keys itself, such as a button.
pub(crate) fn is_on_control(ev: &Event) -> bool {
    target_of(ev).is_some_and(|target| is_within(&target, CONTROLS))
}

/// Whether a key that goes to nobody else may mean the boxes: nobody types, and no dialog stands before them. It goes by the focus,
/// which events of the clipboard do not happen at.
pub(crate) fn are_boxes_at_hand() -> bool {
    let document = document();
    let is_typing = document
        .active_element()
        .is_some_and(|focused| is_within(&focused, TYPED_INTO));
    let is_dialog_open = document
        .query_selector("dialog[open], [popover]:popover-open")
        .is_ok_and(|found| found.is_some());
    !is_typing && !is_dialog_open
}

/// Whether a key that removes may mean a box: whoever reads the conversation, or changes a setting, has no box in mind.
pub(crate) fn is_focus_beside_boxes() -> bool {
    let focused = document().active_element();
    are_boxes_at_hand()
        && focused.is_none_or(|focused| {
            focused.tag_name() == "BODY" || is_within(&focused, ".picture-pane, .boxes")
        })
}

/// Whether nothing has the focus, or what has it is out of use and about to lose it.
pub(crate) fn is_focus_lost() -> bool {
    let focused = document().active_element();
    focused.is_none_or(|focused| {
        focused.tag_name() == "BODY" || focused.matches(":disabled").unwrap_or(false)
    })
}

/// Whether a button was pressed by a key, and not by a mouse or a finger.
pub(crate) fn is_pressed_by_key(ev: &MouseEvent) -> bool {
    let button = ev
        .current_target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    button.is_some_and(|button| button.matches(":focus-visible").unwrap_or(false))
}

/// Whether the focus is where keys mean boxes before anything else: on the canvas or in the list.
pub(crate) fn is_focus_on_boxes() -> bool {
    let focused = document().active_element();
    are_boxes_at_hand() && focused.is_some_and(|focused| is_within(&focused, "canvas, .boxes"))
}

fn target_of(ev: &Event) -> Option<Element> {
    ev.target()?.dyn_into().ok()
}

fn is_within(element: &Element, selector: &str) -> bool {
    element.closest(selector).is_ok_and(|found| found.is_some())
}
