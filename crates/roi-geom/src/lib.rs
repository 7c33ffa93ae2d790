//! Boxes, the coordinate spaces they live in, and the box tool's state machine.
//!
//! Four spaces exist: pixels of the picture as shown ([`BoxPx`], [`PointPx`]), fractions of that
//! picture ([`BoxNorm`]), pixels of the drawing surface ([`CanvasPx`]), and pixels of the room that
//! the surface lies in ([`RoomPx`]). Nothing crosses from one to another without a function that
//! says so in its name.

pub mod poster;

mod box_tool;
mod boxes;
mod gesture;
mod history;
mod hit;
mod navigation;
mod news;
mod view;
mod viewport;

pub use box_tool::{BoxTool, BoxToolError, BoxView, Coordinate, Key, Modifiers, Pointer};
pub use boxes::{BoxError, BoxNorm, BoxPx, PictureSize};
pub use history::{Renumbering, Step};
pub use hit::{Handle, Hit, boxes_at, handle_at};
pub use navigation::{Navigation, PointerUse, Press, wheel_zoom};
pub use news::{BoxState, ListChange, News, news};
pub use view::{CanvasPx, CanvasRect, PointPx, ViewTransform};
pub use viewport::{RoomPx, RoomRect, RoomSize, Viewport};

#[cfg(test)]
mod tests;
