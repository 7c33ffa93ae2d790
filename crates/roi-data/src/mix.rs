//! Sets mixed into one endless stream that a single number finds its place in.
//!
//! An epoch is all records that the sets' ratios leave, in an order drawn for it. Nothing is held but that order: a sample is
//! made when its position is asked for. Broken records are passed over, and counted by their set.

#[cfg(test)]
mod tests;

use roi_weights::VisionConfig;

use crate::draw::Draw;
use crate::{DataError, Dataset, LeftOut, Sample, Skips, Visit};

/// What the last word of a key says that chance is used for; a record's visit has 0.
const FOR_SUBSET: u64 = 1;
const FOR_ORDER: u64 = 2;
const FOR_SEED: u64 = 3;

/// The most visits to a record in an epoch: beyond that a ratio is a slip of the pen.
const MAX_RATIO: f64 = 1000.0;

/// A set's part in a mix.
pub struct MixedSet {
    /// The set.
    pub set: Box<dyn Dataset>,
    /// How much of it an epoch has: below 1 a part drawn once, above 1 more than one visit to each record.
    pub ratio: f64,
}

/// Where a position of the stream leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The set, by its number in the mix.
    pub set: usize,
    /// The record, and what it is drawn by.
    pub visit: Visit,
}

/// Sets mixed by ratios and a seed.
pub struct Mix {
    sets: Vec<Entry>,
    seed: u64,
    n_positions: usize,
    /// The epoch last asked for, and its order.
    order: Option<(u64, Vec<usize>)>,
}

struct Entry {
    set: Box<dyn Dataset>,
    /// Records of an epoch; those of a second visit follow all of the first.
    records: Vec<usize>,
    skipped: Skips,
}

impl Mix {
    /// Mixes sets. The same sets, ratios and seed give the same stream.
    ///
    /// # Errors
    /// If there is no set, a ratio is not above 0 and at most 1000, or nothing is left of a set.
    pub fn new(sets: Vec<MixedSet>, seed: u64) -> Result<Self, DataError> {
        let mut entries = Vec::with_capacity(sets.len());
        for (MixedSet { set, ratio }, number) in sets.into_iter().zip(0..) {
            if !(ratio > 0.0 && ratio <= MAX_RATIO) {
                let set = set.name();
                return Err(DataError::Ratio { set, ratio });
            }
            let n_left = (set.len() as f64 * ratio).round() as usize;
            if n_left == 0 {
                return Err(DataError::NothingLeft {
                    set: set.name(),
                    ratio,
                    n_records: set.len(),
                });
            }
            let mut order: Vec<usize> = (0..set.len()).collect();
            Draw::new([seed, number, 0, FOR_SUBSET]).shuffle(&mut order);
            let records = order.iter().copied().cycle().take(n_left).collect();
            entries.push(Entry {
                set,
                records,
                skipped: Skips::default(),
            });
        }
        if entries.is_empty() {
            return Err(DataError::EmptyMix);
        }
        Ok(Self {
            n_positions: entries.iter().map(|entry| entry.records.len()).sum(),
            sets: entries,
            seed,
            order: None,
        })
    }

    /// Positions of an epoch.
    pub fn epoch_len(&self) -> u64 {
        self.n_positions as u64
    }

    /// Where a position leads; any position, in any order.
    pub fn place(&mut self, position: u64) -> Place {
        let epoch = position / self.epoch_len();
        // Below the number of positions, which is one of memory.
        let within = (position % self.epoch_len()) as usize;
        let (seed, n_positions) = (self.seed, self.n_positions);
        let order = match self.order.take() {
            Some((of, order)) if of == epoch => order,
            _ => {
                let mut order: Vec<usize> = (0..n_positions).collect();
                Draw::new([seed, epoch, 0, FOR_ORDER]).shuffle(&mut order);
                order
            }
        };
        let mut at = order[within];
        self.order = Some((epoch, order));
        let mut set = 0;
        while at >= self.sets[set].records.len() {
            at -= self.sets[set].records.len();
            set += 1;
        }
        let entry = &self.sets[set];
        let round = at / entry.set.len();
        let visit = Visit {
            seed: Draw::new([seed, set as u64, round as u64, FOR_SEED]).word(),
            epoch,
            index: entry.records[at],
        };
        Place { set, visit }
    }

    /// The next sample at or behind `position`, which is moved behind it.
    ///
    /// # Errors
    /// The last record's, if a whole epoch has none that is not broken.
    pub fn next(&mut self, position: &mut u64) -> Result<Sample, DataError> {
        self.next_by(position, Ok)
    }

    /// The same with the picture's pixels for the tower, so that a picture that cannot be decoded is passed over too.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub fn next_with_pixels(
        &mut self,
        position: &mut u64,
        vision: &VisionConfig,
    ) -> Result<(Sample, Vec<f32>), DataError> {
        self.next_by(position, |sample| {
            let pixels = sample.pixels(vision)?;
            Ok((sample, pixels))
        })
    }

    fn next_by<T>(
        &mut self,
        position: &mut u64,
        finish: impl Fn(Sample) -> Result<T, DataError>,
    ) -> Result<T, DataError> {
        let mut last = DataError::EmptyMix;
        // Wherever it starts, a stretch of this length holds a whole epoch.
        for _ in 1..2 * self.n_positions {
            let Place { set, visit } = self.place(*position);
            *position = position.wrapping_add(1);
            let Entry { set, skipped, .. } = &mut self.sets[set];
            match set.sample(visit).and_then(&finish) {
                Ok(sample) => return Ok(sample),
                Err(error) => {
                    skipped.add(|| set.record_name(visit.index), &error);
                    last = error;
                }
            }
        }
        Err(last)
    }

    /// For each set its name, what was left out when it was opened, and the visits that found a broken record since.
    pub fn left_out(&self) -> impl Iterator<Item = (&'static str, &LeftOut, &Skips)> {
        let sets = self.sets.iter();
        sets.map(|entry| (entry.set.name(), entry.set.left_out(), &entry.skipped))
    }
}
