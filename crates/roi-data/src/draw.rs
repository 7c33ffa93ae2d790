//! Chance that can be repeated: what is drawn for a record depends on the seed, the epoch and the record, and on nothing else.

#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// One look at one record. The same visit gives the same sample, in whatever order records are visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The run's.
    pub seed: u64,
    /// How often the set has been gone through before.
    pub epoch: u64,
    /// The record, counted from zero.
    pub index: usize,
}

impl Visit {
    /// The visit's own source of chance, from its start.
    pub(crate) fn draw(self) -> Draw {
        Draw::new([self.seed, self.epoch, self.index as u64, 0])
    }
}

/// A source of chance.
pub(crate) struct Draw(ChaCha8Rng);

impl Draw {
    /// Different keys give independent sources.
    pub(crate) fn new(key: [u64; 4]) -> Self {
        let mut seed = [0; 32];
        for (bytes, word) in seed.chunks_exact_mut(8).zip(key) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Self(ChaCha8Rng::from_seed(seed))
    }

    /// 64 bits.
    pub(crate) fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// One of `0..n`, all alike; 0 where there is none.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        // The upper half of a product: uneven by less than one in 2^64 / n.
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// Heads or tails.
    pub(crate) fn is_heads(&mut self) -> bool {
        self.below(2) == 1
    }

    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.below(choices.len()))
    }

    pub(crate) fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}
