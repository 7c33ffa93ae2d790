//! Runs of one to four words as numbers, and how often each occurs in a caption.
//!
//! BLEU and CIDEr ask for the same counts, so they are made once. A word is one number and a run of
//! words another; nothing after this compares strings.

use std::collections::HashMap;

use crate::captions::Pair;
use crate::space::is_space;

/// The longest run that is counted.
pub(super) const MAX_ORDER: usize = 4;

/// Fills the places of a run shorter than four; no word has this number.
const NO_WORD: u32 = u32::MAX;

/// All words and runs of words seen so far.
#[derive(Default)]
pub(super) struct Ngrams<'a> {
    words: HashMap<&'a str, u32>,
    ids: HashMap<[u32; MAX_ORDER], u32>,
    /// By id, the number of words less one.
    order_indices: Vec<u8>,
}

/// The counts of one caption.
pub(super) struct Counts {
    pub(super) n_words: usize,
    /// Runs and how often they occur, by id.
    pub(super) ngrams: Vec<(u32, u32)>,
}

impl Counts {
    /// How often a run occurs.
    pub(super) fn of(&self, ngram: u32) -> u32 {
        let found = self.ngrams.binary_search_by_key(&ngram, |&(id, _)| id);
        found.map_or(0, |at| self.ngrams[at].1)
    }
}

/// The counts of one item.
pub(super) struct CountedItem {
    pub(super) hypothesis: Counts,
    pub(super) references: Vec<Counts>,
}

impl<'a> Ngrams<'a> {
    pub(super) fn count_item(&mut self, pair: &Pair<'a>) -> CountedItem {
        CountedItem {
            hypothesis: self.count(pair.hypothesis),
            references: pair
                .references
                .iter()
                .map(|text| self.count(text))
                .collect(),
        }
    }

    /// How many different runs there are.
    pub(super) fn len(&self) -> usize {
        self.order_indices.len()
    }

    /// The number of words of a run, less one.
    pub(super) fn order_index(&self, ngram: u32) -> usize {
        self.order_indices[ngram as usize].into()
    }

    fn count(&mut self, text: &'a str) -> Counts {
        let mut words = Vec::new();
        for word in text.split(is_space).filter(|word| !word.is_empty()) {
            let next = self.words.len() as u32;
            words.push(*self.words.entry(word).or_insert(next));
        }
        let mut ids = Vec::with_capacity(words.len() * MAX_ORDER);
        for start in 0..words.len() {
            let mut key = [NO_WORD; MAX_ORDER];
            for (order_index, &word) in words[start..].iter().take(MAX_ORDER).enumerate() {
                key[order_index] = word;
                let next = self.ids.len() as u32;
                let id = *self.ids.entry(key).or_insert(next);
                if id == next {
                    self.order_indices.push(order_index as u8);
                }
                ids.push(id);
            }
        }
        ids.sort_unstable();
        let runs = ids.chunk_by(|a, b| a == b);
        Counts {
            n_words: words.len(),
            ngrams: runs.map(|run| (run[0], run.len() as u32)).collect(),
        }
    }
}
