//! rms_norm: rows shorter and longer than a workgroup, and more rows than one axis of a dispatch.

use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::{ops, reference};

/// Sums of up to a few thousand squares in another order.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 1e-6,
    relative: 1e-5,
};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for [m, k] in [[1, 1], [3, 127], [2, 129], [5, 2053], [65_537, 3]] {
        let case = bench.begin(format_args!("rms_norm [{m}, {k}]"))?;
        let mut numbers = Numbers::new(1);
        let (x, weight) = (numbers.take(m * k), numbers.take(k));
        let y =
            ops::rms_norm::rms_norm(bench.tensor(&x, [m, k]), &bench.tensor(&weight, [k]), 1e-6);
        let expected = reference::rms_norm::rms_norm(&x, &weight, 1e-6);
        bench
            .compare(&case, y, [m, k], &expected, TOLERANCE)
            .await?;
    }
    Ok(())
}
