//! BLEU: how many of a hypothesis' runs of words its references have, with a penalty for brevity.
//!
//! Papineni et al. 2002. Each reference's length counts only if it is the closest to the
//! hypothesis', the shorter of two that are equally close.
//!
//! Source: salaniz/pycocoevalcap 1.2, `bleu/bleu_scorer.py`, `compute_score` with `closest`; the
//! two small constants are its own, and per-item values are visibly shaped by them.

use super::ngrams::{CountedItem, MAX_ORDER, Ngrams};

/// Added to what is divided by.
const SMALL: f64 = 1e-9;
/// Added to what is divided: a caption without words scores almost 0 instead of nothing.
const TINY: f64 = 1e-15;

/// What BLEU is computed from, of one item or added up over many.
#[derive(Clone, Copy, Default)]
struct Matches {
    n_words: usize,
    n_reference_words: usize,
    /// Runs of each order in the hypothesis.
    n_guessed: [u64; MAX_ORDER],
    /// Those that a reference has, each at most as often as one reference has it.
    n_right: [u64; MAX_ORDER],
}

/// BLEU-1 to BLEU-4 of the whole and of each item.
pub(super) fn score(
    items: &[CountedItem],
    ngrams: &Ngrams<'_>,
) -> ([f64; MAX_ORDER], Vec<[f64; MAX_ORDER]>) {
    let mut total = Matches::default();
    let mut each = Vec::with_capacity(items.len());
    for item in items {
        let matches = Matches::of(item, ngrams);
        total.add(&matches);
        each.push(matches.bleu());
    }
    (total.bleu(), each)
}

impl Matches {
    fn of(item: &CountedItem, ngrams: &Ngrams<'_>) -> Self {
        let n_words = item.hypothesis.n_words;
        let lengths = item.references.iter().map(|counts| counts.n_words);
        let closest = lengths.min_by_key(|&length| (length.abs_diff(n_words), length));
        let mut matches = Self {
            n_words,
            n_reference_words: closest.unwrap_or(0),
            ..Self::default()
        };
        for (order_index, n_guessed) in matches.n_guessed.iter_mut().enumerate() {
            *n_guessed = n_words.saturating_sub(order_index) as u64;
        }
        for &(ngram, n) in &item.hypothesis.ngrams {
            let most = item.references.iter().map(|counts| counts.of(ngram)).max();
            let n_right = u64::from(n.min(most.unwrap_or(0)));
            matches.n_right[ngrams.order_index(ngram)] += n_right;
        }
        matches
    }

    fn add(&mut self, other: &Self) {
        self.n_words += other.n_words;
        self.n_reference_words += other.n_reference_words;
        for order_index in 0..MAX_ORDER {
            self.n_guessed[order_index] += other.n_guessed[order_index];
            self.n_right[order_index] += other.n_right[order_index];
        }
    }

    fn bleu(&self) -> [f64; MAX_ORDER] {
        let ratio = (self.n_words as f64 + TINY) / (self.n_reference_words as f64 + SMALL);
        let brevity = if ratio < 1.0 {
            (1.0 - 1.0 / ratio).exp()
        } else {
            1.0
        };
        let mut product = 1.0;
        std::array::from_fn(|order_index| {
            product *= (self.n_right[order_index] as f64 + TINY)
                / (self.n_guessed[order_index] as f64 + SMALL);
            product.powf(1.0 / (order_index + 1) as f64) * brevity
        })
    }
}
