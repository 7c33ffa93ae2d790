//! top_k: the likeliest tokens, found on the GPU so that only they are read back.

use burn_wgpu::CubeTensor;
use cubecl::server::Handle;

use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 256;

/// One rendered `top_k.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TopK;

impl Kernel for TopK {
    const NAME: &'static str = "top_k";

    fn render(&self) -> String {
        let mut values = Bindings::all(&["B_LOGITS", "B_Y", "B_INFO"]);
        values.push(("WORKGROUP", Value::Number(WORKGROUP)));
        render(Self::NAME, include_str!("../shaders/top_k.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        vec![Self]
    }
}

/// A word that says whether a logit is not a number, then `k` pairs of id and logit in no order.
/// `k` is at least 1 and at most `count`.
pub(crate) fn launch(logits: &CubeTensor, count: usize, k: usize) -> Handle {
    let y = gpu::unwritten(&logits.client, (1 + 2 * k) * 4);
    gpu::launch(
        &logits.client,
        TopK,
        [1, 1, 1],
        &[&logits.handle, &y],
        &[count as u32, k as u32],
    );
    y
}
