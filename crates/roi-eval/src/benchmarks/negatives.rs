//! Questions about boxes with nothing in them: right is to say so. The same questions about things
//! stand among them, since who always denies would be right otherwise.
//!
//! No published set has such questions; these are of the project's own conversations about boxes.
//! Each is asked alone, as what was said before would give answers away.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use roi_data::DataError;
use roi_data::formats::llava::Speaker;
use roi_data::formats::regions::RegionRecord;
use roi_data::formats::{file_below, read_json};
use roi_metrics::{Choice, Confusion, choices_right};

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
/// The topic of questions about empty boxes.
const ABSENT: &str = "nothing";
/// Topics of questions that are put to empty boxes, too, and whose answers never deny.
const PRESENT: [&str; 5] = ["name", "colour", "size", "action", "description"];
/// What the first message of a conversation holds for the picture.
const PICTURE: &str = "<image>";

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
        let file: Vec<RegionRecord> = read_json(source.file)?;
        let mut left_out = LeftOut::default();
        let mut ids = HashSet::new();
        let mut records = Vec::new();
        for record in file {
            let id = record.id.clone();
            if !ids.insert(id.clone()) {
                left_out.add_broken(id, "an earlier record has the same id");
                continue;
            }
            match questions(&record, source) {
                Ok(questions) => {
                    let n_all = record.topics.len();
                    left_out.n_excluded += (n_all - questions.len()) as u64;
                    records.extend(questions);
                }
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

/// The questions of a conversation that are of use here.
fn questions(record: &RegionRecord, source: &Source<'_>) -> Result<Vec<(Task, Truth)>, DataError> {
    let problem = |problem: String| Err(DataError::Record { problem });
    let picture = file_below(source.pictures, &record.image)?;
    let (turns, rest) = record.conversations.as_chunks::<2>();
    let (n_turns, n_topics) = (turns.len(), record.topics.len());
    if n_turns != n_topics || !rest.is_empty() {
        let n_messages = record.conversations.len();
        return problem(format!("it has {n_messages} messages on {n_topics} topics"));
    }
    let mut questions = Vec::new();
    for (number, ([question, answer], topic)) in (1..).zip(turns.iter().zip(&record.topics)) {
        if (question.from, answer.from) != (Speaker::Human, Speaker::Gpt) {
            return problem(format!("turn {number} is no question with its answer"));
        }
        let is_there = PRESENT.contains(&topic.as_str());
        if !is_there && topic != ABSENT {
            continue;
        }
        let words = question.value.trim_start();
        let words = words.strip_prefix(PICTURE).unwrap_or(words).trim();
        if words.is_empty() {
            return problem(format!("question {number} has no words"));
        }
        let task = Task {
            id: format!("{} {number}", record.id),
            picture_name: record.image.clone(),
            picture: picture.clone(),
            boxes: record.boxes.clone(),
            turns: asked(words),
            continuations: Vec::new(),
        };
        let answer = answer.value.clone();
        questions.push((task, Truth { is_there, answer }));
    }
    Ok(questions)
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
