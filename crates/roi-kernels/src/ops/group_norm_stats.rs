//! group_norm_stats: the first half of GroupNorm, each chunk of each group on its own.

use burn_wgpu::CubeTensor;

use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 128;

/// Elements of a group that one workgroup takes: enough to be worth a workgroup, few enough that
/// the largest map keeps a large GPU busy.
pub(crate) const CHUNK: usize = 8192;

/// One rendered `group_norm_stats.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct GroupNormStats;

impl Kernel for GroupNormStats {
    const NAME: &'static str = "group_norm_stats";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_X", "B_STATS", "B_INFO"]);
        values.extend([
            ("WORKGROUP", Value::Number(WORKGROUP)),
            ("CHUNK", Value::Number(CHUNK as u32)),
            ("REDUCE_MAX", Value::Flag(false)),
        ]);
        render(
            Self::NAME,
            include_str!("../shaders/group_norm_stats.wgsl"),
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

/// Mean, and sum of squared distances from it, of each chunk.
///
/// # Shape
/// - `x`: `groups` rows of `size` elements
/// - output: `[groups, ⌈size / CHUNK⌉, 2]`
pub(crate) fn launch(x: &CubeTensor, groups: usize, size: usize) -> CubeTensor {
    let splits = size.div_ceil(CHUNK);
    let stats = gpu::output(x, [groups, splits, 2]);
    let counts = [splits as u32, groups as u32, 1];
    gpu::launch(
        &x.client,
        GroupNormStats,
        counts,
        &[&x.handle, &stats.handle],
        &[size as u32, splits as u32],
    );
    stats
}
