//! VCR: questions about the people and things of a film still, a line each, and a file of boxes for each picture.

mod sentence;

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use roi_geom::{BoxPx, PictureSize};
use serde::{Deserialize, Serialize};

use super::numbers::optional;
use crate::DataError;
pub use sentence::{VcrObjects, sentence};

/// A line of `train.jsonl` or `val.jsonl`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VcrRecord {
    /// Its own name.
    #[serde(default)]
    pub annot_id: String,
    /// The picture's file below the folder of pictures.
    pub img_fn: String,
    /// The file of its [`VcrMetadata`] below the same folder.
    pub metadata_fn: String,
    /// Class of each object.
    pub objects: Vec<String>,
    /// The question; numbers name objects, counted from one.
    pub question_orig: String,
    /// The right answer.
    pub answer_orig: String,
    /// Why it is right.
    pub rationale_orig: String,
    /// The question in words and objects.
    #[serde(default)]
    pub question: Vec<VcrToken>,
    /// Answers to choose from.
    #[serde(default)]
    pub answer_choices: Vec<Vec<VcrToken>>,
    /// Which of them is right, counted from zero.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub answer_label: Option<usize>,
    /// Rationales to choose from.
    #[serde(default)]
    pub rationale_choices: Vec<Vec<VcrToken>>,
    /// Which of them is right, counted from zero.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub rationale_label: Option<usize>,
}

impl VcrRecord {
    /// The answers to choose from, their objects written in one way.
    ///
    /// # Errors
    /// If there are fewer than two or more than there are letters, none is said to be right, or one has no words or names an
    /// object that does not exist.
    pub fn answers(&self, objects: VcrObjects<'_>) -> Result<VcrChoices, DataError> {
        VcrChoices::new("answer", &self.answer_choices, self.answer_label, objects)
    }

    /// The same for the rationales.
    ///
    /// # Errors
    /// As [`Self::answers`].
    pub fn rationales(&self, objects: VcrObjects<'_>) -> Result<VcrChoices, DataError> {
        let choices = &self.rationale_choices;
        VcrChoices::new("rationale", choices, self.rationale_label, objects)
    }
}

/// What there is to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VcrChoices {
    /// In the file's order.
    pub texts: Vec<String>,
    /// Which of them is right, counted from zero.
    pub right: usize,
}

impl VcrChoices {
    fn new(
        what: &str,
        choices: &[Vec<VcrToken>],
        right: Option<usize>,
        objects: VcrObjects<'_>,
    ) -> Result<Self, DataError> {
        const LETTERS: usize = 26;
        let n = choices.len();
        let problem = |problem| DataError::Record { problem };
        if !(2..=LETTERS).contains(&n) {
            return Err(problem(format!("it has {n} {what}s to choose from")));
        }
        let right = right.filter(|&right| right < n);
        let right =
            right.ok_or_else(|| problem(format!("no {what} of the {n} is said to be right")))?;
        let texts = choices.iter().map(|tokens| sentence(tokens, objects));
        let texts = texts.collect::<Result<_, _>>()?;
        Ok(Self { texts, right })
    }
}

/// A word of a sentence that is cut into words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum VcrToken {
    /// A word or a punctuation mark.
    Word(String),
    /// Objects, counted from zero.
    Objects(Vec<usize>),
}

/// A picture's boxes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VcrMetadata {
    /// The box of each object.
    pub boxes: Vec<VcrBox>,
    /// Columns of the picture, which only its file says where these are missing.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub width: Option<u32>,
    /// Rows of the picture.
    #[serde(
        default,
        deserialize_with = "optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub height: Option<u32>,
}

impl VcrMetadata {
    /// The size that is stated, if it is.
    #[must_use]
    pub fn stated_size(&self) -> Option<PictureSize> {
        let (width, height) = (self.width?, self.height?);
        Some(PictureSize { width, height })
    }

    /// The size of the picture that the boxes lie in: what is stated, else what the picture's file announces.
    ///
    /// # Errors
    /// If that file cannot be read, or is no picture.
    pub fn size(&self, picture: &Path) -> Result<PictureSize, DataError> {
        match self.stated_size() {
            Some(size) => Ok(size),
            None => super::announced_size(picture),
        }
    }
}

/// A box's edges, and how sure the detector was if the file says so.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub struct VcrBox {
    /// Where.
    pub edges: BoxPx,
    /// From 0 to 1.
    pub score: Option<f64>,
}

impl TryFrom<Vec<f64>> for VcrBox {
    type Error = String;

    fn try_from(numbers: Vec<f64>) -> Result<Self, String> {
        let Some((&[x1, y1, x2, y2], rest)) = numbers.split_first_chunk::<4>() else {
            return Err(format!(
                "a box has {} numbers, not 4 or more",
                numbers.len()
            ));
        };
        Ok(Self {
            edges: BoxPx::new(x1, y1, x2, y2),
            score: rest.first().copied(),
        })
    }
}

impl From<VcrBox> for Vec<f64> {
    fn from(b: VcrBox) -> Self {
        <[f64; 4]>::from(b.edges)
            .into_iter()
            .chain(b.score)
            .collect()
    }
}

/// The records of a file, read a line at a time; empty lines are passed over.
///
/// A line that is no record comes out as an error, and the lines behind it still come.
///
/// # Errors
/// If the file cannot be opened.
pub fn records(path: &Path) -> Result<Records, DataError> {
    Ok(Records {
        lines: super::open_text(path)?.split(b'\n'),
        path: path.to_owned(),
        n_lines: 0,
    })
}

/// See [`records`].
#[derive(Debug)]
pub struct Records {
    lines: io::Split<BufReader<File>>,
    path: PathBuf,
    n_lines: u64,
}

impl Iterator for Records {
    type Item = Result<VcrRecord, DataError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = self.lines.next()?;
            self.n_lines += 1;
            let path = || self.path.clone();
            match line {
                Ok(line) if line.trim_ascii().is_empty() => {}
                Ok(line) => {
                    let record = serde_json::from_slice(&line);
                    return Some(record.map_err(|source| DataError::JsonLine {
                        path: path(),
                        line: self.n_lines,
                        source,
                    }));
                }
                Err(source) => {
                    let path = path();
                    return Some(Err(DataError::Io { path, source }));
                }
            }
        }
    }
}
