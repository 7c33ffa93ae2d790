//! Copying and pasting on the page: boxes and pictures.
//!
//! A copied box is remembered by the page and also left on the clipboard as text, by which it is known to be what was copied last:
//! only that is pasted.

use leptos::{ev, prelude::*};
use web_sys::DataTransfer;

use crate::{
    keyboard::{are_boxes_at_hand, is_focus_on_boxes, is_typed_into},
    picture::first_file,
    session::Session,
};

/// Lets the page take part in copying and pasting.
pub(crate) fn use_clipboard(session: Session) {
    let copy = window_event_listener(ev::copy, move |ev| {
        if !is_focus_on_boxes() {
            return;
        }
        let (Some(copied), Some(clipboard)) = (session.copy_box(), ev.clipboard_data()) else {
            return;
        };
        if clipboard
            .set_data("text/plain", &copied.to_string())
            .is_ok()
        {
            ev.prevent_default();
        }
    });
    let paste = window_event_listener(ev::paste, move |ev| {
        if let Some(file) = first_file(ev.clipboard_data()) {
            ev.prevent_default();
            session.open_file(file);
        } else if are_boxes_at_hand() && session.paste_box(&text_of(ev.clipboard_data())) {
            ev.prevent_default();
        }
    });
    // On some systems a middle button that is released pastes. Outside of text it has moved the view instead.
    let released = window_event_listener(ev::mouseup, move |ev| {
        if ev.button() == 1 && !is_typed_into(&ev) {
            ev.prevent_default();
        }
    });
    on_cleanup(move || {
        copy.remove();
        paste.remove();
        released.remove();
    });
}

/// The text on the clipboard; nothing if there is none.
fn text_of(clipboard: Option<DataTransfer>) -> String {
    clipboard
        .and_then(|clipboard| clipboard.get_data("text/plain").ok())
        .unwrap_or_default()
}
