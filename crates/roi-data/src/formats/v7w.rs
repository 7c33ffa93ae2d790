//! Visual-7W's pointing questions, `dataset_v7w_pointing.json`: "which …", to be answered with one of four boxes.

use roi_geom::BoxPx;
use serde::{Deserialize, Serialize};

use super::numbers::{list, whole};
use super::{Entries, Entry};

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct V7wFile {
    /// Pictures with their questions.
    pub images: Entries<V7wImage>,
    /// All boxes, which questions point to by their ids.
    pub boxes: Entries<V7wBox>,
}

impl Entry for V7wImage {
    const KIND: &'static str = "image";
    const KEY: &'static str = "image_id";
}

impl Entry for V7wQuestion {
    const KIND: &'static str = "question";
    const KEY: &'static str = "qa_id";
}

impl Entry for V7wBox {
    const KIND: &'static str = "box";
    const KEY: &'static str = "box_id";
}

/// A picture with its questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct V7wImage {
    /// Its own name.
    #[serde(deserialize_with = "whole")]
    pub image_id: u64,
    /// Its file, without a folder.
    pub filename: String,
    /// `train`, `val` or `test`.
    pub split: String,
    /// What is asked about it.
    pub qa_pairs: Entries<V7wQuestion>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct V7wQuestion {
    /// Its own name.
    #[serde(deserialize_with = "whole")]
    pub qa_id: u64,
    /// The words.
    pub question: String,
    /// The box that is right.
    #[serde(deserialize_with = "whole")]
    pub answer: u64,
    /// The boxes that are wrong.
    #[serde(deserialize_with = "list")]
    pub multiple_choices: Vec<u64>,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct V7wBox {
    /// What questions call it.
    #[serde(deserialize_with = "whole")]
    pub box_id: u64,
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Columns.
    pub width: f64,
    /// Rows.
    pub height: f64,
    /// What is in it.
    #[serde(default)]
    pub name: String,
}

impl V7wBox {
    /// The box by its edges.
    pub fn edges(&self) -> BoxPx {
        BoxPx::new(self.x, self.y, self.x + self.width, self.y + self.height)
    }
}
