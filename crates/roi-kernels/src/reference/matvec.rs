//! Twin of matvec: what happens around the product, which is [`matmul`]'s.

use super::matmul::matmul;
use crate::ops::linear::Activation;

/// `silu(x · gateᵀ) · (x · upᵀ)` for `x` `[m, k]` and weights `[n, k]`.
pub fn gated(x: &[f32], gate: &[f32], up: &[f32], shape: [usize; 3]) -> Vec<f32> {
    let gates = matmul(x, gate, shape);
    let ups = matmul(x, up, shape);
    gates
        .iter()
        .zip(&ups)
        .map(|(g, u)| g / (1.0 + (-g).exp()) * u)
        .collect()
}

/// The activation of one value.
pub fn activated(activation: Activation, x: f32) -> f32 {
    match activation {
        Activation::None => x,
        Activation::Relu => x.max(0.0),
        Activation::QuickGelu => x / (1.0 + (-1.702 * x).exp()),
        Activation::Gelu => {
            (0.5 * f64::from(x) * (1.0 + erf(f64::from(x) / std::f64::consts::SQRT_2))) as f32
        }
    }
}

/// The error function by its Maclaurin series, to 1e-12 for |x| below 4 and as ±1 beyond.
fn erf(x: f64) -> f64 {
    if x.abs() >= 4.0 {
        return x.signum();
    }
    let mut term = x;
    let mut sum = x;
    for n in 1..100 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * 2.0 / std::f64::consts::PI.sqrt()
}
