//! Undo and redo as whole lists of boxes: a list is a few hundred bytes, a diff would be a puzzle.

use crate::BoxPx;

/// The states before and after the present one.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    past: Vec<Vec<BoxPx>>,
    future: Vec<Vec<BoxPx>>,
}

impl History {
    /// Remembers the state that a change is about to leave.
    pub(crate) fn leave(&mut self, state: Vec<BoxPx>) {
        self.past.push(state);
        self.future.clear();
    }

    /// Steps back from `present`, if there is anything behind it.
    pub(crate) fn undo(&mut self, present: &[BoxPx]) -> Option<Vec<BoxPx>> {
        let state = self.past.pop()?;
        self.future.push(present.to_vec());
        Some(state)
    }

    /// Takes one undo back.
    pub(crate) fn redo(&mut self, present: &[BoxPx]) -> Option<Vec<BoxPx>> {
        let state = self.future.pop()?;
        self.past.push(present.to_vec());
        Some(state)
    }

    /// Whether there is a state to go back to.
    pub(crate) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is an undo to take back.
    pub(crate) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}
