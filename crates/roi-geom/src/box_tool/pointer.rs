//! What pointers do to boxes: pressing, dragging and clicking.
//!
//! A press that travels is a drag: it draws, or it moves or resizes what it took hold of. One that
//! does not is a click. In a box it selects, and a second one at the same place selects the next
//! larger box there. On free ground it lets go of a box that was chosen; with none chosen it
//! begins a new box, which follows the pointer until the next click ends it. A box that is
//! selected only because it has just been made does not stand in the way of the next one. With
//! Shift every place is free ground and nothing has to be let go first. While a box is begun there
//! is nothing but free ground, a drag draws as ever, and a second click where the first one was,
//! such as that of a double click, gives the box up.

use super::{Begun, BoxTool, Modifiers};
use crate::{
    CanvasPx, Hit, PointPx, ViewTransform,
    gesture::{Gesture, moved_by, resized_to, spanned},
    hit::{boxes_at, handle_at},
};

/// A press has to travel this far, in CSS pixels, before it is a drag and no click.
const DRAG_THRESHOLD: f64 = 4.0;

/// What kind of pointer speaks; fingers are wider than mice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// Mouse, trackpad or pen.
    Fine,
    /// A finger.
    Touch,
}

impl Pointer {
    /// How far around a handle a press still takes hold of it, in CSS pixels: half of the target's
    /// side, which for a finger is 44.
    fn reach(self) -> f64 {
        match self {
            Self::Fine => 8.0,
            Self::Touch => 22.0,
        }
    }
}

impl BoxTool {
    /// What a press at this point would take hold of. A box that fills the picture has no room to
    /// be carried to, so its inside is free for drawing.
    pub fn hit(&self, view: &ViewTransform, at: CanvasPx, pointer: Pointer) -> Hit {
        if self.begun.is_some() {
            return Hit::Nothing;
        }
        if let Some(index) = self.selected
            && let Some(handle) = handle_at(self.boxes[index], view, at, pointer.reach())
        {
            return Hit::Handle(handle);
        }
        let under = boxes_at(&self.boxes, view.image_from_canvas(at));
        let stays = self.is_last_click(view, at);
        let chosen = self.selected.filter(|index| stays && under.contains(index));
        chosen
            .or(under.first().copied())
            .filter(|&index| !self.fills_picture(index))
            .map_or(Hit::Nothing, Hit::Inside)
    }

    /// A press. With Shift it draws even inside a box.
    pub fn pointer_down(
        &mut self,
        view: &ViewTransform,
        at: CanvasPx,
        pointer: Pointer,
        modifiers: Modifiers,
    ) {
        self.pointer_cancel();
        self.finish_edit();
        let hit = if modifiers.shift {
            Hit::Nothing
        } else {
            self.hit(view, at, pointer)
        };
        let from = view.image_from_canvas(at).clamped(self.picture);
        self.gesture = Some(match (hit, self.selected) {
            (Hit::Handle(handle), Some(index)) => Gesture::Resize {
                index,
                handle,
                start: at,
                before: self.boxes[index],
            },
            (Hit::Inside(index), was_selected) => {
                let again = was_selected == Some(index);
                if !again {
                    self.choose(Some(index));
                }
                let before = self.boxes[index];
                Gesture::Move {
                    index,
                    start: at,
                    from: view.image_from_canvas(at),
                    before,
                    again,
                    moved: false,
                }
            }
            _ => Gesture::Draw {
                start: at,
                from,
                drawn: None,
                can_select: !modifiers.shift && self.begun.is_none(),
            },
        });
    }

    /// The pointer moved, pressed or not.
    pub fn pointer_move(&mut self, view: &ViewTransform, at: CanvasPx) {
        let here = view.image_from_canvas(at);
        let picture = self.picture;
        if let Some(begun) = &mut self.begun {
            let is_beside = view.canvas_from_image(begun.corner).distance(at) >= DRAG_THRESHOLD;
            begun.drawn = is_beside
                .then(|| spanned(begun.corner, here.clamped(picture)))
                .flatten();
        }
        match &mut self.gesture {
            None if self.begun.is_some() => self.hovered = None,
            None => self.hovered = boxes_at(&self.boxes, here).first().copied(),
            Some(Gesture::Draw {
                start, from, drawn, ..
            }) => {
                if drawn.is_some() || start.distance(at) >= DRAG_THRESHOLD {
                    *drawn = spanned(*from, here.clamped(picture));
                }
            }
            Some(Gesture::Move {
                index,
                start,
                from,
                before,
                moved,
                ..
            }) => {
                *moved = *moved || start.distance(at) >= DRAG_THRESHOLD;
                if *moved {
                    self.boxes[*index] =
                        moved_by(*before, here.x - from.x, here.y - from.y, picture);
                }
            }
            Some(Gesture::Resize {
                index,
                handle,
                start,
                before,
            }) => {
                if self.boxes[*index] != *before || start.distance(at) >= 1.0 {
                    self.boxes[*index] = resized_to(*before, *handle, here, picture);
                }
            }
        }
    }

    /// The pointer left the surface without being pressed.
    pub fn pointer_leave(&mut self) {
        if self.gesture.is_none() {
            self.hovered = None;
        }
    }

    /// The press ended: a drag does what it was doing, a click what this module says.
    pub fn pointer_up(&mut self, view: &ViewTransform, at: CanvasPx) {
        self.pointer_move(view, at);
        match self.gesture.take() {
            None => {}
            Some(Gesture::Draw {
                drawn: Some(drawn), ..
            }) => self.add(drawn),
            // Along one edge of a pixel a drag spans nothing, and is no click either.
            Some(Gesture::Draw { start, .. }) if start.distance(at) >= DRAG_THRESHOLD => {}
            Some(Gesture::Draw {
                from, can_select, ..
            }) => self.clicked_free_ground(from, can_select),
            Some(Gesture::Move {
                moved: false,
                again,
                from,
                ..
            }) => {
                let mut clicked = self.selected;
                if again && self.is_last_click(view, view.canvas_from_image(from)) {
                    let under = boxes_at(&self.boxes, from);
                    let place = under.iter().position(|&index| Some(index) == clicked);
                    clicked = place.map(|place| under[(place + 1) % under.len()]);
                }
                self.choose(clicked);
                self.last_click = Some(from);
            }
            Some(Gesture::Move { index, before, .. } | Gesture::Resize { index, before, .. }) => {
                self.last_click = None;
                let after = std::mem::replace(&mut self.boxes[index], before);
                self.replace(index, after);
            }
        }
    }

    /// The press was taken away, by the system or by a second finger: as if it had never been. A
    /// box begun by an earlier click still waits for its second corner.
    pub fn pointer_cancel(&mut self) {
        if let Some(Gesture::Move { index, before, .. } | Gesture::Resize { index, before, .. }) =
            self.gesture.take()
        {
            self.boxes[index] = before;
        }
    }

    fn clicked_free_ground(&mut self, at: PointPx, can_select: bool) {
        if let Some(begun) = self.begun.take() {
            if let Some(drawn) = begun.drawn {
                self.add(drawn);
            }
            return;
        }
        // It is free although there is a box if that box fills the picture.
        let under = boxes_at(&self.boxes, at).first().copied();
        let is_new = under != self.selected;
        let is_in_the_way = under.is_some() || !self.is_selected_unasked;
        if can_select && is_new && is_in_the_way {
            return self.select(under);
        }
        self.select(None);
        self.begun = Some(Begun {
            corner: at,
            drawn: None,
        });
    }

    fn is_last_click(&self, view: &ViewTransform, at: CanvasPx) -> bool {
        self.last_click
            .is_some_and(|click| view.canvas_from_image(click).distance(at) <= DRAG_THRESHOLD)
    }

    fn fills_picture(&self, index: usize) -> bool {
        let (width, height) = (
            f64::from(self.picture.width),
            f64::from(self.picture.height),
        );
        let b = self.boxes[index].sorted();
        b.x1 <= 0.0 && b.y1 <= 0.0 && b.x2 >= width && b.y2 >= height
    }
}
