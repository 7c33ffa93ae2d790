//! Draws scenes for the page, as a dedicated web worker: a seed in, a picture with boxes out.
//!
//! A program of its own because the glyphs alone are larger than the page, and most visitors who
//! bring pictures never need it.

#[cfg(target_family = "wasm")]
mod draw;
#[cfg(target_family = "wasm")]
mod inbox;

#[cfg(target_family = "wasm")]
fn main() {
    inbox::listen();
}

/// There is no worker outside browsers; this keeps `cargo check` on the whole workspace meaningful.
#[cfg(not(target_family = "wasm"))]
fn main() {}
