//! group_norm: groups of less than a chunk, of exactly one and of several, and values far from zero.

use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::{ops, reference};

/// Sums of up to tens of thousands of values in another order.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 1e-5,
    relative: 1e-5,
};
/// Values around 300 are exact to 3e-5, of which the division by a deviation below 1 makes more.
const FAR: Tolerance = Tolerance {
    absolute: 3e-4,
    relative: 1e-5,
};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for ([channels, height, width], groups, offset, tolerance) in [
        ([2, 1, 3], 1, 0.0, TOLERANCE),
        ([6, 7, 5], 3, 0.0, TOLERANCE),
        ([4, 64, 64], 2, 0.0, TOLERANCE),
        ([6, 101, 83], 2, 0.0, TOLERANCE),
        ([4, 67, 71], 1, 300.0, FAR),
    ] {
        let case = bench.begin(format_args!(
            "group_norm [{channels}, {height}, {width}] / {groups} about {offset}"
        ))?;
        let mut numbers = Numbers::new(3);
        let shape = [channels, height, width];
        // Each channel lies elsewhere, so that chunks differ in their means.
        let x: Vec<f32> = numbers
            .take(channels * height * width)
            .iter()
            .enumerate()
            .map(|(index, value)| value + offset + (index / (height * width)) as f32 * 0.25)
            .collect();
        let (weight, bias) = (numbers.take(channels), numbers.take(channels));
        let (w, b) = (
            bench.tensor(&weight, [channels]),
            bench.tensor(&bias, [channels]),
        );
        let y = ops::group_norm::group_norm_relu(bench.tensor(&x, shape), groups, &w, &b, 1e-5);
        let expected = reference::group_norm::group_norm_relu(&x, groups, &weight, &bias, 1e-5);
        bench.compare(&case, y, shape, &expected, tolerance).await?;
    }
    Ok(())
}
