//! The engine as a dedicated web worker: requests in, events out.

#[cfg(target_family = "wasm")]
mod console;
#[cfg(target_family = "wasm")]
mod constructors;
#[cfg(target_family = "wasm")]
mod folder;
#[cfg(target_family = "wasm")]
mod inbox;
#[cfg(target_family = "wasm")]
mod keep;
#[cfg(target_family = "wasm")]
mod lock;
#[cfg(target_family = "wasm")]
mod pause;
#[cfg(target_family = "wasm")]
mod post;
#[cfg(target_family = "wasm")]
mod serve;
#[cfg(target_family = "wasm")]
mod source;

#[cfg(target_family = "wasm")]
fn main() {
    constructors::run();
    console::install();
    inbox::listen();
}

/// There is no worker outside browsers; this keeps `cargo check` on the whole workspace meaningful.
#[cfg(not(target_family = "wasm"))]
fn main() {}
