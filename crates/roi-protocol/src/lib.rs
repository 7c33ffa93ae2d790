//! The plain data that front ends and the engine exchange.
//!
//! A browser worker message, a line of the command and a test speak these types and no others.
//! They stand in a crate of their own so that a page can be built without building the engine.

mod event;
mod request;
mod scene;
mod text;
#[cfg(test)]
mod typescript;

pub use event::{
    Answer, Counters, DeviceInfo, Event, FinishReason, KeptPackage, ModelInfo, Timings,
};
pub use request::{Compat, GenerateOptions, Request, Turn};
pub use roi_geom::{BoxPx, PictureSize};
pub use scene::{DrawnScene, SceneEvent, SceneRequest};
pub use text::{RegionTag, region_tags, shown_while_streaming};
