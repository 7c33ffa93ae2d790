//! A whole evaluation: ask what is not answered yet, count, and write the report.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::left_out::LeftOut;
use crate::log::AnswerLog;
use crate::report::{Report, write_report};
use crate::task::{Reply, Task};
use crate::{AnswerError, Answerer, Benchmark, EvalError, Question};

/// The file of answers in the report's folder.
const ANSWERS: &str = "answers.jsonl";

/// What answers depend on besides the questions. Answers under other settings are not mixed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The package's name of its model.
    pub model: String,
    /// The package's own hash of its manifest, which covers every byte of it.
    pub manifest_sha256: String,
    /// Whether region vectors are zeros.
    pub zero_regions: bool,
    /// How answers are generated: temperature, limits …, by name.
    pub generation: BTreeMap<String, serde_json::Value>,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Questions that are answered or failed, those of earlier runs included.
    pub n_done: usize,
    /// All questions.
    pub n_tasks: usize,
    /// Questions that an earlier run had answered.
    pub n_before: usize,
}

/// How the report is made.
#[derive(Clone, Debug)]
pub struct ReportOptions {
    /// Where answers and report go; made if it is not there.
    pub folder: PathBuf,
    /// How many questions the contact sheet shows at most.
    pub n_on_sheet: usize,
}

/// Asks what the folder's file of answers does not have, then counts all answers and writes the
/// report: `report.json`, `report.md`, `sheet.html` and, where there are classes, `confusion.svg`.
///
/// A question that cannot be asked is counted and named in the report. Where this stops, a second
/// call goes on.
///
/// # Errors
/// If the folder cannot be written or holds answers of another run, the model stops working, or no
/// question at all was answered. There is no new report then; answers so far are kept.
pub fn evaluate(
    benchmark: &dyn Benchmark,
    answerer: &mut dyn Answerer,
    settings: &Settings,
    options: &ReportOptions,
    progress: &mut dyn FnMut(Progress),
) -> Result<Report, EvalError> {
    let folder = &options.folder;
    fs::create_dir_all(folder).map_err(|source| EvalError::Io {
        path: folder.clone(),
        source,
    })?;
    let mut log = AnswerLog::open(&folder.join(ANSWERS), benchmark.name(), settings)?;
    let tasks = benchmark.tasks();
    let (replies, failed) = ask_all(tasks, answerer, settings, &mut log, progress)?;
    if replies.iter().all(Option::is_none) {
        let first = failed.broken.into_iter().next();
        return Err(EvalError::NoAnswers {
            n: tasks.len(),
            first: first.map_or_else(String::new, |skip| skip.reason),
        });
    }
    let scored = benchmark.score(&replies)?;
    let devices = log.devices(tasks);
    let report = Report::new(benchmark, settings, scored, failed, devices);
    write_report(&report, benchmark, options)?;
    Ok(report)
}

type Replies = Vec<Option<Reply>>;

/// The replies to all tasks, and those that could not be asked.
fn ask_all(
    tasks: &[Task],
    answerer: &mut dyn Answerer,
    settings: &Settings,
    log: &mut AnswerLog,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Replies, LeftOut), EvalError> {
    let mut replies: Replies = tasks.iter().map(|task| log.reply(task).cloned()).collect();
    let mut failed = LeftOut::default();
    let n_before = replies.iter().flatten().count();
    let mut state = Progress {
        n_done: n_before,
        n_tasks: tasks.len(),
        n_before,
    };
    progress(state);
    let mut picture = PictureFile::default();
    for (task, slot) in tasks.iter().zip(&mut replies) {
        if slot.is_some() {
            continue;
        }
        let reply = picture
            .read(&task.picture)
            .map_err(|reason| AnswerError::Refused { reason })
            .and_then(|picture| ask(task, picture, answerer, settings.zero_regions));
        match reply {
            Ok(reply) => {
                log.add(task, reply.clone(), answerer.device())?;
                *slot = Some(reply);
            }
            Err(AnswerError::Refused { reason }) => failed.add_broken(&task.id, reason),
            Err(AnswerError::Failed(source)) => return Err(EvalError::Answerer { source }),
        }
        state.n_done += 1;
        progress(state);
    }
    Ok((replies, failed))
}

fn ask(
    task: &Task,
    picture: &[u8],
    answerer: &mut dyn Answerer,
    zero_regions: bool,
) -> Result<Reply, AnswerError> {
    task.check_size(picture)
        .map_err(|reason| AnswerError::Refused { reason })?;
    let question = Question {
        picture,
        boxes: &task.boxes,
        turns: &task.turns,
        zero_regions,
    };
    if task.continuations.is_empty() {
        return answerer.answer(&question).map(Reply::Answer);
    }
    let found = answerer.likelihoods(&question, &task.continuations)?;
    let reason = if found.len() != task.continuations.len() {
        let (n, asked) = (found.len(), task.continuations.len());
        format!("{n} likelihoods came back for {asked} texts")
    } else if let Some(bad) = found.iter().position(|found| found.per_token().is_none()) {
        format!("the likelihood of text {} is no number", bad + 1)
    } else {
        return Ok(Reply::Likelihoods(found));
    };
    Err(AnswerError::Refused { reason })
}

/// The file of the last picture; tasks about one picture stand together.
#[derive(Default)]
struct PictureFile {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl PictureFile {
    fn read(&mut self, path: &Path) -> Result<&[u8], String> {
        if self.path != path {
            self.bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
            path.clone_into(&mut self.path);
        }
        Ok(&self.bytes)
    }
}
