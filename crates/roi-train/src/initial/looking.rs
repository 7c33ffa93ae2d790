//! A decoder that has learnt nothing and looks at regions.
//!
//! Each head of its first layer looks from every token at the nearest region before it, and hands that region's vector on as it
//! is. Where regions have learnt to speak the language of the head, as by [`crate::Objective::Words`], what is asked about is
//! then at hand wherever an answer is to be said, and the decoder has only to learn when to say it. From plain random layers it
//! has to find out at once where to look, and how to hand on and read what is there; each pays only when the others work, and
//! for thousands of steps none does.

#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use roi_weights::DecoderConfig;

use super::rotation::rotation;
use super::{Draw, INITIALIZER_RANGE, INITIALIZER_WIDTH};
use crate::{Parameters, TrainError};

/// How large a word's vector is beside a norm's output, so that a region that is handed on drowns no word.
const WORD_RANGE: f64 = 0.7;
/// What all words have in common, by which they are told to look: its length beside that of a word's own part.
const COMMON_SHARE: f64 = 0.5;
/// Logit of the attention of a word to the region right before it; other words are around 0. It has to outweigh the hundreds of
/// tokens that a picture takes.
const ATTENTION: f64 = 14.0;
/// How much of what it looks at the first layer hands on, and each later one, which looks at everything alike.
const HANDED_ON: f64 = 0.7;
const HANDED_ON_LATER: f64 = 0.3;
/// Spread of all else in the first layer's attention, and of each layer's last matrix, beside what is usual.
const FAINT: f64 = 0.3;
/// Tokens in which a rotary pair turns once, of those that tell how far a region is: slow enough not to turn over within a
/// question and its answer, fast enough to tell this question's region from the last one's.
const WAVELENGTHS: std::ops::Range<f64> = 60.0..1200.0;

impl Parameters {
    /// The same tower, region extractor, last norm and head with a new decoder between them, words included. `regions` is what
    /// normalised region vectors have in common, their mean, of which only the direction and its share of their length count.
    ///
    /// # Errors
    /// [`TrainError::ValueCount`] when `regions` is not as wide as the decoder.
    pub fn with_looking_decoder(mut self, regions: &[f32], seed: u64) -> Result<Self, TrainError> {
        let decoder = self.config().decoder.clone();
        let width = decoder.hidden;
        if regions.len() != width {
            return Err(TrainError::ValueCount {
                name: "of what regions have in common".to_owned(),
                expected: width,
                found: regions.len(),
            });
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        // Behind the streams of the tensors of a model from nothing.
        random.set_stream(u64::MAX);
        let (of_regions, region_length) = direction(regions);
        let mut of_words = Draw::Normal(1.0).values(width, &mut random);
        remove(&mut of_words, &of_regions);
        let (of_words, _) = direction(&of_words);

        let words = "model.embed_tokens.weight";
        let mut rows = Draw::Normal(WORD_RANGE).values(decoder.vocab_rows * width, &mut random);
        let common = COMMON_SHARE * WORD_RANGE * (width as f64).sqrt();
        for row in rows.chunks_exact_mut(width) {
            remove(row, &of_regions);
            add(row, common as f32, &of_words);
        }
        self.set_values(words, rows)?;

        let usual = INITIALIZER_RANGE * (INITIALIZER_WIDTH / width as f64).sqrt();
        let specs = self.specs().iter();
        let in_layers = specs.filter(|spec| spec.name.starts_with("model.layers."));
        let in_layers: Vec<_> = in_layers.cloned().collect();
        for spec in in_layers {
            let count = spec.shape.iter().product::<u64>() as usize;
            let spread = match &*spec.name {
                name if name.ends_with(".down_proj.weight") => FAINT * usual,
                _ => usual,
            };
            let draw = match spec.shape.len() {
                1 => Draw::Constant(1.0),
                _ => Draw::Normal(spread),
            };
            self.set_values(&spec.name, draw.values(count, &mut random))?;
        }
        for layer in 0..decoder.layers {
            let attention = format!("model.layers.{layer}.self_attn");
            let there = rotation(width, &mut random);
            let share = if layer == 0 {
                HANDED_ON
            } else {
                HANDED_ON_LATER
            };
            let back = (0..width * width)
                .map(|place| share as f32 * there[place % width * width + place / width]);
            self.set_values(&format!("{attention}.o_proj.weight"), back.collect())?;
            self.set_values(&format!("{attention}.v_proj.weight"), there)?;
        }

        let pattern = near(&decoder);
        // Along its direction, a normalised word is this long; a region as long as it is.
        let word_length = (width as f64).sqrt() * COMMON_SHARE / COMMON_SHARE.hypot(1.0);
        let agreement = pattern.iter().map(|p| f64::from(p * p)).sum::<f64>()
            * word_length
            * f64::from(region_length);
        let head_size = decoder.head_size() as f64;
        let gain = (ATTENTION * head_size.sqrt() / agreement).sqrt() as f32;
        for (part, direction) in [("q_proj", &of_words), ("k_proj", &of_regions)] {
            let mut rows = Draw::Normal(FAINT * usual).values(width * width, &mut random);
            for (row, row_pattern) in rows.chunks_exact_mut(width).zip(pattern.iter().cycle()) {
                add(row, gain * row_pattern, direction);
            }
            self.set_values(&format!("model.layers.0.self_attn.{part}.weight"), rows)?;
        }
        Ok(self)
    }
}

/// What queries and keys of a head have in common when the key is near: 1 in the first half of each rotary pair that turns
/// neither too fast nor too slowly, `[head_size]`. Where no pair does, in the slowest.
fn near(decoder: &DecoderConfig) -> Vec<f32> {
    let n_pairs = decoder.head_size() / 2;
    let turns_well = |pair: &usize| {
        let angle = decoder.rope_theta.powf(-(*pair as f64) / n_pairs as f64);
        WAVELENGTHS.contains(&(std::f64::consts::TAU / angle))
    };
    let mut pattern = vec![0.0; 2 * n_pairs];
    let mut pairs: Vec<usize> = (0..n_pairs).filter(turns_well).collect();
    if pairs.is_empty() {
        pairs.push(n_pairs - 1);
    }
    for pair in pairs {
        pattern[pair] = 1.0;
    }
    pattern
}

/// A vector of length 1, and the length.
fn direction(vector: &[f32]) -> (Vec<f32>, f32) {
    let length = vector.iter().map(|a| a * a).sum::<f32>().sqrt();
    (vector.iter().map(|a| a / length).collect(), length)
}

/// Leaves nothing of `vector` along a direction.
fn remove(vector: &mut [f32], direction: &[f32]) {
    let along: f32 = vector.iter().zip(direction).map(|(a, b)| a * b).sum();
    add(vector, -along, direction);
}

fn add(vector: &mut [f32], length: f32, direction: &[f32]) {
    let pairs = vector.iter_mut().zip(direction);
    pairs.for_each(|(a, b)| *a += length * b);
}
