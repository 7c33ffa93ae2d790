//! Visual-7W's pointing questions: which of four regions is meant.
//!
//! Neither paper nor repository of GPT4RoI has a prompt for this set. The wording is the one that
//! this project trains with; the boxes' order is shuffled, since the file has the right one first.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use roi_data::formats::v7w::{V7wFile, V7wImage, V7wQuestion};
use roi_data::formats::{file_below, missing, read_json};
use roi_data::{DataError, POINT, POINT_BETWEEN};
use roi_geom::BoxPx;
use roi_metrics::{Choice, Confusion, choices_right};
use sha2::{Digest, Sha256};

use super::{Source, not_empty};
use crate::EvalError;
use crate::benchmark::{Benchmark, Details, Grade, Number, Scored, Verdict};
use crate::left_out::LeftOut;
use crate::published::{self, Published};
use crate::task::{Reply, Task, asked};

const NAME: &str = "v7w";
const UNREAD: &str = "(unread)";

/// Pointing questions.
pub struct Visual7W {
    tasks: Vec<Task>,
    /// The right box of each task, counted from zero.
    right: Vec<usize>,
    settings: BTreeMap<&'static str, String>,
    left_out: LeftOut,
}

impl Visual7W {
    /// Reads the questions of one split: `train`, `val` or `test`.
    ///
    /// # Errors
    /// If the file cannot be read or is no such file, or no question of the split can be asked.
    pub fn open(source: &Source<'_>, split: &str) -> Result<Self, EvalError> {
        let file: V7wFile = read_json(source.file)?;
        let boxes: HashMap<u64, BoxPx> = file.boxes.iter().map(|b| (b.box_id, b.edges())).collect();
        let box_of = |id: u64| match boxes.get(&id) {
            Some(&edges) => Ok(edges),
            None => Err(missing("box", id, &file.boxes.broken)),
        };
        let mut left_out = LeftOut::default();
        left_out.add_unread(&file.images.broken);
        left_out.add_unread(&file.boxes.broken);
        let mut ids = HashSet::new();
        let mut records = Vec::new();
        for image in file.images.whole {
            if image.split != split {
                left_out.n_excluded += image.qa_pairs.len() as u64;
                continue;
            }
            left_out.add_unread(&image.qa_pairs.broken);
            for question in &image.qa_pairs {
                let name = || format!("question {}", question.qa_id);
                if !ids.insert(question.qa_id) {
                    left_out.add_broken(name(), "an earlier question has the same id");
                    continue;
                }
                match pointing(question, &image, box_of, source) {
                    Ok(record) => records.push(record),
                    Err(error) => left_out.add_broken(name(), error),
                }
            }
        }
        let records = source.subset.choose(records, |(task, _)| task.id.clone());
        let (tasks, right): (Vec<_>, Vec<_>) = records.into_iter().unzip();
        not_empty(&tasks, NAME, &left_out)?;
        let mut settings = source.settings();
        settings.insert("split", split.to_owned());
        Ok(Self {
            tasks,
            right,
            settings,
            left_out,
        })
    }
}

/// A question's task, and which of its boxes is right.
fn pointing(
    asked_for: &V7wQuestion,
    image: &V7wImage,
    box_of: impl Fn(u64) -> Result<BoxPx, DataError>,
    source: &Source<'_>,
) -> Result<(Task, usize), DataError> {
    let problem = |problem: &str| DataError::Record {
        problem: problem.to_owned(),
    };
    let question = asked_for.question.trim();
    if question.is_empty() {
        return Err(problem("it has no words"));
    }
    let mut ids = vec![asked_for.answer];
    ids.extend(&asked_for.multiple_choices);
    if ids.len() < 2 {
        return Err(problem("there is nothing to choose from"));
    }
    // By hash, so that the order is the same in every run and says nothing.
    ids.sort_by_cached_key(|id| {
        let hash = Sha256::new()
            .chain_update(asked_for.qa_id.to_le_bytes())
            .chain_update(id.to_le_bytes());
        <[u8; 32]>::from(hash.finalize())
    });
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(problem("two of its choices are the same box"));
    }
    let boxes: Vec<BoxPx> = ids.iter().map(|&id| box_of(id)).collect::<Result<_, _>>()?;
    let right = ids.iter().position(|&id| id == asked_for.answer);
    let tags: Vec<String> = (1..=boxes.len()).map(|k| format!("<region{k}>")).collect();
    let task = Task {
        id: asked_for.qa_id.to_string(),
        picture_name: image.filename.clone(),
        picture: file_below(source.pictures, &image.filename)?,
        boxes,
        stated_size: None,
        turns: asked(format!(
            "{}{question}",
            POINT.replace("{}", &tags.join(POINT_BETWEEN))
        )),
        continuations: Vec::new(),
    };
    Ok((task, right.unwrap_or(0)))
}

/// The region that an answer names, counted from zero, of `n`.
///
/// `region 2`, `region2`, `<region2>` and, where there is no such word, a number that stands alone.
/// An answer that names none, several, or one that does not exist is no choice.
#[must_use]
pub fn region_in(answer: &str, n: usize) -> Option<usize> {
    let answer = answer.to_lowercase();
    let mut named: Vec<&str> = Vec::new();
    for (at, word) in answer.match_indices("region") {
        let behind = answer[at + word.len()..].trim_start();
        named.extend(leading_digits(behind));
    }
    if named.is_empty() {
        let apart = answer.split(|c: char| !c.is_alphanumeric());
        named.extend(apart.filter(|word| leading_digits(word) == Some(word)));
    }
    let mut numbers = named.iter().map(|digits| digits.parse::<usize>().ok());
    let first = numbers.next()??;
    let is_only_one = numbers.all(|number| number == Some(first));
    (is_only_one && (1..=n).contains(&first)).then(|| first - 1)
}

/// The digits that a text begins with, if there are any.
fn leading_digits(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let digits = &text[..end.unwrap_or(text.len())];
    (!digits.is_empty()).then_some(digits)
}

impl Benchmark for Visual7W {
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
        &published::V7W
    }

    fn score(&self, replies: &[Option<Reply>]) -> Result<Scored, EvalError> {
        let region = |index: usize| format!("region{}", index + 1);
        let mut choices = Vec::new();
        let mut confusion = Confusion::default();
        let records = self.tasks.iter().zip(&self.right).zip(replies);
        let verdicts = records.map(|((task, &right), reply)| {
            let Some(Reply::Answer(answer)) = reply else {
                return None;
            };
            let chosen = region_in(answer, task.boxes.len());
            let choice = Choice { chosen, right };
            choices.push(choice);
            let read = chosen.map_or_else(|| UNREAD.to_owned(), region);
            confusion.add(&region(right), &read);
            Some(Verdict {
                answer: answer.clone(),
                read: Some(read),
                truth: region(right),
                grade: Grade::of(choice.is_right()),
            })
        });
        let verdicts = verdicts.collect();
        let tally = choices_right(choices);
        Ok(Scored {
            numbers: vec![Number::accuracy("accuracy", tally)],
            details: Details::Pointing(tally),
            confusion: Some(confusion),
            verdicts,
        })
    }
}
