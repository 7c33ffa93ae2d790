//! What the page and its drawer of scenes say to each other.

use roi_geom::BoxPx;
use serde::{Deserialize, Serialize};

/// Draw a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneRequest {
    /// Which one: the same number is the same picture everywhere.
    pub seed: u32,
}

/// One message from the drawer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SceneEvent {
    /// The drawer listens from now on; what was sent to it before is lost.
    Started,
    /// The scene asked for.
    Drawn(DrawnScene),
    /// It could not be drawn.
    Failed {
        /// What happened.
        error: String,
    },
}

/// A picture of known contents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawnScene {
    /// The picture, encoded as PNG.
    #[serde(with = "serde_bytes")]
    pub png: Vec<u8>,
    /// Boxes of some of the things in it.
    pub boxes: Vec<BoxPx>,
}
