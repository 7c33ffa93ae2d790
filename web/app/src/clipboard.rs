//! Copying and pasting on the page: boxes and pictures.
//!
//! A copied box is remembered by the page and also left on the clipboard as text, so that it takes the place of a picture that was
//! copied before it: what is pasted is what was copied last.

use leptos::{ev, prelude::*};

use crate::{
    keyboard::{are_boxes_at_hand, is_focus_on_boxes},
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
        } else if are_boxes_at_hand() && session.paste_box() {
            ev.prevent_default();
        }
    });
    on_cleanup(move || {
        copy.remove();
        paste.remove();
    });
}
