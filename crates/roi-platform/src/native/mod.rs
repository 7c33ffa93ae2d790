//! Folders, the system's clock, any wgpu adapter or the processor.

mod device;
mod package;

use std::sync::LazyLock;
use std::time::Instant;

pub use device::{open_cuda, open_device};
pub use package::Package;

/// Milliseconds since a fixed moment in this process.
#[must_use]
pub fn now_ms() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64() * 1e3
}

/// Nothing is left to be freed: a buffer's memory ends with its last user.
pub(crate) fn free_buffers() {}
