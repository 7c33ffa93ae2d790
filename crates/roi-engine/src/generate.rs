//! From logits to an answer: choose, decode, stop, step.

use burn::tensor::Tensor;
use roi_model::{Gpt4Roi, MAX_CANDIDATES, candidates};
use roi_prompt::{DecodeStream, StopReason, StopRule};
use roi_protocol::{Event, FinishReason, GenerateOptions};

use crate::EngineError;
use crate::cache::Cell;
use crate::host::{CancelFlag, Host};
use crate::sampler::Sampler;
use crate::session::Memory;

/// Everything one generation needs besides the decoder's memory.
pub(crate) struct Generation<'a> {
    pub(crate) model: &'a Gpt4Roi,
    pub(crate) host: &'a Host,
    pub(crate) options: &'a GenerateOptions,
    pub(crate) stop: Option<StopRule>,
    pub(crate) stream: DecodeStream<'a>,
    pub(crate) cancel: &'a CancelFlag,
}

/// What was generated.
pub(crate) struct Generated {
    pub(crate) token_ids: Vec<u32>,
    pub(crate) text: String,
    pub(crate) finish_reason: FinishReason,
    /// When the first token had been read, and when the last.
    pub(crate) first_ms: f64,
    pub(crate) last_ms: f64,
}

impl Generated {
    /// What there is when a question was taken back before its first token.
    pub(crate) fn nothing(now_ms: f64) -> Self {
        Self {
            token_ids: Vec::new(),
            text: String::new(),
            finish_reason: FinishReason::Cancelled,
            first_ms: now_ms,
            last_ms: now_ms,
        }
    }
}

impl Generation<'_> {
    /// Generates from the logits `[1, V]` of the prompt's last token, which has just been run.
    pub(crate) async fn run(
        mut self,
        mut logits: Tensor<2>,
        memory: &mut Memory,
        events: &mut dyn FnMut(Event),
    ) -> Result<Generated, EngineError> {
        let mut sampler = (self.options.temperature > 0.0).then(|| Sampler::new(self.options));
        let max_positions = self.model.config().decoder.max_positions;
        let mut token_ids = Vec::new();
        let mut text = String::new();
        let mut first_ms = None;
        let finish_reason = loop {
            let id = self.choose(logits, sampler.as_mut(), memory).await?;
            first_ms.get_or_insert_with(|| (self.host.now_ms)());
            token_ids.push(id);
            let piece = self.stream.push(id);
            let stop = self.stop.as_mut().and_then(|rule| rule.push(id, &piece));
            say(&piece, &mut text, events);
            if let Some(reason) = stop {
                break match reason {
                    StopReason::Signal => FinishReason::Stop,
                    StopReason::EndOfSequence => FinishReason::Eos,
                };
            }
            let is_full = memory.cells.len() >= max_positions;
            if is_full || token_ids.len() >= self.options.max_new_tokens as usize {
                break FinishReason::Length;
            }
            if self.cancel.is_raised() {
                break FinishReason::Cancelled;
            }
            logits = self.model.step(&mut memory.cache);
            memory.cells.push(Cell::Token(id));
        };
        let last_ms = (self.host.now_ms)();
        say(&self.stream.finish(), &mut text, events);
        Ok(Generated {
            token_ids,
            text,
            finish_reason,
            first_ms: first_ms.unwrap_or(last_ms),
            last_ms,
        })
    }

    /// The next token, which the cache then knows too.
    async fn choose(
        &self,
        logits: Tensor<2>,
        sampler: Option<&mut Sampler>,
        memory: &mut Memory,
    ) -> Result<u32, EngineError> {
        let Some(sampler) = sampler else {
            return self
                .host
                .unless_faulty(memory.cache.choose_greedy(logits).await);
        };
        let likeliest = candidates(logits, MAX_CANDIDATES).await;
        let id = sampler.choose(&self.host.unless_faulty(likeliest)?)?;
        memory.cache.choose(id);
        Ok(id)
    }
}

fn say(piece: &str, text: &mut String, events: &mut dyn FnMut(Event)) {
    if !piece.is_empty() {
        text.push_str(piece);
        events(Event::Token {
            text: piece.to_owned(),
        });
    }
}
