//! Random weights in a package's layout, and the values that the layout keeps of them.

use roi_weights::Layout;

use super::{Bench, ConformanceError, Numbers};
use crate::Matrix;

/// A matrix on the device and its exact values `[rows, cols]`.
pub(super) struct Packed {
    pub(super) matrix: Matrix,
    pub(super) values: Vec<f32>,
}

/// A matrix of `parts` parts with unequal numbers of rows.
pub(super) fn packed(
    bench: &Bench<'_>,
    case: &str,
    numbers: &mut Numbers,
    layout: Layout,
    parts: &[usize],
    cols: usize,
) -> Result<Packed, ConformanceError> {
    let failed = |reason: String| ConformanceError::Read {
        case: case.to_owned(),
        reason,
    };
    let mut matrices = Vec::new();
    let mut values = Vec::new();
    for &rows in parts {
        let weights = numbers.take(rows * cols);
        let bytes = layout
            .encode(rows, cols, &weights)
            .map_err(|error| failed(error.to_string()))?;
        values.extend(
            layout
                .decode(rows, cols, &bytes)
                .map_err(|error| failed(error.to_string()))?,
        );
        let matrix = Matrix::from_bytes(layout, rows, cols, &bytes, bench.device);
        matrices.push(matrix.map_err(|error| failed(error.to_string()))?);
    }
    Ok(Packed {
        matrix: Matrix::stack(matrices),
        values,
    })
}
