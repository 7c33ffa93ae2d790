//! Plain-Rust twins of the kernels: loops over f32, for tests and nothing else. Where an order of
//! summing would matter they sum in f64.

pub mod argmax;
pub mod attention;
pub mod attention_step;
pub mod conv3x3;
pub mod copy;
pub mod embed;
pub mod group_norm;
pub mod group_norm_stats;
pub mod layer_norm;
pub mod matmul;
pub mod matvec;
pub mod noise;
pub mod resize;
pub mod rms_norm;
pub mod roi_align;
pub mod rope;
pub mod shuffle;
pub mod top_k;
