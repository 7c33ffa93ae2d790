//! noise: the weights are the twin's, bit for bit, as far as the layout shows them.

use roi_weights::Layout;

use super::{Bench, ConformanceError, Tolerance};
use crate::ops::embed::{Ids, embed};
use crate::ops::noise::noise;
use crate::reference;

/// One multiplication by the group's scale.
const TOLERANCE: Tolerance = Tolerance {
    absolute: 0.0,
    relative: 1e-6,
};

pub(super) async fn cases(bench: &mut Bench<'_>) -> Result<(), ConformanceError> {
    for layout in Layout::ALL {
        let (rows, k, seed) = (37, 96, 41);
        let case = bench.begin(format_args!("noise {layout} [{rows}, {k}]"))?;
        let matrix = noise(layout, rows, k, seed, bench.device);
        let length = layout.byte_len(rows as u64, k as u64);
        let codes = (layout
            .scales_offset(rows as u64, k as u64)
            .unwrap_or(length)
            / 4) as u32;
        let bytes: Vec<u8> = (0..(length / 4) as u32)
            .flat_map(|index| reference::noise::noise(layout, index, codes, seed).to_le_bytes())
            .collect();
        let decoded = layout.decode(rows, k, &bytes);
        let expected = decoded.map_err(|error| ConformanceError::Read {
            case: case.clone(),
            reason: error.to_string(),
        })?;
        let ids: Vec<u32> = (0..rows as u32).collect();
        let y = embed(Ids::Known(&ids), &matrix, bench.device);
        bench
            .compare(&case, y, [rows, k], &expected, TOLERANCE)
            .await?;
    }
    Ok(())
}
