//! What stays of a conversation that has become too long.

use super::{
    ASSISTANT, Conversation, HUMAN, MESSAGE_END, Part, Prompt, PromptError, Question, SIGNAL, Turn,
};
use crate::tokenizer::{Segment, Tokenizer};

/// Room for a prompt and the answer behind it, in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// For both.
    pub whole: usize,
    /// What earlier turns leave to the answer.
    pub answer: usize,
}

/// Tokens of a turn.
struct Length {
    question: usize,
    answer: usize,
}

impl Conversation<'_> {
    /// The same within `room`: where it does not fit, the oldest turns are dropped, a quarter of what there is room for at a
    /// time. So the prompts of the questions that follow begin alike, and what is remembered of one serves the next. The last
    /// question alone may take the answer's room.
    ///
    /// What remains is the prompt of the shorter conversation: its first question opens with the
    /// picture, and a region whose first mention was dropped gets its `<bbox>` at the first tag
    /// that is left.
    ///
    /// # Errors
    /// As [`Self::prompt`], on any turn, and if the last question alone does not fit.
    pub fn prompt_within(&self, tokenizer: &Tokenizer, room: Room) -> Result<Prompt, PromptError> {
        let limit = room.whole.saturating_sub(room.answer);
        let mut prompt = self.prompt(tokenizer)?;
        let last = self.turns.len() - 1;
        if prompt.ids.len() > limit && last > 0 {
            let n_dropped = self.n_to_drop(tokenizer, limit)?;
            for n_turns_dropped in n_dropped.clamp(1, last)..=last {
                let turns = &self.turns[n_turns_dropped..];
                prompt = Prompt {
                    n_turns_dropped,
                    ..Conversation { turns, ..*self }.prompt(tokenizer)?
                };
                if prompt.ids.len() <= limit {
                    break;
                }
            }
        }
        if prompt.ids.len() > room.whole {
            return Err(PromptError::TooLong {
                tokens: prompt.ids.len(),
                limit: room.whole,
            });
        }
        Ok(prompt)
    }

    /// How many of the oldest turns are left out of prompts of about `limit` tokens. It goes through the questions as they were
    /// asked, one after the other, so that it depends on nothing but the turns and stays the same from one to the next.
    fn n_to_drop(&self, tokenizer: &Tokenizer, limit: usize) -> Result<usize, PromptError> {
        // What stands in every prompt, whichever turns it has.
        let shortest = [Turn {
            question: "?".into(),
            answer: None,
        }];
        let fixed = Conversation {
            turns: &shortest,
            ..*self
        };
        let for_turns = limit.saturating_sub(fixed.prompt(tokenizer)?.ids.len());
        let lengths: Vec<_> = self
            .turns
            .iter()
            .map(|turn| turn.length(tokenizer))
            .collect();
        let (mut first, mut taken) = (0, 0);
        for (index, Length { question, answer }) in lengths.iter().enumerate() {
            if taken + question > for_turns {
                while first < index && taken + question > for_turns - for_turns / 4 {
                    taken -= lengths[first].question + lengths[first].answer;
                    first += 1;
                }
            }
            taken += question + answer;
        }
        Ok(first)
    }
}

impl Turn {
    /// About as many tokens as it takes in a conversation, rather a few more: words that meet there may join.
    fn length(&self, tokenizer: &Tokenizer) -> Length {
        let message = |role: &str, text: &str| {
            let text = format!("{SIGNAL}{role}: {text}{MESSAGE_END}");
            tokenizer.encode(&[Segment::Text(text)]).len()
        };
        Length {
            question: match &self.question {
                Question::Typed(text) => message(HUMAN, text),
                Question::Parts(parts) => {
                    let texts = parts.iter().map(|part| match part {
                        Part::Text(text) => text.as_str(),
                        // The picture stands in every prompt, and is counted there.
                        Part::Picture | Part::Region(_) => "",
                    });
                    message(HUMAN, &texts.collect::<String>()) + parts.len()
                }
            },
            answer: match &self.answer {
                Some(answer) => message(ASSISTANT, answer),
                None => 0,
            },
        }
    }
}
