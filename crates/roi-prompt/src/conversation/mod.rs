//! A conversation about a picture and its boxes, as the token ids the model was trained on.
//!
//! Region tags are user-interface syntax: `<region2>` becomes the words `region2` and, at its first
//! mention only, one `<bbox>` token whose embedding the region's vector replaces. The template's
//! own control tokens are [`Segment::Control`] from the start; questions and answers are always
//! [`Segment::Text`]. Of the forms the original rewrites, only `<regionK>` is kept: its `<K>` and
//! `<>` never pass its own validation, and here they are plain text. Training sets say what their
//! questions are made of by [`Part`]s instead of tags.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/app.py`, `ConversationBot.init_inputs` (rewriting of
//! the question); `gpt4roi/train/train.py`, `preprocess` (template, masks).
//! Differs: a tag names its box by number instead of by order; headers are never repeated
//! ([`Habits`] brings both back); the oldest turns are dropped where the original cuts the end off.

mod labels;
mod question;
mod regions;
mod room;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::tokenizer::{Segment, Tokenizer, is_space};
pub use labels::{Answered, Labelled};
pub use question::{Part, Question};
use regions::Regions;
pub use room::Room;

/// The template's opening.
const SYSTEM: &str = "A chat between a curious human and an artificial intelligence assistant. \
    The assistant gives helpful, detailed, and polite answers to the human's questions.\n\n";
/// What starts each message, and what ends the prompt.
const SIGNAL: &str = "### ";
const MESSAGE_END: &str = "\n";
const HUMAN: &str = "Human";
const ASSISTANT: &str = "Assistant";

/// A question and, once it has been given, its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// What is asked.
    pub question: Question,
    /// The answer, without `Assistant:`.
    pub answer: Option<String>,
}

/// Habits of the original demo, all off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// The k-th `<bbox>` gets the k-th box, whatever number its tag has. Parts name their box themselves.
    pub order_binding: bool,
    /// Each turn after the first puts a header and a line end around all messages so far, those of
    /// earlier turns included: from the third turn on some have two of each, then three.
    pub repeat_headers: bool,
}

/// What there is to be turned into a prompt.
#[derive(Clone, Copy, Debug)]
pub struct Conversation<'a> {
    /// All turns, oldest first; the last is the one to be answered.
    pub turns: &'a [Turn],
    /// How many boxes there are.
    pub n_boxes: usize,
    /// How many `<im_patch>` stand for the picture: one per patch of the vision tower; with 0 nothing stands for it, which some
    /// training wants.
    pub n_image_tokens: usize,
    /// Habits of the original to follow.
    pub habits: Habits,
}

/// A prompt's token ids and what goes into its `<bbox>` positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// Token ids, the beginning-of-sequence token included.
    pub ids: Vec<u32>,
    /// For each `<bbox>` in order, the index of its box, counted from zero.
    pub regions: Vec<usize>,
    /// How many of the oldest turns were left out to make the prompt fit.
    pub n_turns_dropped: usize,
}

/// Why a conversation has no prompt.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PromptError {
    /// There is nothing to answer.
    #[error("the conversation has no question")]
    NoTurns,
    /// A question is empty or only space.
    #[error("question {turn} is empty")]
    EmptyQuestion {
        /// The turn, counted from one.
        turn: usize,
    },
    /// A turn before the last has no answer.
    #[error("turn {turn} of {n_turns} has no answer; only the last question may lack one")]
    MissingAnswer {
        /// The turn, counted from one.
        turn: usize,
        /// How many turns there are.
        n_turns: usize,
    },
    /// A tag names a box that does not exist.
    #[error("{tag} does not exist: {}", boxes_in_words(*n_boxes))]
    NoSuchRegion {
        /// The tag as it was typed.
        tag: String,
        /// How many boxes there are.
        n_boxes: usize,
    },
    /// A question's part names a box that does not exist.
    #[error("question {turn} holds the vector of box {number}: {}", boxes_in_words(*n_boxes))]
    NoSuchBox {
        /// The turn, counted from one.
        turn: usize,
        /// The box, counted from one.
        number: usize,
        /// How many boxes there are.
        n_boxes: usize,
    },
    /// The picture stands twice, or in a question after the first.
    #[error("question {turn} holds the picture again; it belongs into the first question, once")]
    PictureAgain {
        /// The turn, counted from one.
        turn: usize,
    },
    /// With boxes bound by order, there are more tags than boxes.
    #[error("{n_regions} different regions are mentioned: {}", boxes_in_words(*n_boxes))]
    TooManyRegions {
        /// How many tags are mentioned for the first time.
        n_regions: usize,
        /// How many boxes there are.
        n_boxes: usize,
    },
    /// The last question alone is too long.
    #[error("the question takes {tokens} tokens with its picture, and there is room for {limit}")]
    TooLong {
        /// The prompt's length with all earlier turns left out.
        tokens: usize,
        /// The longest prompt that was allowed.
        limit: usize,
    },
    /// The tokenizer lacks a token of the template.
    #[error("the tokenizer has no token {token}")]
    MissingToken {
        /// The token.
        token: &'static str,
    },
}

fn boxes_in_words(n_boxes: usize) -> String {
    match n_boxes {
        0 => "there is no box".to_owned(),
        1 => "there is 1 box, <region1>".to_owned(),
        n => format!("there are {n} boxes, <region1> to <region{n}>"),
    }
}

impl Conversation<'_> {
    /// The prompt that asks for the answer to the last question; an answer it has is left out.
    ///
    /// # Errors
    /// If there is no question, one is empty, an earlier answer is missing, or a tag names a box
    /// that does not exist.
    pub fn prompt(&self, tokenizer: &Tokenizer) -> Result<Prompt, PromptError> {
        let rendered = self.render(|token| tokenizer.special(token), false)?;
        Ok(Prompt {
            ids: tokenizer.encode(&rendered.segments),
            regions: rendered.regions,
            n_turns_dropped: 0,
        })
    }

    /// The runs of text between the control tokens, an answer of the last turn included: what is encoded, and so what a
    /// tokenizer should be learned from.
    ///
    /// # Errors
    /// As [`Self::prompt`].
    pub fn texts(&self) -> Result<Vec<String>, PromptError> {
        // Which ids control tokens have plays no part.
        let rendered = self.render(|_| Some(0), true)?;
        let mut texts = vec![String::new()];
        for segment in rendered.segments {
            match (segment, texts.last_mut()) {
                (Segment::Text(text), Some(run)) => run.push_str(&text),
                _ => texts.push(String::new()),
            }
        }
        texts.retain(|text| !text.is_empty());
        Ok(texts)
    }

    /// Fills the template in; `id` gives control tokens their ids, `last_answer` says whether an answer of the last turn is
    /// part of it.
    fn render(
        &self,
        id: impl Fn(&'static str) -> Option<u32>,
        last_answer: bool,
    ) -> Result<Rendered, PromptError> {
        let Some(last) = self.turns.len().checked_sub(1) else {
            return Err(PromptError::NoTurns);
        };
        let control = |token| id(token).ok_or(PromptError::MissingToken { token });
        let [start, patch, end] = ["<im_start>", "<im_patch>", "<im_end>"].map(control);
        let patches = std::iter::repeat_n(patch?, self.n_image_tokens);
        let picture: Vec<Segment> = match self.n_image_tokens {
            0 => Vec::new(),
            _ => [start?]
                .into_iter()
                .chain(patches)
                .chain([end?])
                .map(Segment::Control)
                .collect(),
        };
        let order_binding = self.habits.order_binding;
        let mut regions = Regions::new(self.n_boxes, order_binding, control("<bbox>")?);
        let mut rendered = Rendered::default();
        rendered.text(SYSTEM);

        for (index, turn) in self.turns.iter().enumerate() {
            let n_pictures = turn.question.n_pictures();
            if turn.question.is_empty() {
                return Err(PromptError::EmptyQuestion { turn: index + 1 });
            }
            if n_pictures > usize::from(index == 0) {
                return Err(PromptError::PictureAgain { turn: index + 1 });
            }
            // A message has a header from the turn that first sends it, and one more from each
            // later turn; of the first turn the original keeps a copy without.
            let [in_question, in_answer] = match self.habits.repeat_headers {
                true => [(last + 1 - index.max(1)).max(1), (last - index).max(1)],
                false => [1, 1],
            };
            rendered.open(HUMAN, in_question);
            if index == 0 && n_pictures == 0 {
                for part in Part::overview() {
                    rendered.part(&part, &picture, &mut regions, index)?;
                }
            }
            match &turn.question {
                Question::Typed(text) => {
                    for segment in regions.rewrite(text.trim_matches(is_space))? {
                        rendered.push(segment);
                    }
                }
                Question::Parts(parts) => {
                    for part in parts {
                        rendered.part(part, &picture, &mut regions, index)?;
                    }
                }
            }
            rendered.close(false, in_question);

            match &turn.answer {
                Some(answer) if index < last || last_answer => {
                    rendered.open(ASSISTANT, in_answer);
                    rendered.text(answer);
                    rendered.close(true, in_answer);
                }
                None if index < last => {
                    return Err(PromptError::MissingAnswer {
                        turn: index + 1,
                        n_turns: self.turns.len(),
                    });
                }
                _ => {}
            }
        }
        rendered.text(SIGNAL);
        rendered.regions = regions.bound;
        Ok(rendered)
    }
}

/// The template filled in.
#[derive(Default)]
struct Rendered {
    segments: Vec<Segment>,
    /// All messages in order; before the first stands the system text, after the last the signal.
    messages: Vec<Message>,
    regions: Vec<usize>,
    /// Bytes of text in `segments`.
    n_bytes: usize,
    opened: Start,
}

/// Where a message lies, its header and line end included.
struct Message {
    is_answer: bool,
    segments: Range<usize>,
    /// Bytes, counted over all text segments.
    source: Range<usize>,
    /// Those among them that are neither header nor line end.
    text: Range<usize>,
}

#[derive(Clone, Copy, Default)]
struct Start {
    segment: usize,
    byte: usize,
    text: usize,
}

impl Rendered {
    fn push(&mut self, segment: Segment) {
        if let Segment::Text(text) = &segment {
            self.n_bytes += text.len();
        }
        self.segments.push(segment);
    }

    fn text(&mut self, text: &str) {
        self.push(Segment::Text(text.to_owned()));
    }

    fn part(
        &mut self,
        part: &Part,
        picture: &[Segment],
        regions: &mut Regions,
        turn: usize,
    ) -> Result<(), PromptError> {
        match part {
            Part::Text(text) => self.text(text),
            Part::Picture => self.segments.extend_from_slice(picture),
            Part::Region(index) => self.push(regions.bind_part(*index, turn)?),
        }
        Ok(())
    }

    fn open(&mut self, role: &str, repeats: usize) {
        self.open_with(&format!("{SIGNAL}{role}: ").repeat(repeats));
    }

    /// A message whose signal stands before it.
    fn open_message(&mut self, role: &str) {
        self.open_with(&format!("{role}: "));
    }

    fn open_with(&mut self, header: &str) {
        self.opened = Start {
            segment: self.segments.len(),
            byte: self.n_bytes,
            text: 0,
        };
        self.text(header);
        self.opened.text = self.n_bytes;
    }

    fn close(&mut self, is_answer: bool, repeats: usize) {
        let text = self.opened.text..self.n_bytes;
        self.text(&MESSAGE_END.repeat(repeats));
        self.messages.push(Message {
            is_answer,
            segments: self.opened.segment..self.segments.len(),
            source: self.opened.byte..self.n_bytes,
            text,
        });
    }
}
