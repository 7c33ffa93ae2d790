//! Twin of matvec: the product with everything that happens around it.

use super::matmul::matmul;

/// RMSNorm of each row of `x` `[m, k]`.
pub fn normalised(x: &[f32], weight: &[f32], eps: f32) -> Vec<f32> {
    let k = weight.len();
    x.chunks(k)
        .flat_map(|row| {
            let mean_square = row.iter().map(|v| f64::from(v * v)).sum::<f64>() / k as f64;
            let scale = 1.0 / (mean_square + f64::from(eps)).sqrt();
            row.iter().zip(weight).map(move |(v, w)| (f64::from(*v) * scale) as f32 * w)
        })
        .collect()
}

/// `silu(x · gateᵀ) · (x · upᵀ)` for `x` `[m, k]` and weights `[n, k]`.
pub fn gated(x: &[f32], gate: &[f32], up: &[f32], shape: [usize; 3]) -> Vec<f32> {
    let gates = matmul(x, gate, shape);
    let ups = matmul(x, up, shape);
    gates.iter().zip(&ups).map(|(g, u)| g / (1.0 + (-g).exp()) * u).collect()
}
