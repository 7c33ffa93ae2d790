//! conv3x3: ragged pictures and channels around both tile shapes, in every layout.

use roi_weights::Layout;

use super::packed::packed;
use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::{ops, reference};

/// f32 sums of up to 9 · 37 products of numbers below 1, against sums in f64.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 1e-4,
    relative: 1e-5,
};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for layout in Layout::ALL {
        // One pixel, narrower than a strip of four, one past a tile of 64 pixels and channels.
        for ([b, i, h, w], parts) in [
            ([1, 1, 1, 1], &[1][..]),
            ([2, 3, 5, 3], &[7]),
            ([1, 37, 5, 13], &[65]),
            ([3, 4, 7, 9], &[6, 5]),
            ([1, 2, 2, 257], &[3]),
            // Whole strips, and an odd and an even number of lines.
            ([2, 3, 5, 8], &[5]),
            ([1, 5, 4, 12], &[9]),
        ] {
            case(bench, layout, [b, i, h, w], parts, false).await?;
            case(bench, layout, [b, i, h, w], parts, true).await?;
        }
    }
    Ok(())
}

async fn case(
    bench: &mut Bench<'_>,
    layout: Layout,
    [b, i, h, w]: [usize; 4],
    parts: &[usize],
    around: bool,
) -> Result<(), ConformanceError> {
    let with = if around { " with bias and sum" } else { "" };
    let case = bench.begin(format_args!(
        "conv3x3 {layout} [{b}, {i}, {h}, {w}] to {parts:?}{with}"
    ))?;
    let o: usize = parts.iter().sum();
    let mut numbers = Numbers::new(19);
    let x = numbers.take(b * i * h * w);
    let (bias, sum) = (numbers.take(o), numbers.take(b * o * h * w));
    let weight = packed(bench, &case, &mut numbers, layout, parts, i * 9)?;
    let bias_tensor = bench.tensor(&bias, [o]);
    let sum_tensor = around.then(|| bench.tensor(&sum, [b, o, h, w]));
    let y = ops::conv3x3::conv3x3(
        bench.tensor(&x, [b, i, h, w]),
        &weight.matrix,
        around.then_some(&bias_tensor),
        sum_tensor,
    );
    let mut expected = reference::conv3x3::conv3x3(&x, &weight.values, [b, i, h, w], o);
    if around {
        for (index, value) in expected.iter_mut().enumerate() {
            *value += bias[index / (h * w) % o] + sum[index];
        }
    }
    bench
        .compare(&case, y, [b, o, h, w], &expected, TOLERANCE)
        .await
}
