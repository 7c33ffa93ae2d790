//! One file a set: how its records become conversations.

mod coco_det;
mod flickr30k;
mod llava;
mod messages;
mod mmdet;
mod refcoco;
mod refcocog;
mod region_chat;
mod v7w;
mod vcr;
mod vcr_questions;
mod vg;

#[cfg(test)]
pub(crate) mod testing;

pub use coco_det::CocoDet;
pub use flickr30k::Flickr30k;
pub use llava::{ClassNames, DetLlava, DetectionFile, ExtraQuestions, read_detections};
pub use refcoco::{Positions, RefCoco};
pub use refcocog::RefCocoG;
pub use region_chat::RegionChat;
pub use v7w::Visual7W;
pub use vcr::{Vcr, VcrRecords, VcrView};
pub use vcr_questions::{VcrQuestions, VcrReply};
pub use vg::VisualGenome;

use std::path::Path;

/// Where a set's pictures lie and what they become.
#[derive(Clone, Copy, Debug)]
pub struct Pictures<'a> {
    /// The folder that file names are relative to.
    pub folder: &'a Path,
    /// Edge of the tower's square in pixels, its configuration's `image_size`: some boxes are dropped for what they measure there.
    pub side: usize,
}
