//! A package in a folder.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use roi_weights::{ChunkEntry, PackageSource, SourceError};

/// A package in a folder on disk.
#[derive(Clone, Debug)]
pub struct Package {
    folder: PathBuf,
}

impl Package {
    /// The package whose `manifest.json` lies in `folder`.
    #[must_use]
    pub fn at(folder: impl AsRef<Path>) -> Self {
        Self {
            folder: folder.as_ref().to_owned(),
        }
    }

    fn read(&self, name: &str) -> Result<Vec<u8>, SourceError> {
        let path = self.folder.join(name);
        std::fs::read(&path).map_err(|error| {
            let what = path.display().to_string();
            match error.kind() {
                ErrorKind::NotFound => SourceError::Missing { what },
                _ => SourceError::Unreachable {
                    what,
                    reason: error.to_string(),
                },
            }
        })
    }
}

impl PackageSource for Package {
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        self.read("manifest.json")
    }

    async fn chunk(&self, _index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        self.read(&entry.path())
    }
}

#[cfg(test)]
mod tests;
