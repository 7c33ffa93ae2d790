//! resize: bilinear interpolation with `align_corners`; as tensor code a pair of small matrices.

use burn::tensor::{Device, Tensor, TensorData};

use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 64;

/// One rendered `resize.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Resize;

impl Kernel for Resize {
    const NAME: &'static str = "resize";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_X", "B_Y", "B_INFO"]);
        values.push(("WORKGROUP", Value::Number(WORKGROUP)));
        render(Self::NAME, include_str!("../shaders/resize.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        vec![Self]
    }
}

/// Bilinear resize with `align_corners = true`: source = destination · (in − 1) / (out − 1).
///
/// # Shape
/// - `x`: `[C, h, w]`, `size`: `[H, W]`
/// - output: `[C, H, W]`
///
/// Source: PyTorch, `torch.nn.functional.interpolate(mode="bilinear", align_corners=True)`.
pub fn resize(x: Tensor<3>, size: [usize; 2]) -> Tensor<3> {
    let [channels, height, width] = x.dims();
    if [height, width] == size {
        return x;
    }
    if let Some(x) = gpu::buffer(&x) {
        let y = gpu::output(&x, [channels, size[0], size[1]]);
        let count = (channels * size[0] * size[1]) as u32;
        let scales = [scale(height, size[0]), scale(width, size[1])].map(f32::to_bits);
        let [out_height, out_width] = size.map(|length| length as u32);
        let info = [
            count,
            out_height,
            out_width,
            height as u32,
            width as u32,
            scales[0],
            scales[1],
        ];
        gpu::launch(
            &x.client,
            Resize,
            gpu::fold(count.div_ceil(WORKGROUP)),
            &[&x.handle, &y.handle],
            &info,
        );
        return gpu::tensor(y);
    }
    let device = x.device();
    let rows = interpolation(height, size[0], &device);
    let columns = interpolation(width, size[1], &device).transpose();
    // [H, h] · [C, h, w] · [w, W]
    rows.unsqueeze::<3>()
        .matmul(x)
        .matmul(columns.unsqueeze::<3>())
}

/// The matrix `[to, from]` that interpolates one axis.
fn interpolation(from: usize, to: usize, device: &Device) -> Tensor<2> {
    let mut weights = vec![0.0f32; to * from];
    for (position, row) in weights.chunks_mut(from).enumerate() {
        let (low, high, fraction) = source(position, from, to);
        row[low] += 1.0 - fraction;
        row[high] += fraction;
    }
    Tensor::from_data(TensorData::new(weights, [to, from]), device)
}

/// Source positions per destination position.
pub(crate) fn scale(from: usize, to: usize) -> f32 {
    if to > 1 {
        (from - 1) as f32 / (to - 1) as f32
    } else {
        0.0
    }
}

/// The two source positions of a destination position, and the second one's share.
fn source(position: usize, from: usize, to: usize) -> (usize, usize, f32) {
    let at = position as f32 * scale(from, to);
    let low = (at as usize).min(from - 1);
    (low, (low + 1).min(from - 1), at - low as f32)
}
