//! linear and gated_linear: every layout, with and without what happens around the product, in
//! both the few-rows form (matvec) and the many-rows form (matmul).

use roi_weights::Layout;

use super::packed::packed;
use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::ops::linear::{Activation, Around, linear};
use crate::ops::{gated_linear::gated_linear, matvec};
use crate::reference;

/// f32 sums of up to 2 080 products of numbers below 1, against sums in f64.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 2e-4,
    relative: 2e-5,
};

const EPS: f64 = 1e-6;

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for layout in Layout::ALL {
        // One row, a ragged K, a K of a single value, one below and above a tile of 64.
        for [m, n, k] in [
            [1, 1, 1],
            [1, 67, 1026],
            [3, 5, 66],
            [4, 130, 2080],
            [5, 3, 31],
            [63, 65, 48],
            [65, 63, 97],
        ] {
            plain(bench, layout, &[n], [m, n, k]).await?;
        }
        // Parts of unequal heights, and more of them than one launch binds.
        for [m, k] in [[2, 40], [70, 36]] {
            plain(bench, layout, &[7, 1, 66], [m, 74, k]).await?;
            plain(bench, layout, &[3, 5, 2, 71], [m, 81, k]).await?;
        }
        for m in [1, 4, 6] {
            around(bench, layout, &[37], [m, 37, 160]).await?;
            // With three parts there are too many buffers for one launch.
            around(bench, layout, &[3, 21, 13], [m, 37, 40]).await?;
            gated(bench, layout, [m, 45, 72]).await?;
        }
    }
    for activation in [Activation::Relu, Activation::Gelu, Activation::QuickGelu] {
        for m in [2, 9] {
            activated(bench, activation, [m, 35, 64]).await?;
        }
    }
    Ok(())
}

async fn plain(
    bench: &mut Bench<'_>,
    layout: Layout,
    parts: &[usize],
    [m, n, k]: [usize; 3],
) -> Result<(), ConformanceError> {
    let case = bench.begin(format_args!(
        "linear {layout} [{m}, {k}] · [{parts:?}, {k}]"
    ))?;
    let mut numbers = Numbers::new(7);
    let x = numbers.take(m * k);
    let weight = packed(bench, &case, &mut numbers, layout, parts, k)?;
    let y = linear(bench.tensor(&x, [m, k]), &weight.matrix, Around::default());
    let expected = reference::matmul::matmul(&x, &weight.values, [m, n, k]);
    bench.compare(&case, y, [m, n], &expected, TOLERANCE).await
}

async fn around(
    bench: &mut Bench<'_>,
    layout: Layout,
    parts: &[usize],
    [m, n, k]: [usize; 3],
) -> Result<(), ConformanceError> {
    let case = bench.begin(format_args!(
        "linear {layout} [{m}, {k}] · [{parts:?}, {k}] with norm, bias and residual"
    ))?;
    let mut numbers = Numbers::new(11);
    let (x, norm) = (numbers.take(m * k), numbers.take(k));
    let (bias, residual) = (numbers.take(n), numbers.take(m * n));
    let weight = packed(bench, &case, &mut numbers, layout, parts, k)?;
    let (norm_tensor, bias_tensor) = (bench.tensor(&norm, [k]), bench.tensor(&bias, [n]));
    let y = linear(
        bench.tensor(&x, [m, k]),
        &weight.matrix,
        Around {
            norm: Some((&norm_tensor, EPS)),
            bias: Some(&bias_tensor),
            activation: Activation::None,
            residual: Some(bench.tensor(&residual, [m, n])),
        },
    );
    let normal = reference::rms_norm::rms_norm(&x, &norm, EPS as f32);
    let mut expected = reference::matmul::matmul(&normal, &weight.values, [m, n, k]);
    for (index, value) in expected.iter_mut().enumerate() {
        *value += bias[index % n] + residual[index];
    }
    bench.compare(&case, y, [m, n], &expected, TOLERANCE).await
}

async fn gated(
    bench: &mut Bench<'_>,
    layout: Layout,
    [m, n, k]: [usize; 3],
) -> Result<(), ConformanceError> {
    let case = bench.begin(format_args!(
        "gated_linear {layout} [{m}, {k}] · 2 × [{n}, {k}]"
    ))?;
    let mut numbers = Numbers::new(13);
    let (x, norm) = (numbers.take(m * k), numbers.take(k));
    // The two weights are cut at the same rows.
    let gate = packed(bench, &case, &mut numbers, layout, &[n - 9, 9], k)?;
    let up = packed(bench, &case, &mut numbers, layout, &[n - 9, 9], k)?;
    let norm_tensor = bench.tensor(&norm, [k]);
    let y = gated_linear(
        bench.tensor(&x, [m, k]),
        (&norm_tensor, EPS),
        &gate.matrix,
        &up.matrix,
    );
    let normal = reference::rms_norm::rms_norm(&x, &norm, EPS as f32);
    let expected = reference::matvec::gated(&normal, &gate.values, &up.values, [m, n, k]);
    bench.compare(&case, y, [m, n], &expected, TOLERANCE).await
}

async fn activated(
    bench: &mut Bench<'_>,
    activation: Activation,
    [m, n, k]: [usize; 3],
) -> Result<(), ConformanceError> {
    let form = if m <= matvec::MAX_ROWS { "few" } else { "many" };
    let case = bench.begin(format_args!("linear with {activation:?}, {form} rows"))?;
    let mut numbers = Numbers::new(17);
    let x = numbers.take(m * k);
    let weight = packed(bench, &case, &mut numbers, Layout::F32, &[n], k)?;
    let y = linear(
        bench.tensor(&x, [m, k]),
        &weight.matrix,
        Around {
            activation,
            ..Around::default()
        },
    );
    let sums = reference::matmul::matmul(&x, &weight.values, [m, n, k]);
    let expected: Vec<f32> = sums
        .into_iter()
        .map(|sum| reference::matvec::activated(activation, sum))
        .collect();
    bench.compare(&case, y, [m, n], &expected, TOLERANCE).await
}
