//! Load a package, set a picture, ask, cancel: the one boundary every front end uses.
//!
//! Plain data goes in (bytes, boxes, strings) and comes out as [`Event`](roi_protocol::Event)s, so that a worker's message, a
//! command and a test look alike. All calls are async and run on the caller's thread; the engine has no thread of its own,
//! does no IO but through a [`PackageSource`](roi_weights::PackageSource), and reads no clock but the one it is handed.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

pub mod bench;
mod cache;
mod calibration;
mod engine;
mod error;
mod generate;
mod host;
mod likelihood;
mod load;
mod open;
mod prefill;
mod prepare;
mod sampler;
mod session;

pub use engine::{Engine, Question, check_boxes};
pub use error::EngineError;
pub use host::{CancelFlag, Host};
pub use likelihood::Likelihood;
pub use roi_kernels::{DeviceFault, conformance::FINGERPRINT as KERNELS};
pub use roi_picture::{PictureError, picture_size};
