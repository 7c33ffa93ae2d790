//! Twin of `shaders/group_norm_stats.wgsl`.

/// Mean, and sum of squared distances from it, of each `chunk` elements of each row of `size`
/// elements; the last chunk of a row is what is left.
pub fn group_norm_stats(x: &[f32], size: usize, chunk: usize) -> Vec<[f32; 2]> {
    let mut stats = Vec::new();
    for group in x.chunks_exact(size) {
        for part in group.chunks(chunk) {
            let mean = part.iter().map(|&value| f64::from(value)).sum::<f64>() / part.len() as f64;
            let squares: f64 = part
                .iter()
                .map(|&value| (f64::from(value) - mean).powi(2))
                .sum();
            stats.push([mean as f32, squares as f32]);
        }
    }
    stats
}
