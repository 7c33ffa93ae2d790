//! A conversation as a front end keeps it and hands it on: picture, boxes, questions and answers.
//!
//! The file is JSON, of this shape in version 1; whoever reads one calls [`SavedHeader::check`] before anything else of it is
//! read, and [`SavedConversation::check`] before anything of it is used:
//!
//! ```json
//! { "format": "roichat-conversation", "version": 1,
//!   "picture": { "name": "street.jpg", "data": "data:image/jpeg;base64,…", "boxes": [[30, 20, 180, 150]] },
//!   "turns": [{ "question": "What is <region1>?", "boxes": [[30, 20, 180, 150]], "options": { "seed": 0, … },
//!               "model": "gpt4roi-7b-q4", "answer": { "text": …, "timings_ms": …, … } }],
//!   "draft": "" }
//! ```

use roi_geom::BoxPx;
use serde::{Deserialize, Serialize};

use crate::{Answer, GenerateOptions, region_tags};

/// What every file says it is.
const FORMAT: &str = "roichat-conversation";
/// Grows when an older page could misread the file.
const VERSION: u32 = 1;
/// More boxes than anybody draws.
const MAX_BOXES: usize = 1_000;
/// More turns than anybody waits for.
const MAX_TURNS: usize = 10_000;
/// Bytes of the longest question or answer; the longest prompt of any model is far shorter.
const MAX_TEXT_BYTES: usize = 1_000_000;

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SavedError {
    /// It is something else.
    #[error("it is no conversation of roichat, but says it is “{0}”")]
    Format(String),
    /// It was written by a later page.
    #[error("it is of version {found}, and this page reads no later one than {VERSION}")]
    Version {
        /// What the file says.
        found: u32,
    },
    /// A list is longer than it can honestly be.
    #[error("it has {count} {what}, more than {limit}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many may be.
        limit: usize,
    },
    /// A coordinate is infinite or no number.
    #[error("a coordinate of box {0} is not a finite number")]
    NotFinite(BoxPx),
    /// A setting or a measurement is out of its range.
    #[error("turn {turn} has {value} as its {what}")]
    Number {
        /// Which turn, counted from one.
        turn: usize,
        /// Which number.
        what: &'static str,
        /// The number.
        value: f64,
    },
    /// A turn names a box that is not there.
    #[error("turn {turn} names region {region}, and there are {count} boxes")]
    NoSuchRegion {
        /// Which turn, counted from one.
        turn: usize,
        /// The region it names.
        region: u32,
        /// How many boxes there are.
        count: usize,
    },
    /// The picture is not a base64 data URL.
    #[error("its picture is no data URL in base64")]
    NotADataUrl,
}

/// What a file says of itself: the part that every version has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedHeader {
    /// Always `roichat-conversation`.
    pub format: String,
    /// Which form the rest of the file has.
    pub version: u32,
}

/// One conversation, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedConversation {
    /// As in [`SavedHeader`]; first in the file, so that people see what it is.
    pub format: String,
    /// As in [`SavedHeader`].
    pub version: u32,
    /// What it is about.
    pub picture: SavedPicture,
    /// Questions and answers, the oldest first.
    pub turns: Vec<SavedTurn>,
    /// A question that has not been asked yet.
    #[serde(default)]
    pub draft: String,
}

/// The picture of a conversation and its present boxes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedPicture {
    /// For people.
    pub name: String,
    /// The encoded file, as it was opened: `data:image/png;base64,` and the bytes.
    pub data: String,
    /// Box `k` is region `k + 1`, in pixels of the picture.
    pub boxes: Vec<BoxPx>,
}

/// A question with everything its answer depended on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedTurn {
    /// The user's words.
    pub question: String,
    /// The boxes as they were when it was asked; empty where that is not known.
    #[serde(default)]
    pub boxes: Vec<BoxPx>,
    /// How the answer was generated, where that is known.
    #[serde(default)]
    pub options: Option<GenerateOptions>,
    /// Id of the model that answered; empty where that is not known.
    #[serde(default)]
    pub model: String,
    /// What was answered, unless the answer never came.
    #[serde(default)]
    pub answer: Option<Answer>,
}

impl SavedHeader {
    /// Whether what follows can be read.
    ///
    /// # Errors
    /// [`SavedError::Format`] or [`SavedError::Version`].
    pub fn check(&self) -> Result<(), SavedError> {
        if self.format != FORMAT {
            return Err(SavedError::Format(self.format.chars().take(60).collect()));
        }
        if !(1..=VERSION).contains(&self.version) {
            return Err(SavedError::Version {
                found: self.version,
            });
        }
        Ok(())
    }
}

impl SavedConversation {
    /// A conversation of the present version.
    pub fn new(picture: SavedPicture, turns: Vec<SavedTurn>, draft: String) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            picture,
            turns,
            draft,
        }
    }

    /// Whether everything in it can be what it says: a file may have been written by anybody. That the picture can be decoded
    /// and that the boxes lie on it is left to whoever decodes it.
    ///
    /// # Errors
    /// The first thing that cannot be.
    pub fn check(&self) -> Result<(), SavedError> {
        let header = SavedHeader {
            format: self.format.clone(),
            version: self.version,
        };
        header.check()?;
        at_most("boxes", self.picture.boxes.len(), MAX_BOXES)?;
        at_most("turns", self.turns.len(), MAX_TURNS)?;
        at_most("bytes in its draft", self.draft.len(), MAX_TEXT_BYTES)?;
        self.picture.base64()?;
        finite(&self.picture.boxes)?;
        for (index, turn) in self.turns.iter().enumerate() {
            turn.check(index + 1, self.picture.boxes.len())?;
        }
        Ok(())
    }
}

impl SavedPicture {
    /// A picture with the bytes of its file in base64.
    pub fn new(name: String, file: &[u8], base64: &str, boxes: Vec<BoxPx>) -> Self {
        let kind = media_type(file).unwrap_or("application/octet-stream");
        Self {
            name,
            data: format!("data:{kind};base64,{base64}"),
            boxes,
        }
    }

    /// The bytes of its file in base64.
    ///
    /// # Errors
    /// [`SavedError::NotADataUrl`].
    pub fn base64(&self) -> Result<&str, SavedError> {
        let said = self.data.strip_prefix("data:").and_then(|rest| {
            let (kind, bytes) = rest.split_once(',')?;
            kind.ends_with(";base64").then_some(bytes)
        });
        said.filter(|bytes| !bytes.is_empty())
            .ok_or(SavedError::NotADataUrl)
    }
}

impl SavedTurn {
    fn check(&self, number: usize, n_boxes: usize) -> Result<(), SavedError> {
        at_most("boxes", self.boxes.len(), MAX_BOXES)?;
        at_most("bytes in a question", self.question.len(), MAX_TEXT_BYTES)?;
        finite(&self.boxes)?;
        for tag in region_tags(&self.question) {
            if !(1..=n_boxes).contains(&(tag.number as usize)) {
                return Err(SavedError::NoSuchRegion {
                    turn: number,
                    region: tag.number,
                    count: n_boxes,
                });
            }
        }
        let mut numbers = Vec::new();
        if let Some(options) = &self.options {
            numbers.push(("temperature", f64::from(options.temperature)));
            numbers.push(("top-p", f64::from(options.top_p)));
        }
        if let Some(answer) = &self.answer {
            let longest = answer.text.len().max(answer.answer.len());
            at_most("bytes in an answer", longest, MAX_TEXT_BYTES)?;
            let times = &answer.timings_ms;
            numbers.extend([
                ("speed", answer.tokens_per_second),
                ("speed", answer.share_of_copy),
                ("time", times.load),
                ("time", times.image),
                ("time", times.regions),
                ("time", times.prefill),
                ("time", times.decode),
            ]);
        }
        for (what, value) in numbers {
            if !value.is_finite() || value < 0.0 {
                return Err(SavedError::Number {
                    turn: number,
                    what,
                    value,
                });
            }
        }
        Ok(())
    }
}

fn at_most(what: &'static str, count: usize, limit: usize) -> Result<(), SavedError> {
    if count > limit {
        return Err(SavedError::TooMany { what, count, limit });
    }
    Ok(())
}

fn finite(boxes: &[BoxPx]) -> Result<(), SavedError> {
    let is_finite = |b: &BoxPx| [b.x1, b.y1, b.x2, b.y2].iter().all(|c| c.is_finite());
    match boxes.iter().find(|found| !is_finite(found)) {
        Some(&found) => Err(SavedError::NotFinite(found)),
        None => Ok(()),
    }
}

/// The media type of a picture file by its first bytes, if it is of a kind that the engine reads.
#[must_use]
pub fn media_type(file: &[u8]) -> Option<&'static str> {
    match file {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, ..] => Some("image/jpeg"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
