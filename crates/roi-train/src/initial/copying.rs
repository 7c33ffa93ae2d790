//! Attention that copies what it looks at.

use burn::tensor::{Tensor, TensorData};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::Draw;
use crate::{Parameters, TrainError};

impl Parameters {
    /// Makes the values of each decoder layer's attention a random rotation, and its output the way back: what the heads look at
    /// arrives as it is. A region's vector stands in the language of the head before any layer has learnt anything, so that
    /// looking at it pays from the first step on; by random layers it comes through as noise.
    ///
    /// # Errors
    /// [`TrainError`] when the device fails.
    pub(crate) fn with_copying_attention(mut self, seed: u64) -> Result<Self, TrainError> {
        let width = self.config().decoder.hidden;
        for layer in 0..self.config().decoder.layers {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            // Behind the streams of the tensors themselves.
            random.set_stream(u64::MAX - layer as u64);
            let rotation = rotation(width, &mut random);
            let there = TensorData::new(rotation, [width, width]);
            let there = Tensor::<2>::from_data(there, self.device());
            let attention = format!("model.layers.{layer}.self_attn");
            let back = there.clone().transpose();
            self.set(&format!("{attention}.v_proj.weight"), there)?;
            self.set(&format!("{attention}.o_proj.weight"), back)?;
        }
        Ok(self)
    }
}

/// A random matrix whose rows are orthonormal, `[width, width]`: Gram and Schmidt's method, twice for each row, in f64.
fn rotation(width: usize, random: &mut ChaCha8Rng) -> Vec<f32> {
    let drawn = Draw::Normal(1.0).values(width * width, random);
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(width);
    for drawn in drawn.chunks_exact(width) {
        let mut row: Vec<f64> = drawn.iter().copied().map(f64::from).collect();
        for _ in 0..2 {
            for done in &rows {
                let along: f64 = row.iter().zip(done).map(|(a, b)| a * b).sum();
                row.iter_mut().zip(done).for_each(|(a, b)| *a -= along * b);
            }
        }
        let length = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        row.iter_mut().for_each(|a| *a /= length);
        rows.push(row);
    }
    rows.into_iter().flatten().map(|a| a as f32).collect()
}
