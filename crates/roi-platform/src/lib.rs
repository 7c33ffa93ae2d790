//! What differs between native and browser: package sources, the clock and the device.
//!
//! The twins `native` and `browser` export the same short list, so that whatever one of them lacks fails to compile on its
//! own target and nowhere else.

#[cfg(any(test, target_family = "wasm"))]
mod address;
mod device;

#[cfg(target_family = "wasm")]
#[path = "browser/mod.rs"]
mod imp;
#[cfg(not(target_family = "wasm"))]
#[path = "native/mod.rs"]
mod imp;

pub use device::{Compute, DeviceError, DeviceKind, DevicePreference, Limits, UnknownPreference};
pub use imp::{Package, now_ms, open_cuda, open_device};
