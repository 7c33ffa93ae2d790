//! How the values of one tensor lie in bytes: plain floats, or 4- and 8-bit codes with one scale per group.
//!
//! Kernels read these bytes as they are, so this file is the definition and every reader follows it. A tensor is seen as a
//! matrix `[N, K]` (see [`matrix_shape`](crate::matrix_shape)), everything is little-endian, and every length is a multiple
//! of 4 bytes so that a tensor can be bound as an array of u32.
//!
//! - `f32`, `f16`: N·K values, row after row.
//! - `q4`: each row is padded to a multiple of 32 values; a value is `s·(n − 8)` with `n` in 0..=15; eight codes to a u32, the
//!   lowest nibble first. `s = f16(max|w| / 7)` of the group.
//! - `q8`: the same rows; a value is `s·n` with `n` in −127..=127; four codes to a u32, the lowest byte first.
//!   `s = f16(max|w| / 127)`.
//!
//! The f16 scales `[N, ⌈K/32⌉]` follow all codes. A group whose scale is 0 holds zeros only. Padding holds zero's code.

use std::fmt;
use std::ops::Range;

use half::f16;
use half::slice::HalfFloatSliceExt;
use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// Values along K that share one scale in the quantised layouts.
pub const GROUP: usize = 32;

/// The code of zero in [`Layout::Q4`], and so the offset of its codes.
pub const Q4_ZERO: u8 = 8;

const F16_BYTES: usize = 2;
const WORD_BYTES: u64 = 4;

/// How one tensor's values are stored. Its name in a manifest is the variant in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// IEEE single precision.
    F32,
    /// IEEE half precision, rounded to nearest, ties to even.
    F16,
    /// Four bits a value and an f16 scale per [`GROUP`].
    Q4,
    /// Eight bits a value and an f16 scale per [`GROUP`].
    Q8,
}

/// Why values could not be written in a layout, or read from it.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// The byte length of the shape does not fit the address space.
    #[error("[{rows}, {cols}] values are too many for layout {layout}")]
    TooLarge {
        /// The layout asked for.
        layout: Layout,
        /// N of the matrix.
        rows: usize,
        /// K of the matrix.
        cols: usize,
    },
    /// Not as many values as the shape says.
    #[error("a [{rows}, {cols}] tensor has {expected} values, got {actual}")]
    ValueCount {
        /// N of the matrix.
        rows: usize,
        /// K of the matrix.
        cols: usize,
        /// N·K, or what is left of it.
        expected: usize,
        /// Values given.
        actual: usize,
    },
    /// Not as many bytes as shape and layout say.
    #[error("a [{rows}, {cols}] tensor in layout {layout} has {expected} bytes, got {actual}")]
    ByteCount {
        /// The layout read.
        layout: Layout,
        /// N of the matrix.
        rows: usize,
        /// K of the matrix.
        cols: usize,
        /// What [`Layout::byte_len`] says.
        expected: u64,
        /// Bytes given.
        actual: u64,
    },
    /// Rows asked for that the tensor does not have.
    #[error("rows {start}..{end} of a tensor of {rows} rows")]
    RowRange {
        /// First row asked for.
        start: usize,
        /// One past the last row asked for.
        end: usize,
        /// Rows there are.
        rows: usize,
    },
    /// A weight that is no number: the checkpoint is broken.
    #[error("the weight at row {row}, column {column} is {value}")]
    NotFinite {
        /// Row of the weight.
        row: usize,
        /// Column of the weight.
        column: usize,
        /// NaN or an infinity.
        value: f32,
    },
    /// A weight whose value, or whose group's scale, an f16 cannot hold.
    #[error("the weight {value} at row {row}, column {column} is too large for layout {layout}")]
    OutOfRange {
        /// The layout asked for.
        layout: Layout,
        /// Row of the weight.
        row: usize,
        /// Column of the weight.
        column: usize,
        /// The weight.
        value: f32,
    },
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Layout {
    /// Every layout, the most exact first.
    pub const ALL: [Self; 4] = [Self::F32, Self::F16, Self::Q8, Self::Q4];

    /// The name in manifests and on command lines.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Q4 => "q4",
            Self::Q8 => "q8",
        }
    }

    /// Whether values are codes with a scale per group.
    #[must_use]
    pub const fn is_quantised(self) -> bool {
        matches!(self, Self::Q4 | Self::Q8)
    }

    /// Bytes of one row's codes (`q4`, `q8`) or values (`f32`, `f16`), `None` if that overflows.
    #[must_use]
    pub const fn row_bytes(self, cols: u64) -> Option<u64> {
        let padded_groups = cols.div_ceil(GROUP as u64);
        match self {
            Self::F32 => cols.checked_mul(4),
            Self::F16 => cols.checked_mul(2),
            Self::Q4 => padded_groups.checked_mul(GROUP as u64 / 2),
            Self::Q8 => padded_groups.checked_mul(GROUP as u64),
        }
    }

    /// Bytes of a whole `[rows, cols]` tensor, `None` if that overflows. For sizes that come from outside.
    #[must_use]
    pub fn checked_byte_len(self, rows: u64, cols: u64) -> Option<u64> {
        let codes = self.row_bytes(cols)?.checked_mul(rows)?;
        let scales = if self.is_quantised() {
            cols.div_ceil(GROUP as u64)
                .checked_mul(F16_BYTES as u64)?
                .checked_mul(rows)?
        } else {
            0
        };
        codes
            .checked_add(scales)?
            .checked_next_multiple_of(WORD_BYTES)
    }

    /// Bytes of a whole `[rows, cols]` tensor.
    ///
    /// # Panics
    /// If that overflows a u64, which no checked shape does.
    #[must_use]
    pub fn byte_len(self, rows: u64, cols: u64) -> u64 {
        self.checked_byte_len(rows, cols)
            .expect("tensor sizes are checked where they come in")
    }

    /// Where the scales begin in a `[rows, cols]` tensor: behind all codes. `None` for layouts without scales.
    ///
    /// # Panics
    /// As [`Layout::byte_len`].
    #[must_use]
    pub fn scales_offset(self, rows: u64, cols: u64) -> Option<u64> {
        self.is_quantised().then(|| {
            self.row_bytes(cols)
                .and_then(|row| row.checked_mul(rows))
                .expect("tensor sizes are checked where they come in")
        })
    }

    /// The bytes of `values`, which are `[rows, cols]`.
    ///
    /// Quantised codes are `w / s` rounded to the nearest integer, ties to even, and clamped to the code's range.
    ///
    /// # Errors
    /// [`LayoutError::ValueCount`], [`LayoutError::NotFinite`], [`LayoutError::OutOfRange`], [`LayoutError::TooLarge`].
    pub fn encode(self, rows: usize, cols: usize, values: &[f32]) -> Result<Vec<u8>, LayoutError> {
        let mut encoder = RowEncoder::new(self, rows, cols)?;
        encoder.push(values)?;
        encoder.finish()
    }

    /// All values of a `[rows, cols]` tensor.
    ///
    /// # Errors
    /// [`LayoutError::ByteCount`] when `bytes` is not the whole tensor.
    pub fn decode(self, rows: usize, cols: usize, bytes: &[u8]) -> Result<Vec<f32>, LayoutError> {
        let mut values = Vec::new();
        self.decode_rows(bytes, rows, cols, 0..rows, &mut values)?;
        Ok(values)
    }

    /// Replaces `out` with the values of the rows `range`. `bytes` is the whole `[rows, cols]` tensor.
    ///
    /// # Errors
    /// [`LayoutError::ByteCount`] when `bytes` is not the whole tensor, [`LayoutError::RowRange`] for rows it does not have.
    pub fn decode_rows(
        self,
        bytes: &[u8],
        rows: usize,
        cols: usize,
        range: Range<usize>,
        out: &mut Vec<f32>,
    ) -> Result<(), LayoutError> {
        let expected = self.len_in_memory(rows, cols)?;
        if bytes.len() != expected {
            return Err(LayoutError::ByteCount {
                layout: self,
                rows,
                cols,
                expected: expected as u64,
                actual: bytes.len() as u64,
            });
        }
        if range.start > range.end || range.end > rows {
            return Err(LayoutError::RowRange {
                start: range.start,
                end: range.end,
                rows,
            });
        }
        out.clear();
        if range.is_empty() || cols == 0 {
            return Ok(());
        }
        let n_values = range.len() * cols;
        out.reserve(n_values);
        let groups = cols.div_ceil(GROUP);
        match self {
            Self::F32 => {
                let wanted = &bytes[range.start * cols * 4..range.end * cols * 4];
                out.extend(wanted.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)));
            }
            Self::F16 => {
                let wanted = &bytes[range.start * cols * 2..range.end * cols * 2];
                out.resize(n_values, 0.0);
                let mut halves = Vec::with_capacity(cols);
                for (bytes, values) in wanted.chunks(cols * 2).zip(out.chunks_mut(cols)) {
                    halves.clear();
                    halves.extend(bytes.as_chunks().0.iter().map(|b| f16::from_le_bytes(*b)));
                    halves.convert_to_f32_slice(values);
                }
            }
            Self::Q4 | Self::Q8 => {
                let group_bytes = if self == Self::Q4 { GROUP / 2 } else { GROUP };
                let (codes, scales) = bytes.split_at(rows * groups * group_bytes);
                out.resize(n_values, 0.0);
                for (row, values) in range.zip(out.chunks_mut(cols)) {
                    for (g, values) in values.chunks_mut(GROUP).enumerate() {
                        let at = row * groups + g;
                        let scale =
                            f16::from_le_bytes([scales[at * 2], scales[at * 2 + 1]]).to_f32();
                        let codes = &codes[at * group_bytes..(at + 1) * group_bytes];
                        if self == Self::Q4 {
                            for (pair, code) in values.chunks_mut(2).zip(codes) {
                                pair[0] = scale * (f32::from(code & 15) - f32::from(Q4_ZERO));
                                if let Some(second) = pair.get_mut(1) {
                                    *second = scale * (f32::from(code >> 4) - f32::from(Q4_ZERO));
                                }
                            }
                        } else {
                            for (value, code) in values.iter_mut().zip(codes) {
                                *value = scale * f32::from(code.cast_signed());
                            }
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn len_in_memory(self, rows: usize, cols: usize) -> Result<usize, LayoutError> {
        let too_large = LayoutError::TooLarge {
            layout: self,
            rows,
            cols,
        };
        // The values themselves, as f32, must be addressable too.
        let as_f32 = rows.checked_mul(cols).and_then(|n| n.checked_mul(4));
        let bytes = self
            .checked_byte_len(rows as u64, cols as u64)
            .and_then(|bytes| usize::try_from(bytes).ok());
        match (as_f32, bytes) {
            (Some(_), Some(bytes)) => Ok(bytes),
            _ => Err(too_large),
        }
    }
}

/// Encodes a tensor a few rows at a time, so that a large one never stands in memory as f32.
#[derive(Debug)]
pub struct RowEncoder {
    layout: Layout,
    rows: usize,
    cols: usize,
    rows_done: usize,
    codes: Vec<u8>,
    scales: Vec<u8>,
    byte_len: usize,
}

impl RowEncoder {
    /// An encoder for a `[rows, cols]` tensor.
    ///
    /// # Errors
    /// [`LayoutError::TooLarge`] when the tensor cannot be addressed.
    pub fn new(layout: Layout, rows: usize, cols: usize) -> Result<Self, LayoutError> {
        let byte_len = layout.len_in_memory(rows, cols)?;
        Ok(Self {
            layout,
            rows,
            cols,
            rows_done: 0,
            codes: Vec::with_capacity(byte_len),
            scales: Vec::new(),
            byte_len,
        })
    }

    /// Adds the next rows: `values` is `[r, cols]`.
    ///
    /// # Errors
    /// [`LayoutError::ValueCount`] when `values` is not whole rows or more than are left, [`LayoutError::NotFinite`],
    /// [`LayoutError::OutOfRange`]. After an error the encoder is of no more use.
    pub fn push(&mut self, values: &[f32]) -> Result<(), LayoutError> {
        let expected = (self.rows - self.rows_done) * self.cols;
        let whole_rows = self.cols == 0 || values.len().is_multiple_of(self.cols);
        if values.len() > expected || !whole_rows {
            return Err(self.value_count(expected, values.len()));
        }
        for row in values.chunks(self.cols.max(1)) {
            if let Some(column) = row.iter().position(|value| !value.is_finite()) {
                return Err(LayoutError::NotFinite {
                    row: self.rows_done,
                    column,
                    value: row[column],
                });
            }
            match self.layout {
                Layout::F32 => self.codes.extend(row.iter().flat_map(|v| v.to_le_bytes())),
                Layout::F16 => self.push_f16(row)?,
                Layout::Q4 => {
                    self.push_groups(row, 7.0, |group, scale, codes| {
                        codes.extend(group.as_chunks::<2>().0.iter().map(|[low, high]| {
                            q4_code(*low, scale) | (q4_code(*high, scale) << 4)
                        }));
                    })?
                }
                Layout::Q8 => self.push_groups(row, 127.0, |group, scale, codes| {
                    codes.extend(group.iter().map(|w| q8_code(*w, scale)));
                })?,
            }
            self.rows_done += 1;
        }
        Ok(())
    }

    /// The tensor's bytes.
    ///
    /// # Errors
    /// [`LayoutError::ValueCount`] when rows are missing.
    pub fn finish(mut self) -> Result<Vec<u8>, LayoutError> {
        if self.rows_done != self.rows && self.cols != 0 {
            let missing = (self.rows - self.rows_done) * self.cols;
            return Err(self.value_count(missing, 0));
        }
        self.codes.append(&mut self.scales);
        assert!(
            self.byte_len - self.codes.len() < WORD_BYTES as usize,
            "layout {} wrote {} of {} bytes",
            self.layout,
            self.codes.len(),
            self.byte_len
        );
        self.codes.resize(self.byte_len, 0);
        Ok(self.codes)
    }

    fn push_f16(&mut self, row: &[f32]) -> Result<(), LayoutError> {
        let mut halves = vec![f16::ZERO; row.len()];
        halves.convert_from_f32_slice(row);
        if let Some(column) = halves.iter().position(|half| half.is_infinite()) {
            return Err(self.out_of_range(column, row[column]));
        }
        self.codes
            .extend(halves.iter().flat_map(|half| half.to_le_bytes()));
        Ok(())
    }

    fn push_groups(
        &mut self,
        row: &[f32],
        largest_code: f32,
        mut push_codes: impl FnMut(&[f32; GROUP], f32, &mut Vec<u8>),
    ) -> Result<(), LayoutError> {
        for (g, group) in row.chunks(GROUP).enumerate() {
            let mut padded = [0.0; GROUP];
            padded[..group.len()].copy_from_slice(group);
            let (column, largest) = padded
                .iter()
                .enumerate()
                .fold((0, 0.0_f32), |best, (i, w)| {
                    if w.abs() > best.1 { (i, w.abs()) } else { best }
                });
            let scale = f16::from_f32(largest / largest_code);
            if scale.is_infinite() {
                return Err(self.out_of_range(g * GROUP + column, padded[column]));
            }
            self.scales.extend(scale.to_le_bytes());
            push_codes(&padded, scale.to_f32(), &mut self.codes);
        }
        Ok(())
    }

    fn out_of_range(&self, column: usize, value: f32) -> LayoutError {
        LayoutError::OutOfRange {
            layout: self.layout,
            row: self.rows_done,
            column,
            value,
        }
    }

    fn value_count(&self, expected: usize, actual: usize) -> LayoutError {
        LayoutError::ValueCount {
            rows: self.rows,
            cols: self.cols,
            expected,
            actual,
        }
    }
}

/// `w / s` as an integer in `low..=high`; 0 where the scale is 0, since such a group decodes to zeros.
fn code(w: f32, scale: f32, low: f32, high: f32) -> i8 {
    if scale == 0.0 {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to a range that i8 holds"
    )]
    let code = (w / scale).round_ties_even().clamp(low, high) as i8;
    code
}

fn q4_code(w: f32, scale: f32) -> u8 {
    (code(w, scale, -8.0, 7.0) + Q4_ZERO.cast_signed()).cast_unsigned()
}

fn q8_code(w: f32, scale: f32) -> u8 {
    code(w, scale, -127.0, 127.0).cast_unsigned()
}
