//! Benchmarks: what is asked, how answers are read and counted, and the reports.
//!
//! A benchmark turns a set's file into [`Task`]s and replies into numbers; [`evaluate`] asks
//! between the two, through [`Answerer`], so that nothing here knows a model, a device or a
//! tensor. Answers are written down as they come, and a run that was ended goes on where it was.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod answerer;
mod benchmark;
mod benchmarks;
mod captions;
mod denial;
mod error;
mod file;
mod left_out;
mod log;
mod naming;
mod published;
mod report;
mod run;
mod subset;
mod task;
#[cfg(test)]
mod testing;

pub use answerer::{AnswerError, Answerer, Likelihood, Question};
pub use benchmark::{Benchmark, Details, Grade, Number, Scored, Verdict};
pub use benchmarks::{
    Attributes, Called, DESCRIBE, Described, Negatives, Recognition, Source, Vcr, VcrMode,
    Visual7W, letter_in, region_in,
};
pub use captions::score_files;
pub use denial::denies;
pub use error::EvalError;
pub use left_out::{LeftOut, Skip};
pub use naming::Classes;
pub use published::{Published, PublishedRow};
pub use report::Report;
pub use roi_data::VcrRegions;
pub use run::{Progress, ReportOptions, Settings, evaluate};
pub use subset::Subset;
pub use task::{Reply, Task};
