//! rope: rotates queries and keys by their position, and puts keys and values into the cache.

use burn::tensor::{Device, Tensor, TensorData};

use super::sample::DecodeState;
use crate::gpu::{self, Kernel};
use crate::matrix::{GpuRows, gpu_client};
use crate::shader::{Value, render};
use crate::weights::Bindings;

const WORKGROUP: u32 = 64;

/// One rendered `rope.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Rope {
    /// S / 2.
    pub(crate) half: u32,
}

impl Kernel for Rope {
    const NAME: &'static str = "rope";

    fn render(&self) -> String {
        let mut values = Bindings::all(&[
            "B_QKV", "B_TABLE", "B_STATE", "B_KEYS", "B_VALUES", "B_Q", "B_INFO",
        ]);
        values.extend([
            ("WORKGROUP", Value::Number(WORKGROUP)),
            ("HALF", Value::Number(self.half)),
        ]);
        render(Self::NAME, include_str!("../shaders/rope.wgsl"), &values)
    }

    fn workgroup_size(&self) -> u32 {
        WORKGROUP
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        [1, 4, 64].map(|half| Self { half }).to_vec()
    }
}

/// Sizes of a decoder's attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heads {
    /// H.
    pub count: usize,
    /// S, even.
    pub size: usize,
}

impl Heads {
    /// H · S.
    pub fn width(self) -> usize {
        self.count * self.size
    }
}

/// Cosines and sines of every position, computed once in f32 as the original does: cosines of
/// large angles are too inexact on many GPUs.
#[derive(Clone, Debug)]
pub struct RopeTable {
    /// `[positions, S]`: S / 2 cosines, then as many sines.
    turns: Tensor<2>,
}

impl RopeTable {
    /// The table for `positions` positions and heads of `head_size`.
    ///
    /// Source: transformers 4.28.1, `modeling_llama.py`, `LlamaRotaryEmbedding.__init__`.
    pub fn new(positions: usize, head_size: usize, theta: f64, device: &Device) -> Self {
        let values = (0..positions)
            .flat_map(|position| turns(position, head_size, theta))
            .collect::<Vec<f32>>();
        Self {
            turns: Tensor::from_data(TensorData::new(values, [positions, head_size]), device),
        }
    }
}

/// Cosines, then sines, of one position's angles.
pub(crate) fn turns(position: usize, head_size: usize, theta: f64) -> Vec<f32> {
    let frequency = |i: usize| 1.0 / (theta as f32).powf((2 * i) as f32 / head_size as f32);
    let angle = |i: usize| position as f32 * frequency(i);
    let half = head_size / 2;
    (0..half)
        .map(|i| angle(i).cos())
        .chain((0..half).map(|i| angle(i).sin()))
        .collect()
}

/// One layer's keys and values.
#[derive(Debug)]
pub struct LayerCache {
    heads: Heads,
    capacity: usize,
    storage: Storage,
}

#[derive(Debug)]
enum Storage {
    /// As long as what is in them, `[length, H · S]` each.
    Tensors {
        keys: Box<Tensor<2>>,
        values: Box<Tensor<2>>,
    },
    /// Of full size from the start, `[capacity, H · S]` each, and written in place.
    Buffers {
        keys: Box<GpuRows>,
        values: Box<GpuRows>,
    },
}

impl LayerCache {
    /// An empty cache for at most `capacity` positions.
    pub fn new(heads: Heads, capacity: usize, device: &Device) -> Self {
        let storage = match gpu_client(device) {
            Some(client) => {
                let bytes = capacity.max(1) * heads.width() * 4;
                let rows = || {
                    Box::new(GpuRows {
                        handle: client
                            .memory_persistent_allocation((), |()| gpu::unwritten(&client, bytes)),
                        client: client.clone(),
                    })
                };
                Storage::Buffers {
                    keys: rows(),
                    values: rows(),
                }
            }
            None => {
                let empty = Box::new(Tensor::zeros([0, heads.width()], device));
                Storage::Tensors {
                    keys: empty.clone(),
                    values: empty,
                }
            }
        };
        Self {
            heads,
            capacity,
            storage,
        }
    }

    /// Sizes of the attention this cache serves.
    pub fn heads(&self) -> Heads {
        self.heads
    }

    /// Positions that fit.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Keys and values of the first `length` positions, `[length, H · S]` each, for tensor code.
    pub(crate) fn filled(&self, length: usize) -> (Tensor<2>, Tensor<2>) {
        let first = |rows: &Tensor<2>| rows.clone().slice([0..length, 0..self.heads.width()]);
        match &self.storage {
            Storage::Tensors { keys, values } => (first(keys), first(values)),
            Storage::Buffers { .. } => panic!("tensor code met a cache that lives in GPU buffers"),
        }
    }

    /// The buffers of keys and values.
    pub(crate) fn buffers(&self, op: &str) -> (&GpuRows, &GpuRows) {
        match &self.storage {
            Storage::Buffers { keys, values } => (keys.as_ref(), values.as_ref()),
            Storage::Tensors { .. } => panic!("{op}: the input is on the GPU and the cache is not"),
        }
    }
}

/// Splits `qkv`, rotates queries and keys in the half-split way, writes keys and values into the
/// cache from the state's position on, and returns the rotated queries.
///
/// # Shape
/// - `qkv`: `[T, 3 · H · S]`: queries, keys, values
/// - output: `[T, H · S]`
///
/// # Panics
/// When the tokens go past the end of the cache or of the table.
///
/// Source: transformers 4.28.1, `modeling_llama.py`, `apply_rotary_pos_emb`.
pub fn rope(
    qkv: Tensor<2>,
    cache: &mut LayerCache,
    table: &RopeTable,
    state: &DecodeState,
) -> Tensor<2> {
    let [tokens, columns] = qkv.dims();
    let width = cache.heads.width();
    let [positions, head_size] = table.turns.dims();
    assert_eq!(
        (columns, head_size),
        (3 * width, cache.heads.size),
        "rope: widths of qkv and table"
    );
    let (end, limit) = (state.position() + tokens, cache.capacity.min(positions));
    assert!(
        end <= limit,
        "rope: {end} positions in a cache or table of {limit}"
    );
    match gpu::buffer(&qkv) {
        Some(qkv) => launch(&qkv, tokens, limit, cache, table, state),
        None => tensor_code(qkv, cache, table, state),
    }
}

fn launch(
    qkv: &burn_wgpu::CubeTensor,
    tokens: usize,
    limit: usize,
    cache: &LayerCache,
    table: &RopeTable,
    state: &DecodeState,
) -> Tensor<2> {
    let heads = cache.heads;
    let table = gpu::buffer_beside(&table.turns, Rope::NAME);
    let (keys, values) = cache.buffers(Rope::NAME);
    let q = gpu::output(qkv, [tokens, heads.width()]);
    let half = heads.size / 2;
    let count = (tokens * heads.count * half) as u32;
    let buffers = [
        &qkv.handle,
        &table.handle,
        state.buffer(),
        &keys.handle,
        &values.handle,
        &q.handle,
    ];
    let info = [count, heads.count as u32, limit as u32];
    let kernel = Rope { half: half as u32 };
    gpu::launch(
        &qkv.client,
        kernel,
        gpu::fold(count.div_ceil(WORKGROUP)),
        &buffers,
        &info,
    );
    gpu::tensor(q)
}

fn tensor_code(
    qkv: Tensor<2>,
    cache: &mut LayerCache,
    table: &RopeTable,
    state: &DecodeState,
) -> Tensor<2> {
    let [tokens, _] = qkv.dims();
    let Heads { count, size } = cache.heads;
    let (width, first, half) = (cache.heads.width(), state.position(), size / 2);
    let part = |index: usize| {
        qkv.clone()
            .slice([0..tokens, index * width..(index + 1) * width])
    };
    let turns = table
        .turns
        .clone()
        .narrow(0, first, tokens)
        .unsqueeze_dim::<3>(1);
    let cos = turns.clone().slice([0..tokens, 0..1, 0..half]);
    let sin = turns.slice([0..tokens, 0..1, half..size]);
    let rotate = |x: Tensor<2>| {
        let x = x.reshape([tokens, count, size]);
        let low = x.clone().slice([0..tokens, 0..count, 0..half]);
        let high = x.slice([0..tokens, 0..count, half..size]);
        let rotated_low = low.clone() * cos.clone() - high.clone() * sin.clone();
        let rotated_high = high * cos.clone() + low * sin.clone();
        Tensor::cat(vec![rotated_low, rotated_high], 2).reshape([tokens, width])
    };
    let (kept_keys, kept_values) = cache.filled(first);
    cache.storage = Storage::Tensors {
        keys: Box::new(Tensor::cat(vec![kept_keys, rotate(part(1))], 0)),
        values: Box::new(Tensor::cat(vec![kept_values, part(2)], 0)),
    };
    rotate(part(0))
}
