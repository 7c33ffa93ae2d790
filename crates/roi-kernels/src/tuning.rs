//! Which tile shapes suit the adapter: a choice among variants that compute the same numbers.

use std::sync::atomic::{AtomicBool, Ordering};

/// What kind of adapter runs the kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdapterClass {
    /// Real hardware: operands are staged in workgroup memory.
    Hardware,
    /// A CPU pretending (lavapipe, SwiftShader): barriers cost more than reading twice, so each
    /// invocation works on its own in registers.
    Software,
}

static SOFTWARE: AtomicBool = AtomicBool::new(false);

/// Says what the adapter is. Hardware until told otherwise.
pub fn set_adapter_class(class: AdapterClass) {
    SOFTWARE.store(class == AdapterClass::Software, Ordering::Relaxed);
}

/// What the adapter was said to be.
#[must_use]
pub fn adapter_class() -> AdapterClass {
    if SOFTWARE.load(Ordering::Relaxed) {
        AdapterClass::Software
    } else {
        AdapterClass::Hardware
    }
}
