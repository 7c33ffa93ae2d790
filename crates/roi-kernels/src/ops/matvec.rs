//! matvec: the product for up to four rows of x, in one pass over the weights with RMSNorm, bias,
//! activation, gate and residual inside. Decoding spends nearly all its time here.

use burn_wgpu::CubeTensor;
use roi_weights::{GROUP, Layout};

use super::linear::Activation;
use crate::gpu::{self, Kernel};
use crate::matrix::Matrix;
use crate::shader::{Value, render};
use crate::weights::{self, Bindings};

/// Rows of x that one launch takes.
pub(crate) const MAX_ROWS: usize = 4;

/// Invocations of a workgroup.
const WORKGROUP: u32 = 64;

/// One rendered `matvec.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Matvec {
    pub(crate) layout: Layout,
    /// Weight buffers bound, 1 to 3; two when `gated`.
    pub(crate) parts: u32,
    /// Rows of x.
    pub(crate) m: u32,
    /// Lanes that share a row of the weights.
    pub(crate) lanes: u32,
    /// K is a multiple of 4, so x is read four values at a time.
    pub(crate) vec4: bool,
    pub(crate) norm: bool,
    pub(crate) bias: bool,
    pub(crate) gated: bool,
    pub(crate) residual: bool,
    pub(crate) activation: Activation,
}

impl Kernel for Matvec {
    const NAME: &'static str = "matvec";

    fn render(&self) -> String {
        let mut bindings = Bindings::new();
        bindings.bind("B_X", true);
        bindings.bind("B_W0", true);
        bindings.bind("B_W1", self.parts > 1);
        bindings.bind("B_W2", self.parts > 2);
        bindings.bind("B_NORM", self.norm);
        bindings.bind("B_BIAS", self.bias);
        bindings.bind("B_RESIDUAL", self.residual);
        bindings.bind("B_Y", true);
        bindings.bind("B_INFO", true);
        let mut values = bindings.into_values();
        values.extend(weights::layout_values(self.layout));
        values.extend(self.activation.values());
        let products = self.m * if self.gated { 2 } else { 1 };
        values.extend([
            ("PARTS", Value::Number(self.parts)),
            ("PART1", Value::Flag(self.parts > 1)),
            ("PART2", Value::Flag(self.parts > 2)),
            ("M", Value::Number(self.m)),
            ("LANES", Value::Number(self.lanes)),
            ("ROWS", Value::Number(WORKGROUP / self.lanes)),
            ("WORKGROUP", Value::Number(WORKGROUP)),
            (
                "SUMS",
                Value::Number(products + if self.norm { self.m } else { 0 }),
            ),
            ("SQUARES", Value::Number(products)),
            ("VEC4", Value::Flag(self.vec4)),
            ("NORM", Value::Flag(self.norm)),
            ("BIAS", Value::Flag(self.bias)),
            ("GATED", Value::Flag(self.gated)),
            ("RESIDUAL", Value::Flag(self.residual)),
        ]);
        render(Self::NAME, include_str!("../shaders/matvec.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        let mut all = Vec::new();
        for layout in [Layout::F32, Layout::F16, Layout::Q8, Layout::Q4] {
            for m in 1..=MAX_ROWS as u32 {
                for choice in 0..32 {
                    let flag = |bit: u32| choice >> bit & 1 == 1;
                    let (norm, bias, gated, residual, vec4) =
                        (flag(0), flag(1), flag(2), flag(3), flag(4));
                    // Gated products take neither bias nor residual.
                    if gated && (bias || residual) {
                        continue;
                    }
                    // All operands and three parts would be one buffer too many.
                    let most = if norm && bias && residual { 2 } else { 3 };
                    let parts = if gated { 2 } else { 1 + choice % most };
                    let lanes = if flag(4) { 16 } else { m.next_power_of_two() };
                    let activation = [
                        Activation::None,
                        Activation::Relu,
                        Activation::Gelu,
                        Activation::QuickGelu,
                    ][if gated { 0 } else { (choice / 2 % 4) as usize }];
                    all.push(Self {
                        layout,
                        parts,
                        m,
                        lanes,
                        vec4,
                        norm,
                        bias,
                        gated,
                        residual,
                        activation,
                    });
                }
            }
        }
        all
    }
}

/// Buffers that take part beside x and the weights.
#[derive(Default)]
pub(crate) struct Operands<'a> {
    pub(crate) norm: Option<(&'a CubeTensor, f64)>,
    pub(crate) bias: Option<&'a CubeTensor>,
    pub(crate) residual: Option<&'a CubeTensor>,
    pub(crate) activation: Activation,
}

/// `act(norm(x) · Wᵀ + bias) + residual` for `[m, k]` x with m at most [`MAX_ROWS`].
pub(crate) fn launch(
    x: &CubeTensor,
    m: usize,
    weight: &Matrix,
    operands: &Operands<'_>,
) -> CubeTensor {
    let n = weight.rows();
    let y = gpu::output(x, [m, n]);
    for (first, run) in weights::runs(weight) {
        let kernel = variant(m, weight, run.len(), false, operands);
        let rows_per_group = WORKGROUP / kernel.lanes;
        let tiles = run
            .iter()
            .map(|part| (part.rows as u32).div_ceil(rows_per_group))
            .sum();
        let buffers = run.iter().map(|part| &part.gpu("matvec").handle);
        send(
            x,
            kernel,
            tiles,
            buffers,
            operands,
            &y,
            &info(n, first, weight, weights::part_rows(run), operands),
        );
    }
    y
}

/// `silu(norm(x) · gateᵀ) · (norm(x) · upᵀ)` for `[m, k]` x with m at most [`MAX_ROWS`]. Both
/// weights are cut into parts at the same rows.
pub(crate) fn launch_gated(
    x: &CubeTensor,
    m: usize,
    gate: &Matrix,
    up: &Matrix,
    operands: &Operands<'_>,
) -> CubeTensor {
    let n = gate.rows();
    let y = gpu::output(x, [m, n]);
    let mut first = 0;
    for (gate_part, up_part) in gate.parts().iter().zip(up.parts()) {
        assert_eq!(
            gate_part.rows, up_part.rows,
            "gated weights are cut at different rows"
        );
        let kernel = variant(m, gate, 2, true, operands);
        let tiles = (gate_part.rows as u32).div_ceil(WORKGROUP / kernel.lanes);
        let rows = [gate_part.rows as u32, up_part.rows as u32, 0, 0];
        let buffers = [
            &gate_part.gpu("matvec").handle,
            &up_part.gpu("matvec").handle,
        ];
        send(
            x,
            kernel,
            tiles,
            buffers.into_iter(),
            operands,
            &y,
            &info(n, first, gate, rows, operands),
        );
        first += gate_part.rows;
    }
    y
}

fn variant(
    m: usize,
    weight: &Matrix,
    parts: usize,
    gated: bool,
    operands: &Operands<'_>,
) -> Matvec {
    Matvec {
        layout: weight.layout(),
        parts: parts as u32,
        m: m as u32,
        // A short row has few groups to share out.
        lanes: (weight.cols().div_ceil(GROUP) as u32)
            .next_power_of_two()
            .clamp(m.next_power_of_two() as u32, 16),
        vec4: weight.cols().is_multiple_of(4),
        norm: operands.norm.is_some(),
        bias: operands.bias.is_some(),
        gated,
        residual: operands.residual.is_some(),
        activation: operands.activation,
    }
}

fn info(
    n: usize,
    first: usize,
    weight: &Matrix,
    rows: [u32; 4],
    operands: &Operands<'_>,
) -> [u32; 9] {
    let eps = operands.norm.map_or(0.0, |(_, eps)| eps as f32);
    let groups = weight.cols().div_ceil(GROUP);
    let [a, b, c, d] = rows;
    [
        a,
        b,
        c,
        d,
        n as u32,
        first as u32,
        weight.cols() as u32,
        groups as u32,
        eps.to_bits(),
    ]
}

fn send<'a>(
    x: &'a CubeTensor,
    kernel: Matvec,
    tiles: u32,
    weights: impl Iterator<Item = &'a cubecl::server::Handle>,
    operands: &'a Operands<'_>,
    y: &'a CubeTensor,
    info: &[u32],
) {
    let mut buffers = vec![&x.handle];
    buffers.extend(weights);
    buffers.extend(operands.norm.map(|(norm, _)| &norm.handle));
    buffers.extend(operands.bias.map(|bias| &bias.handle));
    buffers.extend(operands.residual.map(|residual| &residual.handle));
    buffers.push(&y.handle);
    gpu::launch(&x.client, kernel, gpu::fold(tiles), &buffers, info);
}
