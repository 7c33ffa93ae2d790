//! One tensor inside a file: where its elements lie, and reading some of its rows without reading the rest.

use crate::ImportError;
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A tensor whose rows do not lie together, or lie in a compressed entry, is read whole. None of a 13B model needs more.
const MAX_HELD_BYTES: u64 = 1 << 30;
/// More dimensions than any weight has.
const MAX_RANK: usize = 8;

/// Element type of a stored tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dtype {
    /// IEEE half precision.
    F16,
    /// bfloat16.
    Bf16,
    /// IEEE single precision.
    F32,
    /// A type no weight of the model has, with its name and its size in bytes.
    Other(&'static str, u64),
}

impl Dtype {
    /// Bytes of one element.
    pub fn bytes(self) -> u64 {
        match self {
            Self::F16 | Self::Bf16 => 2,
            Self::F32 => 4,
            Self::Other(_, bytes) => bytes,
        }
    }

    /// The name in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::F32 => "f32",
            Self::Other(name, _) => name,
        }
    }
}

/// Where a storage's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At this byte offset of the file.
    Plain { start: u64 },
    /// In the zip entry of this index, compressed.
    Deflated { entry: usize },
}

/// A run of bytes that tensors look into.
#[derive(Clone, Debug)]
pub(crate) struct Storage {
    pub(crate) place: Place,
    pub(crate) bytes: u64,
}

/// A tensor of a file: its type and shape, and the view it takes of a storage.
#[derive(Clone, Debug)]
pub struct Tensor {
    dtype: Dtype,
    shape: Vec<u64>,
    /// In elements, one per dimension.
    strides: Vec<u64>,
    place: Place,
    /// Of the first element, from the storage's beginning.
    first_byte: u64,
    /// From the first element to behind the last one.
    span_bytes: u64,
}

impl Tensor {
    /// A view of `storage`; `strides` and `offset` count elements.
    ///
    /// # Errors
    /// A sentence saying how the view does not fit the storage.
    pub(crate) fn new(
        dtype: Dtype,
        shape: Vec<u64>,
        strides: Vec<u64>,
        offset: u64,
        storage: &Storage,
    ) -> Result<Self, String> {
        if shape.len() > MAX_RANK || strides.len() != shape.len() {
            return Err(format!(
                "has {} dimensions and {} strides",
                shape.len(),
                strides.len()
            ));
        }
        let elements = shape
            .iter()
            .try_fold(1_u64, |all, side| all.checked_mul(*side));
        let span = match elements {
            Some(0) => Some(0),
            Some(_) => shape
                .iter()
                .zip(&strides)
                .try_fold(1_u64, |span, (side, stride)| {
                    span.checked_add((side - 1).checked_mul(*stride)?)
                }),
            None => None,
        };
        let first_byte = offset.checked_mul(dtype.bytes());
        let span_bytes = span.and_then(|span| span.checked_mul(dtype.bytes()));
        match (first_byte, span_bytes) {
            (Some(first_byte), Some(span_bytes))
                if first_byte
                    .checked_add(span_bytes)
                    .is_some_and(|end| end <= storage.bytes) =>
            {
                Ok(Self {
                    dtype,
                    shape,
                    strides,
                    place: storage.place.clone(),
                    first_byte,
                    span_bytes,
                })
            }
            _ => Err(format!(
                "of shape {shape:?}, strides {strides:?} and offset {offset} does not fit its storage of {} bytes",
                storage.bytes
            )),
        }
    }

    /// A tensor whose elements follow each other in row-major order from the storage's beginning.
    pub(crate) fn contiguous(
        dtype: Dtype,
        shape: Vec<u64>,
        storage: &Storage,
    ) -> Result<Self, String> {
        let mut strides = vec![1_u64; shape.len()];
        for axis in (1..shape.len()).rev() {
            strides[axis - 1] = strides[axis]
                .checked_mul(shape[axis])
                .ok_or_else(|| format!("of shape {shape:?} is too large"))?;
        }
        Self::new(dtype, shape, strides, 0, storage)
    }

    /// Element type.
    pub fn dtype(&self) -> Dtype {
        self.dtype
    }

    /// Sides, outermost first.
    pub fn shape(&self) -> &[u64] {
        &self.shape
    }

    /// The tensor seen as a matrix: the first side by the product of the others, a vector as one row.
    pub fn matrix(&self) -> (u64, u64) {
        matrix(&self.shape)
    }
}

/// A shape seen as a matrix: the first side by the product of the others, a vector as one row.
pub(crate) fn matrix(shape: &[u64]) -> (u64, u64) {
    match shape {
        [] => (1, 1),
        [n] => (1, *n),
        [rows, rest @ ..] => (
            *rows,
            rest.iter()
                .fold(1, |all: u64, side| all.saturating_mul(*side)),
        ),
    }
}

/// What values are read as.
pub(crate) trait Element: Sized {
    /// Appends the values in `raw`, which are of type `dtype`.
    ///
    /// # Errors
    /// The first value that is too large.
    fn append(dtype: Dtype, raw: &[u8], out: &mut Vec<Self>) -> Result<(), f32>;
}

/// The original loads checkpoints of any precision into f16 before it adds or runs them.
impl Element for f16 {
    fn append(dtype: Dtype, raw: &[u8], out: &mut Vec<Self>) -> Result<(), f32> {
        if dtype == Dtype::F16 {
            out.extend(
                raw.as_chunks()
                    .0
                    .iter()
                    .map(|bytes| f16::from_le_bytes(*bytes)),
            );
            return Ok(());
        }
        let mut wide = Vec::new();
        f32::append(dtype, raw, &mut wide)?;
        let old = out.len();
        out.resize(old + wide.len(), f16::ZERO);
        out[old..].convert_from_f32_slice(&wide);
        match wide
            .iter()
            .zip(&out[old..])
            .find(|(wide, half)| wide.is_finite() && half.is_infinite())
        {
            Some((value, _)) => Err(*value),
            None => Ok(()),
        }
    }
}

/// As it is stored, which a model that goes on learning needs.
impl Element for f32 {
    fn append(dtype: Dtype, raw: &[u8], out: &mut Vec<Self>) -> Result<(), f32> {
        match dtype {
            Dtype::F16 => {
                let halves = raw.as_chunks().0.iter();
                out.extend(halves.map(|bytes| f16::from_le_bytes(*bytes).to_f32()));
            }
            Dtype::Bf16 => {
                let halves = raw.as_chunks().0.iter();
                out.extend(halves.map(|bytes| bf16::from_le_bytes(*bytes).to_f32()));
            }
            Dtype::F32 => {
                let values = raw.as_chunks().0.iter();
                out.extend(values.map(|bytes| f32::from_le_bytes(*bytes)));
            }
            Dtype::Other(..) => unreachable!("refused when the reader was made"),
        }
        Ok(())
    }
}

/// Reads rows of one tensor.
pub(crate) struct RowReader<'a> {
    name: &'a str,
    path: &'a Path,
    file: &'a File,
    tensor: &'a Tensor,
    rows: u64,
    cols: u64,
    /// Sides and strides of a row's dimensions, and the stride from row to row.
    row_shape: &'a [u64],
    row_strides: &'a [u64],
    row_step: u64,
    /// The whole span, for tensors whose rows cannot be read piece by piece.
    held: Option<Vec<u8>>,
    raw: Vec<u8>,
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(
        name: &'a str,
        path: &'a Path,
        file: &'a File,
        tensor: &'a Tensor,
    ) -> Result<Self, ImportError> {
        if matches!(tensor.dtype, Dtype::Other(..)) {
            return Err(ImportError::Dtype {
                path: path.to_owned(),
                tensor: name.to_owned(),
                dtype: tensor.dtype.name(),
            });
        }
        let (rows, cols) = tensor.matrix();
        let (row_shape, row_strides, row_step) =
            match (tensor.shape.split_first(), tensor.strides.split_first()) {
                (Some((_, inner)), Some((step, strides))) if !inner.is_empty() => {
                    (inner, strides, *step)
                }
                _ => (&tensor.shape[..], &tensor.strides[..], 0),
            };
        let mut reader = Self {
            name,
            path,
            file,
            tensor,
            rows,
            cols,
            row_shape,
            row_strides,
            row_step,
            held: None,
            raw: Vec::new(),
        };
        if matches!(tensor.place, Place::Deflated { .. }) || !reader.rows_are_runs() {
            reader.held = Some(reader.read_span()?);
        }
        Ok(reader)
    }

    /// Replaces `out` with the rows `range`, row-major.
    pub(crate) fn read<E: Element>(
        &mut self,
        range: Range<u64>,
        out: &mut Vec<E>,
    ) -> Result<(), ImportError> {
        assert!(
            range.end <= self.rows,
            "rows {range:?} of {} in {}",
            self.rows,
            self.name
        );
        out.clear();
        if range.is_empty() || self.cols == 0 {
            return Ok(());
        }
        let element = self.tensor.dtype.bytes();
        if self.held.is_some() {
            return self.gather(range, out);
        }
        let Place::Plain { start } = self.tensor.place else {
            unreachable!("compressed tensors are held")
        };
        let start = start + self.tensor.first_byte;
        let n_rows = range.end - range.start;
        if self.row_step == self.cols || n_rows == 1 {
            self.read_at(
                start + range.start * self.row_step * element,
                n_rows * self.cols * element,
            )?;
            return self.convert(out);
        }
        for row in range {
            self.read_at(start + row * self.row_step * element, self.cols * element)?;
            self.convert(out)?;
        }
        Ok(())
    }

    /// Whether each row's elements follow each other.
    fn rows_are_runs(&self) -> bool {
        let mut expected = 1;
        self.row_shape
            .iter()
            .zip(self.row_strides)
            .rev()
            .all(|(side, stride)| {
                let fits = *side == 1 || *stride == expected;
                expected *= side;
                fits
            })
    }

    fn read_span(&mut self) -> Result<Vec<u8>, ImportError> {
        let length = self.tensor.span_bytes;
        if length > MAX_HELD_BYTES {
            return Err(ImportError::TooLargeToHold {
                path: self.path.to_owned(),
                tensor: self.name.to_owned(),
                bytes: length,
                limit: MAX_HELD_BYTES,
            });
        }
        match self.tensor.place {
            Place::Plain { start } => {
                self.read_at(start + self.tensor.first_byte, length)?;
                Ok(std::mem::take(&mut self.raw))
            }
            Place::Deflated { entry } => {
                crate::torch::inflate(self.path, self.file, entry, self.tensor.first_byte, length)
            }
        }
    }

    /// Reads `length` bytes into `raw`. Views were checked against the file's size when it was opened.
    fn read_at(&mut self, start: u64, length: u64) -> Result<(), ImportError> {
        let io = |source| ImportError::Io {
            path: PathBuf::from(self.path),
            source,
        };
        self.raw.resize(in_memory(length), 0);
        let mut file = self.file;
        file.seek(SeekFrom::Start(start)).map_err(io)?;
        file.read_exact(&mut self.raw).map_err(io)
    }

    fn gather<E: Element>(
        &mut self,
        rows: Range<u64>,
        out: &mut Vec<E>,
    ) -> Result<(), ImportError> {
        let element = in_memory(self.tensor.dtype.bytes());
        self.raw.clear();
        {
            let held = self.held.as_deref().unwrap_or_default();
            let mut position = vec![0_u64; self.row_shape.len()];
            for row in rows {
                position.fill(0);
                for _ in 0..self.cols {
                    let within: u64 = position
                        .iter()
                        .zip(self.row_strides)
                        .map(|(at, stride)| at * stride)
                        .sum();
                    let at = in_memory(row * self.row_step + within) * element;
                    self.raw.extend_from_slice(&held[at..at + element]);
                    for (at, side) in position.iter_mut().zip(self.row_shape).rev() {
                        *at += 1;
                        if *at < *side {
                            break;
                        }
                        *at = 0;
                    }
                }
            }
        }
        self.convert(out)
    }

    /// Appends the elements in `raw` to `out`.
    fn convert<E: Element>(&self, out: &mut Vec<E>) -> Result<(), ImportError> {
        E::append(self.tensor.dtype, &self.raw, out).map_err(|value| ImportError::BeyondHalf {
            path: self.path.to_owned(),
            tensor: self.name.to_owned(),
            value,
        })
    }
}

/// A size that was checked to lie within what is held in memory.
fn in_memory(size: u64) -> usize {
    usize::try_from(size).expect("sizes are bounded by MAX_HELD_BYTES or one block of rows")
}
