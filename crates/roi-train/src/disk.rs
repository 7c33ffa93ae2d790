//! Files that are there whole or not at all, whenever the program or the machine stops.

#[cfg(test)]
mod tests;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Ending of what is not finished.
pub(crate) const UNFINISHED: &str = "part";

/// `path` with the ending of what is not finished.
pub(crate) fn unfinished(path: &Path) -> PathBuf {
    let mut beside = path.to_owned();
    beside.add_extension(UNFINISHED);
    beside
}

/// Writes into a file that `create` makes, and waits until the disk has it.
pub(crate) fn write_durably(
    path: &Path,
    bytes: &[u8],
    create: fn(&Path) -> io::Result<File>,
) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Waits until the disk has a folder's names.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Puts a new file in the place of `path`: written beside it, then renamed. If that fails, what was there stays.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = unfinished(path);
    let written = write_durably(&beside, bytes, |path| File::create(path))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The first error says what is wrong; a part that cannot be removed does no harm.
        drop(fs::remove_file(&beside));
    }
    written?;
    sync_folder(
        path.parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(Path::new(".")),
    )
}

/// Removes a folder and what is in it, if it is there.
pub(crate) fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
