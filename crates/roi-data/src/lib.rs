//! Training sets in their published formats, read record by record into conversations about boxes, and mixed.
//!
//! Every set ends in one type, [`Sample`]: a picture, its boxes, and turns that say where each box's vector stands. What is
//! drawn for a record depends on the seed, the epoch and the record alone ([`Visit`]), so that a [`Mix`] of sets can be taken
//! up at any place.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod dataset;
mod draw;
mod error;
pub mod formats;
mod mix;
mod parts;
pub mod readers;
mod sample;
mod square;
mod templates;
mod vcr_prompt;
pub mod write;

pub use dataset::{Dataset, LeftOut, Skip, Skips};
pub use draw::Visit;
pub use error::DataError;
pub use mix::{Mix, MixedSet, Place};
pub use sample::Sample;
pub use templates::{POINT, POINT_BETWEEN};
pub use vcr_prompt::{VcrRegions, letter_prompt, open_prompt};
