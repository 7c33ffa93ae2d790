//! Drawn pictures with known contents, and everything that can be said about them.
//!
//! Photographs come with what somebody happened to write about them. A drawn [`Scene`] knows all of
//! its contents, so every caption, question and answer made from it is determined by the picture
//! and the boxes, and a model of a few million parameters can learn it. A scene is a function of
//! seed and split: the same everywhere, natively and in the browser, down to the last bit.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod atlas;
mod background;
mod canvas;
mod chance;
mod error;
mod glyphs;
pub mod language;
mod layout;
mod palette;
mod relation;
mod scene;
mod sheet;
mod split;
mod sprite;

pub use background::{Background, Place};
pub use canvas::Picture;
pub use error::SceneError;
pub use glyphs::{Glyph, Kind, Use, glyphs};
pub use palette::Colour;
pub use relation::Relation;
pub use scene::{Column, Object, Pair, Position, Row, Scene, SizeWord, Tint};
pub use sheet::sheet;
pub use split::Split;
