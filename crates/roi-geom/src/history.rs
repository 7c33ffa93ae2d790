//! Undo and redo as whole lists of boxes: a list is a few hundred bytes, a diff would be a puzzle.

use std::cmp::Ordering;

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

/// What a step does to the numbers of boxes; one that does nothing to them is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renumbering {
    /// The box of this index goes, and those behind it move up by one number.
    Removed(usize),
    /// A box comes in at this index, and those from there on move down by one number.
    Inserted(usize),
}

impl Renumbering {
    /// The index afterwards of the box that had this one; none if the box goes.
    pub fn index_after(self, index: usize) -> Option<usize> {
        match self {
            Self::Removed(gone) if index == gone => None,
            Self::Removed(gone) if index > gone => Some(index - 1),
            Self::Inserted(new) if index >= new => Some(index + 1),
            Self::Removed(_) | Self::Inserted(_) => Some(index),
        }
    }
}

/// The states before and after the present one.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    past: Vec<State>,
    future: Vec<State>,
    last: Step,
}

/// A state that can be gone to.
#[derive(Clone, Debug)]
pub(crate) struct State {
    boxes: Vec<BoxPx>,
    /// How many of the first boxes are the same ones, wherever they stand, in this state and in the one next to it on the way
    /// to the present. Lists alone do not tell a box that was moved from another one in its place.
    n_same: usize,
}

impl State {
    /// How many of the first boxes keep their numbers on the way from the present state to this one.
    pub(crate) fn n_same(&self) -> usize {
        self.n_same
    }

    /// What going to it does to the numbers of the boxes, of which there are so many at present. A step is of one box.
    pub(crate) fn renumbering(&self, n_present: usize) -> Option<Renumbering> {
        match self.boxes.len().cmp(&n_present) {
            Ordering::Less => Some(Renumbering::Removed(self.n_same)),
            Ordering::Equal => None,
            Ordering::Greater => Some(Renumbering::Inserted(self.n_same)),
        }
    }

    /// Takes the last state of a list, unless a step there would remove or renumber one of the first `n_pinned` boxes.
    fn pop_from(states: &mut Vec<Self>, n_pinned: usize) -> Option<Self> {
        states.pop_if(|state| state.n_same >= n_pinned)
    }
}

impl History {
    /// Remembers the state that a change is about to leave. The change keeps the first `n_same` boxes under their numbers.
    pub(crate) fn leave(&mut self, boxes: Vec<BoxPx>, n_same: usize) {
        self.past.push(State { boxes, n_same });
        self.future.clear();
        self.last = Step::Change;
    }

    /// Steps back from `present`, if there is anything behind it that keeps the first `n_pinned` boxes.
    pub(crate) fn undo(&mut self, present: &[BoxPx], n_pinned: usize) -> Option<Vec<BoxPx>> {
        let State { boxes, n_same } = State::pop_from(&mut self.past, n_pinned)?;
        self.future.push(State {
            boxes: present.to_vec(),
            n_same,
        });
        self.last = Step::Undo;
        Some(boxes)
    }

    /// Takes one undo back, under the same condition.
    pub(crate) fn redo(&mut self, present: &[BoxPx], n_pinned: usize) -> Option<Vec<BoxPx>> {
        let State { boxes, n_same } = State::pop_from(&mut self.future, n_pinned)?;
        self.past.push(State {
            boxes: present.to_vec(),
            n_same,
        });
        self.last = Step::Redo;
        Some(boxes)
    }

    /// The state that undoing leads to, if it may.
    pub(crate) fn behind(&self) -> Option<&State> {
        self.past.last()
    }

    /// The state that redoing leads to, if it may.
    pub(crate) fn ahead(&self) -> Option<&State> {
        self.future.last()
    }

    /// How the present state was reached.
    pub(crate) fn last(&self) -> Step {
        self.last
    }

    /// Whether there is a state to go back to.
    pub(crate) fn can_undo(&self, n_pinned: usize) -> bool {
        self.behind().is_some_and(|state| state.n_same >= n_pinned)
    }

    /// Whether there is an undo to take back.
    pub(crate) fn can_redo(&self, n_pinned: usize) -> bool {
        self.ahead().is_some_and(|state| state.n_same >= n_pinned)
    }
}
