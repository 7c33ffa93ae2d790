//! What of a set is not asked about: counted, and the first ones named.

use roi_data::Skips;
use serde::Serialize;

/// How many are named. A set whose pictures are all missing must not fill the report.
const N_NAMED: usize = 50;

/// Records that are not asked about, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Those that the set's own rules exclude: boxes around crowds, boxes without area …
    pub n_excluded: u64,
    /// Those that are broken.
    pub n_broken: u64,
    /// The first of the broken ones.
    pub broken: Vec<Skip>,
}

/// A record that is passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skip {
    /// The record.
    pub record: String,
    /// What is wrong with it.
    pub reason: String,
}

impl LeftOut {
    pub(crate) fn add_broken(&mut self, record: impl Into<String>, reason: impl ToString) {
        self.n_broken += 1;
        if self.broken.len() < N_NAMED {
            self.broken.push(Skip {
                record: record.into(),
                reason: reason.to_string(),
            });
        }
    }

    /// Adds the entries of a file that could not be read.
    pub(crate) fn add_unread(&mut self, entries: &Skips) {
        for skip in &entries.first {
            self.add_broken(skip.record.clone(), &skip.reason);
        }
        self.n_broken += entries.count - entries.first.len() as u64;
    }

    /// For the error of a set of which nothing remains.
    pub(crate) fn reasons(&self) -> Vec<String> {
        const SHOWN: usize = 3;
        let excluded = (self.n_excluded > 0)
            .then(|| format!("{} excluded by the set's rules", self.n_excluded));
        let broken = (self.n_broken > 0).then(|| format!("{} broken", self.n_broken));
        let first = self.broken.iter().take(SHOWN);
        let first = first.map(|skip| format!("{}: {}", skip.record, skip.reason));
        excluded.into_iter().chain(broken).chain(first).collect()
    }
}
