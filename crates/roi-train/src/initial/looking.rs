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

/// Root mean square of a word's vector beside a norm's output, so that a region that is handed on drowns no word.
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
    /// normalised region vectors have in common, their mean.
    ///
    /// # Errors
    /// [`TrainError::ValueCount`] when `regions` is not as wide as the decoder.
    pub fn with_looking_decoder(mut self, regions: &[f32], seed: u64) -> Result<Self, TrainError> {
        let width = self.config().decoder.hidden;
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
        let mut words = Draw::Normal(1.0).values(width, &mut random);
        remove(&mut words, &unit(regions));
        let words = unit(&words);
        self.draw_words(&words, &unit(regions))?;
        self.draw_layers(&mut random)?;
        self.look(&words, regions, &mut random)?;
        Ok(self)
    }

    /// Words stand for what the head reads as these words, with the direction `words` in common and none with regions. What is
    /// handed on of a word is then read as that word, and what a region shows is like the words that are said of it: a question
    /// that names a thing needs no dictionary between both.
    fn draw_words(&mut self, words: &[f32], regions: &[f32]) -> Result<(), TrainError> {
        let width = words.len();
        let mut rows = self.values("lm_head.weight")?;
        let share = width as f32 / rows.len() as f32;
        let mut mean = vec![0.0; width];
        for row in rows.chunks_exact(width) {
            add(&mut mean, share, row);
        }
        let length = (WORD_RANGE * (width as f64).sqrt()) as f32;
        for row in rows.chunks_exact_mut(width) {
            add(row, -1.0, &mean);
            row.copy_from_slice(&unit(row));
            row.iter_mut().for_each(|a| *a *= length);
            remove(row, regions);
            add(row, COMMON_SHARE as f32 * length, words);
        }
        self.set_values("model.embed_tokens.weight", rows)
    }

    /// Layers as of a model from nothing, but for attention that hands on what it looks at.
    fn draw_layers(&mut self, random: &mut ChaCha8Rng) -> Result<(), TrainError> {
        let specs = self.specs().iter();
        let in_layers = specs.filter(|spec| spec.name.starts_with("model.layers."));
        let in_layers: Vec<_> = in_layers.cloned().collect();
        for spec in in_layers {
            let count = spec.shape.iter().product::<u64>() as usize;
            let draw = match spec.shape.len() {
                1 => Draw::Constant(1.0),
                _ if spec.name.ends_with(".down_proj.weight") => {
                    Draw::Normal(FAINT * self.usual_spread())
                }
                _ => Draw::Normal(self.usual_spread()),
            };
            self.set_values(&spec.name, draw.values(count, random))?;
        }
        let width = self.config().decoder.hidden;
        for layer in 0..self.config().decoder.layers {
            let attention = format!("model.layers.{layer}.self_attn");
            let there = rotation(width, random);
            let share = match layer {
                0 => HANDED_ON,
                _ => HANDED_ON_LATER,
            } as f32;
            let back = (0..width * width).map(|at| share * there[at % width * width + at / width]);
            self.set_values(&format!("{attention}.o_proj.weight"), back.collect())?;
            self.set_values(&format!("{attention}.v_proj.weight"), there)?;
        }
        Ok(())
    }

    /// Has all heads of the first layer look from what has the direction `words` at the nearest of what has that of `regions`.
    fn look(
        &mut self,
        words: &[f32],
        regions: &[f32],
        random: &mut ChaCha8Rng,
    ) -> Result<(), TrainError> {
        let width = words.len();
        let pattern = near(&self.config().decoder);
        // How long a normalised word and a normalised region are along their directions.
        let word_length = (width as f64).sqrt() * COMMON_SHARE / COMMON_SHARE.hypot(1.0);
        let region_length = f64::from(length(regions));
        let n_pairs: f64 = pattern.iter().copied().map(f64::from).sum();
        let head_size = self.config().decoder.head_size() as f64;
        let logit = n_pairs * word_length * region_length / head_size.sqrt();
        let gain = (ATTENTION / logit).sqrt() as f32;
        for (part, direction) in [("q_proj", words), ("k_proj", &unit(regions))] {
            let draw = Draw::Normal(FAINT * self.usual_spread());
            let mut rows = draw.values(width * width, random);
            for (row, is_near) in rows.chunks_exact_mut(width).zip(pattern.iter().cycle()) {
                add(row, gain * is_near, direction);
            }
            self.set_values(&format!("model.layers.0.self_attn.{part}.weight"), rows)?;
        }
        Ok(())
    }

    /// Spread of the matrices of a model from nothing.
    fn usual_spread(&self) -> f64 {
        INITIALIZER_RANGE * (INITIALIZER_WIDTH / self.config().decoder.hidden as f64).sqrt()
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

/// A vector of the same direction and length 1; nothing stays nothing.
fn unit(vector: &[f32]) -> Vec<f32> {
    let length = length(vector).max(f32::MIN_POSITIVE);
    vector.iter().map(|a| a / length).collect()
}

fn length(vector: &[f32]) -> f32 {
    vector.iter().map(|a| a * a).sum::<f32>().sqrt()
}

/// Leaves nothing of `vector` along a direction.
fn remove(vector: &mut [f32], direction: &[f32]) {
    let along: f32 = vector.iter().zip(direction).map(|(a, b)| a * b).sum();
    add(vector, -along, direction);
}

/// Adds another vector so many times.
fn add(vector: &mut [f32], times: f32, other: &[f32]) {
    let pairs = vector.iter_mut().zip(other);
    pairs.for_each(|(a, b)| *a += times * b);
}
