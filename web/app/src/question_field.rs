//! The text area of the next question, from wherever on the page: to go on in it, and to put a region into it.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlTextAreaElement;

use crate::{keyboard::is_pressed_by_key, session::Session};

/// Id of the text area.
pub(crate) const QUESTION_ID: &str = "question";

/// Goes on in the question, at its end.
pub(crate) fn focus_question() {
    request_animation_frame(|| {
        if let Some(area) = question_area() {
            let end = area.value().encode_utf16().count() as u32;
            area.focus().ok();
            area.set_selection_range(end, end).ok();
        }
    });
}

/// The same where a button goes that was pressed by a key, and the focus would go with it. Who pressed it by a finger would get
/// a keyboard on the screen instead.
pub(crate) fn go_on_in_question(ev: &web_sys::MouseEvent) {
    if is_pressed_by_key(ev) {
        focus_question();
    }
}

fn question_area() -> Option<HtmlTextAreaElement> {
    document().get_element_by_id(QUESTION_ID)?.dyn_into().ok()
}

/// Inserts a region and goes on in the question.
pub(crate) fn go_on_with_region(session: Session, number: usize) {
    insert_region(session, number);
    if let Some(area) = question_area() {
        area.focus().ok();
    }
}

/// Puts `<regionN>` where the cursor is in the question, in place of what is selected, and the cursor behind it. The focus stays
/// where it is. A word before it keeps its distance.
pub(crate) fn insert_region(session: Session, number: usize) {
    let Some(area) = question_area() else { return };
    // The browser counts positions in UTF-16 units.
    let text: Vec<u16> = area.value().encode_utf16().collect();
    let position = |found: Result<Option<u32>, _>| {
        found
            .ok()
            .flatten()
            .map_or(text.len(), |at| (at as usize).min(text.len()))
    };
    let start = position(area.selection_start());
    let end = position(area.selection_end()).max(start);
    let before = String::from_utf16_lossy(&text[..start]);
    let gap = if before.ends_with(char::is_alphanumeric) {
        " "
    } else {
        ""
    };
    let inserted = format!("{gap}<region{number}>");
    let after = String::from_utf16_lossy(&text[end..]);
    let question = format!("{before}{inserted}{after}");
    let cursor = (start + inserted.encode_utf16().count()) as u32;
    // At once, since the next key may come before the page has followed the signal.
    area.set_value(&question);
    area.set_selection_range(cursor, cursor).ok();
    session.question.set(question);
}

/// As many lines as the question has, up to what the style sheet allows.
pub(crate) fn grow(area: &HtmlTextAreaElement) {
    let area = area.clone();
    request_animation_frame(move || {
        let style = web_sys::HtmlElement::style(&area);
        style.set_property("height", "auto").ok();
        style
            .set_property("height", &format!("{}px", area.scroll_height() + 2))
            .ok();
    });
}
