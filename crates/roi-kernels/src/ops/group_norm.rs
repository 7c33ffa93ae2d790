//! group_norm: GroupNorm over a feature map, followed by ReLU.

use burn::tensor::{Tensor, activation};

use super::group_norm_stats::{self, CHUNK};
use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 128;

/// One rendered `group_norm.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GroupNorm;

impl Kernel for GroupNorm {
    const NAME: &'static str = "group_norm";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_X", "B_STATS", "B_WEIGHT", "B_BIAS", "B_Y", "B_INFO"]);
        values.extend([
            ("WORKGROUP", Value::Number(WORKGROUP)),
            ("CHUNK", Value::Number(CHUNK as u32)),
        ]);
        render(
            Self::NAME,
            include_str!("../shaders/group_norm.wgsl"),
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

/// `relu(GroupNorm(x))`: mean and biased variance over each group of `C / groups` channels.
///
/// # Shape
/// - `x`: `[C, H, W]`, `weight`, `bias`: `[C]`
/// - output: `[C, H, W]`
///
/// # Panics
/// When `groups` does not divide `C`, or the shapes do not fit each other.
pub fn group_norm_relu(
    x: Tensor<3>,
    groups: usize,
    weight: &Tensor<1>,
    bias: &Tensor<1>,
    eps: f64,
) -> Tensor<3> {
    let [channels, height, width] = x.dims();
    assert!(
        channels.is_multiple_of(groups),
        "group_norm: {channels} channels in {groups} groups"
    );
    assert_eq!(
        ([channels], [channels]),
        (weight.dims(), bias.dims()),
        "group_norm: {channels} channels"
    );
    let size = channels / groups * height * width;
    if let Some(x) = gpu::buffer(&x) {
        let weight = gpu::buffer_beside(weight, "group_norm");
        let bias = gpu::buffer_beside(bias, "group_norm");
        let stats = group_norm_stats::launch(&x, groups, size);
        let y = gpu::output(&x, [channels, height, width]);
        let splits = size.div_ceil(CHUNK) as u32;
        let per_group = (channels / groups) as u32;
        let info = [
            size as u32,
            splits,
            per_group,
            (height * width) as u32,
            (eps as f32).to_bits(),
        ];
        let buffers = [
            &x.handle,
            &stats.handle,
            &weight.handle,
            &bias.handle,
            &y.handle,
        ];
        gpu::launch(
            &x.client,
            GroupNorm,
            [splits, groups as u32, 1],
            &buffers,
            &info,
        );
        return gpu::tensor(y);
    }
    let x = x.reshape([groups, size]);
    let centred = x.clone() - x.mean_dim(1);
    let variance = centred.clone().square().mean_dim(1);
    let normal = (centred * (variance + eps).sqrt().recip()).reshape([channels, height, width]);
    let per_channel = [channels, 1, 1];
    activation::relu(
        normal * weight.clone().reshape(per_channel) + bias.clone().reshape(per_channel),
    )
}
