//! Questions of this project's own conversations about boxes, by their topics. Each is asked alone, as what was said before
//! would give answers away.

use std::collections::HashSet;

use roi_data::DataError;
use roi_data::formats::llava::Speaker;
use roi_data::formats::regions::RegionRecord;
use roi_data::formats::{Entries, file_below, read_json};

use super::{Source, not_empty};
use crate::EvalError;
use crate::left_out::LeftOut;
use crate::task::{Task, asked};

/// What the first message of a conversation holds for the picture.
const PICTURE: &str = "<image>";

/// A question with what is right.
pub(super) struct RegionQuestion {
    pub(super) task: Task,
    pub(super) topic: String,
    pub(super) answer: String,
}

/// The questions on some topics, of the part of the file that is asked about.
///
/// # Errors
/// If the file cannot be read, or no question of it can be asked.
pub(super) fn questions(
    source: &Source<'_>,
    benchmark: &'static str,
    is_asked: impl Fn(&str) -> bool,
) -> Result<(Vec<RegionQuestion>, LeftOut), EvalError> {
    let file: Entries<RegionRecord> = read_json(source.file)?;
    let mut left_out = LeftOut::default();
    left_out.add_unread(&file.broken);
    let mut ids = HashSet::new();
    let mut records = Vec::new();
    for record in file {
        let id = record.id.clone();
        if !ids.insert(id.clone()) {
            left_out.add_broken(id, "an earlier record has the same id");
            continue;
        }
        match of_record(&record, source, &is_asked) {
            Ok(questions) => {
                let n_all = record.topics.len();
                left_out.n_excluded += (n_all - questions.len()) as u64;
                records.extend(questions);
            }
            Err(error) => left_out.add_broken(id, error),
        }
    }
    let records = source
        .subset
        .choose(records, |question| question.task.id.clone());
    if records.is_empty() {
        not_empty(&[], benchmark, &left_out)?;
    }
    Ok((records, left_out))
}

fn of_record(
    record: &RegionRecord,
    source: &Source<'_>,
    is_asked: impl Fn(&str) -> bool,
) -> Result<Vec<RegionQuestion>, DataError> {
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
        if !is_asked(topic) {
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
            stated_size: None,
            turns: asked(words),
            continuations: Vec::new(),
        };
        questions.push(RegionQuestion {
            task,
            topic: topic.clone(),
            answer: answer.value.clone(),
        });
    }
    Ok(questions)
}
