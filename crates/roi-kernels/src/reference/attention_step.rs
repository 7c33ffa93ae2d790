//! Twin of `shaders/attention_step.wgsl`.

use super::attention::attention;
use crate::ops::rope::Heads;

/// The attention of the token at `position` over the cache up to itself: `q` `[1, H · S]`, `keys`
/// and `values` `[capacity, H · S]`.
pub fn attention_step(
    q: &[f32],
    keys: &[f32],
    values: &[f32],
    heads: Heads,
    position: usize,
) -> Vec<f32> {
    attention(q, keys, values, heads, Some(position))
}
