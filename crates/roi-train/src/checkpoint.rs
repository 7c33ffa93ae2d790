//! Everything a run needs to go on as if it had never stopped, in folders of which the newest good one counts.
//!
//! A checkpoint is written into a folder beside its name, which it gets when the disk has all of it. Older ones are deleted
//! after that. Whatever moment the program is killed at, the newest whole checkpoint is there, and nothing that is torn or
//! belongs to something else is taken for one.
//!
//! Random draws are functions of seed, epoch and position, so those three are the random state.

mod index;
mod pieces;
#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use roi_weights::TensorSpec;

use crate::config::Settings;
use crate::disk::{UNFINISHED, remove_folder, sync_folder, unfinished, write_durably};
use crate::optimizer::Moments;
use index::{INDEX, Index};
use pieces::{Group, MAX_PIECE_BYTES};

/// Beginning of the folders' names; a step in eight digits or more follows.
const PREFIX: &str = "step-";
/// Ending of a folder that is being deleted.
const LEAVING: &str = "old";

/// What tells one run from another.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// What its configuration says of its numbers.
    pub settings: Settings,
    /// The tensors that learn.
    pub specs: Vec<TensorSpec>,
    /// SHA-256 of those that do not. They are not part of a checkpoint: the run reads them where it first did.
    pub frozen_sha256: String,
    /// Examples of an epoch.
    pub n_examples: u64,
    /// SHA-256 of what they are read from.
    pub examples_sha256: String,
    /// Of everything random.
    pub seed: u64,
}

/// A run's state after a step.
#[derive(Clone, Debug, PartialEq)]
pub struct RunState {
    /// Steps done, which is also the place in the schedule.
    pub step: u64,
    /// The place in the stream of examples.
    pub position: u64,
    /// The tensors that learn, in the order of [`Identity::specs`].
    pub weights: Vec<Vec<f32>>,
    /// The optimizer's state.
    pub moments: Moments,
}

/// Why a checkpoint was not written or not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// A file or folder could not be read or written. If it was written, the checkpoints before are untouched.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A checkpoint is torn, changed, or none.
    #[error("{}: {problem}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// There are checkpoints, and none is good.
    #[error(
        "none of the checkpoints in {} is whole; remove the folder to start anew:\n  {}",
        dir.display(),
        problems.join("\n  ")
    )]
    NoneWhole {
        /// The folder.
        dir: PathBuf,
        /// What is wrong with each.
        problems: Vec<String>,
    },
    /// The run was started with other settings, which would have given other numbers.
    #[error(
        "{} was written under other settings; change them back or choose another folder:\n  {}",
        path.display(),
        differences.join("\n  ")
    )]
    OtherSettings {
        /// The checkpoint.
        path: PathBuf,
        /// Each difference, in words.
        differences: Vec<String>,
    },
    /// The data is not what the run has seen so far.
    #[error("{} was written over {then} examples an epoch, and now there are {now}", path.display())]
    OtherData {
        /// The checkpoint.
        path: PathBuf,
        /// Examples at its time.
        then: u64,
        /// Examples now.
        now: u64,
    },
    /// The data has as many examples as before, and they are others.
    #[error(
        "{} was written over other annotations: a file that the configuration names has changed since; bring it back or choose another folder",
        path.display()
    )]
    ChangedData {
        /// The checkpoint.
        path: PathBuf,
    },
    /// The weights that do not learn are not those the run started with.
    #[error(
        "{} belongs to other weights: those that are not trained have changed since",
        path.display()
    )]
    OtherWeights {
        /// The checkpoint.
        path: PathBuf,
    },
}

/// What there is to go on from.
#[derive(Debug)]
pub struct Found {
    /// What the newest whole checkpoint holds, if there is any.
    pub state: Option<RunState>,
    /// Newer ones that are not whole, and why, in words.
    pub passed_over: Vec<String>,
}

/// The folder of a run's checkpoints.
#[derive(Debug)]
pub struct CheckpointFolder {
    dir: PathBuf,
    keep: usize,
    max_piece_bytes: usize,
    create: fn(&Path) -> io::Result<File>,
}

impl CheckpointFolder {
    /// Opens or makes the folder, in which the newest `keep` checkpoints stay. What a killed run left unfinished is removed.
    ///
    /// # Errors
    /// [`CheckpointError::Io`].
    pub fn open(dir: &Path, keep: usize) -> Result<Self, CheckpointError> {
        let folder = Self {
            dir: dir.to_owned(),
            keep: keep.max(1),
            max_piece_bytes: MAX_PIECE_BYTES,
            create: |path| File::create(path),
        };
        fs::create_dir_all(dir).map_err(|source| io_error(dir, source))?;
        for (name, path) in folder.entries()? {
            let ending = name
                .strip_prefix(PREFIX)
                .and_then(|rest| rest.split_once('.'));
            if ending.is_some_and(|(_, ending)| [UNFINISHED, LEAVING].contains(&ending)) {
                remove_folder(&path).map_err(|source| io_error(&path, source))?;
            }
        }
        Ok(folder)
    }

    /// Writes a checkpoint, then deletes all but the newest.
    ///
    /// # Errors
    /// [`CheckpointError::Io`]. The checkpoints before are then as they were.
    pub fn write(&self, identity: &Identity, state: &RunState) -> Result<PathBuf, CheckpointError> {
        let path = self.dir.join(format!("{PREFIX}{:08}", state.step));
        let beside = unfinished(&path);
        let written = self.write_into(&beside, identity, state);
        if written.is_err() {
            // The first error says what is wrong; what cannot be removed now is when the folder is opened again.
            drop(remove_folder(&beside));
        }
        written?;
        // A checkpoint of this step that is there already was passed over: it is not whole.
        self.remove(&path)?;
        fs::rename(&beside, &path).map_err(|source| io_error(&path, source))?;
        sync_folder(&self.dir).map_err(|source| io_error(&self.dir, source))?;
        // One of a later step was passed over, too; it takes no whole one's place.
        let whole = self.newest_first()?.into_iter();
        let whole = whole.filter(|&(step, _)| step <= state.step);
        for (_, old) in whole.skip(self.keep) {
            self.remove(&old)?;
        }
        Ok(path)
    }

    /// Finds the newest whole checkpoint of this run.
    ///
    /// # Errors
    /// [`CheckpointError`] when there are checkpoints and none is whole, or the newest whole one belongs to another run.
    pub fn newest(&self, identity: &Identity) -> Result<Found, CheckpointError> {
        let mut passed_over = Vec::new();
        for (_, path) in self.newest_first()? {
            match read(&path, identity) {
                Ok(state) => {
                    return Ok(Found {
                        state: Some(state),
                        passed_over,
                    });
                }
                Err(error @ CheckpointError::Damaged { .. }) => passed_over.push(error.to_string()),
                Err(error) => return Err(error),
            }
        }
        if passed_over.is_empty() {
            return Ok(Found {
                state: None,
                passed_over,
            });
        }
        Err(CheckpointError::NoneWhole {
            dir: self.dir.clone(),
            problems: passed_over,
        })
    }

    fn write_into(
        &self,
        folder: &Path,
        identity: &Identity,
        state: &RunState,
    ) -> Result<(), CheckpointError> {
        remove_folder(folder).map_err(|source| io_error(folder, source))?;
        fs::create_dir(folder).map_err(|source| io_error(folder, source))?;
        let mut written = Vec::new();
        let groups = groups(state);
        pieces::cut(
            &groups,
            &identity.specs,
            self.max_piece_bytes,
            |piece, bytes| {
                let path = folder.join(&piece.file);
                written.push(piece);
                write_durably(&path, bytes, self.create).map_err(|source| io_error(&path, source))
            },
        )?;
        let index = Index::new(identity, state, written);
        let path = folder.join(INDEX);
        write_durably(&path, &index.to_bytes(), self.create)
            .and_then(|()| sync_folder(folder))
            .map_err(|source| io_error(&path, source))
    }

    /// Deletes a checkpoint under another name, so that half of it is never taken for a torn one.
    fn remove(&self, path: &Path) -> Result<(), CheckpointError> {
        let mut leaving = path.to_owned();
        leaving.add_extension(LEAVING);
        match fs::rename(path, &leaving) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            renamed => renamed
                .and_then(|()| remove_folder(&leaving))
                .map_err(|source| io_error(path, source)),
        }
    }

    /// Steps and folders of all checkpoints.
    fn newest_first(&self) -> Result<Vec<(u64, PathBuf)>, CheckpointError> {
        let mut found: Vec<_> = self
            .entries()?
            .into_iter()
            .filter_map(|(name, path)| {
                let step = name.strip_prefix(PREFIX)?.parse().ok()?;
                Some((step, path))
            })
            .collect();
        found.sort_by_key(|(step, _)| std::cmp::Reverse(*step));
        Ok(found)
    }

    fn entries(&self) -> Result<Vec<(String, PathBuf)>, CheckpointError> {
        let io = |source| io_error(&self.dir, source);
        let mut entries = Vec::new();
        for entry in fs::read_dir(&self.dir).map_err(io)? {
            let entry = entry.map_err(io)?;
            if let Ok(name) = entry.file_name().into_string() {
                entries.push((name, entry.path()));
            }
        }
        Ok(entries)
    }
}

/// Reads and checks everything in a checkpoint.
fn read(folder: &Path, identity: &Identity) -> Result<RunState, CheckpointError> {
    let path = folder.join(INDEX);
    let damaged = |path: &Path, problem: String| CheckpointError::Damaged {
        path: path.to_owned(),
        problem,
    };
    let bytes = fs::read(&path).map_err(|source| missing_or_io(&path, source))?;
    let index = Index::parse(&bytes).map_err(|problem| damaged(&path, problem))?;
    index.check_identity(folder, identity)?;
    let zeros = || -> Vec<Vec<f32>> {
        let lengths = identity.specs.iter().map(n_values);
        lengths.map(|length| vec![0.0; length]).collect()
    };
    let mut state = RunState {
        step: index.step,
        position: index.position,
        weights: zeros(),
        moments: Moments {
            n_updates: index.n_updates,
            first: zeros(),
            second: zeros(),
        },
    };
    let mut reader = pieces::Reader::new(&identity.specs, groups_mut(&mut state));
    for piece in &index.pieces {
        let path = folder.join(&piece.file);
        let bytes = fs::read(&path).map_err(|source| missing_or_io(&path, source))?;
        piece
            .check(&bytes)
            .and_then(|()| reader.take(&bytes))
            .map_err(|problem| damaged(&path, problem))?;
    }
    reader
        .finish()
        .map_err(|problem| damaged(folder, problem))?;
    Ok(state)
}

fn groups(state: &RunState) -> [Group<&[Vec<f32>]>; 3] {
    let RunState {
        weights, moments, ..
    } = state;
    [
        Group::new("weights", weights.as_slice()),
        Group::new("first_moment", moments.first.as_slice()),
        Group::new("second_moment", moments.second.as_slice()),
    ]
}

fn groups_mut(state: &mut RunState) -> [Group<&mut [Vec<f32>]>; 3] {
    let RunState {
        weights, moments, ..
    } = state;
    [
        Group::new("weights", weights.as_mut_slice()),
        Group::new("first_moment", moments.first.as_mut_slice()),
        Group::new("second_moment", moments.second.as_mut_slice()),
    ]
}

fn n_values(spec: &TensorSpec) -> usize {
    spec.shape.iter().product::<u64>() as usize
}

fn io_error(path: &Path, source: io::Error) -> CheckpointError {
    CheckpointError::Io {
        path: path.to_owned(),
        source,
    }
}

/// A file that is not there is damage; one that cannot be read may be whole.
fn missing_or_io(path: &Path, source: io::Error) -> CheckpointError {
    if source.kind() == io::ErrorKind::NotFound {
        CheckpointError::Damaged {
            path: path.to_owned(),
            problem: "it is missing".to_owned(),
        }
    } else {
        io_error(path, source)
    }
}
