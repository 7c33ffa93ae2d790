//! What can go wrong, in sentences a person can act on.

use std::path::PathBuf;

use roi_geom::{BoxError, PictureSize};
use roi_import::pickle::PickleError;
use roi_picture::PictureError;
use roi_scenes::SceneError;

/// Why a set, or one record of it, cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file could not be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is no JSON of its form, or ends early.
    #[error("{}: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong and where.
        source: serde_json::Error,
    },
    /// A line is no JSON of its form.
    #[error("{}, line {line}: {source}", path.display())]
    JsonLine {
        /// The file.
        path: PathBuf,
        /// The line, counted from one.
        line: u64,
        /// What is wrong and where in the line.
        source: serde_json::Error,
    },
    /// A folder to be written is there already.
    #[error("{} exists already; name a folder that does not, or remove it first", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// A scene cannot be made.
    #[error(transparent)]
    Scene(SceneError),
    /// A pickle cannot be read, or asks for more than arrays.
    #[error("{}: {source}", path.display())]
    Pickle {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: PickleError,
    },
    /// A pickle holds something else than detections.
    #[error("{}: {problem}", path.display())]
    Detections {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A list of class names does not fit what it is to be used with.
    #[error("the list of {found} class names cannot be used: {problem}")]
    ClassNames {
        /// How many names it has.
        found: usize,
        /// What is wrong.
        problem: &'static str,
    },
    /// A set has nothing to learn from.
    #[error("{set} has no usable record: {}", reasons.join("; "))]
    NoRecords {
        /// The set.
        set: &'static str,
        /// What was left out and why.
        reasons: Vec<String>,
    },
    /// A set's share in a mix is no number that can be used.
    #[error("the ratio of {set} is {ratio}, but it must be above 0 and at most 1000")]
    Ratio {
        /// The set.
        set: &'static str,
        /// Its ratio.
        ratio: f64,
    },
    /// A set's share in a mix is less than a record.
    #[error("the ratio {ratio} leaves none of the {n_records} records of {set}")]
    NothingLeft {
        /// The set.
        set: &'static str,
        /// Its ratio.
        ratio: f64,
        /// Its records.
        n_records: usize,
    },
    /// A mix of no sets.
    #[error("the mix is empty: give at least one set")]
    EmptyMix,
    /// A set names a file outside its folder.
    #[error("the file name {name:?} leads out of the set's folder")]
    FileName {
        /// The name.
        name: String,
    },
    /// A set names a file that is not there.
    #[error("{} does not exist", path.display())]
    NoFile {
        /// The file.
        path: PathBuf,
    },
    /// A picture's file is damaged or no picture.
    #[error("{}: {source}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: PictureError,
    },
    /// A picture is not of the shape that its set states, so that its boxes are those of another: a wrong size, or one from before
    /// the picture was turned by its EXIF orientation.
    #[error(
        "{} has {}×{} pixels, but its boxes are in {}×{}",
        path.display(), found.width, found.height, stated.width, stated.height
    )]
    Shape {
        /// The file.
        path: PathBuf,
        /// What the set states.
        stated: PictureSize,
        /// What the file holds.
        found: PictureSize,
    },
    /// A record names a picture, box or class that its file does not have.
    #[error("it names {what} {id}, which does not exist")]
    Dangling {
        /// The kind of thing.
        what: &'static str,
        /// Its number there.
        id: u64,
    },
    /// A record lacks something, or holds it in a form that makes no conversation.
    #[error("{problem}")]
    Record {
        /// What is wrong.
        problem: String,
    },
    /// A record's box cannot be used.
    #[error("box {number}: {source}")]
    Box {
        /// The box, counted from one.
        number: usize,
        /// What is wrong with it.
        source: BoxError,
    },
    /// No box of a record, nor of any drawn in its place, is large enough once the picture is a square.
    #[error("no box is left, nor in {redrawn} records drawn in its place")]
    NoBoxLeft {
        /// How many others were tried.
        redrawn: usize,
    },
}
