//! A question and its answer, as they are kept. Plain values: whatever reacts holds memory, and a conversation has hundreds.

use std::sync::Arc;

use leptos::prelude::*;
use roi_protocol::{Answer, SavedTurn, shown_while_streaming};

use super::Session;

/// A question and, once it is complete, its answer. Until then what has come of it is in [`Session::streamed`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Exchange {
    pub(crate) id: u64,
    pub(crate) turn: SavedTurn,
}

impl Exchange {
    pub(super) fn new(id: u64, turn: SavedTurn) -> Self {
        let answer = turn.answer.map(without_prompt);
        let turn = SavedTurn { answer, ..turn };
        Self { id, turn }
    }

    /// The same with its answer.
    fn answered(&self, answer: Answer) -> Self {
        let turn = SavedTurn {
            answer: Some(answer),
            ..self.turn.clone()
        };
        Self::new(self.id, turn)
    }
}

impl Session {
    /// The exchange of this id as it is now, unless it has been taken back.
    pub(crate) fn exchange(self, id: u64) -> Option<Arc<Exchange>> {
        self.exchanges
            .with(|all| all.iter().rfind(|exchange| exchange.id == id).cloned())
    }

    /// What people read of an exchange's answer, as far as it has come.
    pub(crate) fn shown_answer(self, exchange: &Exchange) -> String {
        match &exchange.turn.answer {
            Some(answer) => answer.shown().to_owned(),
            None => self
                .streamed
                .with(|text| shown_while_streaming(text).to_owned()),
        }
    }

    /// An exchange gets its answer.
    pub(super) fn answered(self, id: u64, answer: Answer) {
        self.exchanges.update(|all| {
            if let Some(exchange) = all.iter_mut().rfind(|exchange| exchange.id == id) {
                *exchange = Arc::new(exchange.answered(answer));
            }
        });
        self.streamed.set(String::new());
    }
}

/// The prompt's tokens are of use to nobody here, and of a long conversation most of what there would be to keep.
pub(super) fn without_prompt(answer: Answer) -> Answer {
    Answer {
        prompt_token_ids: Vec::new(),
        ..answer
    }
}
