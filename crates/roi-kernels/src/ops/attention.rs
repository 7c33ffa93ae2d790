//! attention: softmax(q · kᵀ / √S) · v, over a whole picture or over a decoder's cache.

use burn::tensor::{Tensor, TensorData};

use super::attention_step;
use super::rope::{Heads, LayerCache};
use super::sample::DecodeState;
use crate::gpu::{self, Kernel};
use crate::shader::{Value, render};
use crate::tuning::{AdapterClass, adapter_class};
use crate::weights::Bindings;

/// 16-byte blocks of keys, and as many of values, that fit into 16 KiB of workgroup memory.
const STAGE: u32 = 512;

/// One rendered `attention.wgsl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Attention {
    /// S / 4.
    pub(crate) blocks: u32,
    /// Queries and keys come from a rotated buffer and a cache, and later keys are hidden.
    pub(crate) cached: bool,
    /// Keys and values go through workgroup memory.
    pub(crate) staged: bool,
}

impl Attention {
    /// Keys taken at a time.
    fn tile(&self) -> u32 {
        if self.staged {
            (STAGE / self.blocks).min(32)
        } else {
            8
        }
    }
}

impl Kernel for Attention {
    const NAME: &'static str = "attention";

    fn render(&self) -> String {
        let mut bindings = Bindings::new();
        bindings.bind("B_Q", self.cached);
        bindings.bind("B_KEYS", self.cached);
        bindings.bind("B_VALUES", self.cached);
        bindings.bind("B_STATE", self.cached);
        bindings.bind("B_QKV", !self.cached);
        bindings.bind("B_Y", true);
        bindings.bind("B_INFO", true);
        let mut values = bindings.into_values();
        values.extend([
            ("BLOCKS", Value::Number(self.blocks)),
            ("TILE", Value::Number(self.tile())),
            ("STAGE", Value::Number(self.tile() * self.blocks)),
            ("WORKGROUP", Value::Number(self.workgroup_size())),
            ("CACHED", Value::Flag(self.cached)),
            ("STAGED", Value::Flag(self.staged)),
        ]);
        render(
            Self::NAME,
            include_str!("../shaders/attention.wgsl"),
            &values,
        )
    }

    fn workgroup_size(&self) -> u32 {
        if self.staged { 64 } else { 32 }
    }

    #[cfg(test)]
    fn variants() -> Vec<Self> {
        let mut all = Vec::new();
        for blocks in [1, 4, 16, 20, 32] {
            for (cached, staged) in [(false, false), (false, true), (true, false), (true, true)] {
                all.push(Self {
                    blocks,
                    cached,
                    staged,
                });
            }
        }
        all
    }
}

/// Every token attends to every token: the vision tower's attention.
///
/// # Shape
/// - `qkv`: `[T, 3 · H · S]`: queries, keys, values
/// - output: `[T, H · S]`
///
/// # Panics
/// When the shapes do not fit each other; on the GPU, when S is not a multiple of 4 or above 128.
pub fn attention(qkv: Tensor<2>, heads: Heads) -> Tensor<2> {
    let [tokens, columns] = qkv.dims();
    let width = heads.width();
    assert_eq!(columns, 3 * width, "attention: columns of qkv");
    if let Some(qkv) = gpu::buffer(&qkv) {
        let y = gpu::output(&qkv, [tokens, width]);
        launch(
            &qkv.client,
            tokens,
            tokens,
            heads,
            &[&qkv.handle, &y.handle],
            false,
        );
        return gpu::tensor(y);
    }
    let part = |index: usize| {
        qkv.clone()
            .slice([0..tokens, index * width..(index + 1) * width])
    };
    attend(part(0), part(1), part(2), heads, None)
}

/// Token `t` of `q` attends to the cache's positions up to `state.position() + t`.
///
/// # Shape
/// - `q`: `[T, H · S]`, rotated
/// - output: `[T, H · S]`
///
/// # Panics
/// As [`attention`], and when the tokens go past the end of the cache.
pub fn cached_attention(q: Tensor<2>, cache: &LayerCache, state: &DecodeState) -> Tensor<2> {
    let [tokens, columns] = q.dims();
    let (heads, end) = (cache.heads(), state.position() + tokens);
    assert_eq!(columns, heads.width(), "attention: columns of q");
    assert!(
        end <= cache.capacity(),
        "attention: {end} positions in a cache of {}",
        cache.capacity()
    );
    if let Some(q) = gpu::buffer(&q) {
        if tokens == 1 {
            return gpu::tensor(attention_step::launch(&q, cache, state));
        }
        let y = gpu::output(&q, [tokens, columns]);
        let (keys, values) = cache.buffers(Attention::NAME);
        let buffers = [
            &q.handle,
            &keys.handle,
            &values.handle,
            state.buffer(),
            &y.handle,
        ];
        launch(&q.client, tokens, cache.capacity(), heads, &buffers, true);
        return gpu::tensor(y);
    }
    let (keys, values) = cache.filled(end);
    attend(q, keys, values, heads, Some(state.position()))
}

fn launch(
    client: &cubecl::client::Client,
    tokens: usize,
    keys: usize,
    heads: Heads,
    buffers: &[&cubecl::server::Handle],
    cached: bool,
) {
    let staged = adapter_class() == AdapterClass::Hardware;
    let kernel = Attention {
        blocks: blocks(heads),
        cached,
        staged,
    };
    let groups = [
        (tokens as u32).div_ceil(kernel.workgroup_size()),
        heads.count as u32,
        1,
    ];
    let width = heads.width() as u32 / 4;
    gpu::launch(
        client,
        kernel,
        groups,
        buffers,
        &[tokens as u32, keys as u32, width, scale(heads).to_bits()],
    );
}

/// S / 4, of heads that the kernels can take.
pub(super) fn blocks(heads: Heads) -> u32 {
    let size = heads.size;
    assert!(
        size.is_multiple_of(4) && (4..=128).contains(&size),
        "attention: a head size of {size}"
    );
    size as u32 / 4
}

/// What scores are multiplied by.
pub(super) fn scale(heads: Heads) -> f32 {
    (heads.size as f32).sqrt().recip()
}

/// Queries of a prompt that are taken at a time, so that each looks past few keys that it may not
/// see.
const CAUSAL_QUERIES: usize = 64;

/// `causal_from`: position of the first query; `None` masks nothing.
fn attend(
    q: Tensor<2>,
    k: Tensor<2>,
    v: Tensor<2>,
    heads: Heads,
    causal_from: Option<usize>,
) -> Tensor<2> {
    let ([queries, width], [keys, _]) = (q.dims(), k.dims());
    let by_head = |x: Tensor<2>| {
        let [tokens, _] = x.dims();
        x.reshape([tokens, heads.count, heads.size]).swap_dims(0, 1)
    };
    let (q, k) = (by_head(q * scale(heads)), by_head(k));
    // The softmax's sums come out of the product with the values, as one more column.
    let ones = Tensor::ones([heads.count, keys, 1], &v.device());
    let v = Tensor::cat(vec![by_head(v), ones], 2);
    let step = causal_from.map_or(queries, |_| CAUSAL_QUERIES).max(1);
    let parts = (0..queries).step_by(step).map(|start| {
        let count = step.min(queries - start);
        let q = q.clone().narrow(1, start, count);
        match causal_from {
            Some(first) => {
                let seen = first + start + count;
                let [k, v] = [&k, &v].map(|x| x.clone().narrow(1, 0, seen));
                weighted_sums(q, k, v, Some(first + start))
            }
            None => weighted_sums(q, k.clone(), v.clone(), None),
        }
    });
    let sums = Tensor::cat(parts.collect(), 1);
    let weights = sums.clone().narrow(2, heads.size, 1);
    (sums.narrow(2, 0, heads.size) / weights)
        .swap_dims(0, 1)
        .reshape([queries, width])
}

/// Sums of values, each weighted by the exponential of its score; what a query's weights have in
/// common is left out.
///
/// # Shape
/// - `q`: `[H, T, S]`, `k`: `[H, U, S]`, `v`: `[H, U, N]`
/// - output: `[H, T, N]`
fn weighted_sums(
    q: Tensor<3>,
    k: Tensor<3>,
    v: Tensor<3>,
    causal_from: Option<usize>,
) -> Tensor<3> {
    let ([_, queries, _], [_, keys, _]) = (q.dims(), k.dims());
    let device = q.device();
    let scores = q.matmul(k.transpose());
    let scores = match causal_from {
        Some(first) if queries > 1 => {
            let hidden = (0..queries)
                .flat_map(|t| (0..keys).map(move |s| if s <= first + t { 0.0 } else { f32::MIN }));
            let hidden = TensorData::new(hidden.collect::<Vec<f32>>(), [1, queries, keys]);
            scores + Tensor::from_data(hidden, &device)
        }
        _ => scores,
    };
    let greatest = scores.clone().detach().max_dim(2);
    (scores - greatest).exp().matmul(v)
}
