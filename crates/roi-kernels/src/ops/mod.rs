//! The ops, one file each: its public function, its WGSL launch and its burn tensor code.

pub(crate) mod argmax;
pub mod attention;
pub(crate) mod attention_step;
pub mod conv3x3;
pub mod copy;
pub mod embed;
pub mod gated_linear;
pub mod group_norm;
pub(crate) mod group_norm_stats;
pub mod layer_norm;
pub mod linear;
pub mod matmul;
pub mod matvec;
pub mod noise;
pub mod resize;
pub mod rms_norm;
pub mod roi_align;
pub mod rope;
pub mod sample;
pub mod shuffle;
pub(crate) mod top_k;
