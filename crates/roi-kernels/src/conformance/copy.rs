//! copy: less than a workgroup, a ragged last one, many.

use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::{ops, reference};

const EXACT: Tolerance = Tolerance {
    absolute: 0.0,
    relative: 0.0,
};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for length in [4, 4 * 257, 4 * 65_537] {
        let case = bench.begin(format_args!("copy [{length}]"))?;
        let x = Numbers::new(29).take(length);
        let y = ops::copy::copy(&bench.tensor(&x, [length]));
        bench
            .compare(&case, y, [length], &reference::copy::copy(&x), EXACT)
            .await?;
    }
    Ok(())
}
