//! Which examples make up a step. The order is a function of seed, epoch and position, never of what was drawn before, so
//! that a run which starts at any step sees what it would have seen had it never stopped.

#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Streams of random numbers that stand apart from one another, whatever the seed.
const EPOCHS: u64 = 0;
const REPLACEMENTS: u64 = 1 << 63;

/// One example's turn in the stream of all epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Draw {
    /// How many epochs are over. An example drawn in another epoch may look otherwise: its boxes are permuted anew.
    pub epoch: u64,
    /// The example, counted from zero.
    pub index: usize,
}

/// A stream of examples: one epoch's random permutation after the other.
#[derive(Clone, Debug)]
pub struct Order {
    n_examples: usize,
    seed: u64,
    /// The permutation in use.
    epoch: Option<(u64, Vec<usize>)>,
}

impl Order {
    /// The order of `n_examples` under `seed`.
    ///
    /// # Panics
    /// If there are no examples.
    #[must_use]
    pub fn new(n_examples: usize, seed: u64) -> Self {
        assert!(n_examples > 0, "an order of nothing");
        Self {
            n_examples,
            seed,
            epoch: None,
        }
    }

    /// The draw at `position`, counted from zero through all epochs.
    pub fn draw(&mut self, position: u64) -> Draw {
        let n_examples = self.n_examples as u64;
        let (epoch, place) = (position / n_examples, position % n_examples);
        if self.epoch.as_ref().is_none_or(|(drawn, _)| *drawn != epoch) {
            self.epoch = Some((epoch, self.permutation(epoch)));
        }
        let index = self
            .epoch
            .as_ref()
            .map_or(0, |(_, order)| order[place as usize]);
        Draw { epoch, index }
    }

    /// What is learnt from at `position` when the example drawn there cannot be read: any example, another one at each
    /// `attempt`.
    #[must_use]
    pub fn replacement(&self, position: u64, attempt: u64) -> Draw {
        let mut random = self.random(REPLACEMENTS ^ position);
        random.set_word_pos(u128::from(attempt) * 2);
        Draw {
            epoch: position / self.n_examples as u64,
            index: below(&mut random, self.n_examples),
        }
    }

    /// Fisher and Yates's shuffle.
    fn permutation(&self, epoch: u64) -> Vec<usize> {
        let mut random = self.random(EPOCHS ^ epoch);
        let mut order: Vec<usize> = (0..self.n_examples).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, below(&mut random, last + 1));
        }
        order
    }

    fn random(&self, stream: u64) -> ChaCha8Rng {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(stream);
        random
    }
}

/// A number below `limit`. Its bias is below 2⁻³² for any number of examples there can be.
fn below(random: &mut ChaCha8Rng, limit: usize) -> usize {
    let product = u128::from(random.next_u64()) * limit as u128;
    (product >> 64) as usize
}
