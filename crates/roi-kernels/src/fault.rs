//! What a device reports when nobody asks: it computes on, and what it computes is worth nothing.

/// A fault of a device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceFault {
    /// It had no room for a buffer.
    #[error("out of memory")]
    OutOfMemory,
    /// Anything else, in the driver's or the browser's words: a kernel it does not take, a driver that failed, its end.
    #[error("{0}")]
    Other(String),
}
