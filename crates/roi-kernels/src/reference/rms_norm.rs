//! Twin of `shaders/rms_norm.wgsl`.

/// `x / sqrt(mean(x²) + eps) · weight` for each row of `x` `[M, K]`, `weight` `[K]`.
pub fn rms_norm(x: &[f32], weight: &[f32], eps: f32) -> Vec<f32> {
    let mut y = Vec::with_capacity(x.len());
    for row in x.chunks_exact(weight.len()) {
        let mut squares = 0.0;
        for value in row {
            squares += value * value;
        }
        let root = (squares / row.len() as f32 + eps).sqrt();
        for (value, weight) in row.iter().zip(weight) {
            y.push(value / root * weight);
        }
    }
    y
}
