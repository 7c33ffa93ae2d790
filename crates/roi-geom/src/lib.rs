//! Boxes, the coordinate spaces they live in, and the box tool's state machine.
//!
//! Three spaces exist: pixels of the picture as shown ([`BoxPx`], [`PointPx`]), fractions of that
//! picture ([`BoxNorm`]), and pixels of the drawing surface ([`CanvasPx`]). Nothing crosses from
//! one to another without a function that says so in its name.

mod box_tool;
mod boxes;
mod gesture;
mod history;
mod hit;
mod view;

pub use box_tool::{BoxTool, BoxToolError, BoxView, Coordinate, Key, Modifiers, Pointer};
pub use boxes::{BoxError, BoxNorm, BoxPx, PictureSize};
pub use hit::{Handle, Hit, boxes_at, handle_at};
pub use view::{CanvasPx, CanvasRect, PointPx, ViewTransform};

#[cfg(test)]
mod tests;
