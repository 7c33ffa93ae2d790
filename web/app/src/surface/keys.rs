//! Keys on the canvas: those of boxes, which the list of boxes takes too, and those of the view. Some mean boxes everywhere.

use leptos::{ev, prelude::*};
use roi_geom::{BoxTool, Key, Modifiers, Viewport};
use web_sys::KeyboardEvent;

use crate::{
    keyboard::{are_boxes_at_hand, is_focus_beside_boxes},
    question_field::insert_region,
    session::Session,
    viewport::SharedViewport,
};

/// How far an arrow moves the view, in CSS pixels; with Shift ten times as far.
const PAN_STEP: f64 = 20.0;

/// A key was pressed on the canvas.
pub(super) fn key_pressed(session: Session, viewport: SharedViewport, ev: &KeyboardEvent) {
    let is_for_boxes = box_key_pressed(session, ev) || tab_pressed(session, ev);
    if is_for_boxes && let Some(selected) = session.selected_box_untracked() {
        // Who moves a box by keys follows it.
        viewport.change(|viewport| viewport.reveal(selected));
    }
    if is_for_boxes || view_key_pressed(viewport, ev) || digit_pressed(session, ev) {
        ev.prevent_default();
    }
}

/// Does what a key does to boxes, if anything; says whether it did. Only the focus can tell whether Tab is such a key.
pub(crate) fn box_key_pressed(session: Session, ev: &KeyboardEvent) -> bool {
    let held = modifiers_of(ev);
    let key = match ev.key().as_str() {
        "Delete" | "Backspace" => Key::Delete,
        "Escape" => Key::Escape,
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "ArrowUp" => Key::Up,
        "ArrowDown" => Key::Down,
        "z" | "Z" if held.control => {
            if held.shift {
                session.redo();
            } else {
                session.undo();
            }
            return true;
        }
        "y" | "Y" if held.control => {
            session.redo();
            return true;
        }
        "d" | "D" if held.control => {
            session.change_boxes(BoxTool::duplicate);
            return true;
        }
        _ => return false,
    };
    match (key, session.selected_untracked()) {
        (Key::Delete, Some(index)) => {
            session.remove_box(index);
            true
        }
        _ => session.change_boxes(|tool| tool.key(key, held)),
    }
}

/// Takes those keys of boxes that mean nothing where the focus is: it may be on the button that added the box, or opened the
/// picture.
pub(super) fn take_keys_everywhere(session: Session) {
    let pressed = window_event_listener(ev::keydown, move |ev| {
        let is_one = match ev.key().as_str() {
            "Delete" | "Backspace" => is_focus_beside_boxes(),
            "z" | "Z" | "y" | "Y" => modifiers_of(&ev).control && are_boxes_at_hand(),
            _ => false,
        };
        if is_one && !ev.default_prevented() && box_key_pressed(session, &ev) {
            ev.prevent_default();
        }
    });
    on_cleanup(move || pressed.remove());
}

fn tab_pressed(session: Session, ev: &KeyboardEvent) -> bool {
    ev.key() == "Tab" && session.change_boxes(|tool| tool.key(Key::Tab, modifiers_of(ev)))
}

/// Does what a key does to the view, if anything; says whether it did.
fn view_key_pressed(viewport: SharedViewport, ev: &KeyboardEvent) -> bool {
    if ev.ctrl_key() || ev.meta_key() || ev.alt_key() {
        // Those zoom the whole page.
        return false;
    }
    let step = if ev.shift_key() {
        10.0 * PAN_STEP
    } else {
        PAN_STEP
    };
    let (dx, dy) = match ev.key().as_str() {
        "+" | "=" => {
            viewport.change(Viewport::zoom_in);
            return true;
        }
        "-" | "_" => {
            viewport.change(Viewport::zoom_out);
            return true;
        }
        "0" => {
            viewport.change(Viewport::fit);
            return true;
        }
        "ArrowLeft" => (step, 0.0),
        "ArrowRight" => (-step, 0.0),
        "ArrowUp" => (0.0, step),
        "ArrowDown" => (0.0, -step),
        _ => return false,
    };
    // Where all of the picture is seen the page may scroll.
    viewport.change(|viewport| {
        viewport.pan_by(dx, dy);
        !viewport.is_fitted()
    })
}

/// Puts the region of a digit into the question, if there is one; says whether it did.
pub(crate) fn digit_pressed(session: Session, ev: &KeyboardEvent) -> bool {
    match ev.key().parse::<usize>() {
        Ok(number @ 1..=9)
            if !modifiers_of(ev).control && session.n_boxes_untracked() >= number =>
        {
            insert_region(session, number);
            session.inserted.set(Some(number));
            true
        }
        _ => false,
    }
}

fn modifiers_of(ev: &KeyboardEvent) -> Modifiers {
    Modifiers {
        shift: ev.shift_key(),
        control: ev.ctrl_key() || ev.meta_key(),
    }
}
