//! Twin of `shaders/layer_norm.wgsl`.

/// `(x − mean) / sqrt(variance + eps) · weight + bias` for each row of `x` `[M, K]`; `weight` and
/// `bias` `[K]`.
pub fn layer_norm(x: &[f32], weight: &[f32], bias: &[f32], eps: f32) -> Vec<f32> {
    let mut y = Vec::with_capacity(x.len());
    for row in x.chunks_exact(weight.len()) {
        let length = row.len() as f32;
        let mean = row.iter().sum::<f32>() / length;
        let squares: f32 = row.iter().map(|value| (value - mean) * (value - mean)).sum();
        let deviation = (squares / length + eps).sqrt();
        for ((value, weight), bias) in row.iter().zip(weight).zip(bias) {
            y.push((value - mean) / deviation * weight + bias);
        }
    }
    y
}
