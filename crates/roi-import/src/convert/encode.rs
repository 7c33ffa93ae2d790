//! Encodes a block of rows on all cores, and measures what encoding loses.

use roi_weights::{Layout, LayoutError};
use std::num::NonZero;
use std::ops::AddAssign;
use std::thread;

/// Weights read at a time: a few times a row of the widest matrix, and small beside a stored tensor.
pub(super) const BLOCK_VALUES: u64 = 4 << 20;

/// Rows in their layout.
pub(super) struct Block {
    pub(super) codes: Vec<u8>,
    /// Empty for layouts without scales.
    pub(super) scales: Vec<u8>,
    pub(super) distance: Distance,
}

/// How far stored weights are from the original ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Distance {
    values: u64,
    /// Sum of squared differences.
    difference: f64,
    /// Sum of squared original weights.
    norm: f64,
}

impl Distance {
    pub(super) fn values(self) -> u64 {
        self.values
    }

    /// 0 for weights that are all zero, which every layout holds exactly.
    pub(super) fn relative(self) -> f64 {
        if self.norm == 0.0 {
            0.0
        } else {
            (self.difference / self.norm).sqrt()
        }
    }

    fn between(original: &[f32], stored: &[f32]) -> Self {
        let mut distance = Self {
            values: original.len() as u64,
            ..Self::default()
        };
        for (original, stored) in original.iter().zip(stored) {
            let (original, stored) = (f64::from(*original), f64::from(*stored));
            distance.difference += (original - stored).powi(2);
            distance.norm += original.powi(2);
        }
        distance
    }
}

impl AddAssign for Distance {
    fn add_assign(&mut self, other: Self) {
        self.values += other.values;
        self.difference += other.difference;
        self.norm += other.norm;
    }
}

/// Encodes whole rows of `cols` weights. `first_row` is where they stand in their tensor, for errors.
pub(super) fn encode_block(
    layout: Layout,
    cols: usize,
    first_row: usize,
    values: &[f32],
) -> Result<Block, LayoutError> {
    let rows = values.len().checked_div(cols).unwrap_or(0);
    let n_threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = rows.div_ceil(n_threads).max(1);
    let parts: Vec<Result<Block, LayoutError>> = thread::scope(|scope| {
        let workers: Vec<_> = values
            .chunks((share * cols).max(1))
            .enumerate()
            .map(|(i, values)| {
                let at = first_row + i * share;
                scope.spawn(move || {
                    encode_rows(layout, cols, values).map_err(|error| in_tensor(error, at))
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("encoding does not panic"))
            .collect()
    });
    let mut whole = Block {
        codes: Vec::new(),
        scales: Vec::new(),
        distance: Distance::default(),
    };
    for part in parts {
        let part = part?;
        whole.codes.extend_from_slice(&part.codes);
        whole.scales.extend_from_slice(&part.scales);
        whole.distance += part.distance;
    }
    Ok(whole)
}

/// Encodes rows as if they were a tensor of their own and takes its codes and scales apart: in the whole tensor, all
/// scales stand behind all codes.
fn encode_rows(layout: Layout, cols: usize, values: &[f32]) -> Result<Block, LayoutError> {
    let rows = values.len() / cols;
    let mut codes = layout.encode(rows, cols, values)?;
    let stored = layout.decode(rows, cols, &codes)?;
    let (n_rows, n_cols) = (rows as u64, cols as u64);
    let codes_end = layout
        .row_bytes(n_cols)
        .and_then(|bytes| bytes.checked_mul(n_rows));
    let codes_end = codes_end
        .and_then(|bytes| usize::try_from(bytes).ok())
        .expect("the codes are in memory");
    let mut scales = codes.split_off(codes_end);
    // Behind the last scale there may be padding, and behind the last odd f16.
    scales.truncate(if layout.is_quantised() {
        rows * cols.div_ceil(roi_weights::GROUP) * 2
    } else {
        0
    });
    Ok(Block {
        codes,
        scales,
        distance: Distance::between(values, &stored),
    })
}

fn in_tensor(error: LayoutError, first_row: usize) -> LayoutError {
    match error {
        LayoutError::NotFinite { row, column, value } => LayoutError::NotFinite {
            row: first_row + row,
            column,
            value,
        },
        LayoutError::OutOfRange {
            layout,
            row,
            column,
            value,
        } => LayoutError::OutOfRange {
            layout,
            row: first_row + row,
            column,
            value,
        },
        other => other,
    }
}
