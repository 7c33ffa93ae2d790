//! Conversations as LLaVA's files hold them: messages by turns, `<image>` in the first.

use crate::DataError;
use crate::formats::llava::{Message, Speaker};

/// What stands for the picture in a record's first message.
pub(super) const IMAGE: &str = "<image>";

/// Questions with their answers.
///
/// # Errors
/// If the messages do not take turns, one is empty, or the picture does not stand in the first, once.
pub(super) fn exchanges(messages: &[Message]) -> Result<&[[Message; 2]], DataError> {
    let refused = |problem: &str| {
        Err(DataError::Record {
            problem: problem.to_owned(),
        })
    };
    let Some(first) = messages.first() else {
        return refused("it has no messages");
    };
    let (pairs, rest) = messages.as_chunks::<2>();
    let takes_turns = |[question, answer]: &[Message; 2]| {
        question.from == Speaker::Human && answer.from == Speaker::Gpt
    };
    if !rest.is_empty() || !pairs.iter().all(takes_turns) {
        return refused("its messages are not questions with an answer each");
    }
    if first.value.matches(IMAGE).count() != 1 {
        return refused("its first question does not hold <image> once");
    }
    let is_empty = |message: &Message| message.value.trim().is_empty();
    if messages.iter().any(is_empty) {
        return refused("a message is empty");
    }
    Ok(pairs)
}
