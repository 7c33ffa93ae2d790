//! The LLaMA decoder: token embeddings, layers, head.

use burn::tensor::{Device, Tensor};
use roi_kernels::Matrix;
use roi_kernels::ops::attention::cached_attention;
use roi_kernels::ops::embed::{Ids, embed};
use roi_kernels::ops::gated_linear::gated_linear;
use roi_kernels::ops::linear::{Around, linear};
use roi_kernels::ops::rope::{Heads, LayerCache, RopeTable, rope};
use roi_kernels::ops::sample::DecodeState;
use roi_weights::DecoderConfig;

use crate::weights::Weights;
use crate::{KvCache, ModelError};

/// Source: transformers 4.28.1, `modeling_llama.py`, `LlamaForCausalLM`.
/// Differs: cosines and sines are always made in f32 from the configuration's theta; the
/// checkpoint's rounded `inv_freq` is not read.
#[derive(Clone, Debug)]
pub(crate) struct Decoder {
    config: DecoderConfig,
    device: Device,
    embeddings: Matrix,
    layers: Vec<DecoderLayer>,
    norm: Tensor<1>,
    head: Matrix,
}

#[derive(Clone, Debug)]
struct DecoderLayer {
    attention_norm: Tensor<1>,
    qkv: Matrix,
    out: Matrix,
    mlp_norm: Tensor<1>,
    gate: Matrix,
    up: Matrix,
    down: Matrix,
}

impl Decoder {
    pub(crate) fn load(
        config: &DecoderConfig,
        weights: &mut dyn Weights,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            config: config.clone(),
            device: weights.device(),
            embeddings: weights.matrix("model.embed_tokens.weight")?,
            layers: (0..config.layers)
                .map(|index| DecoderLayer::load(index, weights))
                .collect::<Result<_, _>>()?,
            norm: weights.vector("model.norm.weight")?,
            head: weights.matrix("lm_head.weight")?,
        })
    }

    /// An empty cache for `capacity` positions, more than the model was made for if need be.
    pub(crate) fn new_cache(&self, capacity: usize) -> KvCache {
        let config = &self.config;
        let heads = Heads {
            count: config.heads,
            size: config.head_size(),
        };
        let layers = (0..config.layers).map(|_| LayerCache::new(heads, capacity, &self.device));
        let rope = RopeTable::new(capacity, heads.size, config.rope_theta, &self.device);
        KvCache::new(
            layers.collect(),
            rope,
            DecodeState::new(&self.device),
            capacity,
        )
    }

    /// Rows of the embedding table.
    ///
    /// # Shape
    /// - output: `[ids, D]`
    pub(crate) fn embed(&self, ids: Ids<'_>) -> Tensor<2> {
        embed(ids, &self.embeddings, &self.device)
    }

    /// Runs tokens behind those of the cache, at the positions that its state stands at.
    ///
    /// # Shape
    /// - `x`: `[T, D]`; output: `[T, D]`, before the final norm
    pub(crate) fn forward(&self, x: Tensor<2>, cache: &mut KvCache) -> Tensor<2> {
        let [tokens, _] = x.dims();
        cache.extend(tokens, |layers, rope, state| {
            self.through_layers(x, layers, rope, state)
        })
    }

    /// Runs the token chosen last.
    ///
    /// # Shape
    /// - output: `[1, V]`, its logits
    pub(crate) fn step(&self, cache: &mut KvCache) -> Tensor<2> {
        cache.extend_by_chosen(&self.device, self, |layers, rope, state| {
            let x = self.embed(Ids::Last(state));
            self.logits(self.through_layers(x, layers, rope, state))
        })
    }

    fn through_layers(
        &self,
        x: Tensor<2>,
        caches: &mut [LayerCache],
        rope: &RopeTable,
        state: &DecodeState,
    ) -> Tensor<2> {
        self.layers.iter().zip(caches).fold(x, |x, (layer, cache)| {
            layer.forward(x, self.config.rms_norm_eps, cache, rope, state)
        })
    }

    /// Logits of tokens that have been through the layers.
    ///
    /// # Shape
    /// - `x`: `[T, D]`; output: `[T, V]`
    pub(crate) fn logits(&self, x: Tensor<2>) -> Tensor<2> {
        let around = Around {
            norm: Some((&self.norm, self.config.rms_norm_eps)),
            ..Around::default()
        };
        linear(x, &self.head, around)
    }
}

impl DecoderLayer {
    fn load(index: usize, weights: &mut dyn Weights) -> Result<Self, ModelError> {
        let layer = format!("model.layers.{index}");
        let projections =
            ["q", "k", "v"].map(|name| format!("{layer}.self_attn.{name}_proj.weight"));
        Ok(Self {
            attention_norm: weights.vector(&format!("{layer}.input_layernorm.weight"))?,
            qkv: weights.stacked(&projections)?,
            out: weights.matrix(&format!("{layer}.self_attn.o_proj.weight"))?,
            mlp_norm: weights.vector(&format!("{layer}.post_attention_layernorm.weight"))?,
            gate: weights.matrix(&format!("{layer}.mlp.gate_proj.weight"))?,
            up: weights.matrix(&format!("{layer}.mlp.up_proj.weight"))?,
            down: weights.matrix(&format!("{layer}.mlp.down_proj.weight"))?,
        })
    }

    /// # Shape
    /// - `x`, output: `[T, D]`
    fn forward(
        &self,
        x: Tensor<2>,
        eps: f64,
        cache: &mut LayerCache,
        table: &RopeTable,
        state: &DecodeState,
    ) -> Tensor<2> {
        let norm = Some((&self.attention_norm, eps));
        let qkv = linear(
            x.clone(),
            &self.qkv,
            Around {
                norm,
                ..Around::default()
            },
        );
        let queries = rope(qkv, cache, table, state);
        let attended = cached_attention(queries, cache, state);
        let x = linear(
            attended,
            &self.out,
            Around {
                residual: Some(x),
                ..Around::default()
            },
        );
        let hidden = gated_linear(x.clone(), (&self.mlp_norm, eps), &self.gate, &self.up);
        linear(
            hidden,
            &self.down,
            Around {
                residual: Some(x),
                ..Around::default()
            },
        )
    }
}
