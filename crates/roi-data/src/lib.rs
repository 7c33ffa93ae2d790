//! Training sets in their published formats, read record by record into conversations about boxes.
//!
//! Every set ends in one type, [`Sample`]: a picture, its boxes, and turns that say where each box's vector stands.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod error;
pub mod formats;
mod sample;

pub use error::DataError;
pub use sample::Sample;
