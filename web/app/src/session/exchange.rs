//! A question and its answer: as the page shows them, and as they are kept.

use leptos::prelude::*;
use roi_protocol::{Answer, BoxPx, GenerateOptions, SavedTurn, shown_while_streaming};

/// A question and what has been said to it so far.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    pub(crate) id: u64,
    pub(crate) question: String,
    /// The boxes as they were when it was asked; empty where that is not known.
    pub(crate) boxes: Vec<BoxPx>,
    /// How the answer is generated, where that is known.
    pub(crate) options: Option<GenerateOptions>,
    /// Id of the model that was asked; empty where that is not known.
    pub(crate) model: String,
    /// As it is streamed; empty afterwards.
    pub(crate) answer: RwSignal<String>,
    /// The whole answer, once it is complete.
    pub(crate) done: RwSignal<Option<Answer>>,
}

impl Exchange {
    /// What is known of a turn, with signals of the present owner.
    pub(super) fn new(id: u64, turn: SavedTurn) -> Self {
        Self {
            id,
            question: turn.question,
            boxes: turn.boxes,
            options: turn.options,
            model: turn.model,
            answer: RwSignal::new(String::new()),
            done: RwSignal::new(turn.answer.map(without_prompt)),
        }
    }

    /// As it is kept.
    pub(crate) fn saved(&self) -> SavedTurn {
        SavedTurn {
            question: self.question.clone(),
            boxes: self.boxes.clone(),
            options: self.options.clone(),
            model: self.model.clone(),
            answer: self.done.get(),
        }
    }

    /// What people read of the answer.
    pub(crate) fn shown(&self) -> String {
        self.done.with(|done| match done {
            Some(done) => done.shown().to_owned(),
            None => self
                .answer
                .with(|text| shown_while_streaming(text).to_owned()),
        })
    }
}

/// The prompt's tokens are of use to nobody here, and of a long conversation most of what there would be to keep.
pub(super) fn without_prompt(answer: Answer) -> Answer {
    Answer {
        prompt_token_ids: Vec::new(),
        ..answer
    }
}
