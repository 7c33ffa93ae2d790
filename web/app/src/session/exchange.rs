//! A question and its answer, as they are kept. Plain values: whatever reacts holds memory, and a conversation has hundreds.

use std::{ops::Range, sync::Arc};

use leptos::prelude::*;
use roi_protocol::{
    Answer, BoxPx, Counters, FinishReason, GenerateOptions, SavedTurn, Timings,
    shown_while_streaming,
};

use super::Session;

/// A question and, once it is complete, its answer. Until then what has come of it is in [`Session::streamed`].
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Exchange {
    pub(crate) id: u64,
    pub(crate) question: Box<str>,
    circumstances: Arc<Circumstances>,
    answer: Option<Kept>,
}

/// What hardly differs from one question to the next, and is kept once for those that share it.
#[derive(Clone, Debug, PartialEq)]
struct Circumstances {
    boxes: Vec<BoxPx>,
    options: Option<GenerateOptions>,
    model: String,
    device: String,
}

/// The rest of an [`Answer`], but for the prompt's tokens.
#[derive(Clone, Debug, PartialEq)]
struct Kept {
    text: Box<str>,
    answer: Trimmed,
    token_ids: Box<[u32]>,
    finish_reason: FinishReason,
    turns_dropped: usize,
    timings_ms: Timings,
    tokens_per_second: f64,
    share_of_copy: f64,
    counters: Counters,
    peak_gpu_bytes: u64,
}

/// An answer's text without what is around it.
#[derive(Clone, Debug, PartialEq)]
enum Trimmed {
    /// Bytes of the text.
    Part(Range<u32>),
    /// A file may say anything.
    Other(Box<str>),
}

impl Exchange {
    /// Shares what it can with the exchange before it.
    pub(super) fn new(id: u64, turn: SavedTurn, before: Option<&Self>) -> Self {
        let SavedTurn {
            question,
            boxes,
            options,
            model,
            mut answer,
        } = turn;
        let device = answer
            .as_mut()
            .map(|answer| std::mem::take(&mut answer.device));
        let circumstances = Circumstances {
            boxes,
            options,
            model,
            device: device.unwrap_or_default(),
        };
        let same = before.filter(|before| *before.circumstances == circumstances);
        Self {
            id,
            question: question.into(),
            circumstances: same.map_or_else(
                || Arc::new(circumstances),
                |before| Arc::clone(&before.circumstances),
            ),
            answer: answer.map(Kept::new),
        }
    }

    /// As it is written.
    pub(crate) fn turn(&self) -> SavedTurn {
        let Circumstances {
            boxes,
            options,
            model,
            ..
        } = &*self.circumstances;
        SavedTurn {
            question: self.question.to_string(),
            boxes: boxes.clone(),
            options: options.clone(),
            model: model.clone(),
            answer: self.answer(),
        }
    }

    /// The boxes when it was asked.
    pub(crate) fn boxes(&self) -> &[BoxPx] {
        &self.circumstances.boxes
    }

    /// What it was asked with, if that is known.
    pub(super) fn options(&self) -> Option<&GenerateOptions> {
        self.circumstances.options.as_ref()
    }

    /// Id of the model that was asked.
    pub(crate) fn model(&self) -> &str {
        &self.circumstances.model
    }

    pub(crate) fn is_answered(&self) -> bool {
        self.answer.is_some()
    }

    /// The complete answer, without the prompt's tokens.
    pub(crate) fn answer(&self) -> Option<Answer> {
        let kept = self.answer.as_ref()?;
        Some(Answer {
            text: kept.text.to_string(),
            answer: kept.trimmed().to_owned(),
            token_ids: kept.token_ids.to_vec(),
            prompt_token_ids: Vec::new(),
            finish_reason: kept.finish_reason,
            turns_dropped: kept.turns_dropped,
            device: self.circumstances.device.clone(),
            timings_ms: kept.timings_ms,
            tokens_per_second: kept.tokens_per_second,
            share_of_copy: kept.share_of_copy,
            counters: kept.counters,
            peak_gpu_bytes: kept.peak_gpu_bytes,
        })
    }

    /// What the model said, and nothing before the answer is complete.
    pub(crate) fn said(&self) -> &str {
        self.answer.as_ref().map_or("", |kept| &kept.text)
    }

    /// The same without what is around it: what the model is told of it later.
    pub(super) fn told(&self) -> Option<&str> {
        self.answer.as_ref().map(Kept::trimmed)
    }
}

impl Kept {
    fn new(answer: Answer) -> Self {
        let part = answer.text.find(&answer.answer).and_then(|start| {
            let end = start + answer.answer.len();
            Some(Trimmed::Part(start.try_into().ok()?..end.try_into().ok()?))
        });
        Self {
            answer: part.unwrap_or_else(|| Trimmed::Other(answer.answer.into())),
            text: answer.text.into(),
            token_ids: answer.token_ids.into(),
            finish_reason: answer.finish_reason,
            turns_dropped: answer.turns_dropped,
            timings_ms: answer.timings_ms,
            tokens_per_second: answer.tokens_per_second,
            share_of_copy: answer.share_of_copy,
            counters: answer.counters,
            peak_gpu_bytes: answer.peak_gpu_bytes,
        }
    }

    fn trimmed(&self) -> &str {
        match &self.answer {
            Trimmed::Part(range) => &self.text[range.start as usize..range.end as usize],
            Trimmed::Other(answer) => answer,
        }
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
        match exchange.answer() {
            Some(answer) => answer.shown().to_owned(),
            None => self
                .streamed
                .with(|text| shown_while_streaming(text).to_owned()),
        }
    }

    /// An exchange gets its answer. One that says nothing, since it was stopped at once, takes no other's place.
    pub(super) fn answered(self, id: u64, answer: Answer) {
        let is_empty = answer.text.trim().is_empty();
        let replaces = self
            .replaced
            .with_value(|replaced| replaced.as_ref().is_some_and(|replaced| replaced.by == id));
        if replaces && is_empty {
            self.streamed.set(String::new());
            return self.take_back(id);
        }
        self.replaced.set_value(None);
        self.exchanges.update(|all| {
            if let Some(place) = all.iter().rposition(|exchange| exchange.id == id) {
                let turn = SavedTurn {
                    answer: Some(answer),
                    ..all[place].turn()
                };
                let before = place.checked_sub(1).map(|before| &*all[before]);
                all[place] = Arc::new(Exchange::new(id, turn, before));
            }
        });
        self.streamed.set(String::new());
    }

    /// Adds a turn to the open conversation; the id of its exchange.
    pub(super) fn add_exchange(self, turn: SavedTurn) -> u64 {
        let id = self.next_number();
        self.exchanges.update(|all| {
            let exchange = Exchange::new(id, turn, all.last().map(|last| &**last));
            all.push(Arc::new(exchange));
        });
        id
    }
}

/// The prompt's tokens are of use to nobody here, and of a long conversation most of what there would be to keep.
pub(super) fn without_prompt(answer: Answer) -> Answer {
    Answer {
        prompt_token_ids: Vec::new(),
        ..answer
    }
}
