//! roi_align: a fixed grid of averaged bilinear samples from each box.
//!
//! With these settings the op is separable: for one box, pooled = Wy · F · Wxᵀ, where Wy and Wx
//! hold the bilinear weights of the samples of each output row and column. That is the tensor
//! code, and its gradient with respect to the map needs nothing more.

use burn::tensor::{Bytes, Tensor, TensorData};

use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 64;

/// One rendered `roi_align.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RoiAlign;

impl Kernel for RoiAlign {
    const NAME: &'static str = "roi_align";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_MAP", "B_ROIS", "B_Y", "B_INFO"]);
        values.push(("WORKGROUP", Value::Number(WORKGROUP)));
        render(
            Self::NAME,
            include_str!("../shaders/roi_align.wgsl"),
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

/// A box in the pixel frame that `spatial_scale` refers to, corners sorted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Roi {
    /// Left edge.
    pub x1: f32,
    /// Top edge.
    pub y1: f32,
    /// Right edge.
    pub x2: f32,
    /// Bottom edge.
    pub y2: f32,
}

/// How boxes are pooled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooling {
    /// Rows and columns of the output.
    pub size: usize,
    /// Samples per output cell along each axis.
    pub sampling_ratio: usize,
    /// Map pixels per frame pixel.
    pub spatial_scale: f32,
}

/// RoIAlign with `aligned = true` and average pooling, without a minimum box size.
///
/// # Shape
/// - `map`: `[C, H, W]`
/// - output: `[R, C, size, size]` for `R` boxes; `R` is at least 1
///
/// Source: mmcv 1.4.7, `roi_align_cuda_kernel.cuh`, `roi_align_forward_cuda_kernel`.
pub fn roi_align(map: Tensor<3>, rois: &[Roi], pooling: Pooling) -> Tensor<4> {
    let [channels, height, width] = map.dims();
    if let Some(map) = gpu::buffer(&map) {
        let Pooling {
            size,
            sampling_ratio,
            spatial_scale,
        } = pooling;
        let corners: Vec<f32> = rois
            .iter()
            .flat_map(|roi| [roi.x1, roi.y1, roi.x2, roi.y2])
            .collect();
        let boxes = map.client.create(Bytes::from_bytes_vec(
            bytemuck::cast_slice(&corners).to_vec(),
        ));
        let y = gpu::output(&map, [rois.len(), channels, size, size]);
        let count = rois.len() * channels * size * size;
        let sizes =
            [count, channels, height, width, size, sampling_ratio].map(|value| value as u32);
        let [count, ..] = sizes;
        let mut info = sizes.to_vec();
        info.push(spatial_scale.to_bits());
        let buffers = [&map.handle, &boxes, &y.handle];
        gpu::launch(
            &map.client,
            RoiAlign,
            gpu::fold(count.div_ceil(WORKGROUP)),
            &buffers,
            &info,
        );
        return gpu::tensor(y);
    }
    tensor_code(map, rois, pooling)
}

/// All boxes in two products, so that the map has one gradient and not one for each box.
fn tensor_code(map: Tensor<3>, rois: &[Roi], pooling: Pooling) -> Tensor<4> {
    let ([channels, height, width], size, count) = (map.dims(), pooling.size, rois.len());
    let device = map.device();
    let pools = |edges: fn(&Roi) -> [f32; 2], length: usize| {
        let weights = rois.iter().flat_map(|roi| {
            let [low, high] = edges(roi);
            axis_weights(low, high, length, pooling)
        });
        let weights = TensorData::new(weights.collect(), [count, size, length]);
        Tensor::<3>::from_data(weights, &device)
    };
    let rows = pools(|roi| [roi.y1, roi.y2], height);
    let columns = pools(|roi| [roi.x1, roi.x2], width);
    let bands = rows
        .reshape([1, count * size, height])
        .matmul(map)
        .reshape([channels, count, size, width])
        .swap_dims(0, 1)
        .reshape([count, channels * size, width]);
    bands
        .matmul(columns.transpose())
        .reshape([count, channels, size, size])
}

/// The matrix `[size, length]` that pools one axis: for each output cell, the mean of its samples'
/// bilinear weights. A sample more than one pixel outside the map weighs nothing.
fn axis_weights(low: f32, high: f32, length: usize, pooling: Pooling) -> Vec<f32> {
    let start = low * pooling.spatial_scale - 0.5;
    let end = high * pooling.spatial_scale - 0.5;
    let cell = (end - start) / pooling.size as f32;
    let samples = pooling.sampling_ratio;
    let mut weights = vec![0.0; pooling.size * length];
    for (index, row) in weights.chunks_mut(length).enumerate() {
        for sample in 0..samples {
            let at = start + index as f32 * cell + (sample as f32 + 0.5) * cell / samples as f32;
            if at < -1.0 || at > length as f32 {
                continue;
            }
            let at = at.max(0.0);
            let first = (at as usize).min(length - 1);
            let fraction = if first == length - 1 {
                0.0
            } else {
                at - first as f32
            };
            row[first] += (1.0 - fraction) / samples as f32;
            if fraction > 0.0 {
                row[first + 1] += fraction / samples as f32;
            }
        }
    }
    weights
}
