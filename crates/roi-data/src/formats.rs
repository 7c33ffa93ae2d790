//! The sets' file formats, as they are published: what is read is also what is written.
//!
//! Fields that no conversation depends on are left out; reading skips them. Sizes and boxes are in pixels of the picture unless
//! a type says otherwise. Whole numbers may be written with a point.

pub mod coco;
mod entries;
mod ids;
pub mod llava;
mod numbers;
pub mod regions;
pub mod v7w;
pub mod vcr;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Component, Path, PathBuf};

use roi_geom::PictureSize;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::DataError;
pub use entries::{Entries, Entry, missing};

/// What some programs begin a file of text with.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Reads a whole JSON file, without holding its text. Of a list of [`Entries`] a broken one costs only itself.
///
/// # Errors
/// If it cannot be read, ends early, or is not of the form of `T`.
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, DataError> {
    serde_json::from_reader(open_text(path)?).map_err(|source| DataError::Json {
        path: path.to_owned(),
        source,
    })
}

/// A text without the byte order mark it may begin with.
#[must_use]
pub fn unmarked(text: &str) -> &str {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

/// A file of text, behind its byte order mark.
fn open_text(path: &Path) -> Result<BufReader<File>, DataError> {
    let mut file = BufReader::new(open(path)?);
    let is_marked = file
        .fill_buf()
        .map(|start| start.starts_with(BYTE_ORDER_MARK.as_bytes()))
        .map_err(|source| io_error(path, source))?;
    if is_marked {
        file.consume(BYTE_ORDER_MARK.len());
    }
    Ok(file)
}

pub(crate) fn open(path: &Path) -> Result<File, DataError> {
    File::open(path).map_err(|source| io_error(path, source))
}

fn io_error(path: &Path, source: io::Error) -> DataError {
    DataError::Io {
        path: path.to_owned(),
        source,
    }
}

/// A file that a set names, which must lie below the set's folder and exist.
///
/// # Errors
/// If the name leads out of the folder, or no such file is there.
pub fn file_below(folder: &Path, name: &str) -> Result<PathBuf, DataError> {
    let stays_below = !name.is_empty()
        && Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
    if !stays_below {
        return Err(DataError::FileName {
            name: name.to_owned(),
        });
    }
    let path = folder.join(name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(DataError::NoFile { path })
    }
}

/// A picture's size, which its file's header announces.
///
/// # Errors
/// If the file cannot be read, or is no picture.
pub fn announced_size(picture: &Path) -> Result<PictureSize, DataError> {
    let file = std::fs::read(picture).map_err(|source| io_error(picture, source))?;
    roi_picture::announced_size(&file).map_err(|source| DataError::Picture {
        path: picture.to_owned(),
        source,
    })
}

/// Truth values that files spell as `true`, `1` or `1.0`.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Bool(bool),
        Number(f64),
    }
    Ok(match Flag::deserialize(deserializer)? {
        Flag::Bool(flag) => flag,
        Flag::Number(number) => number != 0.0,
    })
}
