//! Every size of the model. A package's manifest carries one, and nothing else in the project knows a size of its own.
//!
//! It comes from outside, so [`ModelConfig::check`] refuses what the model cannot be built from before anything multiplies
//! two of these numbers.

use serde::{Deserialize, Serialize};

#[cfg(test)]
mod tests;

/// No size of a model reaches this. It keeps products of two sizes within 40 bits.
const SIZE_LIMIT: usize = 1 << 20;
/// Levels double the side of the finest map, so few are possible.
const MAX_LEVELS: usize = 8;

/// What the model is built from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelConfig {
    /// The CLIP vision tower and which of its layers are used.
    pub vision: VisionConfig,
    /// The region feature extractor.
    pub region: RegionConfig,
    /// The LLaMA decoder.
    pub decoder: DecoderConfig,
    /// Ids of the tokens the program itself must know.
    pub tokens: TokenIds,
}

/// Activation of the vision tower's MLPs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `x · σ(1.702 x)`, OpenAI's CLIP.
    QuickGelu,
    /// `x · Φ(x)` with the error function.
    Gelu,
}

/// A CLIP vision transformer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VisionConfig {
    /// Side of the square input in pixels.
    pub image_size: usize,
    /// Side of a patch in pixels.
    pub patch_size: usize,
    /// Width C of the hidden states.
    pub width: usize,
    /// Layers of the tower. Those behind the last one used are neither stored nor run.
    pub layers: usize,
    /// Attention heads.
    pub heads: usize,
    /// Hidden width of the MLPs.
    pub mlp_width: usize,
    /// Activation of the MLPs.
    pub activation: Activation,
    /// Epsilon of every LayerNorm.
    pub layer_norm_eps: f64,
    /// Mean of the pixels, RGB, of values in 0..=1.
    pub image_mean: [f32; 3],
    /// Standard deviation of the pixels, RGB.
    pub image_std: [f32; 3],
    /// Index into the `layers + 1` hidden states, negative from the end, whose patches become image tokens.
    pub select_layer: i64,
    /// Hidden states between one pyramid level and the next.
    pub level_step: usize,
    /// Pyramid levels.
    pub n_levels: usize,
}

/// The region feature extractor, `model.spi_module` in checkpoints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegionConfig {
    /// Channels of the pyramid. In the original as many as the vision width; a small model can do with fewer.
    pub width: usize,
    /// Cross-level fusions in a row.
    pub n_fusions: usize,
    /// Groups of each GroupNorm.
    pub group_norm_groups: usize,
    /// Epsilon of each GroupNorm.
    pub group_norm_eps: f64,
    /// Bins along each side of a pooled region.
    pub roi_size: usize,
    /// Samples along each side of a bin.
    pub sampling_ratio: usize,
    /// Width of a region between `flatten_linear` and `updims`.
    pub mid_width: usize,
    /// Hidden width of the box embedding.
    pub position_hidden: usize,
    /// Epsilon of the box embedding's LayerNorms.
    pub layer_norm_eps: f64,
}

/// A LLaMA decoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecoderConfig {
    /// Model width D.
    pub hidden: usize,
    /// Layers.
    pub layers: usize,
    /// Attention heads; keys and values have as many.
    pub heads: usize,
    /// Hidden width of the MLPs.
    pub ffn: usize,
    /// Epsilon of every RMSNorm.
    pub rms_norm_eps: f64,
    /// Base of the rotary embedding's wavelengths.
    pub rope_theta: f64,
    /// Longest sequence the model was made for.
    pub max_positions: usize,
    /// Rows of the embedding table and of the head.
    pub vocab_rows: usize,
}

/// Ids of the tokens the program itself must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenIds {
    /// Beginning of sequence.
    pub bos: u32,
    /// End of sequence: stops an answer.
    pub eos: u32,
    /// Padding, where the vocabulary has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pad: Option<u32>,
    /// Stands where an image token goes.
    pub im_patch: u32,
    /// Before the image tokens.
    pub im_start: u32,
    /// Behind the image tokens.
    pub im_end: u32,
    /// Stands where a region's vector goes.
    pub bbox: u32,
    /// Ids besides `eos` that stop an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<u32>,
}

/// A configuration that no model can be built from.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A size outside what any model has.
    #[error("{name} is {value}, which is not in {min}..={max}")]
    Size {
        /// The field, as in `vision.width`.
        name: &'static str,
        /// Its value.
        value: usize,
        /// Least value allowed.
        min: usize,
        /// Greatest value allowed.
        max: usize,
    },
    /// A size that another one must divide.
    #[error("{name} is {value}, which is not a multiple of {divisor_name} ({divisor})")]
    NotMultiple {
        /// The field.
        name: &'static str,
        /// Its value.
        value: usize,
        /// What must divide it.
        divisor_name: &'static str,
        /// That number.
        divisor: usize,
    },
    /// A real number that must be finite and above zero.
    #[error("{name} is {value}, which is not a positive number")]
    NotPositive {
        /// The field.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A real number that must be finite.
    #[error("{name} is {value}, which is not a number")]
    NotFinite {
        /// The field.
        name: &'static str,
        /// Its value.
        value: f64,
    },
    /// A selection of layers the tower does not have.
    #[error(
        "select_layer {select_layer} with {n_levels} levels {level_step} apart leaves the {hidden_states} hidden states"
    )]
    Layers {
        /// The image layer asked for.
        select_layer: i64,
        /// Levels asked for.
        n_levels: usize,
        /// Distance between levels.
        level_step: usize,
        /// Hidden states there are.
        hidden_states: usize,
    },
    /// A token id without a row in the vocabulary.
    #[error("token {name} has id {id}, but the vocabulary has {vocab_rows} rows")]
    TokenId {
        /// The token.
        name: &'static str,
        /// Its id.
        id: u32,
        /// Rows there are.
        vocab_rows: usize,
    },
}

impl ModelConfig {
    /// Checks that a model can be built from this.
    ///
    /// # Errors
    /// The first [`ConfigError`] found.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.vision.check()?;
        self.region.check()?;
        self.decoder.check()?;
        self.tokens.check(self.decoder.vocab_rows)
    }

    /// Side of pyramid level `level` (0 is the finest), in cells.
    ///
    /// # Panics
    /// If the model has no such level.
    #[must_use]
    pub fn level_side(&self, level: usize) -> usize {
        assert!(
            level < self.vision.n_levels,
            "level {level} of {}",
            self.vision.n_levels
        );
        self.vision.grid() << (self.vision.n_levels - 1 - level)
    }
}

impl VisionConfig {
    /// The hidden state whose patches become image tokens; the tower runs this many layers.
    ///
    /// `select_layer` counts through the `layers + 1` hidden states, −1 being the last.
    #[must_use]
    pub fn image_layer(&self) -> usize {
        self.selected_layer().unwrap_or(self.layers)
    }

    /// The hidden states that feed the pyramid, ascending, the finest level first.
    ///
    /// Source: jshilong/GPT4RoI 00273ad, `gpt4roi/models/spi_llava.py`, `SPILlavaLlamaModel.forward`: steps of
    /// `level_step` backwards from the image layer.
    #[must_use]
    pub fn level_layers(&self) -> Vec<usize> {
        (0..self.n_levels)
            .rev()
            .map(|back| self.image_layer().saturating_sub(back * self.level_step))
            .collect()
    }

    /// Patches along one side of the picture.
    #[must_use]
    pub fn grid(&self) -> usize {
        self.image_size / self.patch_size
    }

    /// Patches of the picture, which is the number of image tokens.
    #[must_use]
    pub fn n_patches(&self) -> usize {
        self.grid() * self.grid()
    }

    /// Width of one attention head.
    #[must_use]
    pub fn head_size(&self) -> usize {
        self.width / self.heads
    }

    fn selected_layer(&self) -> Option<usize> {
        let hidden_states = i64::try_from(self.layers).ok()?.checked_add(1)?;
        let index = if self.select_layer < 0 {
            hidden_states.checked_add(self.select_layer)?
        } else {
            self.select_layer
        };
        (0..hidden_states)
            .contains(&index)
            .then(|| usize::try_from(index).ok())?
    }

    fn check(&self) -> Result<(), ConfigError> {
        size("vision.image_size", self.image_size, 1, 1 << 14)?;
        size("vision.patch_size", self.patch_size, 1, self.image_size)?;
        multiple(
            "vision.image_size",
            self.image_size,
            "vision.patch_size",
            self.patch_size,
        )?;
        // One patch along a side would leave nothing to interpolate between.
        size("vision.image_size / vision.patch_size", self.grid(), 2, 256)?;
        size("vision.width", self.width, 1, SIZE_LIMIT)?;
        size("vision.layers", self.layers, 1, 1 << 10)?;
        size("vision.heads", self.heads, 1, self.width)?;
        multiple("vision.width", self.width, "vision.heads", self.heads)?;
        head_size("vision.width / vision.heads", self.head_size())?;
        size("vision.mlp_width", self.mlp_width, 1, SIZE_LIMIT)?;
        positive("vision.layer_norm_eps", self.layer_norm_eps)?;
        for (mean, std) in self.image_mean.into_iter().zip(self.image_std) {
            finite("vision.image_mean", f64::from(mean))?;
            positive("vision.image_std", f64::from(std))?;
        }
        size("vision.n_levels", self.n_levels, 1, MAX_LEVELS)?;
        size("vision.level_step", self.level_step, 1, 1 << 10)?;
        let deepest = (self.n_levels - 1) * self.level_step;
        match self.selected_layer() {
            Some(layer) if layer >= deepest => Ok(()),
            _ => Err(ConfigError::Layers {
                select_layer: self.select_layer,
                n_levels: self.n_levels,
                level_step: self.level_step,
                hidden_states: self.layers + 1,
            }),
        }
    }
}

impl RegionConfig {
    fn check(&self) -> Result<(), ConfigError> {
        size("region.width", self.width, 1, SIZE_LIMIT)?;
        multiple("region.width", self.width, "the quarters of a fusion", 4)?;
        size("region.n_fusions", self.n_fusions, 0, 64)?;
        size(
            "region.group_norm_groups",
            self.group_norm_groups,
            1,
            self.width,
        )?;
        multiple(
            "region.width",
            self.width,
            "region.group_norm_groups",
            self.group_norm_groups,
        )?;
        positive("region.group_norm_eps", self.group_norm_eps)?;
        size("region.roi_size", self.roi_size, 1, 256)?;
        size("region.sampling_ratio", self.sampling_ratio, 1, 64)?;
        size("region.mid_width", self.mid_width, 1, SIZE_LIMIT)?;
        size(
            "region.position_hidden",
            self.position_hidden,
            1,
            SIZE_LIMIT,
        )?;
        positive("region.layer_norm_eps", self.layer_norm_eps)
    }
}

impl DecoderConfig {
    /// Width of one attention head.
    #[must_use]
    pub fn head_size(&self) -> usize {
        self.hidden / self.heads
    }

    fn check(&self) -> Result<(), ConfigError> {
        size("decoder.hidden", self.hidden, 1, SIZE_LIMIT)?;
        size("decoder.layers", self.layers, 1, 1 << 10)?;
        size("decoder.heads", self.heads, 1, self.hidden)?;
        multiple("decoder.hidden", self.hidden, "decoder.heads", self.heads)?;
        head_size("decoder.hidden / decoder.heads", self.head_size())?;
        size("decoder.ffn", self.ffn, 1, SIZE_LIMIT)?;
        positive("decoder.rms_norm_eps", self.rms_norm_eps)?;
        positive("decoder.rope_theta", self.rope_theta)?;
        size("decoder.max_positions", self.max_positions, 1, SIZE_LIMIT)?;
        size("decoder.vocab_rows", self.vocab_rows, 1, 1 << 24)
    }
}

impl TokenIds {
    fn check(&self, vocab_rows: usize) -> Result<(), ConfigError> {
        let named = [
            ("bos", self.bos),
            ("eos", self.eos),
            ("im_patch", self.im_patch),
            ("im_start", self.im_start),
            ("im_end", self.im_end),
            ("bbox", self.bbox),
        ];
        let pad = self.pad.map(|id| ("pad", id));
        let stop = self.stop.iter().map(|id| ("stop", *id));
        for (name, id) in named.into_iter().chain(pad).chain(stop) {
            if usize::try_from(id).map_or(true, |row| row >= vocab_rows) {
                return Err(ConfigError::TokenId {
                    name,
                    id,
                    vocab_rows,
                });
            }
        }
        Ok(())
    }
}

fn size(name: &'static str, value: usize, min: usize, max: usize) -> Result<(), ConfigError> {
    if (min..=max).contains(&value) {
        return Ok(());
    }
    Err(ConfigError::Size {
        name,
        value,
        min,
        max,
    })
}

/// Heads are read four values at a time, and the attention kernels keep a whole head's row in registers.
fn head_size(name: &'static str, value: usize) -> Result<(), ConfigError> {
    size(name, value, 4, 128)?;
    multiple(name, value, "what is read at a time", 4)
}

fn multiple(
    name: &'static str,
    value: usize,
    divisor_name: &'static str,
    divisor: usize,
) -> Result<(), ConfigError> {
    if value.is_multiple_of(divisor) {
        return Ok(());
    }
    Err(ConfigError::NotMultiple {
        name,
        value,
        divisor_name,
        divisor,
    })
}

fn finite(name: &'static str, value: f64) -> Result<(), ConfigError> {
    if value.is_finite() {
        return Ok(());
    }
    Err(ConfigError::NotFinite { name, value })
}

fn positive(name: &'static str, value: f64) -> Result<(), ConfigError> {
    if value.is_finite() && value > 0.0 {
        return Ok(());
    }
    Err(ConfigError::NotPositive { name, value })
}
