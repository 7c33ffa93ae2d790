//! Questions that came to nothing and those that were to follow them: offered again, never dropped.

use std::collections::VecDeque;

use leptos::prelude::*;

use super::Session;

impl Session {
    /// Offers a question that was not answered, and those that waited for its answer: it in the field if
    /// nothing stands there, else beside it as they do.
    pub(super) fn offer_again(self, unanswered: Option<String>) {
        self.set_queue_aside();
        let Some(unanswered) = unanswered else {
            return;
        };
        if self.question.with_untracked(String::is_empty) {
            self.question.set(unanswered);
        } else {
            self.set_aside.update(|aside| aside.insert(0, unanswered));
        }
    }

    /// Sets aside what waits for an answer, before what was set aside earlier.
    pub(super) fn set_queue_aside(self) {
        if self.queue.with_untracked(VecDeque::is_empty) {
            return;
        }
        let waiting = self.queue.try_update(std::mem::take).unwrap_or_default();
        self.set_aside.update(|aside| {
            aside.splice(0..0, waiting);
        });
    }

    /// Asks one of the questions that were set aside.
    pub(crate) fn ask_set_aside(self, place: usize) {
        let question = self
            .set_aside
            .with_untracked(|aside| aside.get(place).cloned());
        if question.is_some_and(|question| self.ask_this(question)) {
            self.drop_set_aside(place);
        }
    }

    /// Asks all questions that were set aside, one after the other.
    pub(crate) fn ask_all_set_aside(self) {
        let questions = self.set_aside.get_untracked();
        let mut questions = questions.into_iter();
        if questions.next().is_some_and(|first| self.ask_this(first)) {
            self.set_aside.set(Vec::new());
            self.queue.set(questions.collect());
        }
    }

    /// Gives up a question that was set aside.
    pub(crate) fn drop_set_aside(self, place: usize) {
        self.set_aside.update(|aside| {
            if place < aside.len() {
                aside.remove(place);
            }
        });
    }
}
