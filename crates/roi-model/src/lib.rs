//! GPT4RoI: vision tower, region extractor, projector, decoder, KV cache.
//!
//! Written once, on the ops of `roi-kernels`, which choose their form by the device their tensors
//! live on. Every size comes from the configuration. Nothing here knows files, texts or the
//! browser: numbers come in, tensors go out.

#[cfg(test)]
#[macro_use]
mod tests;

mod cache;
mod decoder;
mod error;
mod footprint;
mod layers;
mod load;
mod model;
mod prompt;
mod pyramid;
mod region;
mod synthetic;
mod tensors;
mod vision;
mod weights;

pub use burn::tensor::{Device, Tensor};
pub use cache::KvCache;
pub use error::ModelError;
pub use footprint::{Footprint, fitting_layout};
pub use load::ModelLoader;
pub use model::{Eyes, Gpt4Roi, Picture};
pub use roi_kernels::Precision;
pub use roi_kernels::ops::sample::{Candidate, MAX_CANDIDATES, SampleError, candidates};
