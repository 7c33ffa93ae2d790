//! The CLIP vision tower, up to the last hidden state that is used.

use burn::tensor::{Tensor, TensorData};
use roi_kernels::Matrix;
use roi_kernels::ops::attention::attention;
use roi_kernels::ops::linear::{Activation, Around, linear};
use roi_kernels::ops::rope::Heads;
use roi_weights::VisionConfig;

use crate::ModelError;
use crate::layers::{LayerNorm, Linear};
use crate::weights::Weights;

#[cfg(test)]
mod tests;

/// A pre-norm vision transformer. Blocks behind the image layer, the final LayerNorm and the
/// pooler do not exist here, as nothing uses what they compute.
///
/// Source: transformers 4.28.1, `modeling_clip.py`, `CLIPVisionTransformer`.
#[derive(Clone, Debug)]
pub(crate) struct VisionTower {
    config: VisionConfig,
    patches: Matrix,
    /// The class embedding with its position, `[1, C]`.
    class: Tensor<2>,
    /// Positions of the patches, `[P, C]`.
    positions: Tensor<2>,
    pre_norm: LayerNorm,
    pub(crate) blocks: Vec<Block>,
}

/// One transformer block.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    heads: Heads,
    activation: Activation,
    attention_norm: LayerNorm,
    qkv: Linear,
    out: Linear,
    mlp_norm: LayerNorm,
    up: Linear,
    down: Linear,
}

impl VisionTower {
    pub(crate) fn load(
        config: &VisionConfig,
        weights: &mut dyn Weights,
    ) -> Result<Self, ModelError> {
        let embeddings = "vision_model.embeddings";
        let (n_patches, width) = (config.n_patches(), config.width);
        let class = weights
            .vector(&format!("{embeddings}.class_embedding"))?
            .unsqueeze::<2>();
        let positions = weights.table(&format!("{embeddings}.position_embedding.weight"))?;
        Ok(Self {
            config: config.clone(),
            patches: weights.matrix(&format!("{embeddings}.patch_embedding.weight"))?,
            class: class + positions.clone().slice([0..1, 0..width]),
            positions: positions.slice([1..n_patches + 1, 0..width]),
            pre_norm: LayerNorm::load(weights, "vision_model.pre_layrnorm", config.layer_norm_eps)?,
            blocks: (0..config.image_layer())
                .map(|index| Block::load(config, index, weights))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The hidden states of the pyramid's levels without the class token, the finest level first;
    /// the last of them is also what image tokens are made of.
    ///
    /// # Shape
    /// - `pixels`: `[3, image_size, image_size]`, normalised
    /// - output: `[P, C]` each
    ///
    /// # Panics
    /// When there are not as many pixels as that.
    pub(crate) fn forward(&self, pixels: &[f32]) -> Vec<Tensor<2>> {
        let mut levels = Vec::with_capacity(self.config.n_levels);
        let wanted = self.config.level_layers();
        let mut hidden = self.embed(pixels);
        for layer in 0..=self.config.image_layer() {
            if wanted.contains(&layer) {
                let [positions, width] = hidden.dims();
                levels.push(hidden.clone().slice([1..positions, 0..width]));
            }
            if let Some(block) = self.blocks.get(layer) {
                hidden = block.forward(hidden);
            }
        }
        levels
    }

    /// Hidden state 0: patches and class token with their positions, normalised.
    ///
    /// # Shape
    /// - `pixels`: as in [`VisionTower::forward`]
    /// - output: `[P + 1, C]`
    pub(crate) fn embed(&self, pixels: &[f32]) -> Tensor<2> {
        let (side, patch) = (self.config.image_size, self.config.patch_size);
        let columns = patch_columns(pixels, side, patch);
        let shape = [self.config.n_patches(), 3 * patch * patch];
        let columns = Tensor::from_data(TensorData::new(columns, shape), &self.positions.device());
        let around = Around {
            residual: Some(self.positions.clone()),
            ..Around::default()
        };
        let patches = linear(columns, &self.patches, around);
        self.pre_norm
            .forward(Tensor::cat(vec![self.class.clone(), patches], 0))
    }
}

impl Block {
    fn load(
        config: &VisionConfig,
        index: usize,
        weights: &mut dyn Weights,
    ) -> Result<Self, ModelError> {
        let layer = format!("vision_model.encoder.layers.{index}");
        let projections = ["q", "k", "v"].map(|name| format!("{layer}.self_attn.{name}_proj"));
        let biases = projections
            .iter()
            .map(|name| weights.vector(&format!("{name}.bias")));
        let bias = Tensor::cat(biases.collect::<Result<_, _>>()?, 0);
        let eps = config.layer_norm_eps;
        Ok(Self {
            heads: Heads {
                count: config.heads,
                size: config.head_size(),
            },
            activation: match config.activation {
                roi_weights::Activation::QuickGelu => Activation::QuickGelu,
                roi_weights::Activation::Gelu => Activation::Gelu,
            },
            attention_norm: LayerNorm::load(weights, &format!("{layer}.layer_norm1"), eps)?,
            qkv: Linear {
                weight: weights.stacked(&projections.map(|name| format!("{name}.weight")))?,
                bias,
            },
            out: Linear::load(weights, &format!("{layer}.self_attn.out_proj"))?,
            mlp_norm: LayerNorm::load(weights, &format!("{layer}.layer_norm2"), eps)?,
            up: Linear::load(weights, &format!("{layer}.mlp.fc1"))?,
            down: Linear::load(weights, &format!("{layer}.mlp.fc2"))?,
        })
    }

    /// # Shape
    /// - `x`, output: `[P + 1, C]`
    pub(crate) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let qkv = self
            .qkv
            .forward(self.attention_norm.forward(x.clone()), Activation::None);
        let x = self.out.forward_onto(attention(qkv, self.heads), x);
        let hidden = self
            .up
            .forward(self.mlp_norm.forward(x.clone()), self.activation);
        self.down.forward_onto(hidden, x)
    }
}

/// Each patch as a row, its values in the order of a convolution's weights: channel, row, column.
/// So the patch embedding, a convolution whose stride is its size, is one matrix product.
///
/// # Panics
/// When `pixels` are not `[3, side, side]`.
fn patch_columns(pixels: &[f32], side: usize, patch: usize) -> Vec<f32> {
    assert_eq!(
        pixels.len(),
        3 * side * side,
        "pixels of a [3, {side}, {side}] picture"
    );
    let grid = side / patch;
    let mut columns = Vec::with_capacity(pixels.len());
    for (row, column) in (0..grid * grid).map(|index| (index / grid, index % grid)) {
        for (channel, y) in (0..3 * patch).map(|index| (index / patch, index % patch)) {
            let start = (channel * side + row * patch + y) * side + column * patch;
            columns.extend_from_slice(&pixels[start..start + patch]);
        }
    }
    columns
}
