//! From words to token ids and back: the conversation template, region tags, the LLaMA tokenizer.
//!
//! Nothing here knows tensors, files or the network. Text a user typed and text the template adds
//! are kept apart up to the token ids ([`Segment`]), so that a control string in a question, such
//! as `</s>` or `<image>`, is never more than its letters.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod conversation;
mod decode;
#[cfg(test)]
mod goldens;
mod import;
mod learn;
mod stop;
mod tokenizer;

pub use conversation::{
    Answered, Conversation, Habits, Labelled, Part, Prompt, PromptError, Question, Room, Turn,
};
pub use decode::DecodeStream;
pub use import::{ImportError, ReverseError, tokenizer_json, tokenizer_model};
pub use learn::{LearnError, LearnOptions, learn_tokenizer};
pub use stop::{StopReason, StopRule, answer_text, stopped_answer_text};
pub use tokenizer::{Segment, Tokenizer, TokenizerError};
