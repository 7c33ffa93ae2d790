//! A package written to a folder so that, whenever the program stops, the folder holds a whole package or none.

#[cfg(test)]
mod tests;

use crate::ImportError;
use roi_weights::{ChunkEntry, Manifest, PackageWriter, verify_chunk};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

const MANIFEST: &str = "manifest.json";
const CHUNKS: &str = "chunks";
/// Ending of files that are not finished.
const UNFINISHED: &str = "part";

/// Writes a package to a folder. Each file is written beside its name, flushed, renamed and, if it is a chunk, read back
/// and verified; the manifest comes last.
#[derive(Debug)]
pub struct PackageFolder {
    dir: PathBuf,
    chunks_written: usize,
}

impl PackageFolder {
    /// Prepares `dir`, which is made if need be. A package that is there already ends here: its manifest is removed first.
    ///
    /// # Errors
    /// [`ImportError::Io`].
    pub fn create(dir: &Path) -> Result<Self, ImportError> {
        let chunks = dir.join(CHUNKS);
        fs::create_dir_all(&chunks).map_err(|source| ImportError::Io {
            path: chunks,
            source,
        })?;
        remove_if_there(&dir.join(MANIFEST))?;
        Ok(Self {
            dir: dir.to_owned(),
            chunks_written: 0,
        })
    }

    /// Removes chunks that `manifest` does not name, and unfinished files. Other files are left alone.
    ///
    /// # Errors
    /// [`ImportError::Io`].
    fn clean(&self, manifest: &Manifest) -> Result<(), ImportError> {
        let named: BTreeSet<&str> = manifest
            .chunks
            .iter()
            .map(|chunk| chunk.sha256.as_str())
            .collect();
        let chunks = self.dir.join(CHUNKS);
        let io = |source| ImportError::Io {
            path: chunks.clone(),
            source,
        };
        for entry in fs::read_dir(&chunks).map_err(io)? {
            let entry = entry.map_err(io)?;
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let hash = name
                .strip_suffix(&format!(".{UNFINISHED}"))
                .unwrap_or(&name);
            let is_chunk = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            if is_chunk && !named.contains(name.as_str()) {
                remove_if_there(&entry.path())?;
            }
        }
        Ok(())
    }
}

impl PackageWriter for PackageFolder {
    type Error = ImportError;

    fn chunk(&mut self, entry: &ChunkEntry, bytes: &[u8]) -> Result<(), ImportError> {
        let path = self.dir.join(entry.path());
        write_whole(&path, bytes)?;
        let written = fs::read(&path).map_err(|source| ImportError::Io {
            path: path.clone(),
            source,
        })?;
        verify_chunk(self.chunks_written, entry, &written)
            .map_err(|source| ImportError::WrittenChunk { path, source })?;
        self.chunks_written += 1;
        Ok(())
    }

    fn finish(&mut self, manifest: &[u8]) -> Result<(), ImportError> {
        let parsed =
            Manifest::parse(manifest).map_err(|error| ImportError::Pack(Box::new(error.into())))?;
        write_whole(&self.dir.join(MANIFEST), manifest)?;
        self.clean(&parsed)
    }
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ImportError> {
    let mut beside = path.to_owned();
    beside.add_extension(UNFINISHED);
    let io = |source| ImportError::Io {
        path: beside.clone(),
        source,
    };
    let mut file = File::create(&beside).map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.sync_data().map_err(io)?;
    drop(file);
    fs::rename(&beside, path).map_err(|source| ImportError::Io {
        path: path.to_owned(),
        source,
    })
}

fn remove_if_there(path: &Path) -> Result<(), ImportError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ImportError::Io {
            path: path.to_owned(),
            source: error,
        }),
        _ => Ok(()),
    }
}
