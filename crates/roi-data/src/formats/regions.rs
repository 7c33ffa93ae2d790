//! Conversations about boxes, in this project's own form: LLaVA's with boxes.

use roi_geom::BoxPx;
use serde::{Deserialize, Serialize};

use super::Entry;
use super::ids::id;
use super::llava::Message;

/// A conversation about boxes of a picture: LLaVA's record with the boxes that `<region1>`,
/// `<region2>` … in its questions mean.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegionRecord {
    /// Its own name.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// The picture's file, without a folder.
    pub image: String,
    /// The box of each region, in pixels of the picture.
    pub boxes: Vec<BoxPx>,
    /// Messages by turns, a person first; the first holds `<image>`.
    pub conversations: Vec<Message>,
    /// For each question what it asks for, as `colour`; files of other origin need not say it.
    #[serde(default)]
    pub topics: Vec<String>,
}

impl Entry for RegionRecord {
    const KIND: &'static str = "record";
    const KEY: &'static str = "id";
}
