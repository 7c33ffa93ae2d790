//! The box tool: pointer and key events in, boxes out.
//!
//! It knows no browser. What it is told are points of the drawing surface and the view they
//! belong to; what it holds are boxes in picture pixels. Boxes made by the pointer or by keys lie
//! on whole pixels and inside the picture; coordinates typed as numbers are kept as typed until
//! the edit is finished, so that a person may pass through an impossible box on the way.

use crate::{
    BoxPx, CanvasPx, CanvasRect, Handle, Hit, PictureSize, PointPx, ViewTransform,
    gesture::{Gesture, moved_by, resized_to, spanned},
    history::History,
    hit::{boxes_at, handle_at},
};

/// A press has to travel this far, in CSS pixels, before it is a drag and no click.
const DRAG_THRESHOLD: f64 = 4.0;

/// How far a copy stands from a box at the same place, in pixels of the picture.
const PASTE_ASIDE: f64 = 8.0;

/// What kind of pointer speaks; fingers are wider than mice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// Mouse, trackpad or pen.
    Fine,
    /// A finger.
    Touch,
}

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
    /// Abandon the gesture under way, else select nothing.
    Escape,
    /// Move the selected box, or its right edge.
    Left,
    /// Move the selected box, or its right edge.
    Right,
    /// Move the selected box, or its bottom edge.
    Up,
    /// Move the selected box, or its bottom edge.
    Down,
    /// Select the next box, with Shift the previous one.
    Tab,
}

/// One of the four numbers of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coordinate {
    /// One vertical edge.
    X1,
    /// One horizontal edge.
    Y1,
    /// The other vertical edge.
    X2,
    /// The other horizontal edge.
    Y2,
}

/// Why a box was left where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BoxToolError {
    /// The box is numbered in something already said.
    #[error("region {} is part of the conversation", index + 1)]
    Pinned {
        /// Index of the box.
        index: usize,
    },
}

/// One box as it is to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxView {
    /// Its place in the list; its region's number is one more. `None`: it is still being drawn
    /// and not yet in the list.
    pub index: Option<usize>,
    /// Its outline.
    pub outline: CanvasRect,
    /// Whether it is the selected one.
    pub is_selected: bool,
    /// Whether the pointer, here or elsewhere on the page, points at it.
    pub is_hovered: bool,
    /// Its handles; empty unless it is selected.
    pub handles: Vec<CanvasPx>,
}

/// State of the box tool on one picture.
#[derive(Clone, Debug)]
pub struct BoxTool {
    picture: PictureSize,
    boxes: Vec<BoxPx>,
    selected: Option<usize>,
    hovered: Option<usize>,
    gesture: Option<Gesture>,
    /// Where the last click selected a box, so that the next one there takes the box beneath.
    last_click: Option<CanvasPx>,
    /// The list before the coordinates now being typed.
    before_edit: Option<Vec<BoxPx>>,
    pinned: usize,
    history: History,
}

impl BoxTool {
    /// A tool for a picture without boxes.
    pub fn new(picture: PictureSize) -> Self {
        Self {
            picture,
            boxes: Vec::new(),
            selected: None,
            hovered: None,
            gesture: None,
            last_click: None,
            before_edit: None,
            pinned: 0,
            history: History::default(),
        }
    }

    /// A tool for a picture that comes with boxes. Undoing does not go behind them.
    pub fn with_boxes(picture: PictureSize, boxes: Vec<BoxPx>) -> Self {
        Self {
            boxes,
            ..Self::new(picture)
        }
    }

    /// The picture the boxes lie on.
    pub fn picture(&self) -> PictureSize {
        self.picture
    }

    /// The boxes; box `k` of this list is region `k + 1`.
    pub fn boxes(&self) -> &[BoxPx] {
        &self.boxes
    }

    /// Index of the selected box.
    pub fn selected(&self) -> Option<usize> {
        self.selected
    }

    /// Whether [`BoxTool::undo`] would change anything.
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// Whether [`BoxTool::redo`] would change anything.
    pub fn can_redo(&self) -> bool {
        self.history.can_redo()
    }

    /// What a press at this point would take hold of. A box that fills the picture has no room to
    /// be carried to, so its inside is free for drawing.
    pub fn hit(&self, view: &ViewTransform, at: CanvasPx, pointer: Pointer) -> Hit {
        let reach = match pointer {
            Pointer::Fine => 8.0,
            Pointer::Touch => 22.0,
        };
        if let Some(index) = self.selected
            && let Some(handle) = handle_at(self.boxes[index], view, at, reach)
        {
            return Hit::Handle(handle);
        }
        let under = boxes_at(&self.boxes, view.image_from_canvas(at));
        let stays = self
            .last_click
            .is_some_and(|click| click.distance(at) <= DRAG_THRESHOLD);
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
                self.selected = Some(index);
                let before = self.boxes[index];
                let again = was_selected == Some(index);
                Gesture::Move {
                    index,
                    start: at,
                    from,
                    before,
                    again,
                    moved: false,
                }
            }
            _ => Gesture::Draw {
                start: at,
                from,
                drawn: None,
            },
        });
    }

    /// The pointer moved, pressed or not.
    pub fn pointer_move(&mut self, view: &ViewTransform, at: CanvasPx) {
        let here = view.image_from_canvas(at);
        let picture = self.picture;
        match &mut self.gesture {
            None => self.hovered = boxes_at(&self.boxes, here).first().copied(),
            Some(Gesture::Draw { start, from, drawn }) => {
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

    /// The press ended. A press that did not travel is a click: it selects, and a second one at
    /// the same place selects the next larger box there.
    pub fn pointer_up(&mut self, view: &ViewTransform, at: CanvasPx) {
        self.pointer_move(view, at);
        match self.gesture.take() {
            None => {}
            Some(Gesture::Draw {
                drawn: Some(drawn), ..
            }) => self.add(drawn),
            Some(Gesture::Draw {
                drawn: None, from, ..
            }) => self.select(boxes_at(&self.boxes, from).first().copied()),
            Some(Gesture::Move {
                moved: false,
                again,
                start,
                ..
            }) => {
                let same_place = self
                    .last_click
                    .is_some_and(|click| click.distance(start) <= DRAG_THRESHOLD);
                if again && same_place {
                    let under = boxes_at(&self.boxes, view.image_from_canvas(start));
                    let place = under.iter().position(|&index| Some(index) == self.selected);
                    self.selected = place.map(|place| under[(place + 1) % under.len()]);
                }
                self.last_click = Some(start);
            }
            Some(Gesture::Move { index, before, .. } | Gesture::Resize { index, before, .. }) => {
                self.last_click = None;
                let after = std::mem::replace(&mut self.boxes[index], before);
                self.replace(index, after);
            }
        }
    }

    /// The press was taken away by the system: as if it had never been.
    pub fn pointer_cancel(&mut self) {
        if let Some(Gesture::Move { index, before, .. } | Gesture::Resize { index, before, .. }) =
            self.gesture.take()
        {
            self.boxes[index] = before;
        }
    }

    /// A key. Says whether it meant something here; if not, it belongs to someone else.
    pub fn key(&mut self, key: Key, modifiers: Modifiers) -> bool {
        match (key, self.selected) {
            (Key::Escape, _) if self.gesture.is_some() => self.pointer_cancel(),
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

    /// Selects a box, or none.
    pub fn select(&mut self, index: Option<usize>) {
        self.selected = index.filter(|&index| index < self.boxes.len());
        self.last_click = None;
    }

    /// Points at a box from elsewhere, or stops doing so.
    pub fn hover(&mut self, index: Option<usize>) {
        self.hovered = index;
    }

    /// Adds a box at the end of the list and selects it.
    pub fn add(&mut self, new: BoxPx) {
        self.finish_edit();
        self.history.leave(self.boxes.clone());
        self.boxes.push(new);
        self.select(Some(self.boxes.len() - 1));
    }

    /// Adds a box over the middle half of the picture, for those who do not draw.
    pub fn add_in_the_middle(&mut self) {
        let (width, height) = (
            f64::from(self.picture.width),
            f64::from(self.picture.height),
        );
        let corner = PointPx::new(width / 4.0, height / 4.0);
        let opposite = PointPx::new(width * 0.75, height * 0.75);
        if let Some(new) = spanned(corner, opposite) {
            self.add(new);
        }
    }

    /// Adds a copy of the selected box beside it. Says whether there was one.
    pub fn duplicate(&mut self) -> bool {
        let Some(index) = self.selected else {
            return false;
        };
        self.finish_edit();
        self.paste(self.boxes[index])
    }

    /// Adds a copy of a box, of this picture or of another one: as much of it as lies in this picture, a little aside where
    /// there is a box already. Says whether anything of it does.
    pub fn paste(&mut self, copied: BoxPx) -> bool {
        let Ok(mut new) = copied.clipped(self.picture) else {
            return false;
        };
        while self.boxes.contains(&new) {
            let aside = moved_by(new, PASTE_ASIDE, PASTE_ASIDE, self.picture);
            if aside == new {
                // In the lower right corner; two boxes at one place are no harm.
                break;
            }
            new = aside;
        }
        self.add(new);
        true
    }

    /// Removes a box; the ones behind it move up by one number.
    ///
    /// # Errors
    /// [`BoxToolError::Pinned`], see [`BoxTool::pin`].
    pub fn remove(&mut self, index: usize) -> Result<(), BoxToolError> {
        if index < self.pinned {
            return Err(BoxToolError::Pinned { index });
        }
        if index < self.boxes.len() {
            self.pointer_cancel();
            self.finish_edit();
            self.history.leave(self.boxes.clone());
            self.boxes.remove(index);
            self.hovered = None;
            self.select(None);
        }
        Ok(())
    }

    /// Keeps the first `count` boxes from being removed or renumbered, because something already
    /// said names them. They can still be moved. What was drawn before cannot be undone any more.
    pub fn pin(&mut self, count: usize) {
        if count > self.pinned {
            self.finish_edit();
            self.pinned = count.min(self.boxes.len());
            self.history = History::default();
        }
    }

    /// How many boxes cannot be removed.
    pub fn pinned(&self) -> usize {
        self.pinned
    }

    /// Allows every box to be removed again.
    pub fn unpin(&mut self) {
        self.pinned = 0;
    }

    /// Takes the last change back. Says whether there was one.
    pub fn undo(&mut self) -> bool {
        self.finish_edit();
        let state = self.history.undo(&self.boxes);
        self.restore(state)
    }

    /// Takes the last undo back. Says whether there was one.
    pub fn redo(&mut self) -> bool {
        let state = self.history.redo(&self.boxes);
        self.restore(state)
    }

    /// Sets one coordinate as typed: neither sorted nor clipped before [`BoxTool::finish_edit`].
    /// A number that is not finite is ignored.
    pub fn edit(&mut self, index: usize, coordinate: Coordinate, value: f64) {
        if !value.is_finite() {
            return;
        }
        self.before_edit.get_or_insert_with(|| self.boxes.clone());
        if let Some(edited) = self.boxes.get_mut(index) {
            match coordinate {
                Coordinate::X1 => edited.x1 = value,
                Coordinate::Y1 => edited.y1 = value,
                Coordinate::X2 => edited.x2 = value,
                Coordinate::Y2 => edited.y2 = value,
            }
        }
    }

    /// Ends the typing of coordinates: a box that has something inside the picture is sorted and
    /// clipped to it; one that has nothing there stays as typed, for a person to see and correct.
    pub fn finish_edit(&mut self) {
        let Some(before) = self.before_edit.take() else {
            return;
        };
        for edited in &mut self.boxes {
            *edited = edited.clipped(self.picture).unwrap_or(*edited);
        }
        if before != self.boxes {
            self.history.leave(before);
        }
    }

    /// Everything to be drawn, in drawing order: the selected box last, on top.
    pub fn view(&self, view: &ViewTransform) -> Vec<BoxView> {
        let mut views: Vec<BoxView> = self
            .boxes
            .iter()
            .enumerate()
            .map(|(index, &found)| self.view_of(view, Some(index), found))
            .collect();
        views.sort_by_key(|found| found.is_selected);
        if let Some(Gesture::Draw {
            drawn: Some(drawn), ..
        }) = self.gesture
        {
            views.push(self.view_of(view, None, drawn));
        }
        views
    }

    fn fills_picture(&self, index: usize) -> bool {
        let (width, height) = (
            f64::from(self.picture.width),
            f64::from(self.picture.height),
        );
        let b = self.boxes[index].sorted();
        b.x1 <= 0.0 && b.y1 <= 0.0 && b.x2 >= width && b.y2 >= height
    }

    fn view_of(&self, view: &ViewTransform, index: Option<usize>, found: BoxPx) -> BoxView {
        let is_selected = index.is_some() && index == self.selected;
        let handles = if is_selected {
            Handle::ALL
                .map(|handle| view.canvas_from_image(handle.on(found)))
                .to_vec()
        } else {
            Vec::new()
        };
        BoxView {
            index,
            outline: view.canvas_from_box(found),
            is_selected,
            is_hovered: index.is_some() && index == self.hovered,
            handles,
        }
    }

    fn nudge(&mut self, index: usize, dx: f64, dy: f64, modifiers: Modifiers) {
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

    fn replace(&mut self, index: usize, after: BoxPx) {
        if self.boxes[index] != after {
            self.finish_edit();
            self.history.leave(self.boxes.clone());
            self.boxes[index] = after;
        }
    }

    /// Past the last box the key is not ours: the focus moves on instead of being trapped here.
    fn cycle(&mut self, backwards: bool) -> bool {
        let next = match (self.selected, backwards) {
            (None, false) => Some(0),
            (None, true) => self.boxes.len().checked_sub(1),
            (Some(index), false) => Some(index + 1),
            (Some(index), true) => index.checked_sub(1),
        };
        self.select(next);
        self.selected.is_some()
    }

    fn restore(&mut self, state: Option<Vec<BoxPx>>) -> bool {
        let Some(state) = state else { return false };
        self.gesture = None;
        self.hovered = None;
        self.boxes = state;
        self.select(self.selected);
        true
    }
}

#[cfg(test)]
mod tests;
