//! Twin of `shaders/group_norm.wgsl`.

use super::group_norm_stats::group_norm_stats;

/// Elements summed at a time, so that f32 sums stay exact enough for an oracle.
const CHUNK: usize = 1000;

/// `max((x − mean) / sqrt(variance + eps) · weight + bias, 0)` of `x` `[C, plane]`, with mean and
/// variance over each of `groups` runs of channels; `weight` and `bias` `[C]`.
pub fn group_norm_relu(x: &[f32], groups: usize, weight: &[f32], bias: &[f32], eps: f32) -> Vec<f32> {
    let channels = weight.len();
    let plane = x.len() / channels;
    let size = x.len() / groups;
    let mut y = Vec::with_capacity(x.len());
    for (group, values) in x.chunks_exact(size).enumerate() {
        let stats = group_norm_stats(values, size, CHUNK);
        let length = |split: usize| CHUNK.min(size - split * CHUNK) as f32;
        let mut mean = 0.0;
        for (split, [chunk_mean, _]) in stats.iter().enumerate() {
            mean += chunk_mean * length(split) / size as f32;
        }
        let mut squares = 0.0;
        for (split, [chunk_mean, chunk_squares]) in stats.iter().enumerate() {
            squares += chunk_squares + (chunk_mean - mean) * (chunk_mean - mean) * length(split);
        }
        let deviation = (squares / size as f32 + eps).sqrt();
        for (index, value) in values.iter().enumerate() {
            let channel = group * (channels / groups) + index / plane;
            y.push(((value - mean) / deviation * weight[channel] + bias[channel]).max(0.0));
        }
    }
    y
}
