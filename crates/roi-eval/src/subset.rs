//! A part of a set: the first records, or a random choice that a seed repeats.
//!
//! The choice depends on seed and ids alone, not on the order of the file, and a larger limit
//! chooses the same records and more: answers given to the smaller part are used again.

#[cfg(test)]
mod tests;

use std::collections::HashSet;

use serde::Serialize;
use sha2::{Digest, Sha256};

/// How much of a set is asked about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Subset {
    /// At most this many records; all without it.
    pub limit: Option<usize>,
    /// Chooses them at random; without it they are the first ones.
    pub seed: Option<u64>,
}

impl Subset {
    /// The chosen records, in the order they came in.
    pub(crate) fn choose<T>(self, mut records: Vec<T>, id: impl Fn(&T) -> String) -> Vec<T> {
        let Some(limit) = self.limit.filter(|&limit| limit < records.len()) else {
            return records;
        };
        let Some(seed) = self.seed else {
            records.truncate(limit);
            return records;
        };
        let rank = |index: usize, record: &T| {
            let hash = Sha256::new()
                .chain_update(seed.to_le_bytes())
                .chain_update(id(record));
            (<[u8; 32]>::from(hash.finalize()), index)
        };
        let mut ranked: Vec<_> = (0..).zip(&records).map(|(i, r)| rank(i, r)).collect();
        ranked.sort_unstable();
        let chosen: HashSet<usize> = ranked[..limit].iter().map(|&(_, index)| index).collect();
        let kept = (0..).zip(records).filter(|(i, _)| chosen.contains(i));
        kept.map(|(_, record)| record).collect()
    }
}
