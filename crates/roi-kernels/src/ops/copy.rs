//! copy: a buffer read and written once, to measure what the memory can do.

use burn::tensor::Tensor;

use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};

const WORKGROUP: u32 = 256;

/// Values in the 16 bytes that an invocation moves.
const BLOCK: usize = 4;

/// The rendered `copy.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Copy;

impl Kernel for Copy {
    const NAME: &'static str = "copy";

    fn render(&self) -> String {
        let values = [("WORKGROUP", Value::Number(WORKGROUP))];
        render(Self::NAME, include_str!("../shaders/copy.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        vec![Self]
    }
}

/// A copy of `x` in memory of its own.
///
/// # Shape
/// - `x`, output: `[N]`
///
/// # Panics
/// When N is not a multiple of 4.
pub fn copy(x: &Tensor<1>) -> Tensor<1> {
    let [length] = x.dims();
    assert!(
        length.is_multiple_of(BLOCK),
        "copy: {length} values are not whole blocks of {BLOCK}"
    );
    let Some(x) = gpu::buffer(x) else {
        // Adding nothing is the cheapest way to make tensor code write.
        return x.clone() + 0.0;
    };
    let y = gpu::output(&x, [length]);
    let blocks = (length / BLOCK) as u32;
    gpu::launch(
        &x.client,
        Copy,
        gpu::fold(blocks.div_ceil(WORKGROUP)),
        &[&x.handle, &y.handle],
        &[blocks],
    );
    gpu::tensor(y)
}
