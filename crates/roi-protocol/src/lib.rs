//! The plain data that front ends and the engine exchange.
//!
//! A browser worker message, a line of the command and a test speak these types and no others.
//! They stand in a crate of their own so that a page can be built without building the engine. What front ends keep of a
//! conversation is made of the same types, and stands here too.

mod event;
mod regions;
mod request;
mod saved;
mod scene;
mod text;
#[cfg(test)]
mod typescript;

pub use event::{
    Answer, Counters, DeviceInfo, DeviceLimits, Event, FailureKind, FinishReason, KeptPackage,
    ModelInfo, Preflight, Timings,
};
pub use regions::{SeveralRegions, asked_of_region, moved_regions, renumbered};
pub use request::{Compat, GenerateOptions, Request, Turn};
pub use roi_geom::{BoxPx, PictureSize};
pub use saved::{SavedConversation, SavedError, SavedHeader, SavedPicture, SavedTurn, media_type};
pub use scene::{DrawnScene, SceneEvent, SceneRequest};
pub use text::{RegionTag, region_tags, regions_named, shown_while_streaming};
