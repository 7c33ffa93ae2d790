//! Files that are whole or not there: written beside, then renamed.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::EvalError;

/// Replaces a file at once; if that fails, what was there before still is.
pub(crate) fn write_whole(path: &Path, contents: &[u8]) -> Result<(), EvalError> {
    let failed = |source| EvalError::Io {
        path: path.to_owned(),
        source,
    };
    let mut beside = OsString::from(path);
    beside.push(".part");
    let written = fs::write(&beside, contents).and_then(|()| fs::rename(&beside, path));
    written.map_err(|source| {
        // The first failure is the one to tell.
        fs::remove_file(&beside).ok();
        failed(source)
    })
}
