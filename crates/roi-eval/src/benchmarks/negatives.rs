//! Questions about what is not there: right is to say so. Questions about what is there stand among
//! them, since who always denies would be right otherwise.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use roi_data::DataError;
use roi_data::formats::negatives::{NegativesFile, PresenceQuestion};
use roi_data::formats::{file_below, read_json};
use roi_metrics::{Choice, Confusion, Tally, choices_right};

use super::{Source, not_empty};
use crate::EvalError;
use crate::benchmark::{Benchmark, Details, Grade, Number, Scored, Verdict};
use crate::denial::denies;
use crate::left_out::LeftOut;
use crate::published::{self, Published};
use crate::task::{Reply, Task, asked};

const NAME: &str = "negatives";
const NOTHING: &str = "nothing there";
const SOMETHING: &str = "something there";

/// Questions about what is and is not there.
pub struct Negatives {
    tasks: Vec<Task>,
    truths: Vec<Truth>,
    settings: BTreeMap<&'static str, String>,
    left_out: LeftOut,
}

struct Truth {
    is_there: bool,
    kind: String,
    answer: String,
}

impl Negatives {
    /// Reads the project's own file of such questions.
    ///
    /// # Errors
    /// If the file cannot be read or is no such file, or nothing in it can be asked.
    pub fn open(source: &Source<'_>) -> Result<Self, EvalError> {
        let file: NegativesFile = read_json(source.file)?;
        let mut left_out = LeftOut::default();
        let mut ids = HashSet::new();
        let mut records = Vec::new();
        for question in file.questions {
            let id = question.id.clone();
            if !ids.insert(id.clone()) {
                left_out.add_broken(id, "an earlier question has the same id");
                continue;
            }
            match task(&question, source) {
                Ok(task) => records.push((
                    task,
                    Truth {
                        is_there: question.is_there,
                        kind: question.kind,
                        answer: question.answer,
                    },
                )),
                Err(error) => left_out.add_broken(id, error),
            }
        }
        let records = source.subset.choose(records, |(task, _)| task.id.clone());
        let (tasks, truths): (Vec<_>, Vec<_>) = records.into_iter().unzip();
        not_empty(&tasks, NAME, &left_out)?;
        Ok(Self {
            tasks,
            truths,
            settings: source.settings(),
            left_out,
        })
    }
}

fn task(question: &PresenceQuestion, source: &Source<'_>) -> Result<Task, DataError> {
    Ok(Task {
        id: question.id.clone(),
        picture_name: question.file_name.clone(),
        picture: file_below(source.pictures, &question.file_name)?,
        boxes: question.edges(),
        turns: asked(&question.question),
        continuations: Vec::new(),
    })
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
        let mut choices: BTreeMap<(bool, &str), Vec<Choice>> = BTreeMap::new();
        let mut confusion = Confusion::default();
        let verdicts = self.truths.iter().zip(replies).map(|(truth, reply)| {
            let Some(Reply::Answer(answer)) = reply else {
                return None;
            };
            let says_there = !denies(answer);
            let is_there = truth.is_there;
            let choice = Choice {
                chosen: Some(says_there.into()),
                right: is_there.into(),
            };
            let counted = choices.entry((is_there, &truth.kind)).or_default();
            counted.push(choice);
            confusion.add(in_words(is_there), in_words(says_there));
            let truth = match truth.answer.as_str() {
                "" => in_words(is_there),
                answer => answer,
            };
            Some(Verdict {
                answer: answer.clone(),
                read: Some(in_words(says_there).to_owned()),
                truth: truth.to_owned(),
                grade: Grade::of(choice.is_right()),
            })
        });
        let verdicts = verdicts.collect();
        let tally = |wanted: bool| {
            let of = choices
                .iter()
                .filter(|((is_there, _), _)| *is_there == wanted);
            choices_right(of.flat_map(|(_, choices)| choices.iter().copied()))
        };
        let (absent, present) = (tally(false), tally(true));
        let by_kind = choices
            .iter()
            .filter(|((is_there, kind), _)| !is_there && !kind.is_empty());
        let absent_by_kind: BTreeMap<String, Tally> = by_kind
            .map(|((_, kind), choices)| {
                ((*kind).to_owned(), choices_right(choices.iter().copied()))
            })
            .collect();
        Ok(Scored {
            numbers: vec![
                Number::accuracy(NOTHING, absent),
                Number::accuracy(SOMETHING, present),
            ],
            details: Details::Negatives {
                absent,
                present,
                absent_by_kind,
            },
            confusion: Some(confusion),
            verdicts,
        })
    }
}

fn in_words(is_there: bool) -> &'static str {
    if is_there { SOMETHING } else { NOTHING }
}
