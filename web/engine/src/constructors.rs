//! Runs the module's static constructors, once, and knows whether it stayed at that.
//!
//! burn registers things through static constructors. Unless a module calls them itself, the linker takes it for a command
//! and runs them all around every exported function, which wasm-bindgen calls several times per kernel launch: 3 ms each
//! instead of 10 µs.

use std::sync::atomic::{AtomicU32, Ordering};

static RUNS: AtomicU32 = AtomicU32::new(0);

extern "C" fn count() {
    RUNS.fetch_add(1, Ordering::Relaxed);
}

#[used]
#[expect(
    unsafe_code,
    reason = "a static constructor is a function pointer in a section that the linker knows"
)]
// SAFETY: what the section holds is pointers to functions that take and return nothing, as this one.
#[unsafe(link_section = ".init_array")]
static COUNT: extern "C" fn() = count;

/// Runs the constructors; to be called before anything else, and by nobody else.
#[expect(
    unsafe_code,
    reason = "the linker defines the function, so it can only be declared"
)]
pub(crate) fn run() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the linker makes this function for every module; it takes and returns nothing, and nothing has run before.
    unsafe { __wasm_call_ctors() }
}

/// The constructors ran more often than once: each call into the module runs them again.
#[derive(Debug, thiserror::Error)]
#[error(
    "the engine's static constructors ran {runs} times instead of once, which makes every launch slow; this build of the page is faulty"
)]
pub(crate) struct NotOnce {
    runs: u32,
}

/// Fails when the constructors ran more often than once since the module started.
///
/// # Errors
/// [`NotOnce`].
pub(crate) fn check() -> Result<(), NotOnce> {
    match RUNS.load(Ordering::Relaxed) {
        1 => Ok(()),
        runs => Err(NotOnce { runs }),
    }
}
