//! Questions about boxes with nothing in them: right is to say so. The same questions about things
//! stand among them, since who always denies would be right otherwise.
//!
//! No published set has such questions; these are of the project's own conversations about boxes.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use roi_metrics::{Choice, Confusion, choices_right};

use super::Source;
use super::region_chat::questions;
use crate::EvalError;
use crate::benchmark::{Benchmark, Details, Grade, Number, Scored, Verdict};
use crate::denial::denies;
use crate::left_out::LeftOut;
use crate::published::{self, Published};
use crate::task::{Reply, Task};

const NAME: &str = "negatives";
const NOTHING: &str = "nothing there";
const SOMETHING: &str = "something there";
/// The topic of questions about empty boxes.
const ABSENT: &str = "nothing";
/// Topics of questions that are put to empty boxes, too, and whose answers never deny.
const PRESENT: [&str; 5] = ["name", "colour", "size", "action", "description"];

/// Questions about boxes with and without something in them.
pub struct Negatives {
    tasks: Vec<Task>,
    truths: Vec<Truth>,
    settings: BTreeMap<&'static str, String>,
    left_out: LeftOut,
}

struct Truth {
    is_there: bool,
    answer: String,
}

impl Negatives {
    /// Reads the project's conversations about boxes, as `roichat scenes` writes them. Questions of
    /// other topics are excluded.
    ///
    /// # Errors
    /// If the file cannot be read or is no such file, or nothing in it can be asked.
    pub fn open(source: &Source<'_>) -> Result<Self, EvalError> {
        let is_asked = |topic: &str| topic == ABSENT || PRESENT.contains(&topic);
        let (questions, left_out) = questions(source, NAME, is_asked)?;
        let parts = questions.into_iter().map(|question| {
            let is_there = question.topic != ABSENT;
            let answer = question.answer;
            (question.task, Truth { is_there, answer })
        });
        let (tasks, truths) = parts.unzip();
        Ok(Self {
            tasks,
            truths,
            settings: source.settings(),
            left_out,
        })
    }
}

impl Benchmark for Negatives {
    fn name(&self) -> &'static str {
        NAME
    }

    fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    fn settings(&self) -> &BTreeMap<&'static str, String> {
        &self.settings
    }

    fn published(&self) -> &'static Published {
        &published::NEGATIVES
    }

    fn score(&self, replies: &[Option<Reply>]) -> Result<Scored, EvalError> {
        let (mut absent, mut present) = (Vec::new(), Vec::new());
        let mut confusion = Confusion::default();
        let verdicts = self.truths.iter().zip(replies).map(|(truth, reply)| {
            let Some(Reply::Answer(answer)) = reply else {
                return None;
            };
            let (is_there, says_there) = (truth.is_there, !denies(answer));
            let choice = Choice {
                chosen: Some(says_there.into()),
                right: is_there.into(),
            };
            let counted = if is_there { &mut present } else { &mut absent };
            counted.push(choice);
            confusion.add(in_words(is_there), in_words(says_there));
            Some(Verdict {
                answer: answer.clone(),
                read: Some(in_words(says_there).to_owned()),
                truth: truth.answer.clone(),
                grade: Grade::of(choice.is_right()),
            })
        });
        let verdicts = verdicts.collect();
        let (absent, present) = (choices_right(absent), choices_right(present));
        Ok(Scored {
            numbers: vec![
                Number::accuracy(NOTHING, absent),
                Number::accuracy(SOMETHING, present),
            ],
            details: Details::Negatives { absent, present },
            confusion: Some(confusion),
            verdicts,
        })
    }
}

fn in_words(is_there: bool) -> &'static str {
    if is_there { SOMETHING } else { NOTHING }
}
