//! conv3x3: 3×3 convolution, stride 1, padding 1: the dearest thing before the first token.

use burn::tensor::Tensor;
use roi_weights::{GROUP, Layout};

use super::matmul::TileShape;
use crate::Matrix;
use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::weights::{self, Bindings};

mod winograd;

/// One rendered `conv3x3.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Conv3x3 {
    pub(crate) layout: Layout,
    pub(crate) shape: TileShape,
    /// In registers, and W is a multiple of 4, so x is read four values at a time.
    pub(crate) vec4: bool,
    pub(crate) bias: bool,
    pub(crate) sum: bool,
}

impl Kernel for Conv3x3 {
    const NAME: &'static str = "conv3x3";

    fn render(&self) -> String {
        let mut bindings = Bindings::new();
        bindings.bind("B_X", true);
        bindings.bind("B_W", true);
        bindings.bind("B_BIAS", self.bias);
        bindings.bind("B_SUM", self.sum);
        bindings.bind("B_Y", true);
        bindings.bind("B_INFO", true);
        let mut values = bindings.into_values();
        values.extend(weights::layout_values(self.layout));
        values.extend([
            ("REGISTERS", Value::Flag(self.shape == TileShape::Registers)),
            ("WORKGROUP", Value::Number(self.workgroup_size())),
            ("VEC4", Value::Flag(self.vec4)),
            ("BIAS", Value::Flag(self.bias)),
            ("SUM", Value::Flag(self.sum)),
        ]);
        render(Self::NAME, include_str!("../shaders/conv3x3.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        match self.shape {
            TileShape::Registers => 32,
            TileShape::Workgroup => 256,
        }
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        let mut all = Vec::new();
        for layout in [Layout::F32, Layout::F16, Layout::Q8, Layout::Q4] {
            let shapes = [
                (TileShape::Registers, false),
                (TileShape::Registers, true),
                (TileShape::Workgroup, false),
            ];
            for (shape, vec4) in shapes {
                for (bias, sum) in [(false, false), (true, false), (false, true), (true, true)] {
                    all.push(Self {
                        layout,
                        shape,
                        vec4,
                        bias,
                        sum,
                    });
                }
            }
        }
        all
    }
}

/// `conv(x) + bias + sum`.
///
/// # Shape
/// - `x`: `[B, I, H, W]`, `weight`: `[O, I · 9]` with OIHW order flattened, `bias`: `[O]`
/// - `sum`, output: `[B, O, H, W]`
///
/// # Panics
/// When the shapes do not fit each other.
pub fn conv3x3(
    x: Tensor<4>,
    weight: &Matrix,
    bias: Option<&Tensor<1>>,
    sum: Option<Tensor<4>>,
) -> Tensor<4> {
    let [_, inputs, _, _] = x.dims();
    assert_eq!(
        inputs * 9,
        weight.cols(),
        "conv3x3: {inputs} channels and {} weights a row",
        weight.cols()
    );
    if gpu::buffer(&x).is_some() {
        return launch(&x, weight, bias, sum.as_ref(), TileShape::for_adapter());
    }
    let y = winograd::convolve(x, weight.dense());
    let y = match bias {
        Some(bias) => y + bias.clone().reshape([1, weight.rows(), 1, 1]),
        None => y,
    };
    match sum {
        Some(sum) => y + sum,
        None => y,
    }
}

/// The op on the GPU in one of its shapes.
pub(crate) fn launch(
    x: &Tensor<4>,
    weight: &Matrix,
    bias: Option<&Tensor<1>>,
    sum: Option<&Tensor<4>>,
    shape: TileShape,
) -> Tensor<4> {
    let [batch, inputs, height, width] = x.dims();
    let x = gpu::buffer_beside(x, "conv3x3");
    let bias = bias.map(|tensor| gpu::buffer_beside(tensor, "conv3x3"));
    let sum = sum.map(|tensor| gpu::buffer_beside(tensor, "conv3x3"));
    let y = gpu::output(&x, [batch, weight.rows(), height, width]);
    let mut first = 0;
    for part in weight.parts() {
        let kernel = Conv3x3 {
            layout: weight.layout(),
            shape,
            vec4: shape == TileShape::Registers && width.is_multiple_of(4),
            bias: bias.is_some(),
            sum: sum.is_some(),
        };
        let (across, per_tile) = match shape {
            TileShape::Registers => (
                (batch * height.div_ceil(2) * width.div_ceil(4)).div_ceil(32),
                4,
            ),
            TileShape::Workgroup => ((batch * height * width).div_ceil(64), 64),
        };
        let [columns, layers, _] = gpu::fold(across as u32);
        let info = [
            batch as u32,
            inputs as u32,
            height as u32,
            width as u32,
            weight.rows() as u32,
            first as u32,
            part.rows as u32,
            weight.cols().div_ceil(GROUP) as u32,
        ];
        let mut buffers = vec![&x.handle, &part.gpu("conv3x3").handle];
        buffers.extend(bias.as_ref().map(|bias| &bias.handle));
        buffers.extend(sum.as_ref().map(|sum| &sum.handle));
        buffers.push(&y.handle);
        let groups = [columns, part.rows.div_ceil(per_tile) as u32, layers];
        gpu::launch(&x.client, kernel, groups, &buffers, &info);
        first += part.rows;
    }
    gpu::tensor(y)
}
