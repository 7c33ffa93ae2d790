//! The whole model: what looks at the picture, and what reads and writes.

use std::ops::Range;

use burn::tensor::{Int, Tensor};
use roi_geom::BoxNorm;
use roi_kernels::ops::embed::Ids;
use roi_kernels::ops::linear::Activation;
use roi_weights::{ModelConfig, TensorClass};

use crate::decoder::Decoder;
use crate::layers::Linear;
use crate::prompt::{Frame, Span};
use crate::pyramid::Pyramid;
use crate::region::RegionExtractor;
use crate::vision::VisionTower;
use crate::weights::Weights;
use crate::{KvCache, ModelError};

/// What the model keeps of a picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What the decoder reads in the place of the picture, `[P, D]`.
    pub image_tokens: Tensor<2>,
    /// What regions are pooled from, `[C, side_l, side_l]`, finest level first.
    pub pyramid: Vec<Tensor<3>>,
}

/// Everything between pixels and the decoder's input: vision tower, projector, region extractor.
#[derive(Clone, Debug)]
pub struct Eyes {
    pub(crate) tower: VisionTower,
    pub(crate) projector: Linear,
    pub(crate) pyramid: Pyramid,
    pub(crate) regions: RegionExtractor,
}

impl Eyes {
    pub(crate) fn owns(tensor: &str) -> bool {
        matches!(
            TensorClass::of(tensor),
            Some(TensorClass::Vision | TensorClass::Region | TensorClass::Projector)
        )
    }

    pub(crate) fn load(
        config: &ModelConfig,
        weights: &mut dyn Weights,
    ) -> Result<Self, ModelError> {
        Ok(Self {
            tower: VisionTower::load(&config.vision, weights)?,
            projector: Linear::load(weights, "model.mm_projector")?,
            pyramid: Pyramid::load(config, weights)?,
            regions: RegionExtractor::load(config, weights)?,
        })
    }

    /// Everything that depends on the picture alone.
    ///
    /// # Shape
    /// - `pixels`: `[3, image_size, image_size]`, normalised
    ///
    /// # Panics
    /// When there are not as many pixels as that.
    pub fn encode_picture(&self, pixels: &[f32]) -> Picture {
        let hidden = self.tower.forward(pixels);
        // A configuration has at least one level, and the last is the image layer.
        let image = hidden[hidden.len() - 1].clone();
        Picture {
            image_tokens: self.projector.forward(image, Activation::None),
            pyramid: self.pyramid.forward(&hidden),
        }
    }

    /// One vector per box, each dependent on its own box alone. `f16_boxes` rounds boxes as the
    /// original's demo does.
    ///
    /// # Shape
    /// - output: `[R, D]`; without boxes `[0, D]`
    pub fn encode_regions(
        &self,
        picture: &Picture,
        boxes: &[BoxNorm],
        f16_boxes: bool,
    ) -> Tensor<2> {
        self.regions.forward(&picture.pyramid, boxes, f16_boxes)
    }
}

/// GPT4RoI with its weights on a device. Clones share them.
#[derive(Clone, Debug)]
pub struct Gpt4Roi {
    config: ModelConfig,
    eyes: Eyes,
    pub(crate) decoder: Decoder,
    weight_bytes: u64,
    bytes_per_token: u64,
}

impl Gpt4Roi {
    pub(crate) fn new(
        config: ModelConfig,
        eyes: Eyes,
        decoder: Decoder,
        weight_bytes: u64,
        bytes_per_token: u64,
    ) -> Self {
        Self {
            config,
            eyes,
            decoder,
            weight_bytes,
            bytes_per_token,
        }
    }

    /// Every size of the model.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Bytes of the tensors in the package.
    pub fn weight_bytes(&self) -> u64 {
        self.weight_bytes
    }

    /// Bytes of weights that every new token reads: the decoder's layers and the head.
    pub fn bytes_per_token(&self) -> u64 {
        self.bytes_per_token
    }

    /// Launches that a new token takes on a GPU: six a layer, and the embedding, the head and the choice. Each costs about the same
    /// however little it does.
    pub fn launches_per_token(config: &ModelConfig) -> usize {
        6 * config.decoder.layers + 3
    }

    /// The part that looks at the picture.
    pub fn eyes(&self) -> &Eyes {
        &self.eyes
    }

    /// As [`Eyes::encode_picture`].
    ///
    /// # Panics
    /// As there.
    pub fn encode_picture(&self, pixels: &[f32]) -> Picture {
        self.eyes.encode_picture(pixels)
    }

    /// As [`Eyes::encode_regions`].
    pub fn encode_regions(
        &self,
        picture: &Picture,
        boxes: &[BoxNorm],
        f16_boxes: bool,
    ) -> Tensor<2> {
        self.eyes.encode_regions(picture, boxes, f16_boxes)
    }

    /// The embeddings of the tokens `wanted` of a prompt, picture and regions in place.
    /// `ids` is the whole prompt and `regions` has one vector for each of its region tokens, in
    /// order, also where they stand in the part left out.
    ///
    /// # Shape
    /// - `image_tokens`: `[P, D]`; `regions`: `[1, D]` each
    /// - output: `[wanted, D]`
    ///
    /// # Errors
    /// [`ModelError`] when the prompt is malformed, does not fit the regions or has no such tokens.
    ///
    /// # Panics
    /// When `image_tokens` are not this model's.
    pub fn embed_prompt(
        &self,
        ids: &[u32],
        wanted: Range<usize>,
        image_tokens: &Tensor<2>,
        regions: &[Tensor<2>],
    ) -> Result<Tensor<2>, ModelError> {
        let (n_patches, width) = (self.config.vision.n_patches(), self.config.decoder.hidden);
        let vocab_rows = self.config.decoder.vocab_rows;
        assert_eq!(
            image_tokens.dims(),
            [n_patches, width],
            "shape of a picture's tokens"
        );
        let frame = Frame {
            tokens: &self.config.tokens,
            n_patches,
            vocab_rows,
        };
        let spans = frame.spans(ids, wanted, regions.len())?;
        let rows = spans.into_iter().map(|span| match span {
            Span::Text(tokens) => self.decoder.embed(Ids::Known(&ids[tokens])),
            Span::Patches(patches) => image_tokens.clone().slice([patches, 0..width]),
            Span::Region(index) => regions[index].clone(),
        });
        Ok(Tensor::cat(rows.collect(), 0))
    }

    /// The embeddings of words alone.
    ///
    /// # Shape
    /// - output: `[ids, D]`
    ///
    /// # Panics
    /// When an id has no row in the vocabulary.
    pub fn embed_text(&self, ids: &[u32]) -> Tensor<2> {
        self.decoder.embed(Ids::Known(ids))
    }

    /// An empty cache for `capacity` tokens.
    pub fn new_cache(&self, capacity: usize) -> KvCache {
        self.decoder.new_cache(capacity)
    }

    /// Runs a prompt, or the rest of one, behind the tokens in the cache.
    ///
    /// # Shape
    /// - `embeds`: `[T, D]`, T at least 1
    /// - output: `[1, V]`, the logits of the last token
    ///
    /// # Panics
    /// When the cache has no room for it.
    pub fn prefill(&self, embeds: Tensor<2>, cache: &mut KvCache) -> Tensor<2> {
        let [tokens, width] = embeds.dims();
        cache.go_on();
        let hidden = self.decoder.forward(embeds, cache);
        self.decoder
            .logits(hidden.slice([tokens - 1..tokens, 0..width]))
    }

    /// Logits at chosen positions of a whole prompt: what each position says about the token behind
    /// it. Nothing is kept for later.
    ///
    /// # Shape
    /// - `embeds`: `[T, D]`
    /// - output: `[positions, V]`, at least one
    ///
    /// # Panics
    /// When there is no position, or one is not below T.
    pub fn logits_at(&self, embeds: Tensor<2>, positions: &[usize]) -> Tensor<2> {
        let [tokens, _] = embeds.dims();
        self.logits_behind(embeds, positions, &mut self.new_cache(tokens))
    }

    /// The same of the rest of a prompt, behind the tokens in the cache, where it is kept. Positions count from its first token.
    ///
    /// # Panics
    /// Also when the cache has no room for it.
    pub fn logits_behind(
        &self,
        embeds: Tensor<2>,
        positions: &[usize],
        cache: &mut KvCache,
    ) -> Tensor<2> {
        let [tokens, _] = embeds.dims();
        assert!(
            !positions.is_empty() && positions.iter().all(|&position| position < tokens),
            "logits at {positions:?} of {tokens} tokens"
        );
        let wanted: Vec<i32> = positions.iter().map(|&position| position as i32).collect();
        let wanted = Tensor::<1, Int>::from_ints(&wanted[..], &embeds.device());
        cache.go_on();
        let hidden = self.decoder.forward(embeds, cache);
        self.decoder.logits(hidden.select(0, wanted))
    }

    /// What the head reads in vectors, each taken for what the decoder's layers made of a token.
    ///
    /// # Shape
    /// - `vectors`: `[N, D]`
    /// - output: `[N, V]`
    pub fn logits_of(&self, vectors: Tensor<2>) -> Tensor<2> {
        self.decoder.logits(vectors)
    }

    /// Runs the token chosen last.
    ///
    /// # Shape
    /// - output: `[1, V]`, its logits; on a GPU the next step overwrites them
    ///
    /// # Panics
    /// When no token has been chosen since the last one ran, or the cache is full.
    pub fn step(&self, cache: &mut KvCache) -> Tensor<2> {
        self.decoder.step(cache)
    }
}
