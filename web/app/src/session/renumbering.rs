//! Changes that give boxes other numbers. What has been asked keeps its boxes under their numbers; what has not been asked yet takes
//! the new ones along, so that it goes on naming the same boxes, and keeps those that it names from going.

use leptos::prelude::*;
use roi_geom::{BoxTool, BoxToolError, Renumbering};
use roi_protocol::{region_tags, renumbered};
use roi_words::Trouble;

use super::Session;
use crate::failure::Place;

/// What a change would do to the numbers of boxes, or which box keeps it from being made.
type Foretold = Result<Option<Renumbering>, BoxToolError>;

impl Session {
    /// Removes a box, or says why it has to stay.
    pub(crate) fn remove_box(self, index: usize) {
        self.change_numbers(
            |tool| tool.before_remove(index),
            |tool| tool.remove(index).is_ok(),
        );
    }

    /// Takes the last change of the boxes back, or says which box has to stay.
    pub(crate) fn undo(self) {
        self.change_numbers(BoxTool::before_undo, BoxTool::undo);
    }

    /// Takes the last undo back, or says which box has to stay.
    pub(crate) fn redo(self) {
        self.change_numbers(BoxTool::before_redo, BoxTool::redo);
    }

    fn change_numbers(
        self,
        foretell: impl FnOnce(&mut BoxTool) -> Foretold,
        change: impl FnOnce(&mut BoxTool) -> bool,
    ) {
        let foretold = self.change_boxes(|tool| Some(foretell(tool)));
        let renumbering = match foretold {
            None => return,
            Some(Ok(renumbering)) => renumbering,
            Some(Err(BoxToolError::Pinned { index, .. })) => {
                return self.fail(Place::Boxes, Trouble::RegionInUse(index + 1));
            }
            Some(Err(_)) => return,
        };
        if let Some(Renumbering::Removed(index)) = renumbering
            && self.is_yet_to_be_asked_about(index + 1)
        {
            return self.fail(Place::Boxes, Trouble::RegionAwaited(index + 1));
        }
        let n_boxes = self.n_boxes_untracked();
        if self.change_boxes(change)
            && let Some(renumbering) = renumbering
        {
            self.renumber_questions(renumbering, n_boxes);
        }
    }

    /// Whether a question that has not been asked names this region.
    fn is_yet_to_be_asked_about(self, number: usize) -> bool {
        let names = |question: &String| {
            let tags = region_tags(question);
            tags.iter().any(|tag| tag.number as usize == number)
        };
        self.question.with_untracked(names)
            || self.queue.with_untracked(|queue| queue.iter().any(names))
            || self
                .set_aside
                .with_untracked(|aside| aside.iter().any(names))
            || self
                .editing
                .with_untracked(|editing| editing.as_ref().is_some_and(|e| names(&e.draft)))
    }

    /// Lets the questions that have not been asked name the boxes, of which there were so many, by their new numbers.
    fn renumber_questions(self, renumbering: Renumbering, n_boxes: usize) {
        let number_after = |number: u32| {
            let index = (number as usize).wrapping_sub(1);
            // A region that is yet to be drawn is none of them.
            let is_there = index < n_boxes;
            let after = renumbering.index_after(index).filter(|_| is_there);
            after.map_or(number, |after| after as u32 + 1)
        };
        let renumber = |question: &mut String| {
            let after = renumbered(question, number_after);
            let is_other = after != *question;
            *question = after;
            is_other
        };
        let renumber_all = |questions: &mut dyn Iterator<Item = &mut String>| {
            let mut is_other = false;
            for question in questions {
                is_other |= renumber(question);
            }
            is_other
        };
        self.question.maybe_update(renumber);
        self.queue
            .maybe_update(|queue| renumber_all(&mut queue.iter_mut()));
        self.set_aside
            .maybe_update(|aside| renumber_all(&mut aside.iter_mut()));
        self.editing.maybe_update(|editing| {
            editing
                .as_mut()
                .is_some_and(|editing| renumber(&mut editing.draft))
        });
    }
}
