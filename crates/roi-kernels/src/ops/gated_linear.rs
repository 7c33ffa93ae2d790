//! gated_linear: `silu(norm(x) · Gᵀ) · (norm(x) · Uᵀ)`, the first half of LLaMA's feed-forward.

use burn::tensor::{Tensor, activation};

use super::matmul::{self, TileShape};
use super::{matvec, rms_norm::rms_norm};
use crate::{Matrix, gpu};

/// `silu(n · gateᵀ) · (n · upᵀ)` with `n` the RMSNorm of `x`.
///
/// # Shape
/// - `x`: `[M, K]`, `gate`, `up`: `[N, K]`, `norm`: weight `[K]` and epsilon
/// - output: `[M, N]`
///
/// # Panics
/// When the shapes do not fit each other.
///
/// Source: transformers 4.28.1, `modeling_llama.py`, `LlamaMLP.forward`.
pub fn gated_linear(
    x: Tensor<2>,
    norm: (&Tensor<1>, f64),
    gate: &Matrix,
    up: &Matrix,
) -> Tensor<2> {
    let [m, k] = x.dims();
    assert_eq!(
        (k, k, gate.rows()),
        (gate.cols(), up.cols(), up.rows()),
        "gated_linear: shapes differ"
    );
    if m <= matvec::MAX_ROWS
        && let Some(x) = gpu::buffer(&x)
    {
        let weight = gpu::buffer_beside(norm.0, "gated_linear");
        let operands = matvec::Operands {
            norm: Some((&weight, norm.1)),
            ..Default::default()
        };
        return gpu::tensor(matvec::launch_gated(&x, m, gate, up, &operands));
    }
    let x = rms_norm(x, norm.0, norm.1);
    if let Some(x) = gpu::buffer(&x) {
        let shape = TileShape::for_adapter();
        let gate = matmul::launch(&x, m, gate, &matmul::Operands::default(), shape);
        let operands = matmul::Operands {
            gate: Some(&gate),
            ..Default::default()
        };
        return gpu::tensor(matmul::launch(&x, m, up, &operands, shape));
    }
    activation::silu(gate.multiply(x.clone())) * up.multiply(x)
}
