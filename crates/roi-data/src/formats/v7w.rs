//! Visual-7W's pointing questions, `dataset_v7w_pointing.json`: "which …", to be answered with one of four boxes.

use roi_geom::BoxPx;
use serde::{Deserialize, Serialize};

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct V7wFile {
    /// Pictures with their questions.
    pub images: Vec<V7wImage>,
    /// All boxes, which questions point to by their ids.
    pub boxes: Vec<V7wBox>,
}

/// A picture with its questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct V7wImage {
    /// Its own name.
    pub image_id: u64,
    /// Its file, without a folder.
    pub filename: String,
    /// `train`, `val` or `test`.
    pub split: String,
    /// What is asked about it.
    pub qa_pairs: Vec<V7wQuestion>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct V7wQuestion {
    /// Its own name.
    pub qa_id: u64,
    /// The words.
    pub question: String,
    /// The box that is right.
    pub answer: u64,
    /// The boxes that are wrong.
    pub multiple_choices: Vec<u64>,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct V7wBox {
    /// What questions call it.
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
