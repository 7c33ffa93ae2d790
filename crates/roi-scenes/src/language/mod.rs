//! Everything that can be said about a scene, in one small grammar.
//!
//! A model of a few million parameters learns this language together with seeing, so there are few
//! words and fixed orders: size, colour, name, then what it does, then where it is. Whatever is
//! said is determined by the picture and the boxes in question; where two words would do, neither
//! is used.

mod captions;
mod choosing;
mod phrase;
mod pointing;
mod property;
mod questions;
mod reasons;
mod referring;
#[cfg(test)]
mod tests;
mod uses;
mod whole;

pub use captions::{N_CAPTIONS, captions, captions_of_nothing, captions_of_pair};
pub use choosing::{Choosing, choosing, choosing_names, choosing_things};
pub use pointing::{Pointing, pointing};
pub use questions::{About, Question, Topic, questions};
pub use reasons::{Reason, ReasonTopic, reasons};
pub use referring::{Referring, referring};
pub use whole::{Phrase, WholeCaption, description, whole_caption};
