//! Random draws of a scene. They use integers and exact divisions only, so that every platform
//! draws the same scene from the same seed.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use crate::split::Split;

/// What a stream of draws is for. Each has its own, so that rewording a caption moves no object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Layout,
    Captions,
    Referring,
    Whole,
    Questions,
    Pointing,
    Reasons,
    Choosing,
    ChoosingNames,
    ChoosingThings,
}

/// A stream of random draws.
#[derive(Clone, Debug)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    pub(crate) fn new(seed: u64, split: Split, purpose: Purpose) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(((purpose as u64) << 1) | u64::from(split == Split::Test));
        Self(random)
    }

    /// A number below `n`, which is not 0. The bias is below 2⁻³² · n.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u64::from(self.0.next_u32()) * n as u64) >> 32) as usize
    }

    /// A whole number from `least` to `most`, both included.
    pub(crate) fn within(&mut self, least: i32, most: i32) -> i32 {
        least + self.below((most - least + 1) as usize) as i32
    }

    /// A number in `[least, most)`.
    pub(crate) fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    /// True `percent` times in a hundred.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        (!of.is_empty()).then(|| &of[self.below(of.len())])
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }

    /// A new seed, for what is drawn pixel by pixel.
    pub(crate) fn seed(&mut self) -> u32 {
        self.0.next_u32()
    }
}
