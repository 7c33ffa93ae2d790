//! Packages in folders, read synchronously: all that `inspect` and `verify` need.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};
use roi_weights::{ChunkEntry, Manifest};

/// Far above any manifest: a table of a few hundred tensors and a few thousand chunks.
const MAX_MANIFEST_BYTES: u64 = 64 << 20;

/// The checked manifest of the package in `dir`, and the bytes of its file.
pub(crate) fn manifest(dir: &Path) -> Result<(Manifest, u64)> {
    let path = dir.join("manifest.json");
    if !path.is_file() {
        bail!(
            "{} is not a package: it holds no manifest.json. If a conversion was interrupted there, run it again",
            dir.display()
        );
    }
    let in_file = || format!("{} is refused", path.display());
    let bytes = read_up_to(&path, MAX_MANIFEST_BYTES).with_context(in_file)?;
    let manifest = Manifest::parse(&bytes).with_context(in_file)?;
    Ok((manifest, bytes.len() as u64))
}

/// The bytes of a chunk's file, `None` if there is no such file. At most one byte more than the chunk has, which is enough
/// to see that the file is too long.
pub(crate) fn chunk(dir: &Path, entry: &ChunkEntry) -> io::Result<Option<Vec<u8>>> {
    match read_up_to(&dir.join(entry.path()), entry.length) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn read_up_to(path: &Path, max_bytes: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(max_bytes + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Bytes of all files of a package, as the file system has them.
pub(crate) fn bytes_on_disk(dir: &Path) -> io::Result<u64> {
    let mut total = fs::metadata(dir.join("manifest.json"))?.len();
    for entry in fs::read_dir(dir.join("chunks"))? {
        total += entry?.metadata()?.len();
    }
    Ok(total)
}
