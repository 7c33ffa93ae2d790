//! Weights of a model that has learnt nothing.
//!
//! Each part is initialised as its original is. A tensor's values follow from the seed and its
//! place in the model alone.
//!
//! Source: transformers 4.28.1, `modeling_clip.py`, `CLIPPreTrainedModel._init_weights`, and
//! `modeling_llama.py`, `LlamaPreTrainedModel._init_weights`, with the defaults of both
//! configurations; jshilong/GPT4RoI 00273ad, `gpt4roi/models/layers.py`, `MLVLROIQueryModule`,
//! whose linear layers LLaMA's initialiser has the last word on.
//! Differs: the projector, which the original takes from a file, is initialised as those are; the decoder's layers have the
//! spread that LLaMA's have at its own width, and a greater one the narrower they are; so have the convolutions of pooled
//! regions, but where all else is given, as in the original's stage 1.

use burn::tensor::Device;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use roi_weights::{ModelConfig, TensorClass, TensorSpec};

use crate::{Parameters, TrainError};

mod basis;
mod looking;
#[cfg(test)]
mod tests;

pub use looking::SeenRegions;

/// Of all linear layers and embeddings that have no rule of their own.
const INITIALIZER_RANGE: f64 = 0.02;
/// Width at which LLaMA's layers have that spread: their outputs are then about as large as their inputs. In a narrow decoder
/// they would be a fraction of them, and attention, whose way from gradient to weight leads through four such layers, would
/// learn nothing for thousands of steps.
const INITIALIZER_WIDTH: f64 = 4096.0;
/// Of the convolutions that pooled regions go through, at the width of the original's pyramid. In a narrow one they would
/// leave hardly anything of a region beside its box's embedding.
const POOLED_RANGE: f64 = 0.01;
const POOLED_WIDTH: f64 = 1024.0;

/// Where a tensor's values come from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Draw {
    /// All the same.
    Constant(f32),
    /// Normal around 0 with this standard deviation.
    Normal(f64),
    /// Uniform between the negative of this and this.
    Uniform(f64),
}

impl Parameters {
    /// Weights to start from nothing with. The same seed gives the same weights on every machine.
    ///
    /// # Errors
    /// [`TrainError::Config`] when no model has this configuration.
    pub fn initial(config: &ModelConfig, seed: u64, device: &Device) -> Result<Self, TrainError> {
        Self::drawn(config, seed, device, |spec| draw(spec, config))
    }

    /// The same for a model whose tower and decoder have learnt already: its region extractor starts as the original's does,
    /// whatever its width.
    ///
    /// # Errors
    /// As [`Self::initial`].
    pub(crate) fn initial_beside_learnt(
        config: &ModelConfig,
        seed: u64,
        device: &Device,
    ) -> Result<Self, TrainError> {
        Self::drawn(config, seed, device, |spec| match is_pooled(spec) {
            true => Draw::Normal(POOLED_RANGE),
            false => draw(spec, config),
        })
    }

    fn drawn(
        config: &ModelConfig,
        seed: u64,
        device: &Device,
        draw: impl Fn(&TensorSpec) -> Draw,
    ) -> Result<Self, TrainError> {
        let mut stream = 0;
        Self::new(config, device, |spec| {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(stream);
            stream += 1;
            let count = spec.shape.iter().product::<u64>() as usize;
            Ok(draw(spec).values(count, &mut random))
        })
    }
}

impl Draw {
    fn values(self, count: usize, random: &mut ChaCha8Rng) -> Vec<f32> {
        match self {
            Self::Constant(value) => vec![value; count],
            Self::Uniform(bound) => (0..count)
                .map(|_| ((2.0 * uniform(random) - 1.0) * bound) as f32)
                .collect(),
            Self::Normal(deviation) => {
                // Box and Muller's method gives two at a time.
                let pairs = (0..count.div_ceil(2)).flat_map(|_| {
                    let radius = (-2.0 * (1.0 - uniform(random)).ln()).sqrt();
                    let angle = std::f64::consts::TAU * uniform(random);
                    [radius * angle.cos(), radius * angle.sin()]
                });
                pairs
                    .take(count)
                    .map(|value| (value * deviation) as f32)
                    .collect()
            }
        }
    }
}

/// A number in 0..1, with 53 bits.
fn uniform(random: &mut ChaCha8Rng) -> f64 {
    (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

fn draw(spec: &TensorSpec, config: &ModelConfig) -> Draw {
    let name = &*spec.name;
    match TensorClass::of(name) {
        Some(TensorClass::Vision) => vision(spec, config),
        Some(TensorClass::Region) => region(spec),
        _ if name.ends_with(".bias") => Draw::Constant(0.0),
        // Of one dimension are the RMSNorms.
        _ if spec.shape.len() == 1 => Draw::Constant(1.0),
        Some(TensorClass::Decoder) => {
            let width = config.decoder.hidden as f64;
            Draw::Normal(INITIALIZER_RANGE * (INITIALIZER_WIDTH / width).sqrt())
        }
        _ => Draw::Normal(INITIALIZER_RANGE),
    }
}

fn vision(spec: &TensorSpec, config: &ModelConfig) -> Draw {
    let name = &*spec.name;
    let width = config.vision.width as f64;
    let (per_width, per_depth) = (
        width.sqrt().recip(),
        (2.0 * config.vision.layers as f64).sqrt().recip(),
    );
    if name.ends_with(".class_embedding") {
        Draw::Normal(per_width)
    } else if name.ends_with(".bias") {
        Draw::Constant(0.0)
    } else if spec.shape.len() == 1 {
        Draw::Constant(1.0)
    } else if name.ends_with(".out_proj.weight") {
        Draw::Normal(per_width)
    } else if name.contains(".self_attn.") || name.ends_with(".fc2.weight") {
        Draw::Normal(per_width * per_depth)
    } else if name.ends_with(".fc1.weight") {
        Draw::Normal((2.0 * width).sqrt().recip())
    } else {
        Draw::Normal(INITIALIZER_RANGE)
    }
}

/// Whether it is the weight of a convolution that pooled regions go through.
fn is_pooled(spec: &TensorSpec) -> bool {
    spec.name.contains(".pconvs.") && spec.name.ends_with(".weight")
}

fn region(spec: &TensorSpec) -> Draw {
    let name = &*spec.name;
    if name.contains(".input_conv.") {
        // The default of PyTorch's convolutions, for weight and bias alike.
        return Draw::Uniform(input_channels(spec).sqrt().recip());
    }
    if name.ends_with(".bias") {
        return Draw::Constant(0.0);
    }
    match spec.shape[..] {
        [_] => Draw::Constant(1.0),
        [outputs, _, height, width] if name.contains(".fuse_convs.") => {
            // Kaiming's, by the fan out, for ReLU.
            Draw::Normal((2.0 / (outputs * height * width) as f64).sqrt())
        }
        [_, inputs, _, _] => Draw::Normal(POOLED_RANGE * (POOLED_WIDTH / inputs as f64).sqrt()),
        _ => Draw::Normal(INITIALIZER_RANGE),
    }
}

/// What an input convolution reads, from the shape of its weight or of its bias.
fn input_channels(spec: &TensorSpec) -> f64 {
    match spec.shape[..] {
        [_, inputs, _, _] => inputs as f64,
        // Two more than it writes: the coordinates.
        [outputs] => (outputs + 2) as f64,
        _ => 1.0,
    }
}
