//! Which pointers draw and which move the view, and how far a wheel zooms.
//!
//! One pointer draws, unless a key or the middle button says that it moves the view. Two fingers
//! always move the view, and never draw: the first one's press is taken back when the second one
//! lands, and whichever stays longer goes on moving the view until it is lifted, too.

use crate::{RoomPx, Viewport};

/// Fingers nearer to each other than this, in CSS pixels, say nothing about size.
const MIN_SPREAD: f64 = 8.0;

/// What a press is meant as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// The button of a mouse or the tip of a pen: it draws.
    Draw,
    /// A finger: it draws as long as it is the only one.
    Finger,
    /// The middle button, or any press with Space or Alt held: it moves the view.
    Pan,
}

/// Whom an event of a pointer belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerUse {
    /// The box tool.
    Tool,
    /// The view, which has been moved, or nobody.
    View,
    /// The view from now on: the press that the box tool knows of is to be cancelled.
    TakenFromTool,
}

#[derive(Clone, Copy, Debug)]
struct Pressed {
    id: i32,
    at: RoomPx,
    is_finger: bool,
}

/// The pointers that are pressed on the surface.
#[derive(Clone, Debug, Default)]
pub struct Navigation {
    pressed: Vec<Pressed>,
    is_moving_view: bool,
}

impl Navigation {
    /// Whether the view is being moved.
    pub fn is_moving_view(&self) -> bool {
        self.is_moving_view
    }

    /// A pointer was pressed. `id` is the browser's name for it.
    pub fn press(&mut self, id: i32, at: RoomPx, press: Press) -> PointerUse {
        let is_finger = press == Press::Finger;
        let pressed = Pressed { id, at, is_finger };
        // One whose release got lost is pressed anew.
        self.pressed.retain(|other| other.id != id);
        let Some(first) = self.pressed.first() else {
            self.pressed.push(pressed);
            self.is_moving_view = press == Press::Pan;
            return if self.is_moving_view {
                PointerUse::View
            } else {
                PointerUse::Tool
            };
        };
        if !is_finger || !first.is_finger || self.pressed.len() > 1 {
            // The palm beside a pen, or a third finger.
            return PointerUse::View;
        }
        self.pressed.push(pressed);
        if std::mem::replace(&mut self.is_moving_view, true) {
            PointerUse::View
        } else {
            PointerUse::TakenFromTool
        }
    }

    /// A pointer moved, pressed or not: one that moves the view does.
    pub fn moved(&mut self, id: i32, at: RoomPx, viewport: &mut Viewport) -> PointerUse {
        let Some(place) = self.pressed.iter().position(|pressed| pressed.id == id) else {
            return if self.pressed.is_empty() {
                PointerUse::Tool
            } else {
                PointerUse::View
            };
        };
        let before = std::mem::replace(&mut self.pressed[place].at, at);
        if !self.is_moving_view {
            return PointerUse::Tool;
        }
        let other = self.pressed.iter().find(|pressed| pressed.id != id);
        match other {
            None => viewport.pan_by(at.x - before.x, at.y - before.y),
            Some(other) => {
                let (from, to) = (before.midpoint(other.at), at.midpoint(other.at));
                let (was, is) = (before.distance(other.at), at.distance(other.at));
                if was.min(is) >= MIN_SPREAD {
                    viewport.zoom_by(is / was, from);
                }
                viewport.pan_by(to.x - from.x, to.y - from.y);
            }
        }
        PointerUse::View
    }

    /// A pointer was lifted, or taken away by the system.
    pub fn release(&mut self, id: i32) -> PointerUse {
        let n_before = self.pressed.len();
        self.pressed.retain(|pressed| pressed.id != id);
        let was_moving_view = self.is_moving_view;
        self.is_moving_view = was_moving_view && !self.pressed.is_empty();
        if was_moving_view || self.pressed.len() == n_before {
            PointerUse::View
        } else {
            PointerUse::Tool
        }
    }
}

/// What turning a wheel by this many CSS pixels, downwards, enlarges by. A pinch on a trackpad
/// arrives as a wheel, too, in much smaller numbers.
pub fn wheel_zoom(turned: f64, is_pinch: bool) -> f64 {
    // A notch of a wheel is about 100 pixels, and a fifth then; faster wheels jump, but not far.
    const PER_PIXEL: f64 = 0.0018;
    const PINCH_PER_PIXEL: f64 = 0.01;
    const MOST: f64 = 0.7;
    let per_pixel = if is_pinch { PINCH_PER_PIXEL } else { PER_PIXEL };
    (-turned * per_pixel).clamp(-MOST, MOST).exp()
}

#[cfg(test)]
mod tests;
