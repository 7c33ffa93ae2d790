//! argmax: the likeliest token, chosen and kept on the GPU.

use burn_wgpu::CubeTensor;

use super::sample::DecodeState;
use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 256;

/// One rendered `argmax.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Argmax;

impl Kernel for Argmax {
    const NAME: &'static str = "argmax";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_LOGITS", "B_STATE", "B_INFO"]);
        values.push(("WORKGROUP", Value::Number(WORKGROUP)));
        render(Self::NAME, include_str!("../shaders/argmax.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        vec![Self]
    }
}

/// Writes the likeliest of `count` tokens into the state's buffer and moves its position on.
pub(crate) fn launch(logits: &CubeTensor, count: usize, state: &DecodeState, advance: usize) {
    let buffers = [&logits.handle, state.buffer()];
    gpu::launch(
        &logits.client,
        Argmax,
        [1, 1, 1],
        &buffers,
        &[count as u32, advance as u32],
    );
}
