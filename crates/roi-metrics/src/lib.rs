//! What a model's answers are worth: caption metrics, recognition, multiple choice.
//!
//! Caption numbers are comparable with published ones only if every step is the same, tokens and
//! constants included; so BLEU, ROUGE-L and CIDEr are those of pycocoevalcap 1.2 to the last
//! digits that matter, and METEOR is its own program or nothing. Only [`meteor`] starts a process;
//! the rest takes and returns plain data.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod captions;
mod choice;
mod confusion;
mod error;
pub mod meteor;
mod ptb;
mod scores;
mod space;

pub use captions::Captions;
pub use choice::{Choice, Tally, VcrQuestion, VcrScores, choices_right};
pub use confusion::{ClassScore, Confusion, Mistake};
pub use error::MetricsError;
pub use ptb::{tokenize, tokenize_all};
pub use scores::{ItemScores, Scores};
