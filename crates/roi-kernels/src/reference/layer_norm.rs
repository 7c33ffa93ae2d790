//! Twin of `shaders/layer_norm.wgsl`.

/// `(x − mean) / sqrt(variance + eps) · weight + bias` for each row of `x` `[M, K]`; `weight` and
/// `bias` `[K]`.
pub fn layer_norm(x: &[f32], weight: &[f32], bias: &[f32], eps: f32) -> Vec<f32> {
    let mut y = Vec::with_capacity(x.len());
    for row in x.chunks_exact(weight.len()) {
        let length = row.len() as f64;
        let mean = row.iter().map(|&value| f64::from(value)).sum::<f64>() / length;
        let squares: f64 = row
            .iter()
            .map(|&value| (f64::from(value) - mean).powi(2))
            .sum();
        let deviation = (squares / length + f64::from(eps)).sqrt();
        for ((&value, weight), bias) in row.iter().zip(weight).zip(bias) {
            y.push(((f64::from(value) - mean) / deviation) as f32 * weight + bias);
        }
    }
    y
}
