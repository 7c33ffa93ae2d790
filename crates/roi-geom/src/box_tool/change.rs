//! Changes of the list of boxes, each one step that can be undone.

use super::BoxTool;
use crate::{
    BoxPx, PointPx, Renumbering,
    gesture::{moved_by, spanned},
    history::State,
};

/// How far a copy stands from a box at the same place, in pixels of the picture.
const PASTE_ASIDE: f64 = 8.0;

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

impl BoxTool {
    /// Whether [`BoxTool::undo`] would change anything.
    pub fn can_undo(&self) -> bool {
        self.begun.is_some() || self.history.can_undo(self.pinned)
    }

    /// Whether [`BoxTool::redo`] would change anything.
    pub fn can_redo(&self) -> bool {
        self.history.can_redo(self.pinned)
    }

    /// Adds a box at the end of the list and selects it.
    pub fn add(&mut self, new: BoxPx) {
        self.settle();
        let index = self.boxes.len();
        self.history.leave(self.boxes.clone(), index);
        self.boxes.push(new);
        self.select(Some(index));
        self.is_selected_unasked = true;
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
        self.settle();
        self.paste(self.boxes[index])
    }

    /// Adds a copy of a box, of this picture or of another one: shifted into this picture, as large as the picture has room for,
    /// a little aside where there is a box already. Says whether there was anything to copy.
    pub fn paste(&mut self, copied: BoxPx) -> bool {
        let Ok(mut new) = copied.shifted_into(self.picture) else {
            return false;
        };
        self.settle();
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
    /// [`BoxToolError::Pinned`], see [`BoxTool::set_pinned`].
    pub fn remove(&mut self, index: usize) -> Result<(), BoxToolError> {
        self.before_remove(index)?;
        if index < self.boxes.len() {
            self.settle();
            self.history.leave(self.boxes.clone(), index);
            self.boxes.remove(index);
            self.hovered = None;
            self.select(None);
        }
        Ok(())
    }

    /// What removing a box would do to the numbers of all.
    ///
    /// # Errors
    /// [`BoxToolError::Pinned`], see [`BoxTool::set_pinned`].
    pub fn before_remove(&self, index: usize) -> Result<Option<Renumbering>, BoxToolError> {
        if index < self.pinned {
            return Err(BoxToolError::Pinned { index });
        }
        let is_there = index < self.boxes.len();
        Ok(is_there.then_some(Renumbering::Removed(index)))
    }

    /// Keeps the first `count` boxes from being removed or renumbered, by undoing and redoing, too, because something already
    /// said names them. They can still be moved. Those behind them that were kept, if any, are free again.
    pub fn set_pinned(&mut self, count: usize) {
        if count > self.pinned {
            self.settle();
        }
        self.pinned = count.min(self.boxes.len());
    }

    /// Keeps the first `count` boxes, besides those that are kept already.
    pub fn pin(&mut self, count: usize) {
        self.set_pinned(count.max(self.pinned));
    }

    /// How many boxes cannot be removed.
    pub fn pinned(&self) -> usize {
        self.pinned
    }

    /// Allows every box to be removed again.
    pub fn unpin(&mut self) {
        self.set_pinned(0);
    }

    /// Takes the last change back, or the click that began a box. Says whether there was one that may be.
    pub fn undo(&mut self) -> bool {
        if self.begun.take().is_some() {
            self.pointer_cancel();
            return true;
        }
        self.settle();
        let state = self.history.undo(&self.boxes, self.pinned);
        self.restore(state)
    }

    /// What undoing would do to the numbers of boxes. What is half done is ended for it, as by undoing itself.
    ///
    /// # Errors
    /// [`BoxToolError::Pinned`]: there is a change to take back, and it may not be.
    pub fn before_undo(&mut self) -> Result<Option<Renumbering>, BoxToolError> {
        if self.begun.is_some() {
            return Ok(None);
        }
        self.settle();
        self.before_going_to(self.history.behind())
    }

    /// What redoing would do to the numbers of boxes. What is half done is ended for it, as by redoing itself.
    ///
    /// # Errors
    /// [`BoxToolError::Pinned`]: there is an undo to take back, and it may not be.
    pub fn before_redo(&mut self) -> Result<Option<Renumbering>, BoxToolError> {
        self.settle();
        self.before_going_to(self.history.ahead())
    }

    /// Takes the last undo back. Says whether there was one that may be.
    pub fn redo(&mut self) -> bool {
        self.settle();
        let state = self.history.redo(&self.boxes, self.pinned);
        self.restore(state)
    }

    /// Sets one coordinate as typed: neither sorted nor clipped before [`BoxTool::finish_edit`].
    /// A number that is not finite is ignored.
    pub fn edit(&mut self, index: usize, coordinate: Coordinate, value: f64) {
        if !value.is_finite() || index >= self.boxes.len() {
            return;
        }
        self.pointer_cancel();
        self.before_edit.get_or_insert_with(|| self.boxes.clone());
        let edited = &mut self.boxes[index];
        match coordinate {
            Coordinate::X1 => edited.x1 = value,
            Coordinate::Y1 => edited.y1 = value,
            Coordinate::X2 => edited.x2 = value,
            Coordinate::Y2 => edited.y2 = value,
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
            let n_same = before.len();
            self.history.leave(before, n_same);
        }
    }

    /// Replaces a box, as one step.
    pub(super) fn replace(&mut self, index: usize, after: BoxPx) {
        if self.boxes[index] != after {
            self.finish_edit();
            self.history.leave(self.boxes.clone(), self.boxes.len());
            self.boxes[index] = after;
        }
    }

    /// Ends what is half done, so that a change begins with whole boxes: a press and a begun box
    /// are abandoned, typing is finished.
    pub(super) fn settle(&mut self) {
        self.pointer_cancel();
        self.begun = None;
        self.finish_edit();
    }

    fn before_going_to(&self, state: Option<&State>) -> Result<Option<Renumbering>, BoxToolError> {
        let Some(state) = state else { return Ok(None) };
        let index = state.n_same();
        if index < self.pinned {
            return Err(BoxToolError::Pinned { index });
        }
        Ok(state.renumbering(self.boxes.len()))
    }

    fn restore(&mut self, state: Option<Vec<BoxPx>>) -> bool {
        let Some(state) = state else { return false };
        self.hovered = None;
        self.boxes = state;
        let is_unasked = self.is_selected_unasked;
        self.select(self.selected);
        self.is_selected_unasked = is_unasked;
        true
    }
}
