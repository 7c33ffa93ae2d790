//! The engine as a dedicated web worker: requests in, events out.

#[cfg(target_family = "wasm")]
mod console;
#[cfg(target_family = "wasm")]
mod inbox;
#[cfg(target_family = "wasm")]
mod post;
#[cfg(target_family = "wasm")]
mod serve;

#[cfg(target_family = "wasm")]
fn main() {
    run_constructors();
    console::install();
    inbox::listen();
}

/// There is no worker outside browsers; this keeps `cargo check` on the whole workspace meaningful.
#[cfg(not(target_family = "wasm"))]
fn main() {}

/// Runs the module's static constructors, once, before anything else.
///
/// burn registers things through static constructors. Unless a module calls them itself, the linker takes it for a command
/// and runs them all around every exported function, which wasm-bindgen calls several times per kernel launch: 3 ms each
/// instead of 10 µs.
#[cfg(target_family = "wasm")]
#[expect(
    unsafe_code,
    reason = "the linker defines the function, so it can only be declared"
)]
fn run_constructors() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker makes this function for every module; it takes and returns nothing, and nothing has run before.
    unsafe { __wasm_call_ctors() }
}
