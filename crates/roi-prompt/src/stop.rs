//! When an answer ends, and what of it is shown.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/app.py`, `ConversationBot.run`;
//! `llava/model/utils.py`, `KeywordsStoppingCriteria`.

#[cfg(test)]
mod tests;

/// What ends an answer in the text: the signal that opens the next message.
pub(crate) const SIGNAL: &str = "###";
const ROLE: &str = "Assistant:";

/// Why an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// Its text reached `###`.
    Signal,
    /// The model gave an end-of-sequence token.
    EndOfSequence,
}

/// Watches an answer as it grows.
#[derive(Clone, Debug)]
pub struct StopRule {
    stop_ids: Vec<u32>,
    n_steps: usize,
    /// How many `#` the text ends with.
    n_hashes: usize,
    signal_seen: bool,
}

impl StopRule {
    /// Ends at any of `stop_ids` (`</s>` and whatever else the model's config names) and at `###`.
    #[must_use]
    pub fn new(stop_ids: &[u32]) -> Self {
        Self {
            stop_ids: stop_ids.to_vec(),
            n_steps: 0,
            n_hashes: 0,
            signal_seen: false,
        }
    }

    /// Takes the next token and the text it made certain; says whether the answer ends with it.
    ///
    /// As in the original, the text is looked at after every step but the first, then as a whole.
    pub fn push(&mut self, id: u32, new_text: &str) -> Option<StopReason> {
        self.n_steps += 1;
        for c in new_text.chars() {
            self.n_hashes = if c == '#' { self.n_hashes + 1 } else { 0 };
            self.signal_seen |= self.n_hashes >= SIGNAL.len();
        }
        if self.stop_ids.contains(&id) {
            return Some(StopReason::EndOfSequence);
        }
        (self.signal_seen && self.n_steps > 1).then_some(StopReason::Signal)
    }
}

/// The answer to show and to keep in the history: without its role, the final `###` and the
/// space around.
#[must_use]
pub fn answer_text(text: &str) -> &str {
    let text = text.trim();
    let text = text.strip_suffix(SIGNAL).unwrap_or(text).trim_end();
    text.strip_prefix(ROLE).unwrap_or(text).trim_start()
}

/// The same for an answer that was stopped: a role that had only begun is no answer either.
#[must_use]
pub fn stopped_answer_text(text: &str) -> &str {
    if ROLE.starts_with(text.trim()) {
        ""
    } else {
        answer_text(text)
    }
}
