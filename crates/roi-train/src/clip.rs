//! Clipping of the gradient: a step in a strange place must not throw the weights away.

#[cfg(test)]
mod tests;

/// Keeps the quotient finite when all gradients are zero.
const EPSILON: f64 = 1e-6;

/// Euclidean norm of all gradients as one vector. NaN or infinite if one of them is.
#[must_use]
pub fn global_norm(gradients: &[Vec<f32>]) -> f64 {
    let squares = gradients.iter().flatten().map(|value| {
        let value = f64::from(*value);
        value * value
    });
    squares.sum::<f64>().sqrt()
}

/// Scales all gradients down together where their norm, which is `norm`, exceeds `max_norm`.
///
/// Source: PyTorch 2.0, `torch/nn/utils/clip_grad.py`, `clip_grad_norm_`.
/// Differs: norms are summed in f64.
pub fn clip(gradients: &mut [Vec<f32>], norm: f64, max_norm: f64) {
    let scale = max_norm / (norm + EPSILON);
    if scale < 1.0 {
        for value in gradients.iter_mut().flatten() {
            *value *= scale as f32;
        }
    }
}
