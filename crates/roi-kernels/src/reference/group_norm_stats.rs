//! Twin of `shaders/group_norm_stats.wgsl`.

/// Mean, and sum of squared distances from it, of each `chunk` elements of each row of `size`
/// elements; the last chunk of a row is what is left.
pub fn group_norm_stats(x: &[f32], size: usize, chunk: usize) -> Vec<[f32; 2]> {
    let mut stats = Vec::new();
    for group in x.chunks_exact(size) {
        for part in group.chunks(chunk) {
            let mean = part.iter().sum::<f32>() / part.len() as f32;
            let squares = part.iter().map(|value| (value - mean) * (value - mean)).sum();
            stats.push([mean, squares]);
        }
    }
    stats
}
