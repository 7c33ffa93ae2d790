//! Asking the last question again, as it was or changed. Its answer stays until there is another one.

use std::sync::Arc;

use leptos::prelude::*;
use roi_protocol::GenerateOptions;
use roi_words::Trouble;

use super::{EngineState, Exchange, Session};
use crate::failure::Place;

/// An exchange that gives way to another one as soon as that has its answer.
#[derive(Clone, Debug)]
pub(super) struct Replaced {
    /// Id of the other one.
    pub(super) by: u64,
    pub(super) exchange: Arc<Exchange>,
}

/// The question of an exchange is in the field, to be changed.
#[derive(Clone, Debug)]
pub(crate) struct Editing {
    /// Of the exchange.
    id: u64,
    /// What stood in the field before.
    pub(super) draft: String,
}

impl Editing {
    /// Of the last exchange, in place of what stood in the field.
    pub(super) fn of(last: &Exchange, draft: String) -> Self {
        Self { id: last.id, draft }
    }
}

impl Session {
    /// Asks the last question once more, with the seed after the one that it was asked with.
    pub(crate) fn ask_again(self) {
        let Some(last) = self.last_answered() else {
            return;
        };
        if let Err(why) = self.check(&last.question) {
            return self.fail(Place::Question, Trouble::Question(why));
        }
        self.cancel_edit();
        let asked_with = last.options().map(|options| options.seed);
        let seed =
            asked_with.unwrap_or_else(|| self.options.with_untracked(|options| options.seed));
        let next = if seed < GenerateOptions::MAX_SEED {
            seed + 1
        } else {
            0
        };
        self.replace(last.clone(), last.question.to_string(), next);
    }

    /// Puts the last question into the field to be changed. The exchange stays as it is until the changed question is sent.
    pub(crate) fn edit_last(self) {
        if let Some(last) = self.last_answered() {
            self.cancel_edit();
            let draft = self.question.get_untracked();
            self.editing.set(Some(Editing::of(&last, draft)));
            self.question.set(last.question.to_string());
        }
    }

    /// Leaves the last question as it is, and puts back what stood in the field.
    pub(crate) fn cancel_edit(self) {
        if let Some(editing) = self.editing.try_update(Option::take).flatten() {
            self.question.set(editing.draft);
        }
    }

    /// Sends the changed question in place of the one that it was. Says whether there is one that is being changed.
    pub(super) fn ask_edited(self) -> bool {
        let Some(editing) = self.editing.get_untracked() else {
            return false;
        };
        let Some(last) = self.last_answered().filter(|last| last.id == editing.id) else {
            return false;
        };
        let question = self.question.get_untracked();
        let seed = self.options.with_untracked(|options| options.seed);
        if self.replace(last, question, seed) {
            self.cancel_edit();
        }
        true
    }

    /// Leaves the last question as it is for another one, which has been sent. What it was changed to is not lost for that.
    pub(super) fn set_edit_aside(self) {
        let Some(editing) = self.editing.get_untracked() else {
            return;
        };
        let changed = self.question.get_untracked();
        let is_changed = self
            .exchanges
            .with_untracked(|all| all.iter().all(|exchange| *exchange.question != *changed));
        self.cancel_edit();
        if is_changed && changed != editing.draft && !changed.trim().is_empty() {
            self.set_aside.update(|aside| aside.push(changed));
        }
    }

    /// Puts back the exchange that was to give way to this one, which comes to nothing. Says whether its question is the same.
    pub(super) fn put_back(self, by: u64, question: &str) -> bool {
        let replaced = self.replaced.try_update_value(Option::take).flatten();
        let Some(replaced) = replaced.filter(|replaced| replaced.by == by) else {
            return false;
        };
        let is_same = *replaced.exchange.question == *question;
        self.exchanges.update(|all| all.push(replaced.exchange));
        self.pin_mentioned();
        is_same
    }

    /// The exchanges as they stand: one that is to give way to the one under way has not done so yet.
    pub(super) fn standing_exchanges(self) -> Vec<Arc<Exchange>> {
        let mut all = self.exchanges.get_untracked();
        self.replaced.with_value(|replaced| {
            if let Some(replaced) = replaced
                && let Some(last) = all.last_mut().filter(|last| last.id == replaced.by)
            {
                *last = Arc::clone(&replaced.exchange);
            }
        });
        all
    }

    /// Asks a question in place of the last exchange. Says whether it was sent.
    fn replace(self, last: Arc<Exchange>, question: String, seed: u64) -> bool {
        self.exchanges.update(|all| {
            all.pop();
        });
        let asked = self.ask_with_seed(question, seed);
        match asked {
            Some(by) => self
                .replaced
                .set_value(Some(Replaced { by, exchange: last })),
            None => self.exchanges.update(|all| all.push(last)),
        }
        self.pin_mentioned();
        asked.is_some()
    }

    /// The last exchange, unless an answer is under way.
    fn last_answered(self) -> Option<Arc<Exchange>> {
        if self.engine.get_untracked() != EngineState::Ready {
            return None;
        }
        self.exchanges.with_untracked(|all| all.last().cloned())
    }
}
