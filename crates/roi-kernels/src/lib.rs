//! Compute kernels: WGSL shaders, their launchers, plain-Rust twins, and each op as burn tensor code.
//!
//! Every op is one name with three forms. `shaders/NAME.wgsl` runs where the tensor lives on a
//! wgpu device; the burn tensor code beside the launcher in `ops/NAME.rs` runs everywhere else and
//! under autodiff; `reference/NAME.rs` is loops in f32 and serves as the oracle of the tests.
//! This is the only crate that names cubecl or raw buffers.

pub mod conformance;
mod fault;
mod gpu;
#[cfg(test)]
mod gradients;
mod matrix;
mod memory;
pub mod ops;
pub mod reference;
mod replay;
mod shader;
mod tuning;
#[cfg(test)]
mod validation;
mod weights;

pub use fault::{DeviceFault, said_on_one_line};
pub use gpu::{GpuStats, gpu_stats};
pub use matrix::{Matrix, MatrixError, MatrixUpload, Precision, is_gpu};
pub use memory::{release_unused, reserved_bytes};
pub use replay::Replay;
pub use tuning::{AdapterClass, adapter_class, set_adapter_class};
