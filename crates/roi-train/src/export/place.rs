//! The folder that an export is to be in, and the earlier one that may be in it. An empty folder is a place, too.
//!
//! The earlier one is moved aside, the new one takes its place, and only then is the earlier one deleted. Its index goes last,
//! so that what is left of it can always be told from a folder of somebody else's.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{INDEX, is_export};
use crate::TrainError;
use crate::disk::{remove_folder, sync_folder};

/// Ending of an earlier export that is on its way out.
const REPLACED: &str = "replaced";

/// A folder that is free, empty, or holds an earlier export.
pub(super) struct Place {
    dir: PathBuf,
    /// Where the earlier export goes.
    aside: PathBuf,
}

impl Place {
    /// Puts in order what an export that was killed has left.
    pub(super) fn open(dir: &Path) -> Result<Self, TrainError> {
        expect_free(dir)?;
        let dir = match dir.file_name() {
            Some(_) => dir.to_owned(),
            // What is called `.` has no name that an ending could be put to.
            None => fs::canonicalize(dir).map_err(|source| TrainError::Io {
                path: dir.to_owned(),
                source,
            })?,
        };
        let mut aside = dir.clone();
        aside.add_extension(REPLACED);
        let place = Self { dir, aside };
        place.mend()?;
        Ok(place)
    }

    /// The folder by its name.
    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    fn mend(&self) -> Result<(), TrainError> {
        let aside = &self.aside;
        let mended = if !aside.exists() {
            Ok(())
        } else if is_empty(aside) || (is_export(aside) && self.dir.exists()) {
            // Killed while the earlier one was being deleted.
            remove(aside)
        } else if is_export(aside) {
            // Killed before the new one had taken the place.
            fs::rename(aside, &self.dir)
        } else {
            return Err(TrainError::Occupied {
                path: aside.clone(),
            });
        };
        mended.map_err(|source| self.io(source))
    }

    /// Puts the new export here. If that fails, the earlier one stays.
    pub(super) fn take(&self, new: &Path) -> Result<(), TrainError> {
        let had_one = self.dir.exists();
        if had_one {
            fs::rename(&self.dir, &self.aside).map_err(|source| self.io(source))?;
        }
        if let Err(source) = fs::rename(new, &self.dir) {
            if had_one {
                // The first error says what is wrong; if this fails too, the next export mends it.
                drop(fs::rename(&self.aside, &self.dir));
            }
            return Err(self.io(source));
        }
        let parent = self.dir.parent().filter(|p| *p != Path::new(""));
        sync_folder(parent.unwrap_or(Path::new("."))).map_err(|source| self.io(source))?;
        if had_one {
            // The new one is in its place; what cannot be removed is when there is a next time.
            drop(remove(&self.aside));
        }
        Ok(())
    }

    fn io(&self, source: io::Error) -> TrainError {
        TrainError::Io {
            path: self.dir.clone(),
            source,
        }
    }
}

/// Whether an export may be written to `dir`: there is nothing, an empty folder, or an earlier export.
pub(super) fn expect_free(dir: &Path) -> Result<(), TrainError> {
    if dir.exists() && !is_empty(dir) && !is_export(dir) {
        return Err(TrainError::Occupied {
            path: dir.to_owned(),
        });
    }
    Ok(())
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// Deletes an export, its index last.
fn remove(export: &Path) -> io::Result<()> {
    for entry in fs::read_dir(export)? {
        let entry = entry?;
        if entry.file_name() == INDEX {
            continue;
        }
        if entry.file_type()?.is_dir() {
            remove_folder(&entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    remove_folder(export)
}
