//! Chooses the next token among the likeliest ones.
//!
//! The device hands over at most [`MAX_CANDIDATES`](roi_kernels::ops::sample::MAX_CANDIDATES)
//! tokens, so everything here is small and plain. Temperature, then top-k, then top-p, each on what
//! the one before left, as transformers orders them. The same seed and candidates give the same
//! tokens on every machine.

#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use roi_kernels::ops::sample::{Candidate, SampleError};
use roi_protocol::GenerateOptions;

/// Draws tokens by the options of one answer.
pub(crate) struct Sampler {
    temperature: f64,
    top_k: usize,
    top_p: f64,
    random: ChaCha8Rng,
}

impl Sampler {
    pub(crate) fn new(options: &GenerateOptions) -> Self {
        Self {
            temperature: options.temperature.into(),
            top_k: match options.top_k {
                0 => usize::MAX,
                top_k => top_k as usize,
            },
            top_p: options.top_p.into(),
            random: ChaCha8Rng::seed_from_u64(options.seed),
        }
    }

    /// The next token. At temperature 0 it is the likeliest, the lowest id among equals, and no
    /// random number is used up.
    ///
    /// # Errors
    /// [`SampleError::NotANumber`] if a logit is NaN, none is finite, or there is none.
    pub(crate) fn choose(&mut self, candidates: &[Candidate]) -> Result<u32, SampleError> {
        if candidates.iter().any(|candidate| candidate.logit.is_nan()) {
            return Err(SampleError::NotANumber);
        }
        let mut ranked = candidates.to_vec();
        ranked.sort_by(|a, b| b.logit.total_cmp(&a.logit).then(a.id.cmp(&b.id)));
        let best = match ranked.first() {
            Some(best) if best.logit.is_finite() => *best,
            _ => return Err(SampleError::NotANumber),
        };
        if self.temperature == 0.0 {
            return Ok(best.id);
        }

        ranked.truncate(self.top_k);
        let mut weights: Vec<f64> = ranked
            .iter()
            .map(|candidate| {
                let below_best = f64::from(candidate.logit) - f64::from(best.logit);
                (below_best / self.temperature).exp()
            })
            .collect();
        let needed = self.top_p * weights.iter().sum::<f64>();
        let mut sum = 0.0;
        let reaching = weights.iter().position(|weight| {
            sum += weight;
            sum >= needed
        });
        if let Some(last) = reaching {
            weights.truncate(last + 1);
        }

        let target = self.uniform() * weights.iter().sum::<f64>();
        let mut sum = 0.0;
        let drawn = weights.iter().position(|weight| {
            sum += weight;
            sum > target
        });
        Ok(drawn.map_or(best.id, |index| ranked[index].id))
    }

    /// At least 0, below 1.
    fn uniform(&mut self) -> f64 {
        const STEPS: u64 = 1 << 53;
        (self.random.next_u64() % STEPS) as f64 / STEPS as f64
    }
}
