//! What was called what: open-vocabulary recognition.
//!
//! Answers are free text, so the labels that are given need not be among the true ones; a table
//! that grows holds both.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

/// How often each true label was answered with each label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Confusion {
    counts: BTreeMap<String, BTreeMap<String, u64>>,
}

/// How one class was recognised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClassScore {
    /// The true label.
    pub label: String,
    /// How many things of this class were asked about.
    pub n: u64,
    /// How many of them were called by their label.
    pub n_right: u64,
    /// How many things of any class were called so.
    pub n_called: u64,
}

impl ClassScore {
    /// The part of the class that was recognised; none of a class that was not asked about.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        part(self.n_right, self.n)
    }

    /// The part of what was called so that is; none of a label that was never given.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        part(self.n_right, self.n_called)
    }
}

/// A wrong answer and how often it was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// The true label.
    pub label: String,
    /// The label that was given.
    pub called: String,
    /// How often.
    pub n: u64,
}

impl Confusion {
    /// Counts one answer.
    pub fn add(&mut self, label: &str, called: &str) {
        let row = self.counts.entry(label.to_owned()).or_default();
        *row.entry(called.to_owned()).or_default() += 1;
    }

    /// How many answers were counted.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.counts.values().flat_map(BTreeMap::values).sum()
    }

    /// How many were right.
    #[must_use]
    pub fn n_right(&self) -> u64 {
        self.counts
            .keys()
            .map(|label| self.count(label, label))
            .sum()
    }

    /// How often things of one label were called by another.
    #[must_use]
    pub fn count(&self, label: &str, called: &str) -> u64 {
        let count = self.counts.get(label).and_then(|row| row.get(called));
        count.copied().unwrap_or(0)
    }

    /// The part that was right; none of nothing.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        part(self.n_right(), self.n())
    }

    /// The true labels, in the order of the alphabet.
    #[must_use]
    pub fn classes(&self) -> Vec<ClassScore> {
        let mut n_called: BTreeMap<&str, u64> = BTreeMap::new();
        for (called, n) in self.counts.values().flatten() {
            *n_called.entry(called).or_default() += n;
        }
        let classes = self.counts.iter().map(|(label, row)| ClassScore {
            label: label.clone(),
            n: row.values().sum(),
            n_right: self.count(label, label),
            n_called: n_called.get(label.as_str()).copied().unwrap_or(0),
        });
        classes.collect()
    }

    /// The mean of the classes' recalls: a rare class counts as much as a common one.
    #[must_use]
    pub fn mean_recall(&self) -> Option<f64> {
        let classes = self.classes();
        let recalls: Vec<f64> = classes.iter().filter_map(ClassScore::recall).collect();
        (!recalls.is_empty()).then(|| recalls.iter().sum::<f64>() / recalls.len() as f64)
    }

    /// Wrong answers, the most frequent first.
    #[must_use]
    pub fn mistakes(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        for (label, row) in &self.counts {
            for (called, &n) in row.iter().filter(|(called, _)| *called != label) {
                mistakes.push(Mistake {
                    label: label.clone(),
                    called: called.clone(),
                    n,
                });
            }
        }
        mistakes.sort_by_key(|mistake| Reverse(mistake.n));
        mistakes
    }
}

fn part(n: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| n as f64 / of as f64)
}
