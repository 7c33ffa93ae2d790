//! matmul: the product for many rows of x. A prompt, a picture and a pyramid level come this way.

use burn_wgpu::CubeTensor;
use roi_weights::{GROUP, Layout};

use super::linear::Activation;
use crate::gpu::{self, Kernel};
use crate::matrix::Matrix;
use crate::shader::{Value, render};
use crate::tuning::{AdapterClass, adapter_class};
use crate::weights::{self, Bindings};

/// One rendered `matmul.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Matmul {
    pub(crate) layout: Layout,
    /// Weight buffers bound, 1 to 3.
    pub(crate) parts: u32,
    pub(crate) shape: TileShape,
    /// K is a multiple of 4, so x is read four values at a time.
    pub(crate) vec4: bool,
    pub(crate) bias: bool,
    pub(crate) gate: bool,
    pub(crate) residual: bool,
    pub(crate) activation: Activation,
}

/// How the sums are shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TileShape {
    /// 4 × 4 sums per invocation, operands read from storage.
    Registers,
    /// 64 × 64 sums per workgroup, operands staged in 16 KiB of workgroup memory.
    Workgroup,
}

impl TileShape {
    pub(crate) fn for_adapter() -> Self {
        match adapter_class() {
            AdapterClass::Software => Self::Registers,
            AdapterClass::Hardware => Self::Workgroup,
        }
    }

    /// Sums per invocation along M and N.
    fn per_invocation(self) -> [u32; 2] {
        [4, 4]
    }

    /// Sums per workgroup along M and N.
    fn per_workgroup(self) -> [u32; 2] {
        match self {
            Self::Registers => [4 * self.workgroup_size(), 4],
            Self::Workgroup => [64, 64],
        }
    }

    fn workgroup_size(self) -> u32 {
        match self {
            Self::Registers => 32,
            Self::Workgroup => 256,
        }
    }
}

impl Kernel for Matmul {
    const NAME: &'static str = "matmul";

    fn render(&self) -> String {
        let mut bindings = Bindings::new();
        bindings.bind("B_X", true);
        bindings.bind("B_W0", true);
        bindings.bind("B_W1", self.parts > 1);
        bindings.bind("B_W2", self.parts > 2);
        bindings.bind("B_BIAS", self.bias);
        bindings.bind("B_GATE", self.gate);
        bindings.bind("B_RESIDUAL", self.residual);
        bindings.bind("B_Y", true);
        bindings.bind("B_INFO", true);
        let mut values = bindings.into_values();
        values.extend(weights::layout_values(self.layout));
        values.extend(self.activation.values());
        let [tm, tn] = self.shape.per_invocation();
        let [bm, bn] = self.shape.per_workgroup();
        values.extend([
            ("PARTS", Value::Number(self.parts)),
            ("PART1", Value::Flag(self.parts > 1)),
            ("PART2", Value::Flag(self.parts > 2)),
            ("REGISTERS", Value::Flag(self.shape == TileShape::Registers)),
            ("TM", Value::Number(tm)),
            ("TN", Value::Number(tn)),
            ("BM", Value::Number(bm)),
            ("BN", Value::Number(bn)),
            ("WORKGROUP", Value::Number(self.shape.workgroup_size())),
            ("VEC4", Value::Flag(self.vec4)),
            ("BIAS", Value::Flag(self.bias)),
            ("GATE", Value::Flag(self.gate)),
            ("RESIDUAL", Value::Flag(self.residual)),
        ]);
        render(Self::NAME, include_str!("../shaders/matmul.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        self.shape.workgroup_size()
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        let mut all = Vec::new();
        for layout in [Layout::F32, Layout::F16, Layout::Q8, Layout::Q4] {
            for shape in [TileShape::Registers, TileShape::Workgroup] {
                for activation in [
                    Activation::None,
                    Activation::Relu,
                    Activation::Gelu,
                    Activation::QuickGelu,
                ] {
                    for choice in 0..16 {
                        let flag = |bit: u32| choice >> bit & 1 == 1;
                        let (bias, gate, residual, vec4) = (flag(0), flag(1), flag(2), flag(3));
                        // A gate takes the place of bias and activation.
                        if gate && (bias || activation != Activation::None) {
                            continue;
                        }
                        let parts = 1 + choice % 3;
                        all.push(Self {
                            layout,
                            parts,
                            shape,
                            vec4,
                            bias,
                            gate,
                            residual,
                            activation,
                        });
                    }
                }
            }
        }
        all
    }
}

/// Buffers that take part beside x and the weights.
#[derive(Default)]
pub(crate) struct Operands<'a> {
    pub(crate) bias: Option<&'a CubeTensor>,
    /// The product is multiplied by `silu(gate)`.
    pub(crate) gate: Option<&'a CubeTensor>,
    pub(crate) residual: Option<&'a CubeTensor>,
    pub(crate) activation: Activation,
}

/// `act(x · Wᵀ + bias) · silu(gate) + residual` for `[m, k]` x.
pub(crate) fn launch(
    x: &CubeTensor,
    m: usize,
    weight: &Matrix,
    operands: &Operands<'_>,
    shape: TileShape,
) -> CubeTensor {
    let (n, k) = (weight.rows(), weight.cols());
    let y = gpu::output(x, [m, n]);
    let [bm, bn] = shape.per_workgroup();
    for (first, run) in weights::runs(weight) {
        let kernel = Matmul {
            layout: weight.layout(),
            parts: run.len() as u32,
            shape,
            vec4: k.is_multiple_of(4),
            bias: operands.bias.is_some(),
            gate: operands.gate.is_some(),
            residual: operands.residual.is_some(),
            activation: operands.activation,
        };
        let tiles_n = run.iter().map(|part| (part.rows as u32).div_ceil(bn)).sum();
        let [a, b, c, d] = weights::part_rows(run);
        let groups = k.div_ceil(GROUP);
        let info = [
            a,
            b,
            c,
            d,
            m as u32,
            n as u32,
            first as u32,
            k as u32,
            groups as u32,
        ];
        let mut buffers = vec![&x.handle];
        buffers.extend(run.iter().map(|part| &part.gpu("matmul").handle));
        buffers.extend(operands.bias.map(|bias| &bias.handle));
        buffers.extend(operands.gate.map(|gate| &gate.handle));
        buffers.extend(operands.residual.map(|residual| &residual.handle));
        buffers.push(&y.handle);
        gpu::launch(
            &x.client,
            kernel,
            [(m as u32).div_ceil(bm), tiles_n, 1],
            &buffers,
            &info,
        );
    }
    y
}
