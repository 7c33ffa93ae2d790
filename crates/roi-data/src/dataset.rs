//! What all sets have in common: records by number, and an account of what was left out.

use crate::{DataError, Sample, Visit};

/// How many of the left out are named.
const N_NAMED: usize = 10;

/// A set of records, each of which becomes a [`Sample`] whenever it is looked at.
pub trait Dataset: Send + Sync {
    /// What configurations and reports call the set.
    fn name(&self) -> &'static str;

    /// How many records it has.
    fn len(&self) -> usize;

    /// Whether it has none; no set that was opened is empty.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What reports call a record.
    fn record_name(&self, index: usize) -> String;

    /// The record as it is at this visit.
    ///
    /// # Errors
    /// If the record is broken, or nothing is left of it.
    fn sample(&self, visit: Visit) -> Result<Sample, DataError>;

    /// What was left out when the set was opened.
    fn left_out(&self) -> &LeftOut;
}

/// Records that a set does not have, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Those that the set's own rules exclude: pictures too small, boxes around crowds, captions too short …
    pub n_excluded: u64,
    /// Those that are broken.
    pub broken: Skips,
}

/// Broken records: all counted, the first ones named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Skips {
    /// How many there were.
    pub count: u64,
    /// The first ones.
    pub first: Vec<Skip>,
}

/// A record that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// The record.
    pub record: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Skips {
    pub(crate) fn add(&mut self, record: impl FnOnce() -> String, error: &DataError) {
        self.count += 1;
        if self.first.len() < N_NAMED {
            self.first.push(Skip {
                record: record(),
                reason: error.to_string(),
            });
        }
    }

    /// Adds those of another list.
    pub(crate) fn add_all(&mut self, others: Self) {
        self.count += others.count;
        let n_more = N_NAMED.saturating_sub(self.first.len());
        self.first.extend(others.first.into_iter().take(n_more));
    }
}

impl LeftOut {
    /// The error of a set that has no record because of this.
    pub(crate) fn all_of(self, set: &'static str) -> DataError {
        let excluded = (self.n_excluded > 0)
            .then(|| format!("{} excluded by the set's rules", self.n_excluded));
        let broken = self.broken.first.into_iter();
        let reasons = broken.map(|skip| format!("{}: {}", skip.record, skip.reason));
        DataError::NoRecords {
            set,
            reasons: excluded.into_iter().chain(reasons).collect(),
        }
    }
}
