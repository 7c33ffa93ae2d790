//! Boxes, the coordinate spaces they live in, and the box tool's state machine.
//!
//! Three spaces exist: pixels of the picture as shown ([`BoxPx`]), fractions of that picture
//! ([`BoxNorm`]), and pixels of the drawing surface. A box never crosses from one to another
//! without a function that says so in its name.

mod boxes;

pub use boxes::{BoxError, BoxNorm, BoxPx, PictureSize};

#[cfg(test)]
mod tests;
