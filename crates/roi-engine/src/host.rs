//! What the platform hands to the engine, and how an answer under way is stopped.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use burn::tensor::Device;
use futures::future::LocalBoxFuture;
use roi_kernels::DeviceFault;
use roi_protocol::DeviceInfo;

use crate::EngineError;

/// The platform's side of the engine.
pub struct Host {
    /// Where the model lives.
    pub device: Device,
    /// What that device is called, and its limits.
    pub info: DeviceInfo,
    /// A clock that only goes forward, in milliseconds.
    pub now_ms: fn() -> f64,
    /// The first fault the device reported since this was last called.
    pub take_fault: Box<dyn Fn() -> Option<DeviceFault>>,
    /// How many of so many bytes of the device's memory can be had on top of those in use.
    pub probe_memory: Box<dyn Fn(u64) -> LocalBoxFuture<'static, u64>>,
    /// Frees every buffer that tensors have had so far. Called when no tensor has one any more; there is nothing to do where a
    /// buffer ends with its last user.
    pub free_buffers: Box<dyn Fn()>,
}

impl Host {
    /// Fails if the device reported a fault: then nothing read from it so far can be trusted.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        match (self.take_fault)() {
            Some(DeviceFault::Other(said)) => Err(EngineError::Device(said)),
            Some(DeviceFault::OutOfMemory) => Err(EngineError::OutOfMemory(None)),
            None => Ok(()),
        }
    }

    /// What came of something on the device, unless it has reported a fault: that is the cause of whatever else is wrong.
    pub(crate) fn unless_faulty<T>(
        &self,
        outcome: Result<T, impl Into<EngineError>>,
    ) -> Result<T, EngineError> {
        self.check()?;
        outcome.map_err(Into::into)
    }
}

/// Stops an answer: raised by whoever holds a copy, looked at before every token.
#[derive(Clone, Debug, Default)]
pub struct CancelFlag(Arc<AtomicBool>);

impl CancelFlag {
    /// Ends the answer with the token under way.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was raised.
    #[must_use]
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
