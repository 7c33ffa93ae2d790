//! Mice, pens, fingers and wheels on the canvas: each event goes to the boxes or moves the view.

use leptos::{ev, html, prelude::*};
use roi_geom::{
    CanvasPx, Handle, Hit, Modifiers, Navigation, Pointer, PointerUse, Press, RoomPx,
    ViewTransform, wheel_zoom,
};
use web_sys::{MouseEvent, PointerEvent, WheelEvent};

use crate::{
    app::event_number,
    keyboard::{are_boxes_at_hand, is_on_control},
    session::Session,
    viewport::SharedViewport,
};

/// CSS pixels that a line is worth to browsers that count a wheel in lines: three make a notch.
const WHEEL_LINE: f64 = 33.0;

/// Everything that knows of pointers. A handle: copies are the same hands.
#[derive(Clone, Copy)]
pub(super) struct Hands {
    session: Session,
    stage: NodeRef<html::Div>,
    canvas: NodeRef<html::Canvas>,
    viewport: SharedViewport,
    navigation: StoredValue<Navigation>,
    /// Whether a pointer is over the canvas.
    is_over: StoredValue<bool>,
    is_space_held: RwSignal<bool>,
    is_moving_view: RwSignal<bool>,
    /// What the pointer looks like where it draws.
    cursor: RwSignal<&'static str>,
}

impl Hands {
    /// Hands on this canvas. They also listen to the Space key, wherever the focus is.
    pub(super) fn new(
        session: Session,
        stage: NodeRef<html::Div>,
        canvas: NodeRef<html::Canvas>,
        viewport: SharedViewport,
    ) -> Self {
        let hands = Self {
            session,
            stage,
            canvas,
            viewport,
            navigation: StoredValue::new(Navigation::default()),
            is_over: StoredValue::new(false),
            is_space_held: RwSignal::new(false),
            is_moving_view: RwSignal::new(false),
            cursor: RwSignal::new("crosshair"),
        };
        let pressed = window_event_listener(ev::keydown, move |ev| {
            if ev.key() == " " && hands.is_over.get_value() && are_boxes_at_hand() {
                hands.is_space_held.set(true);
                // A button that has the focus is pressed by it; anywhere else the page would scroll.
                if !is_on_control(&ev) {
                    ev.prevent_default();
                }
            }
        });
        let released = window_event_listener(ev::keyup, move |ev| {
            if ev.key() == " " {
                hands.is_space_held.set(false);
            }
        });
        let blurred = window_event_listener(ev::blur, move |_| hands.is_space_held.set(false));
        on_cleanup(move || {
            pressed.remove();
            released.remove();
            blurred.remove();
        });
        hands
    }

    /// What the pointer looks like.
    pub(super) fn cursor(self) -> &'static str {
        match (self.is_moving_view.get(), self.is_space_held.get()) {
            (true, _) => "grabbing",
            (false, true) => "grab",
            (false, false) => self.cursor.get(),
        }
    }

    pub(super) fn down(self, ev: &PointerEvent) {
        let (Some(press), Some(at)) = (self.press_of(ev), self.room_point(ev)) else {
            return;
        };
        if let Some(canvas) = self.canvas.get_untracked() {
            // A pointer that is already gone cannot be captured, and need not be.
            canvas.set_pointer_capture(ev.pointer_id()).ok();
            canvas.focus().ok();
        }
        if ev.button() == 0 {
            ev.prevent_default();
        }
        let used = self.navigate(|navigation| navigation.press(ev.pointer_id(), at, press));
        match used {
            PointerUse::Tool => {
                let Some((view, at)) = self.on_canvas(at) else {
                    return;
                };
                let (pointer, held) = (pointer_of(ev), modifiers_of(ev));
                self.session
                    .change_boxes(|tool| tool.pointer_down(&view, at, pointer, held));
            }
            PointerUse::TakenFromTool => self.session.change_boxes(|tool| tool.pointer_cancel()),
            PointerUse::View => {}
        }
    }

    pub(super) fn moved(self, ev: &PointerEvent) {
        self.is_over.set_value(true);
        let Some(at) = self.room_point(ev) else {
            return;
        };
        let used = self.navigate(|navigation| {
            let moved = |viewport: &mut _| Some(navigation.moved(ev.pointer_id(), at, viewport));
            self.viewport.change(moved).unwrap_or(PointerUse::View)
        });
        if used == PointerUse::Tool
            && let Some((view, at)) = self.on_canvas(at)
        {
            if ev.buttons() == 0 {
                self.show_hit(&view, at, ev);
            }
            self.session.point(&view, at);
        }
    }

    pub(super) fn up(self, ev: &PointerEvent) {
        let used = self.navigate(|navigation| navigation.release(ev.pointer_id()));
        if used == PointerUse::Tool
            && let Some(at) = self.room_point(ev)
            && let Some((view, at)) = self.on_canvas(at)
        {
            self.session.change_boxes(|tool| tool.pointer_up(&view, at));
        }
    }

    pub(super) fn cancelled(self, ev: &PointerEvent) {
        let used = self.navigate(|navigation| navigation.release(ev.pointer_id()));
        if used == PointerUse::Tool {
            self.session.change_boxes(|tool| tool.pointer_cancel());
        }
    }

    pub(super) fn left(self) {
        self.is_over.set_value(false);
        self.session.change_boxes(|tool| tool.pointer_leave());
    }

    /// Zooms about the pointer; sideways, or with Shift, moves the view. The page stays where it is.
    pub(super) fn wheel(self, ev: &WheelEvent) {
        ev.prevent_default();
        let (Some(at), Some(stage)) = (self.room_point(ev), self.stage.get_untracked()) else {
            return;
        };
        let pixels = match ev.delta_mode() {
            WheelEvent::DOM_DELTA_LINE => WHEEL_LINE,
            WheelEvent::DOM_DELTA_PAGE => f64::from(stage.client_height()),
            _ => 1.0,
        };
        let (dx, dy) = (ev.delta_x() * pixels, ev.delta_y() * pixels);
        self.viewport.change(|viewport| {
            if ev.ctrl_key() {
                viewport.zoom_by(wheel_zoom(dy, true), at);
            } else if ev.shift_key() {
                // Some browsers turn the wheel sideways themselves.
                viewport.pan_by(-dx - dy, 0.0);
            } else if dx.abs() > dy.abs() {
                viewport.pan_by(-dx, 0.0);
            } else {
                viewport.zoom_by(wheel_zoom(dy, false), at);
            }
        });
        // Another part of the picture may be under the pointer now.
        if let Some((view, at)) = self.on_canvas(at) {
            self.session.point(&view, at);
        }
    }

    fn show_hit(self, view: &ViewTransform, at: CanvasPx, ev: &PointerEvent) {
        let hit = self.session.tool.with_untracked(|tool| {
            tool.as_ref()
                .map_or(Hit::Nothing, |tool| tool.hit(view, at, pointer_of(ev)))
        });
        self.cursor.set(if ev.alt_key() {
            "grab"
        } else if ev.shift_key() {
            "crosshair"
        } else {
            cursor_over(hit)
        });
    }

    fn navigate<R>(self, event: impl FnOnce(&mut Navigation) -> R) -> R {
        let mut navigation = self.navigation.get_value();
        let result = event(&mut navigation);
        let is_moving_view = navigation.is_moving_view();
        if is_moving_view != self.is_moving_view.get_untracked() {
            self.is_moving_view.set(is_moving_view);
        }
        self.navigation.set_value(navigation);
        result
    }

    /// What a press of this button, with these keys, is meant as; nothing if the canvas has no use for it.
    fn press_of(self, ev: &PointerEvent) -> Option<Press> {
        match ev.button() {
            1 => Some(Press::Pan),
            0 if ev.alt_key() || self.is_space_held.get_untracked() => Some(Press::Pan),
            0 if pointer_of(ev) == Pointer::Touch => Some(Press::Finger),
            0 => Some(Press::Draw),
            _ => None,
        }
    }

    /// Where in the picture's room an event happened.
    fn room_point(self, ev: &MouseEvent) -> Option<RoomPx> {
        let stage = self.stage.get_untracked()?;
        let area = stage.get_bounding_client_rect();
        Some(RoomPx::new(
            event_number(ev, "clientX") - area.left() - f64::from(stage.client_left()),
            event_number(ev, "clientY") - area.top() - f64::from(stage.client_top()),
        ))
    }

    fn on_canvas(self, at: RoomPx) -> Option<(ViewTransform, CanvasPx)> {
        let viewport = self.viewport.get_untracked()?;
        Some((viewport.view(), viewport.canvas_from_room(at)))
    }
}

fn pointer_of(ev: &PointerEvent) -> Pointer {
    if ev.pointer_type() == "touch" {
        Pointer::Touch
    } else {
        Pointer::Fine
    }
}

fn modifiers_of(ev: &PointerEvent) -> Modifiers {
    Modifiers {
        shift: ev.shift_key(),
        control: ev.ctrl_key() || ev.meta_key(),
    }
}

fn cursor_over(hit: Hit) -> &'static str {
    match hit {
        Hit::Nothing => "crosshair",
        Hit::Inside(_) => "move",
        Hit::Handle(Handle::North | Handle::South) => "ns-resize",
        Hit::Handle(Handle::East | Handle::West) => "ew-resize",
        Hit::Handle(Handle::NorthWest | Handle::SouthEast) => "nwse-resize",
        Hit::Handle(Handle::NorthEast | Handle::SouthWest) => "nesw-resize",
    }
}
