//! rms_norm: each row divided by its root mean square, times a weight.

use burn::tensor::Tensor;

use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 128;

/// One rendered `rms_norm.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RmsNorm;

impl Kernel for RmsNorm {
    const NAME: &'static str = "rms_norm";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_X", "B_WEIGHT", "B_Y", "B_INFO"]);
        values.extend([
            ("WORKGROUP", Value::Number(WORKGROUP)),
            ("REDUCE_MAX", Value::Flag(false)),
        ]);
        render(
            Self::NAME,
            include_str!("../shaders/rms_norm.wgsl"),
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

/// `x / sqrt(mean(x²) + eps) · weight`, row by row.
///
/// # Shape
/// - `x`: `[M, K]`, `weight`: `[K]`
/// - output: `[M, K]`
///
/// # Panics
/// When the shapes do not fit each other.
///
/// Source: transformers 4.28.1, `modeling_llama.py`, `LlamaRMSNorm.forward`.
pub fn rms_norm(x: Tensor<2>, weight: &Tensor<1>, eps: f64) -> Tensor<2> {
    let [m, k] = x.dims();
    assert_eq!([k], weight.dims(), "rms_norm: x has {k} columns");
    if let Some(x) = gpu::buffer(&x) {
        let weight = gpu::buffer_beside(weight, "rms_norm");
        let y = gpu::output(&x, [m, k]);
        let info = [m as u32, k as u32, (eps as f32).to_bits()];
        gpu::launch(
            &x.client,
            RmsNorm,
            gpu::fold(m as u32),
            &[&x.handle, &weight.handle, &y.handle],
            &info,
        );
        return gpu::tensor(y);
    }
    let mean_square = x.clone().square().mean_dim(1);
    x * (mean_square + eps).sqrt().recip() * weight.clone().unsqueeze::<2>()
}
