//! embed: rows from every part of a table, repeated and out of order, and the sampler's token.

use roi_weights::Layout;

use super::packed::packed;
use super::{Bench, ConformanceError, Numbers, Tolerance};
use crate::ops::embed::{Ids, embed};
use crate::ops::sample::DecodeState;
use crate::reference;

/// One multiplication by the group's scale.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 0.0,
    relative: 1e-6,
};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for layout in Layout::ALL {
        for (parts, k) in [
            (&[1][..], 1),
            (&[67], 127),
            (&[3, 50, 2], 66),
            (&[2, 3, 4, 5, 6], 40),
        ] {
            let case = bench.begin(format_args!("embed {layout} [{parts:?}, {k}]"))?;
            let mut numbers = Numbers::new(23);
            let table = packed(bench, &case, &mut numbers, layout, parts, k)?;
            let rows = parts.iter().sum::<usize>() as u32;
            let ids: Vec<u32> = (0..97)
                .map(|i| i * 31 % rows)
                .chain([rows - 1, 0])
                .collect();
            let y = embed(Ids::Known(&ids), &table.matrix, bench.device);
            let expected = reference::embed::embed(&ids, &table.values, k);
            bench
                .compare(&case, y, [ids.len(), k], &expected, TOLERANCE)
                .await?;

            let case = bench.begin(format_args!(
                "embed {layout} [{parts:?}, {k}] of the last token"
            ))?;
            let mut state = DecodeState::new(bench.device);
            state.set(5, rows / 2);
            let y = embed(Ids::Last(&state), &table.matrix, bench.device);
            let expected = reference::embed::embed(&[rows / 2], &table.values, k);
            bench
                .compare(&case, y, [1, k], &expected, TOLERANCE)
                .await?;
        }
    }
    Ok(())
}
