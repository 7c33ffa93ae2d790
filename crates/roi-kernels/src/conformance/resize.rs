//! resize: larger, smaller, along one axis only, to and from a single row.

use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::{ops, reference};

/// The source position of a pixel may round differently, by a millionth of the map's length.
pub(super) const TOLERANCE: Tolerance = Tolerance {
    absolute: 5e-5,
    relative: 0.0,
};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for (channels, size, wanted) in [
        (1, [1, 1], [3, 5]),
        (3, [7, 5], [13, 31]),
        (2, [31, 17], [5, 11]),
        (5, [4, 9], [4, 2]),
        (2, [6, 3], [1, 1]),
        (4, [16, 16], [128, 127]),
        (1, [2, 2], [2050, 2049]),
    ] {
        let case = bench.begin(format_args!("resize {channels} × {size:?} to {wanted:?}"))?;
        let x = Numbers::new(4).take(channels * size[0] * size[1]);
        let y = ops::resize::resize(bench.tensor(&x, [channels, size[0], size[1]]), wanted);
        let expected = reference::resize::resize(&x, size, wanted);
        bench
            .compare(
                &case,
                y,
                [channels, wanted[0], wanted[1]],
                &expected,
                TOLERANCE,
            )
            .await?;
    }
    Ok(())
}
