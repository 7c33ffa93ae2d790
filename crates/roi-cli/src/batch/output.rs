//! The file of answers: read once to know what is done, then only appended to, whole lines at a time.

use std::collections::HashSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use roi_protocol::Answer;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[cfg(test)]
mod tests;

/// What became of a line of the input.
#[derive(Debug)]
pub(crate) enum Outcome {
    Answer(Box<Answer>),
    Error(String),
}

/// The answers of this run and of those before it.
#[derive(Debug)]
pub(crate) struct AnswerFile {
    file: File,
    answered: HashSet<String>,
    /// Failures by id and sentence: the same one is not written twice.
    failed: HashSet<(String, String)>,
}

#[derive(Serialize)]
struct AnswerLine<'a> {
    id: &'a Value,
    #[serde(flatten)]
    answer: &'a Answer,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    id: &'a Value,
    error: &'a str,
}

/// As much of a line as resuming needs.
#[derive(Deserialize)]
struct OldLine {
    #[serde(default)]
    id: Value,
    error: Option<String>,
}

impl AnswerFile {
    /// Opens or makes the file. The torn last line of a run that was killed is cut off.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(path)?;
        let mut old = Vec::new();
        file.read_to_end(&mut old)?;
        let n_whole = old
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |last| last + 1);
        file.set_len(n_whole as u64)?;
        file.seek(SeekFrom::End(0))?;

        let mut answers = Self {
            file,
            answered: HashSet::new(),
            failed: HashSet::new(),
        };
        for line in old[..n_whole].split(|&byte| byte == b'\n') {
            if let Ok(OldLine { id, error }) = serde_json::from_slice(line) {
                match error {
                    Some(error) => answers.failed.insert((id.to_string(), error)),
                    None => answers.answered.insert(id.to_string()),
                };
            }
        }
        Ok(answers)
    }

    /// Whether the file has an answer of this id; a failure is none and is tried again.
    pub(crate) fn has_answer(&self, id: &Value) -> bool {
        self.answered.contains(&id.to_string())
    }

    /// Appends a line in one write.
    pub(crate) fn add(&mut self, id: &Value, outcome: Outcome) -> io::Result<()> {
        let mut line = match outcome {
            Outcome::Answer(answer) => {
                self.answered.insert(id.to_string());
                serde_json::to_vec(&AnswerLine {
                    id,
                    answer: &answer,
                })?
            }
            Outcome::Error(error) => {
                let line = serde_json::to_vec(&ErrorLine { id, error: &error })?;
                if !self.failed.insert((id.to_string(), error)) {
                    return Ok(());
                }
                line
            }
        };
        line.push(b'\n');
        self.file.write_all(&line)
    }
}
