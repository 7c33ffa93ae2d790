//! What keys do to boxes: everything that a hand can, for hands that do not hold a pointer.

use super::BoxTool;
use crate::{
    Handle, PointPx,
    gesture::{moved_by, resized_to},
};

/// Modifier keys held during an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Shift: draw inside a box; longer steps.
    pub shift: bool,
    /// Ctrl, or Command on a Mac: resize instead of move.
    pub control: bool,
}

/// The keys the tool understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Remove the selected box.
    Delete,
    /// Abandon the gesture or the box under way, else select nothing.
    Escape,
    /// Move the selected box, or its right edge.
    Left,
    /// Move the selected box, or its right edge.
    Right,
    /// Move the selected box, or its bottom edge.
    Up,
    /// Move the selected box, or its bottom edge.
    Down,
    /// Select the next box, with Shift the previous one: round the list, and out of it when each box has had its turn.
    Tab,
}

/// Tabs in one direction, with nothing selected otherwise in between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Walk {
    backwards: bool,
    n_visited: usize,
}

impl BoxTool {
    /// A key. Says whether it meant something here; if not, it belongs to someone else.
    pub fn key(&mut self, key: Key, modifiers: Modifiers) -> bool {
        match (key, self.selected) {
            (Key::Escape, _) if self.gesture.is_some() || self.begun.is_some() => {
                self.pointer_cancel();
                self.begun = None;
            }
            (Key::Escape, Some(_)) => self.select(None),
            (Key::Tab, _) => return self.cycle(modifiers.shift),
            (Key::Delete, Some(index)) => return self.remove(index).is_ok(),
            (Key::Left, Some(index)) => self.nudge(index, -1.0, 0.0, modifiers),
            (Key::Right, Some(index)) => self.nudge(index, 1.0, 0.0, modifiers),
            (Key::Up, Some(index)) => self.nudge(index, 0.0, -1.0, modifiers),
            (Key::Down, Some(index)) => self.nudge(index, 0.0, 1.0, modifiers),
            _ => return false,
        }
        true
    }

    fn nudge(&mut self, index: usize, dx: f64, dy: f64, modifiers: Modifiers) {
        self.settle();
        let step = if modifiers.shift { 10.0 } else { 1.0 };
        let before = self.boxes[index].sorted();
        let after = if modifiers.control {
            let edge = Handle::SouthEast.on(before);
            let edge = PointPx::new(
                (edge.x + dx * step).max(before.x1 + 1.0),
                (edge.y + dy * step).max(before.y1 + 1.0),
            );
            resized_to(before, Handle::SouthEast, edge, self.picture)
        } else {
            moved_by(before, dx * step, dy * step, self.picture)
        };
        self.replace(index, after);
    }

    /// Goes round until each box has been visited; then the key is not ours, so that the focus moves on and is not trapped here.
    fn cycle(&mut self, backwards: bool) -> bool {
        self.settle();
        let n_boxes = self.boxes.len();
        let n_visited = self
            .walk
            .filter(|walk| walk.backwards == backwards)
            .map_or(0, |walk| walk.n_visited);
        let next = match (self.selected, backwards) {
            (None, false) => 0,
            (None, true) => n_boxes.saturating_sub(1),
            (Some(index), false) => (index + 1) % n_boxes,
            (Some(index), true) => (index + n_boxes - 1) % n_boxes,
        };
        if n_visited >= n_boxes || self.selected == Some(next) {
            self.select(None);
            return false;
        }
        self.select(Some(next));
        self.walk = Some(Walk {
            backwards,
            n_visited: n_visited + 1,
        });
        true
    }
}
