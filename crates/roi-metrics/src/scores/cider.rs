//! CIDEr: similarity of runs of words, each weighted by how rare it is among the references.
//!
//! Vedantam et al. 2015. What pycocoevalcap calls CIDEr clips a hypothesis' weights to the
//! reference's and punishes a difference in length, both of which the paper names CIDEr-D; the
//! numbers published for captions are of this kind.
//!
//! Source: salaniz/pycocoevalcap 1.2, `cider/cider_scorer.py`, `compute_cider`. As there, a
//! caption's length in the penalty is its number of word pairs.

use super::ngrams::{CountedItem, Counts, MAX_ORDER, Ngrams};

/// How far apart, in words, lengths may be: the deviation of the bell curve that punishes it.
const SIGMA: f64 = 6.0;
const SCALE: f64 = 10.0;

/// CIDEr of each item.
pub(super) fn score(items: &[CountedItem], ngrams: &Ngrams<'_>) -> Vec<f64> {
    let rarities = rarities(items, ngrams);
    items
        .iter()
        .map(|item| {
            let hypothesis = Weighted::new(&item.hypothesis, &rarities, ngrams);
            let similarities = item.references.iter().map(|reference| {
                let reference = Weighted::new(reference, &rarities, ngrams);
                hypothesis.similarity(&reference, ngrams)
            });
            SCALE * similarities.sum::<f64>() / item.references.len() as f64
        })
        .collect()
}

/// By run, the logarithm of how many times more items there are than items with it.
fn rarities(items: &[CountedItem], ngrams: &Ngrams<'_>) -> Vec<f64> {
    let mut n_items_with = vec![0u32; ngrams.len()];
    let mut seen = Vec::new();
    for item in items {
        seen.clear();
        for reference in &item.references {
            seen.extend(reference.ngrams.iter().map(|&(id, _)| id));
        }
        seen.sort_unstable();
        seen.dedup();
        for &id in &seen {
            n_items_with[id as usize] += 1;
        }
    }
    let log_n = (items.len() as f64).ln();
    n_items_with
        .into_iter()
        .map(|n| log_n - f64::from(n.max(1)).ln())
        .collect()
}

/// A caption as a vector.
struct Weighted {
    /// Runs and their weights, by id.
    weights: Vec<(u32, f64)>,
    norms: [f64; MAX_ORDER],
    n_pairs: usize,
}

impl Weighted {
    fn new(counts: &Counts, rarities: &[f64], ngrams: &Ngrams<'_>) -> Self {
        let mut squares = [0.0; MAX_ORDER];
        let weights = counts.ngrams.iter().map(|&(id, n)| {
            let weight = f64::from(n) * rarities[id as usize];
            squares[ngrams.order_index(id)] += weight * weight;
            (id, weight)
        });
        Self {
            weights: weights.collect(),
            norms: squares.map(f64::sqrt),
            n_pairs: counts.n_words.saturating_sub(1),
        }
    }

    /// The mean over orders, from 0 to 1.
    fn similarity(&self, reference: &Self, ngrams: &Ngrams<'_>) -> f64 {
        let mut products = [0.0; MAX_ORDER];
        for &(id, weight) in &self.weights {
            let found = reference.weights.binary_search_by_key(&id, |&(id, _)| id);
            if let Ok(at) = found {
                let other = reference.weights[at].1;
                products[ngrams.order_index(id)] += weight.min(other) * other;
            }
        }
        let cosines = products
            .into_iter()
            .zip(self.norms.iter().zip(&reference.norms))
            .filter(|(_, (a, b))| **a != 0.0 && **b != 0.0)
            .map(|(product, (a, b))| product / (a * b));
        let apart = self.n_pairs.abs_diff(reference.n_pairs) as f64;
        let penalty = (-apart * apart / (2.0 * SIGMA * SIGMA)).exp();
        cosines.sum::<f64>() / MAX_ORDER as f64 * penalty
    }
}
