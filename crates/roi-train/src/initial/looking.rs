//! A decoder that has learnt nothing and looks at regions.
//!
//! In its first layer, what stands right before a region is handed on to it: the number it is called by. In the second, every
//! word looks at the nearest region before it, at the region it calls by its number, and at those that show what it says; who
//! calls a region is told what it shows, and who says what it shows is told how it is called. In the third, every word looks
//! back at the words that can be said of regions, at numbers, and at the words beside it; in the fourth, at words about the same
//! region. Where regions have learnt to speak the language of the head, as by [`crate::Objective::Words`], what is asked about is
//! then at hand wherever an answer is to be said, and the decoder has only to learn when to say it. From plain random layers it
//! has to find out at once where to look, and how to hand on and read what is there; each pays only when the others work, and
//! for thousands of steps none does.

mod gaze;
#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use roi_weights::DecoderConfig;

use self::gaze::{Gaze, Guide, Marks};
use super::basis::{principal, rotation};
use super::{Draw, INITIALIZER_RANGE, INITIALIZER_WIDTH};
use crate::{Parameters, TrainError};

/// Root mean square of a word's vector beside a norm's output, so that a region that is handed on drowns no word.
const WORD_RANGE: f64 = 0.7;
/// What all words have in common, and those of a kind: the length of each such mark beside that of a word's own part.
const COMMON_SHARE: f64 = 0.5;
/// How much of what it looks at a head hands on that knows where to look, and one that looks at everything alike.
const HANDED_ON: f64 = 0.7;
const HANDED_ON_FAINTLY: f64 = 0.3;
/// Spread of each layer's last matrix, and of all else in attention that knows where to look, beside what is usual.
const FAINT: f64 = 0.3;
const FAINTER: f64 = 0.1;
/// Layers without which no region is found; the third and the fourth look, too, where there are so many.
const N_LAYERS: usize = 2;

/// What examples show of regions, for a decoder that is to look at them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeenRegions {
    /// Regions' vectors, one behind the other, each as wide as the decoder.
    pub vectors: Vec<f32>,
    /// The tokens that regions are called by: those right before them, each once.
    pub names: Vec<u32>,
}

impl Parameters {
    /// The same tower and region extractor with a new decoder behind them, words included. The last norm and the head stay, but
    /// that the head is made to tell words apart that are never said of regions. Regions' vectors are made as long as a norm
    /// leaves them: so they are of a size with words, and the head reads of them what it did.
    ///
    /// # Errors
    /// [`TrainError::ValueCount`] when regions are not as wide as the decoder, [`TrainError::TooFewLayers`] when it has not the
    /// layers to look with.
    pub fn with_looking_decoder(
        mut self,
        seen: &SeenRegions,
        seed: u64,
    ) -> Result<Self, TrainError> {
        let decoder = self.config().decoder.clone();
        let width = decoder.hidden;
        let n_whole = seen.vectors.len() / width;
        if n_whole == 0 || !seen.vectors.len().is_multiple_of(width) {
            return Err(TrainError::ValueCount {
                name: "of region vectors".to_owned(),
                expected: n_whole.max(1) * width,
                found: seen.vectors.len(),
            });
        }
        if decoder.layers < N_LAYERS {
            return Err(TrainError::TooFewLayers {
                needed: N_LAYERS,
                found: decoder.layers,
            });
        }
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        // Behind the streams of the tensors of a model from nothing.
        random.set_stream(u64::MAX);

        let mut own = seen.vectors.clone();
        let range = normalise(&mut own, width, decoder.rms_norm_eps as f32);
        self.scale("model.spi_module.roi_align.updims.weight", 1.0 / range)?;
        self.scale("model.spi_module.roi_align.updims.bias", 1.0 / range)?;
        let common = centre(&mut own, width);
        let regions = unit(&common);

        let differences = principal(&own, width, gaze::n_differences(&decoder), &mut random);
        // Not to be taken for anything that regions show.
        let mut taken = [std::slice::from_ref(&regions), &*differences].concat();
        let [words, said, names] = [(); 3].map(|()| {
            let mut mark = Draw::Normal(1.0).values(width, &mut random);
            taken.iter().for_each(|taken| {
                remove(&mut mark, taken);
            });
            taken.push(unit(&mark));
            unit(&mark)
        });
        let marks = Marks { words, said, names };
        let embedded = self.draw_words(&marks, &regions, &seen.names, &mut random)?;
        let names = seen.names.iter().filter_map(|&name| {
            let at = name as usize * width;
            embedded.get(at..at + width)
        });
        let n_names = decoder.head_size() / 2;
        let names: Vec<f32> = names.take(n_names).flatten().copied().collect();
        let names = principal(&names, width, n_names.min(names.len() / width), &mut random);

        let guide = Guide::new(&decoder, marks, &common, names, differences, &mut random);
        self.draw_layers(&guide, &mut random)?;
        Ok(self)
    }

    /// Words stand for what the head reads as these words, with their marks, and nothing of what regions have in common. What is
    /// handed on of a word is then read as that word, and what a region shows is like the words that are said of it: a question
    /// that names a thing needs no dictionary between both. Whether a word is ever said of regions is most of what the head
    /// knows of it, and would make words one of two: those that are have a mark instead. The head is made to tell the others
    /// apart as clearly. Gives the words' own parts, `[vocab_rows, width]`.
    fn draw_words(
        &mut self,
        marks: &Marks,
        regions: &[f32],
        names: &[u32],
        random: &mut ChaCha8Rng,
    ) -> Result<Vec<f32>, TrainError> {
        let width = regions.len();
        let mut head = self.values("lm_head.weight")?;
        let mut own = head.clone();
        centre(&mut own, width);
        // More is said of what is seen: the greater part along regions tells which of the two.
        let along_regions: Vec<f32> = own
            .chunks_exact_mut(width)
            .map(|row| remove(row, regions))
            .collect();
        let axis = principal(&own, width, 1, random).concat();
        let along: Vec<f32> = own
            .chunks_exact_mut(width)
            .map(|row| remove(row, &axis))
            .collect();
        let agree: f32 = along.iter().zip(&along_regions).map(|(a, b)| a * b).sum();
        let is_said: Vec<bool> = along.iter().map(|a| a * agree > 0.0).collect();

        let n_said = is_said.iter().filter(|said| **said).count();
        let of_said = own.chunks_exact(width).zip(&is_said);
        let lengths = of_said
            .filter(|(_, said)| **said)
            .map(|(row, _)| length(row));
        let usual = lengths.sum::<f32>() / n_said.max(1) as f32;
        let range = (WORD_RANGE * (width as f64).sqrt()) as f32;
        let rows = own.chunks_exact_mut(width);
        for (row, head) in rows.zip(head.chunks_exact_mut(width)) {
            let lacks = usual - length(row);
            row.copy_from_slice(&unit(row));
            add(head, lacks.max(0.0), row);
            for mark in [&marks.words, &marks.said, &marks.names] {
                remove(row, mark);
            }
            row.iter_mut().for_each(|a| *a *= range);
        }
        self.set_values("lm_head.weight", head)?;
        let mut embedded = own.clone();
        let rows = embedded.chunks_exact_mut(width).zip(is_said);
        for ((row, is_said), word) in rows.zip(0..) {
            add(row, COMMON_SHARE as f32 * range, &marks.words);
            if names.contains(&word) {
                add(row, COMMON_SHARE as f32 * range, &marks.names);
            } else if is_said {
                add(row, COMMON_SHARE as f32 * range, &marks.said);
            }
        }
        self.set_values("model.embed_tokens.weight", embedded)?;
        Ok(own)
    }

    /// Layers as of a model from nothing, but for attention, which looks as it is told and hands on what it looks at.
    fn draw_layers(&mut self, guide: &Guide, random: &mut ChaCha8Rng) -> Result<(), TrainError> {
        let usual = self.usual_spread();
        let specs = self.specs().iter();
        let in_layers = specs.filter(|spec| spec.name.starts_with("model.layers."));
        let in_layers: Vec<_> = in_layers.cloned().collect();
        for spec in in_layers {
            let count = spec.shape.iter().product::<u64>() as usize;
            let draw = match spec.shape.len() {
                1 => Draw::Constant(1.0),
                _ if spec.name.ends_with(".down_proj.weight") => Draw::Normal(FAINT * usual),
                _ => Draw::Normal(usual),
            };
            self.set_values(&spec.name, draw.values(count, random))?;
        }
        let DecoderConfig { hidden, heads, .. } = self.config().decoder;
        let head_size = hidden / heads;
        for layer in 0..self.config().decoder.layers {
            let attention = format!("model.layers.{layer}.self_attn");
            let gazes = Gaze::of_layer(layer, heads);
            let mut there = rotation(hidden, &[], random);
            let rows_of_heads = there.chunks_exact_mut(head_size * hidden);
            for ((head, gaze), rows) in gazes.iter().enumerate().zip(rows_of_heads) {
                let first = guide.handed_on(*gaze);
                // Once is enough.
                if !first.is_empty() && !gazes[..head].contains(gaze) {
                    let turned = rotation(hidden, first, random);
                    rows.copy_from_slice(&turned[..rows.len()]);
                }
            }
            let share = |head: usize| match gazes[head] {
                Gaze::Anything => HANDED_ON_FAINTLY,
                _ => HANDED_ON,
            };
            let back = (0..hidden * hidden).map(|at| {
                let (row, column) = (at / hidden, at % hidden);
                share(column / head_size) as f32 * there[column * hidden + row]
            });
            self.set_values(&format!("{attention}.o_proj.weight"), back.collect())?;
            self.set_values(&format!("{attention}.v_proj.weight"), there)?;

            if gazes.iter().all(|gaze| matches!(gaze, Gaze::Anything)) {
                continue;
            }
            let faint = Draw::Normal(FAINTER * usual);
            let mut queries = faint.values(hidden * hidden, random);
            let mut keys = faint.values(hidden * hidden, random);
            let size = head_size * hidden;
            let of_heads = queries
                .chunks_exact_mut(size)
                .zip(keys.chunks_exact_mut(size));
            for (gaze, (queries, keys)) in gazes.iter().zip(of_heads) {
                guide.direct(*gaze, queries, keys);
            }
            self.set_values(&format!("{attention}.q_proj.weight"), queries)?;
            self.set_values(&format!("{attention}.k_proj.weight"), keys)?;
        }
        Ok(())
    }

    /// Multiplies all values of a tensor.
    fn scale(&mut self, name: &str, by: f32) -> Result<(), TrainError> {
        let mut values = self.values(name)?;
        values.iter_mut().for_each(|a| *a *= by);
        self.set_values(name, values)
    }

    /// Spread of the matrices of a model from nothing.
    fn usual_spread(&self) -> f64 {
        INITIALIZER_RANGE * (INITIALIZER_WIDTH / self.config().decoder.hidden as f64).sqrt()
    }
}

/// Gives each vector a root mean square of about 1, and says what it was, in the mean.
fn normalise(vectors: &mut [f32], width: usize, epsilon: f32) -> f32 {
    let n_vectors = vectors.len() / width;
    let mut sum = 0.0;
    for vector in vectors.chunks_exact_mut(width) {
        let mean_square = vector.iter().map(|a| a * a).sum::<f32>() / width as f32;
        let range = (mean_square + epsilon).sqrt();
        vector.iter_mut().for_each(|a| *a /= range);
        sum += range;
    }
    sum / n_vectors as f32
}

/// Takes their mean from all vectors, and gives it.
fn centre(vectors: &mut [f32], width: usize) -> Vec<f32> {
    let share = width as f32 / vectors.len() as f32;
    let mut mean = vec![0.0; width];
    for vector in vectors.chunks_exact(width) {
        add(&mut mean, share, vector);
    }
    for vector in vectors.chunks_exact_mut(width) {
        add(vector, -1.0, &mean);
    }
    mean
}

/// A vector of the same direction and length 1; nothing stays nothing.
fn unit(vector: &[f32]) -> Vec<f32> {
    let length = length(vector).max(f32::MIN_POSITIVE);
    vector.iter().map(|a| a / length).collect()
}

fn length(vector: &[f32]) -> f32 {
    vector.iter().map(|a| a * a).sum::<f32>().sqrt()
}

/// Leaves nothing of `vector` along a direction, and says how much there was.
fn remove(vector: &mut [f32], direction: &[f32]) -> f32 {
    let along: f32 = vector.iter().zip(direction).map(|(a, b)| a * b).sum();
    add(vector, -along, direction);
    along
}

/// Adds another vector so many times.
fn add(vector: &mut [f32], times: f32, other: &[f32]) {
    let pairs = vector.iter_mut().zip(other);
    pairs.for_each(|(a, b)| *a += times * b);
}
