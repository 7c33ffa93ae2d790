//! The benchmarks, one a file: what is read, how it is asked, how an answer is read and counted.

mod attributes;
mod described;
mod negatives;
mod recognition;
mod refcocog;
mod region_chat;
mod regions;
mod v7w;
mod vcr;
mod vg;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use crate::left_out::LeftOut;
use crate::task::Task;
use crate::{EvalError, Subset};

pub use attributes::Attributes;
pub use described::Described;
pub use negatives::Negatives;
pub use recognition::Recognition;
pub use v7w::{Visual7W, region_in};
pub use vcr::{Called, Vcr, VcrMode, letter_in};

/// What the paper asks of a region, a constant of the protocol.
///
/// Source: the GPT4RoI paper, region captioning; the region there is `<region>`.
pub const DESCRIBE: &str = "Can you give a description of the region mentioned by <region1>";

/// A set's files, and how much of it is used.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The file of annotations or questions.
    pub file: &'a Path,
    /// The folder of pictures.
    pub pictures: &'a Path,
    /// The part that is asked about.
    pub subset: Subset,
}

impl Source<'_> {
    /// As reports tell it.
    fn settings(&self) -> BTreeMap<&'static str, String> {
        let name = self.file.file_name().unwrap_or(self.file.as_os_str());
        let subset = [
            ("limit", self.subset.limit.map(|limit| limit.to_string())),
            ("seed", self.subset.seed.map(|seed| seed.to_string())),
        ];
        let subset = subset
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)));
        [("file", name.to_string_lossy().into_owned())]
            .into_iter()
            .chain(subset)
            .collect()
    }
}

/// Refuses a set that has nothing to ask.
fn not_empty(tasks: &[Task], benchmark: &'static str, left_out: &LeftOut) -> Result<(), EvalError> {
    if tasks.is_empty() {
        return Err(EvalError::Empty {
            benchmark,
            reasons: left_out.reasons(),
        });
    }
    Ok(())
}

/// Refuses a question about other regions than the one that there is.
fn about_one_region(question: &str) -> Result<(), EvalError> {
    let n_tags = question.matches("<region").count();
    if n_tags > 0 && n_tags == question.matches("<region1>").count() {
        Ok(())
    } else {
        Err(EvalError::QuestionWithoutRegion {
            question: question.to_owned(),
        })
    }
}
