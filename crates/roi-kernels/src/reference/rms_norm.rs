//! Twin of `shaders/rms_norm.wgsl`.

/// `x / sqrt(mean(x²) + eps) · weight` for each row of `x` `[M, K]`, `weight` `[K]`.
pub fn rms_norm(x: &[f32], weight: &[f32], eps: f32) -> Vec<f32> {
    let mut y = Vec::with_capacity(x.len());
    for row in x.chunks_exact(weight.len()) {
        let squares: f64 = row.iter().map(|&value| f64::from(value).powi(2)).sum();
        let root = (squares / row.len() as f64 + f64::from(eps)).sqrt();
        for (&value, weight) in row.iter().zip(weight) {
            y.push((f64::from(value) / root) as f32 * weight);
        }
    }
    y
}
