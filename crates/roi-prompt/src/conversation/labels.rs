//! Which tokens of a conversation a model learns to say, and which are its last answer.

use std::ops::Range;

use super::{ASSISTANT, Conversation, Message, PromptError, Rendered, SIGNAL};
use crate::tokenizer::{Located, Tokenizer};

/// A conversation's token ids with the ids to learn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// Token ids, the beginning-of-sequence token included.
    pub ids: Vec<u32>,
    /// For each `<bbox>` in order, the index of its box, counted from zero.
    pub regions: Vec<usize>,
    /// As many as `ids`: the id itself where it is to be learnt, else nothing. Not shifted: the
    /// label at a position is what the position before it should predict.
    pub labels: Vec<Option<u32>>,
    /// How many of the newest turns were left out to make the conversation fit.
    pub n_turns_dropped: usize,
}

/// A conversation's token ids and where among them its last answer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Token ids, the beginning-of-sequence token included.
    pub ids: Vec<u32>,
    /// For each `<bbox>` in order, the index of its box, counted from zero.
    pub regions: Vec<usize>,
    /// The tokens of the answer's own text: neither its header nor what ends it.
    pub answer: Range<usize>,
}

impl Conversation<'_> {
    /// The conversation with its last answer, for measuring how likely that answer is.
    ///
    /// # Errors
    /// As [`Self::prompt`], and if the last turn has no answer.
    pub fn answered(&self, tokenizer: &Tokenizer) -> Result<Answered, PromptError> {
        let rendered = self.render(|token| tokenizer.special(token), true)?;
        let n_turns = self.turns.len();
        let last = rendered.messages.last().filter(|last| last.is_answer);
        let text = &last
            .ok_or(PromptError::MissingAnswer {
                turn: n_turns,
                n_turns,
            })?
            .text;
        let located = tokenizer.encode_located(&rendered.segments);
        let is_answer =
            |token: &Located| token.source.start < text.end && token.source.end > text.start;
        let start = located.iter().position(is_answer).unwrap_or(located.len());
        let n_tokens = located[start..]
            .iter()
            .take_while(|token| is_answer(token))
            .count();
        Ok(Answered {
            ids: located.into_iter().map(|token| token.id).collect(),
            regions: rendered.regions,
            answer: start..start + n_tokens,
        })
    }

    /// The conversation with its last answer, if it has one, and labels for what the assistant
    /// says: its header, its text, and the `###` that follows.
    ///
    /// # Errors
    /// As [`Self::prompt`].
    pub fn labelled(&self, tokenizer: &Tokenizer) -> Result<Labelled, PromptError> {
        let Rendered {
            segments,
            messages,
            regions,
            ..
        } = self.render(|token| tokenizer.special(token), true)?;
        let located = tokenizer.encode_located(&segments);
        let labels = labels(&located, &messages);
        Ok(Labelled {
            ids: located.into_iter().map(|token| token.id).collect(),
            regions,
            labels,
            n_turns_dropped: 0,
        })
    }

    /// The same, but for the last answer, which stands behind exactly the tokens of the prompt that asks for it.
    ///
    /// A prompt's last token is the space behind its `###`. In a text that goes on, that space belongs to the word that
    /// follows, so a model that only ever saw whole texts has to guess what stands behind it.
    ///
    /// # Errors
    /// As [`Self::prompt`], and if the last turn has no answer.
    pub fn labelled_behind_prompt(&self, tokenizer: &Tokenizer) -> Result<Labelled, PromptError> {
        let n_turns = self.turns.len();
        let missing = PromptError::MissingAnswer {
            turn: n_turns,
            n_turns,
        };
        let Rendered {
            segments,
            messages,
            regions,
            ..
        } = self.render(|token| tokenizer.special(token), false)?;
        let last = self.turns.last().and_then(|turn| turn.answer.as_ref());
        let mut answer = Rendered::default();
        answer.open_message(ASSISTANT);
        answer.text(last.ok_or(missing)?);
        answer.close(true, 1);
        answer.text(SIGNAL);

        let prompt = tokenizer.encode_located(&segments);
        let behind = tokenizer.encode_located(&answer.segments);
        // All but the token that begins every text.
        let behind = behind.get(1..).unwrap_or_default();
        let mut labels = labels(&prompt, &messages);
        labels.extend(self::labels(behind, &answer.messages));
        let located = prompt.iter().chain(behind);
        Ok(Labelled {
            ids: located.map(|token| token.id).collect(),
            regions,
            labels,
            n_turns_dropped: 0,
        })
    }

    /// The same in at most `limit` tokens: the newest turns are left out until it fits.
    ///
    /// The oldest stay because a training set's first question says what all of them ask for, and may be where its boxes
    /// are bound. The original cuts the end off instead, wherever that falls.
    ///
    /// # Errors
    /// As [`Self::prompt`], on any turn that is tried, and if the first turn alone does not fit.
    pub fn labelled_within(
        &self,
        tokenizer: &Tokenizer,
        limit: usize,
    ) -> Result<Labelled, PromptError> {
        let of_first = |n_turns: usize| {
            let turns = &self.turns[..n_turns];
            Conversation { turns, ..*self }.labelled(tokenizer)
        };
        let whole = self.labelled(tokenizer)?;
        if whole.ids.len() <= limit {
            return Ok(whole);
        }
        // More turns are never fewer tokens: the last number that fits lies between what does and what does not.
        let (mut fitting, mut too_many) = (None, self.turns.len());
        let mut n_fitting = 0;
        while too_many - n_fitting > 1 {
            let n_turns = n_fitting + (too_many - n_fitting) / 2;
            let labelled = of_first(n_turns)?;
            if labelled.ids.len() <= limit {
                (fitting, n_fitting) = (Some(labelled), n_turns);
            } else {
                too_many = n_turns;
            }
        }
        match fitting {
            Some(labelled) => Ok(Labelled {
                n_turns_dropped: self.turns.len() - n_fitting,
                ..labelled
            }),
            None => Err(PromptError::TooLong {
                tokens: of_first(1)?.ids.len(),
                limit,
            }),
        }
    }

    /// The same with the original's labels, which are found by counting.
    ///
    /// Everything is learnt but the system text and, of each question, all tokens after the first
    /// two. Each message's tokens are counted with the message encoded by itself, which can come
    /// out longer or shorter than in its place, and from there on the mask is off by the difference.
    ///
    /// Source: jshilong/GPT4RoI 00273ad, `gpt4roi/train/train.py`, `preprocess` and `_mask_targets`.
    ///
    /// # Errors
    /// As [`Self::prompt`].
    pub fn labelled_in_isolation(&self, tokenizer: &Tokenizer) -> Result<Labelled, PromptError> {
        const LEARNT_OF_QUESTION: usize = 2;
        let Rendered {
            segments,
            messages,
            regions,
            ..
        } = self.render(|token| tokenizer.special(token), true)?;
        let ids = tokenizer.encode(&segments);
        let mut labels: Vec<Option<u32>> = ids.iter().copied().map(Some).collect();
        let mut ignore = |start: usize, end: usize| {
            let end = end.min(labels.len());
            if let Some(labels) = labels.get_mut(start..end) {
                labels.fill(None);
            }
        };
        let n_before = messages.first().map_or(0, |message| message.segments.start);
        let mut at = tokenizer.encode(&segments[..n_before]).len();
        ignore(0, at);
        for message in &messages {
            let n_tokens = tokenizer.encode(&segments[message.segments.clone()]).len();
            if !message.is_answer {
                ignore(at + LEARNT_OF_QUESTION, at + n_tokens);
            }
            at += n_tokens;
        }
        Ok(Labelled {
            ids,
            regions,
            labels,
            n_turns_dropped: 0,
        })
    }
}

/// What the assistant says: each answer with its header and the `###` that follows.
fn labels(located: &[Located], messages: &[Message]) -> Vec<Option<u32>> {
    let mut learnt = messages
        .iter()
        .filter(|message| message.is_answer)
        .map(|message| message.source.start..message.source.end + SIGNAL.trim_end().len())
        .peekable();
    let mut labels = Vec::with_capacity(located.len());
    for token in located {
        while learnt
            .next_if(|span| span.end <= token.source.start)
            .is_some()
        {}
        let is_learnt = learnt
            .peek()
            .is_some_and(|span| span.contains(&token.source.start));
        labels.push(is_learnt.then_some(token.id));
    }
    labels
}
