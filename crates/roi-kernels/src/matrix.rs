//! Weight matrices as the kernels take them: `[N, K]`, row major, dense or quantised.
//!
//! A quantised matrix is never expanded as a whole. On a wgpu device its codes and scales stay in
//! one buffer and the kernels expand them in registers; on the CPU the bytes stay packed and a few
//! rows at a time become a tensor. On the GPU every row is padded to a multiple of 32 columns with
//! zeros, whatever the layout, so that one addressing rule serves all four.

use std::sync::Arc;

use burn::tensor::{Device, FloatDType, Int, Tensor, TensorData};
use burn_wgpu::CubeTensor;
use cubecl::client::Client;
use cubecl::server::Handle;
use roi_weights::{GROUP, Layout};

use crate::gpu;

/// Rows times columns that the CPU expands at a time.
const EXPANDED_ELEMENTS: usize = 1 << 22;

/// Why bytes are not a matrix.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MatrixError {
    /// The write does not lie inside the matrix.
    #[error("bytes {offset}..{end} do not fit a matrix of {length} bytes")]
    OutOfRange {
        /// First byte written.
        offset: u64,
        /// One past the last.
        end: u64,
        /// Bytes the layout takes.
        length: u64,
    },
    /// Not every byte has been written.
    #[error("matrix has {found} of its {expected} bytes")]
    Incomplete {
        /// Bytes the layout takes.
        expected: u64,
        /// Bytes written.
        found: u64,
    },
}

/// The numbers in which tensor code multiplies with a matrix: both sides are rounded to them, and so is the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Nothing is rounded.
    #[default]
    F32,
    /// Ten bits behind the point, up to 65504.
    F16,
    /// Seven bits behind the point, as far as f32 reaches.
    Bf16,
}

impl Precision {
    /// As tensors call it.
    pub fn dtype(self) -> FloatDType {
        match self {
            Self::F32 => FloatDType::F32,
            Self::F16 => FloatDType::F16,
            Self::Bf16 => FloatDType::BF16,
        }
    }
}

/// A weight matrix `[rows, cols]`, in one or more parts along its rows.
#[derive(Clone, Debug)]
pub struct Matrix {
    parts: Vec<Part>,
    cols: usize,
    layout: Layout,
    precision: Precision,
}

/// Consecutive rows of a matrix that share a buffer.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    pub(crate) rows: usize,
    storage: Storage,
}

#[derive(Clone, Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one for each matrix of a model, and the large one is the usual one"
)]
enum Storage {
    /// f32, on any device, tracked by autodiff where the device does that.
    Dense(Tensor<2>),
    /// Bytes in the package's layout, expanded a few rows at a time.
    Packed { bytes: Arc<Vec<u8>>, device: Device },
    /// A buffer with padded rows.
    Gpu(GpuRows),
}

/// Rows in a GPU buffer.
#[derive(Clone)]
pub(crate) struct GpuRows {
    pub(crate) client: Client,
    pub(crate) handle: Handle,
}

impl std::fmt::Debug for GpuRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GpuRows")
            .field("bytes", &self.handle.size())
            .finish()
    }
}

/// Columns a row takes up on the GPU.
pub(crate) fn padded(cols: usize) -> usize {
    cols.next_multiple_of(GROUP)
}

impl Matrix {
    /// A dense matrix from a tensor `[N, K]`.
    pub fn from_tensor(tensor: Tensor<2>) -> Self {
        let [rows, cols] = tensor.dims();
        let storage = match gpu::buffer(&tensor) {
            Some(dense) => Storage::Gpu(pad_rows(dense, tensor, cols)),
            None => Storage::Dense(tensor),
        };
        Self {
            parts: vec![Part { rows, storage }],
            cols,
            layout: Layout::F32,
            precision: Precision::F32,
        }
    }

    /// The same matrix, with which tensor code multiplies in other numbers. Kernels do not: those of a GPU expand weights to f32
    /// in registers, and nothing learns through them.
    #[must_use]
    pub fn multiplied_in(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// A matrix from all its bytes at once.
    ///
    /// # Errors
    /// As [`MatrixUpload::write`] and [`MatrixUpload::finish`].
    pub fn from_bytes(
        layout: Layout,
        rows: usize,
        cols: usize,
        bytes: &[u8],
        device: &Device,
    ) -> Result<Self, MatrixError> {
        let mut upload = MatrixUpload::new(layout, rows, cols, device);
        upload.write(0, bytes)?;
        upload.finish()
    }

    /// A matrix whose padded rows already lie in a buffer.
    pub(crate) fn from_gpu(
        client: Client,
        handle: Handle,
        rows: usize,
        cols: usize,
        layout: Layout,
    ) -> Self {
        let storage = Storage::Gpu(GpuRows { client, handle });
        Self {
            parts: vec![Part { rows, storage }],
            cols,
            layout,
            precision: Precision::F32,
        }
    }

    /// Stacks matrices of equal width and layout along their rows, without moving them. They are multiplied with as the first.
    ///
    /// # Panics
    /// When the list is empty or widths or layouts differ: the caller's configuration is wrong.
    pub fn stack(matrices: Vec<Matrix>) -> Self {
        let (cols, layout) = (matrices[0].cols, matrices[0].layout);
        let precision = matrices[0].precision;
        assert!(
            matrices
                .iter()
                .all(|m| m.cols == cols && m.layout == layout),
            "stacked matrices differ in width or layout"
        );
        Self {
            parts: matrices.into_iter().flat_map(|m| m.parts).collect(),
            cols,
            layout,
            precision,
        }
    }

    /// N.
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// K, without padding.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// How the weights are stored.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// `x · Wᵀ` as burn tensor code.
    ///
    /// # Shape
    /// `x`: `[M, K]`; output: `[M, N]`.
    pub(crate) fn multiply(&self, x: Tensor<2>) -> Tensor<2> {
        let dtype = self.precision.dtype();
        let x = x.cast(dtype);
        let products = self
            .blocks()
            .map(|block| x.clone().matmul(block.cast(dtype).transpose()))
            .collect::<Vec<_>>();
        concatenated(products, 1).cast(FloatDType::F32)
    }

    /// The whole matrix as f32 `[N, K]`, for ops whose tensor code has no use for blocks.
    pub(crate) fn dense(&self) -> Tensor<2> {
        concatenated(self.blocks().collect(), 0)
    }

    /// Blocks of rows as dense tensors, in order.
    fn blocks(&self) -> impl Iterator<Item = Tensor<2>> + '_ {
        let step = (EXPANDED_ELEMENTS / self.cols.max(1)).max(1);
        self.parts.iter().flat_map(move |part| {
            let whole = matches!(part.storage, Storage::Dense(_));
            let step = if whole { part.rows.max(1) } else { step };
            (0..part.rows)
                .step_by(step)
                .map(move |first| match &part.storage {
                    Storage::Dense(tensor) => tensor.clone(),
                    Storage::Packed { bytes, device } => {
                        let range = first..(first + step).min(part.rows);
                        self.expand(part, bytes, range, device)
                    }
                    Storage::Gpu(_) => {
                        panic!("tensor code met a matrix that lives in a GPU buffer")
                    }
                })
        })
    }

    fn expand(
        &self,
        part: &Part,
        bytes: &[u8],
        range: std::ops::Range<usize>,
        device: &Device,
    ) -> Tensor<2> {
        let shape = [range.len(), self.cols];
        let mut values = Vec::with_capacity(shape[0] * shape[1]);
        decode(self.layout, bytes, part.rows, self.cols, range, &mut values);
        Tensor::from_data(TensorData::new(values, shape), device)
    }

    /// The rows named by `ids` as a dense tensor `[ids, K]`, as tensor code.
    pub(crate) fn gather(&self, ids: &[usize], device: &Device) -> Tensor<2> {
        if let [part] = &self.parts[..]
            && let Storage::Dense(table) = &part.storage
            && !ids.is_empty()
        {
            // One selection has one gradient of the table's size; slices would have one each.
            let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
            let ids = Tensor::<1, Int>::from_ints(&ids[..], &table.device());
            return table.clone().select(0, ids);
        }
        let rows = ids.iter().map(|&id| {
            let mut first = 0;
            for part in &self.parts {
                if id < first + part.rows {
                    let row = id - first;
                    return match &part.storage {
                        Storage::Dense(tensor) => tensor.clone().slice([row..row + 1]),
                        Storage::Packed { bytes, device } => {
                            self.expand(part, bytes, row..row + 1, device)
                        }
                        Storage::Gpu(_) => {
                            panic!("tensor code met a matrix that lives in a GPU buffer")
                        }
                    };
                }
                first += part.rows;
            }
            panic!("row {id} of a matrix with {first} rows")
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            Tensor::zeros([0, self.cols], device)
        } else {
            concatenated(rows, 0)
        }
    }
}

impl Part {
    /// The part's buffer.
    ///
    /// # Panics
    /// When the part does not live on the GPU although the op's input does.
    pub(crate) fn gpu(&self, op: &str) -> &GpuRows {
        match &self.storage {
            Storage::Gpu(rows) => rows,
            _ => panic!("{op}: the input is on the GPU and the weights are not"),
        }
    }
}

/// Decodes rows of a matrix whose length was checked when it was uploaded.
fn decode(
    layout: Layout,
    bytes: &[u8],
    rows: usize,
    cols: usize,
    range: std::ops::Range<usize>,
    out: &mut Vec<f32>,
) {
    if let Err(error) = layout.decode_rows(bytes, rows, cols, range, out) {
        panic!("matrix [{rows}, {cols}]: {error}");
    }
}

fn concatenated(mut tensors: Vec<Tensor<2>>, dim: usize) -> Tensor<2> {
    if tensors.len() == 1 {
        tensors.swap_remove(0)
    } else {
        Tensor::cat(tensors, dim)
    }
}

fn pad_rows(dense: CubeTensor, tensor: Tensor<2>, cols: usize) -> GpuRows {
    let missing = padded(cols) - cols;
    if missing == 0 {
        return GpuRows {
            client: dense.client,
            handle: dense.handle,
        };
    }
    let [rows, _] = tensor.dims();
    let zeros = Tensor::<2>::zeros([rows, missing], &tensor.device());
    let padded = gpu::buffer_beside(&Tensor::cat(vec![tensor, zeros], 1), "matrix");
    GpuRows {
        client: padded.client,
        handle: padded.handle,
    }
}

/// A matrix whose bytes arrive in pieces, straight to the place where they stay.
pub struct MatrixUpload {
    layout: Layout,
    rows: usize,
    cols: usize,
    device: Device,
    length: u64,
    written: u64,
    target: Target,
}

enum Target {
    /// The buffer itself, for rows that need no padding.
    Gpu(GpuRows),
    /// Host memory: the CPU's packed bytes, or rows that must be padded before they are sent.
    Host(Vec<u8>),
}

impl MatrixUpload {
    /// Makes room for a matrix `[rows, cols]`.
    pub fn new(layout: Layout, rows: usize, cols: usize, device: &Device) -> Self {
        let length = layout.byte_len(rows as u64, cols as u64);
        let client = gpu_client(device);
        let target = match client {
            // q4 and q8 are padded in the package already.
            Some(client)
                if cols.is_multiple_of(GROUP) || matches!(layout, Layout::Q4 | Layout::Q8) =>
            {
                // Kernels read 16 bytes at a time.
                let bytes = (length as usize).next_multiple_of(16);
                let handle = client.memory_persistent_allocation((), |()| client.empty(bytes));
                Target::Gpu(GpuRows {
                    handle,
                    client: client.clone(),
                })
            }
            _ => Target::Host(vec![0; length as usize]),
        };
        Self {
            layout,
            rows,
            cols,
            device: device.clone(),
            length,
            written: 0,
            target,
        }
    }

    /// Writes `bytes` at `offset` of the matrix's bytes in the package's layout. Offsets are
    /// multiples of 4; pieces do not overlap.
    ///
    /// # Errors
    /// [`MatrixError::OutOfRange`] when the piece does not fit.
    pub fn write(&mut self, offset: u64, bytes: &[u8]) -> Result<(), MatrixError> {
        let end = offset + bytes.len() as u64;
        if end > self.length {
            return Err(MatrixError::OutOfRange {
                offset,
                end,
                length: self.length,
            });
        }
        match &mut self.target {
            Target::Host(host) => host[offset as usize..end as usize].copy_from_slice(bytes),
            Target::Gpu(rows) => {
                let mut data = bytes.to_vec();
                data.resize(data.len().next_multiple_of(4), 0);
                let total = rows.handle.size_in_used();
                let after = total - offset - data.len() as u64;
                // Both ends are set, so that the staging buffer is the piece's size.
                let place = rows.handle.clone().offset_start(offset).offset_end(after);
                rows.client
                    .write(&place, burn::tensor::Bytes::from_bytes_vec(data));
            }
        }
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// The finished matrix.
    ///
    /// # Errors
    /// [`MatrixError::Incomplete`] when bytes are missing.
    pub fn finish(self) -> Result<Matrix, MatrixError> {
        if self.written != self.length {
            return Err(MatrixError::Incomplete {
                expected: self.length,
                found: self.written,
            });
        }
        let (rows, cols, layout) = (self.rows, self.cols, self.layout);
        let storage = match self.target {
            Target::Gpu(rows) => Storage::Gpu(rows),
            Target::Host(bytes) => match gpu_client(&self.device) {
                Some(client) => {
                    let padded = pad_bytes(&bytes, layout, rows, cols);
                    let handle = client.memory_persistent_allocation((), |()| {
                        client.create(burn::tensor::Bytes::from_bytes_vec(padded))
                    });
                    Storage::Gpu(GpuRows { handle, client })
                }
                None if layout == Layout::F32 => {
                    let mut values = Vec::with_capacity(rows * cols);
                    decode(layout, &bytes, rows, cols, 0..rows, &mut values);
                    Storage::Dense(Tensor::from_data(
                        TensorData::new(values, [rows, cols]),
                        &self.device,
                    ))
                }
                None => Storage::Packed {
                    bytes: Arc::new(bytes),
                    device: self.device,
                },
            },
        };
        Ok(Matrix {
            parts: vec![Part { rows, storage }],
            cols,
            layout,
            precision: Precision::F32,
        })
    }
}

/// Rows of f32 or f16 with zeros up to the padded width.
fn pad_bytes(bytes: &[u8], layout: Layout, rows: usize, cols: usize) -> Vec<u8> {
    let size = if layout == Layout::F32 { 4 } else { 2 };
    let mut out = vec![0; rows * padded(cols) * size];
    for (row, target) in bytes
        .chunks_exact(cols * size)
        .zip(out.chunks_exact_mut(padded(cols) * size))
    {
        target[..cols * size].copy_from_slice(row);
    }
    out
}

/// Whether kernels run on this device, and not tensor code.
pub fn is_gpu(device: &Device) -> bool {
    gpu_client(device).is_some()
}

/// The client of a wgpu device; none for every other kind.
pub(crate) fn gpu_client(device: &Device) -> Option<Client> {
    gpu::buffer(&Tensor::<1>::empty([1], device)).map(|tensor| tensor.client)
}
