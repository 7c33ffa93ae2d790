//! What `cargo xtask` does, as a library so that the browser tests can use the same static server.
//!
//! Everything here builds in seconds: it runs before any tool of the project is known to exist.
#![expect(
    clippy::print_stdout,
    reason = "these are commands: their output is for people"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

pub mod check;
pub mod demo;
pub mod embed;
pub mod model;
pub mod module;
pub mod page;
pub mod process;
pub mod serve;
pub mod setup;
pub mod shell;
pub mod size;
pub mod test;
pub mod tidy;
pub mod train_demo;
pub mod workspace;
