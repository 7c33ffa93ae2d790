//! Questions about what is not there, and some about what is: this project's own form, after COCO's.

use roi_geom::BoxPx;
use serde::{Deserialize, Serialize};

use super::coco::CornerAndSize;

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NegativesFile {
    /// In the order of their pictures.
    pub questions: Vec<PresenceQuestion>,
}

/// A question about a picture or regions of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PresenceQuestion {
    /// Its own name.
    pub id: String,
    /// The picture's file, without a folder.
    pub file_name: String,
    /// Box `k` of this list is what the question calls `<region(k+1)>`.
    #[serde(default)]
    pub boxes: Vec<CornerAndSize>,
    /// The words.
    pub question: String,
    /// Whether what is asked about is there; if not, the right answer says so.
    #[serde(default, deserialize_with = "super::flag")]
    pub is_there: bool,
    /// What sort of question it is: `empty_box`, `absent_class` …; counts are given for each.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// An answer as it should be, to learn from and to show.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub answer: String,
}

impl PresenceQuestion {
    /// The boxes by their edges.
    pub fn edges(&self) -> Vec<BoxPx> {
        self.boxes.iter().map(|corner| corner.edges()).collect()
    }
}
