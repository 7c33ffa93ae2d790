//! What all benchmarks have in common: tasks, and a count of what came back.

use std::collections::BTreeMap;

use roi_metrics::{ClassScore, Confusion, Scores, Tally, VcrScores};
use serde::Serialize;

use crate::EvalError;
use crate::left_out::LeftOut;
use crate::published::Published;
use crate::task::{Reply, Task};

/// Questions with known answers.
pub trait Benchmark {
    /// What reports and files of answers call it, its mode included.
    fn name(&self) -> &'static str;

    /// What is asked. Tasks about one picture stand together.
    fn tasks(&self) -> &[Task];

    /// What of the set is not asked about.
    fn left_out(&self) -> &LeftOut;

    /// Settings of the set, by name: files, the part of it, the question's wording.
    fn settings(&self) -> &BTreeMap<&'static str, String>;

    /// What others reached.
    fn published(&self) -> &'static Published;

    /// Counts replies, which are parallel to the tasks; a task without one is left out.
    ///
    /// # Errors
    /// If captions cannot be scored, METEOR's program included.
    fn score(&self, replies: &[Option<Reply>]) -> Result<Scored, EvalError>;
}

/// What a benchmark makes of its replies.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The numbers that reports put beside published ones.
    pub numbers: Vec<Number>,
    /// All numbers.
    pub details: Details,
    /// What was called what, where there is a fixed set of names.
    pub confusion: Option<Confusion>,
    /// Each task's, parallel to the tasks; none where there is no reply.
    pub verdicts: Vec<Option<Verdict>>,
}

/// A number of the report's table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Number {
    /// The column.
    pub name: &'static str,
    /// In percent, as papers print it; none where nothing was counted or the metric did not run.
    pub percent: Option<f64>,
    /// Of how many.
    pub n: u64,
}

impl Number {
    /// The accuracy of a tally.
    pub(crate) fn accuracy(name: &'static str, tally: Tally) -> Self {
        Self::part(name, tally.accuracy(), tally.n)
    }

    pub(crate) fn part(name: &'static str, part: Option<f64>, n: u64) -> Self {
        Self {
            name,
            percent: part.map(|part| part * 100.0),
            n,
        }
    }
}

/// All numbers of a benchmark.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Details {
    /// Captions, in total and one by one.
    Captions(Scores),
    /// One of several boxes.
    Pointing(Tally),
    /// Answers and reasons.
    Vcr(VcrScores),
    /// Names.
    Recognition {
        /// Things asked about, and how many were called right.
        n: u64,
        /// How many were.
        n_right: u64,
        /// Answers in which no class was found; they are among the wrong ones.
        n_unread: u64,
        /// Class by class.
        classes: Vec<ClassScore>,
    },
    /// Phrases, by what was asked for.
    Attributes(BTreeMap<&'static str, Tally>),
    /// Questions about what is there and what is not.
    Negatives {
        /// Nothing is there: right is to say so.
        absent: Tally,
        /// Something is there: right is not to deny it.
        present: Tally,
    },
}

/// How one task went, for people to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The answer, or what stands for it.
    pub answer: String,
    /// What was read from it, where that is not the same.
    pub read: Option<String>,
    /// What is right.
    pub truth: String,
    /// What it is worth.
    pub grade: Grade,
}

/// What an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grade {
    /// It is right.
    Right,
    /// It is wrong.
    Wrong,
    /// It is a caption, with this CIDEr in percent.
    Cider(f64),
}

impl Grade {
    pub(crate) fn of(is_right: bool) -> Self {
        if is_right { Self::Right } else { Self::Wrong }
    }
}
