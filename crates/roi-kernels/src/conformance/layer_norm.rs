//! layer_norm: as rms_norm, and rows far from zero.

use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::{ops, reference};

/// Sums of up to a few thousand values in another order.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 1e-5,
    relative: 1e-5,
};
/// The mean of values around 1000 is exact to some units of 6e-5.
const FAR: Tolerance = Tolerance {
    absolute: 5e-4,
    relative: 1e-5,
};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for ([m, k], offset, tolerance) in [
        ([1, 2], 0.0, TOLERANCE),
        ([3, 127], 0.0, TOLERANCE),
        ([2, 131], 0.0, TOLERANCE),
        ([5, 1031], 0.0, TOLERANCE),
        ([65_539, 5], 0.0, TOLERANCE),
        ([3, 1031], 1000.0, FAR),
    ] {
        let case = bench.begin(format_args!("layer_norm [{m}, {k}] about {offset}"))?;
        let mut numbers = Numbers::new(2);
        let x: Vec<f32> = numbers
            .take(m * k)
            .iter()
            .map(|value| value + offset)
            .collect();
        let (weight, bias) = (numbers.take(k), numbers.take(k));
        let (w, b) = (bench.tensor(&weight, [k]), bench.tensor(&bias, [k]));
        let y = ops::layer_norm::layer_norm(bench.tensor(&x, [m, k]), &w, &b, 1e-5);
        let expected = reference::layer_norm::layer_norm(&x, &weight, &bias, 1e-5);
        bench
            .compare(&case, y, [m, k], &expected, tolerance)
            .await?;
    }
    Ok(())
}
