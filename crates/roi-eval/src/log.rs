//! The file of answers: read once to know what is done, then only appended to, whole lines at a
//! time.
//!
//! Its first line says of what run the answers are. Answers of another model, or under other
//! settings, must not end in one report, so such a file is refused; a larger or another part of
//! the same set goes on in the same file.

#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::task::{Reply, Task};
use crate::{EvalError, Settings};

/// What every first line begins with.
const BEGINNING: &[u8] = b"{\"benchmark\":";

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Run {
    benchmark: String,
    #[serde(flatten)]
    settings: Settings,
}

/// Any other line.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    id: String,
    fingerprint: String,
    device: String,
    #[serde(flatten)]
    reply: Reply,
}

/// The answers of this run and of those before it.
#[derive(Debug)]
pub(crate) struct AnswerLog {
    file: File,
    path: PathBuf,
    /// By id and fingerprint, with the device that gave them.
    replies: HashMap<(String, String), (Reply, String)>,
}

impl AnswerLog {
    /// Opens or makes the file. The torn last line of a run that was killed is cut off.
    pub(crate) fn open(
        path: &Path,
        benchmark: &'static str,
        settings: &Settings,
    ) -> Result<Self, EvalError> {
        let failed = |source| EvalError::Io {
            path: path.to_owned(),
            source,
        };
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(path)
            .map_err(failed)?;
        // The system unlocks the file when the program ends, however it ends.
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(EvalError::Busy {
                    path: path.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        let mut old = Vec::new();
        file.read_to_end(&mut old).map_err(failed)?;
        let mut n_whole = old
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |last| last + 1);
        let (whole, torn) = old.split_at(n_whole);
        // What is no line of ours is not cut from a file that is not ours.
        if whole.is_empty() && !is_begun(torn) {
            return Err(EvalError::NotALog {
                path: path.to_owned(),
            });
        }
        let run = Run {
            benchmark: benchmark.to_owned(),
            settings: settings.clone(),
        };
        let mut lines = whole.split(|&byte| byte == b'\n');
        let first = lines.next().unwrap_or_default();
        if n_whole > 0 {
            let before: Run = serde_json::from_slice(first).map_err(|_| EvalError::NotALog {
                path: path.to_owned(),
            })?;
            let same = same_run(path, &before, &run);
            if lines.clone().any(|line| !line.is_empty()) {
                same?;
            } else if same.is_err() {
                // A run that gave no answer has nothing to say about this one.
                n_whole = 0;
            }
        }
        file.set_len(n_whole as u64).map_err(failed)?;
        let mut log = Self {
            file,
            path: path.to_owned(),
            replies: HashMap::new(),
        };
        if n_whole == 0 {
            log.append(&run)?;
        }
        for line in lines {
            // A line that cannot be read is as good as none: its question is asked again.
            if let Ok(line) = serde_json::from_slice::<Line>(line) {
                log.remember(line);
            }
        }
        Ok(log)
    }

    /// The answer to this task, if it was given before.
    pub(crate) fn reply(&self, task: &Task) -> Option<&Reply> {
        let found = self.replies.get(&(task.id.clone(), task.fingerprint()));
        found.map(|(reply, _)| reply)
    }

    /// Appends an answer.
    pub(crate) fn add(
        &mut self,
        task: &Task,
        reply: Reply,
        device: String,
    ) -> Result<(), EvalError> {
        let line = Line {
            id: task.id.clone(),
            fingerprint: task.fingerprint(),
            device,
            reply,
        };
        self.append(&line)?;
        self.remember(line);
        Ok(())
    }

    /// The devices that gave the answers to these tasks.
    pub(crate) fn devices(&self, tasks: &[Task]) -> BTreeSet<String> {
        let found = tasks
            .iter()
            .filter_map(|task| self.replies.get(&(task.id.clone(), task.fingerprint())));
        found.map(|(_, device)| device.clone()).collect()
    }

    fn remember(&mut self, line: Line) {
        let key = (line.id, line.fingerprint);
        self.replies.insert(key, (line.reply, line.device));
    }

    fn append(&mut self, line: &impl Serialize) -> Result<(), EvalError> {
        let mut bytes = serde_json::to_vec(line).map_err(|source| EvalError::Report { source })?;
        bytes.push(b'\n');
        // In one write, so that only a line can be torn and never two mixed.
        self.file.write_all(&bytes).map_err(|source| EvalError::Io {
            path: self.path.clone(),
            source,
        })
    }
}

/// Whether a first line may have been torn to this.
fn is_begun(torn: &[u8]) -> bool {
    torn.starts_with(BEGINNING) || BEGINNING.starts_with(torn)
}

fn in_words(settings: &impl Serialize) -> String {
    serde_json::to_string(settings).unwrap_or_default()
}

fn same_run(path: &Path, before: &Run, now: &Run) -> Result<(), EvalError> {
    let Run {
        benchmark,
        settings:
            Settings {
                model,
                manifest_sha256,
                zero_regions,
                generation,
            },
    } = before;
    let values = [
        ("the benchmark", benchmark.clone(), now.benchmark.clone()),
        ("the model", model.clone(), now.settings.model.clone()),
        (
            "the package's hash",
            manifest_sha256.clone(),
            now.settings.manifest_sha256.clone(),
        ),
        (
            "blanking of regions",
            zero_regions.to_string(),
            now.settings.zero_regions.to_string(),
        ),
        (
            "the way of generating",
            in_words(generation),
            in_words(&now.settings.generation),
        ),
    ];
    match values.into_iter().find(|(_, before, now)| before != now) {
        None => Ok(()),
        Some((what, before, now)) => Err(EvalError::OtherRun {
            path: path.to_owned(),
            what,
            before,
            now,
        }),
    }
}
