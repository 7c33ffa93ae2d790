//! attention_step: the attention of a decode step, one token over the cache.

use burn_wgpu::CubeTensor;

use super::attention::{blocks, scale};
use super::rope::LayerCache;
use super::sample::DecodeState;
use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::tuning::{AdapterClass, adapter_class};
use crate::weights::Bindings;

/// Keys whose scores are kept at a time.
pub(crate) const CHUNK: u32 = 1024;

/// One rendered `attention_step.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct AttentionStep {
    /// S / 4, at most `workgroup`.
    pub(crate) blocks: u32,
    /// Invocations that share a head.
    pub(crate) workgroup: u32,
}

impl Kernel for AttentionStep {
    const NAME: &'static str = "attention_step";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_Q", "B_KEYS", "B_VALUES", "B_STATE", "B_Y", "B_INFO"]);
        values.extend([
            ("BLOCKS", Value::Number(self.blocks)),
            ("CHUNK", Value::Number(CHUNK)),
            ("WORKGROUP", Value::Number(self.workgroup)),
            ("REDUCE_MAX", Value::Flag(true)),
        ]);
        render(
            Self::NAME,
            include_str!("../shaders/attention_step.wgsl"),
            &values,
        )
    }

    fn workgroup_size(&self) -> u32 {
        self.workgroup
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        let sizes = [1, 4, 16, 20, 32];
        sizes
            .iter()
            .flat_map(|&blocks| [32, 256].map(|workgroup| Self { blocks, workgroup }))
            .collect()
    }
}

/// The attention of the token at the state's position.
///
/// # Shape
/// - `q`: `[1, H · S]`, rotated
/// - output: `[1, H · S]`
pub(crate) fn launch(q: &CubeTensor, cache: &LayerCache, state: &DecodeState) -> CubeTensor {
    let heads = cache.heads();
    let workgroup = match adapter_class() {
        AdapterClass::Software => 32,
        AdapterClass::Hardware => 256,
    };
    let kernel = AttentionStep {
        blocks: blocks(heads),
        workgroup,
    };
    let (keys, values) = cache.buffers(AttentionStep::NAME);
    let y = gpu::output(q, [1, heads.width()]);
    let buffers = [
        &q.handle,
        &keys.handle,
        &values.handle,
        state.buffer(),
        &y.handle,
    ];
    let info = [
        cache.capacity() as u32,
        heads.width() as u32 / 4,
        scale(heads).to_bits(),
    ];
    gpu::launch(
        &q.client,
        kernel,
        [heads.count as u32, 1, 1],
        &buffers,
        &info,
    );
    y
}
