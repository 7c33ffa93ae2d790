//! layer_norm: each row to mean 0 and variance 1, then scaled and shifted.

use burn::tensor::Tensor;

use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 128;

/// One rendered `layer_norm.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct LayerNorm;

impl Kernel for LayerNorm {
    const NAME: &'static str = "layer_norm";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_X", "B_WEIGHT", "B_BIAS", "B_Y", "B_INFO"]);
        values.extend([
            ("WORKGROUP", Value::Number(WORKGROUP)),
            ("REDUCE_MAX", Value::Flag(false)),
        ]);
        render(
            Self::NAME,
            include_str!("../shaders/layer_norm.wgsl"),
            &values,
        )
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        vec![Self]
    }
}

/// `(x − mean) / sqrt(variance + eps) · weight + bias`, row by row; the variance is the biased one.
///
/// # Shape
/// - `x`: `[M, K]`, `weight`, `bias`: `[K]`
/// - output: `[M, K]`
///
/// # Panics
/// When the shapes do not fit each other.
pub fn layer_norm(x: Tensor<2>, weight: &Tensor<1>, bias: &Tensor<1>, eps: f64) -> Tensor<2> {
    let [m, k] = x.dims();
    assert_eq!(
        ([k], [k]),
        (weight.dims(), bias.dims()),
        "layer_norm: x has {k} columns"
    );
    if let Some(x) = gpu::buffer(&x) {
        let weight = gpu::buffer_beside(weight, "layer_norm");
        let bias = gpu::buffer_beside(bias, "layer_norm");
        let y = gpu::output(&x, [m, k]);
        let info = [m as u32, k as u32, (eps as f32).to_bits()];
        let buffers = [&x.handle, &weight.handle, &bias.handle, &y.handle];
        gpu::launch(&x.client, LayerNorm, gpu::fold(m as u32), &buffers, &info);
        return gpu::tensor(y);
    }
    let centred = x.clone() - x.mean_dim(1);
    let variance = centred.clone().square().mean_dim(1);
    centred * (variance + eps).sqrt().recip() * weight.clone().unsqueeze::<2>()
        + bias.clone().unsqueeze::<2>()
}
