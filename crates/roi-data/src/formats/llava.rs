//! LLaVA-Instruct-150K, and what a detector found in its pictures.

use serde::{Deserialize, Serialize};

use super::Entry;
use super::ids::id;
use super::numbers::list;

/// A conversation about a picture; the file is a list of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LlavaRecord {
    /// Its own name.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// The picture's file, without a folder.
    pub image: String,
    /// Messages by turns, a person first.
    pub conversations: Vec<Message>,
}

impl Entry for LlavaRecord {
    const KIND: &'static str = "record";
    const KEY: &'static str = "id";
}

/// What one side says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    pub from: Speaker,
    /// The words; the first message holds `<image>` where the picture belongs.
    pub value: String,
}

/// One of the two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// The one who asks.
    Human,
    /// The one who answers.
    Gpt,
}

/// What the detector found in one picture; the file is a list of these, in JSON or as the original's pickle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detections {
    /// The picture's file; only its last part counts.
    pub filename: String,
    /// Boxes, the surest first.
    pub pred_bboxes: Vec<ScoredBox>,
    /// For each box the index of its class, counted from zero.
    #[serde(deserialize_with = "list")]
    pub labels: Vec<usize>,
}

impl Entry for Detections {
    const KIND: &'static str = "entry";
    const KEY: &'static str = "filename";
}

/// A box in fractions of the picture, as a detector gives it: its edges may lie outside.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f32; 5]", into = "[f32; 5]")]
pub struct ScoredBox {
    /// Left edge.
    pub x1: f32,
    /// Top edge.
    pub y1: f32,
    /// Right edge.
    pub x2: f32,
    /// Bottom edge.
    pub y2: f32,
    /// How sure the detector is, from 0 to 1.
    pub score: f32,
}

impl From<[f32; 5]> for ScoredBox {
    fn from([x1, y1, x2, y2, score]: [f32; 5]) -> Self {
        Self {
            x1,
            y1,
            x2,
            y2,
            score,
        }
    }
}

impl From<ScoredBox> for [f32; 5] {
    fn from(b: ScoredBox) -> Self {
        [b.x1, b.y1, b.x2, b.y2, b.score]
    }
}
