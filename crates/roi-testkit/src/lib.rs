//! What the tests of several crates share: comparison, golden files and the device getter.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a helper of tests fails the test it helps"
)]

mod array;
mod device;
mod golden;

pub use array::{Array, assert_close, worst_difference};
pub use device::on_gpu;
pub use golden::{Golden, golden_dir};
