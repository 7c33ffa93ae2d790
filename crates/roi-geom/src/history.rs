//! Undo and redo as whole lists of boxes: a list is a few hundred bytes, a diff would be a puzzle.

use crate::BoxPx;

/// How the present state was reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Step {
    /// By a change of the boxes.
    #[default]
    Change,
    /// By undoing one.
    Undo,
    /// By redoing one.
    Redo,
}

/// The states before and after the present one.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    past: Vec<Vec<BoxPx>>,
    future: Vec<Vec<BoxPx>>,
    last: Step,
}

impl History {
    /// Remembers the state that a change is about to leave.
    pub(crate) fn leave(&mut self, state: Vec<BoxPx>) {
        self.past.push(state);
        self.future.clear();
        self.last = Step::Change;
    }

    /// Steps back from `present`, if there is anything behind it.
    pub(crate) fn undo(&mut self, present: &[BoxPx]) -> Option<Vec<BoxPx>> {
        let state = self.past.pop()?;
        self.future.push(present.to_vec());
        self.last = Step::Undo;
        Some(state)
    }

    /// Takes one undo back.
    pub(crate) fn redo(&mut self, present: &[BoxPx]) -> Option<Vec<BoxPx>> {
        let state = self.future.pop()?;
        self.past.push(present.to_vec());
        self.last = Step::Redo;
        Some(state)
    }

    /// How the present state was reached.
    pub(crate) fn last(&self) -> Step {
        self.last
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
