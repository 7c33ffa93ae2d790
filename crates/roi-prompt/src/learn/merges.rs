//! Byte pair encoding: the most frequent pair of neighbours becomes a piece, again and again.
//!
//! Neighbours are told apart by the text they form, not by where it is cut: SentencePiece joins any
//! two neighbours that form a piece, so `a` `bc` and `ab` `c` are one candidate. After each new
//! piece the stretches that have it are joined on by the very rule that will encode text, and
//! later pieces are counted in what that leaves. Equal counts are settled by length, then by which
//! was seen first in the sorted corpus, so nothing is left to chance.
//!
//! Sennrich et al. 2016; the joining rule is that of google/sentencepiece 02555b8,
//! `src/bpe_model.cc`.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::corpus::Corpus;
use super::{MAX_PIECE_CHARS, MIN_COUNT};

/// Up to `limit` pieces of several characters, best first.
pub(super) fn learn(corpus: &Corpus, limit: usize) -> Vec<String> {
    let mut learner = Learner::new(corpus);
    let mut pieces = Vec::new();
    while pieces.len() < limit
        && let Some(best) = learner.most_frequent()
    {
        learner.add(best);
        pieces.push(learner.symbols[best as usize].text.clone());
    }
    pieces
}

/// The pieces to add after `learned` so that each required one is reached by joining.
///
/// Each is worse than all before it, so it is joined only when nothing else can be, and no text
/// that was one piece is split differently.
pub(super) fn missing(learned: &[String], required: &[String]) -> Vec<String> {
    let ranks = learned.iter().cloned().zip(0..);
    let mut ranks: HashMap<String, usize> = ranks.collect();
    let mut missing = Vec::new();
    for piece in required {
        loop {
            let cuts = joined(piece, &ranks);
            let [_, _, end, ..] = cuts[..] else { break };
            let start = piece[..end].to_owned();
            ranks.insert(start.clone(), learned.len() + missing.len());
            missing.push(start);
        }
    }
    missing
}

/// Where a text is cut after joining: the best-ranked piece that two neighbours form, the leftmost
/// if several do, until none do.
fn joined(text: &str, ranks: &HashMap<String, usize>) -> Vec<usize> {
    let starts = text.char_indices().map(|(at, _)| at);
    let mut cuts: Vec<usize> = starts.chain([text.len()]).collect();
    loop {
        let ranked = (1..cuts.len() - 1).filter_map(|middle| {
            let pair = &text[cuts[middle - 1]..cuts[middle + 1]];
            Some((ranks.get(pair)?, middle))
        });
        match ranked.min() {
            Some((_, middle)) => cuts.remove(middle),
            None => return cuts,
        };
    }
}

/// A text that is a piece, or that two neighbours form.
struct Symbol {
    text: String,
    n_chars: u32,
    /// When it became a piece; characters have none, as nothing is joined into them.
    rank: Option<u32>,
    /// How often neighbours form it.
    n_pairs: u64,
    /// Stretches in which they do, and some in which they did.
    places: Vec<usize>,
}

/// A stretch as the pieces so far split it.
struct Stretch {
    symbols: Vec<u32>,
    count: u64,
}

/// By how often it occurs, then the shorter, then the one seen first.
type Candidate = (u64, Reverse<u32>, Reverse<u32>);

#[derive(Default)]
struct Learner {
    symbols: Vec<Symbol>,
    ids: HashMap<String, u32>,
    /// The symbol that two form.
    joined: HashMap<(u32, u32), u32>,
    stretches: Vec<Stretch>,
    /// Candidates with a count that was right when they were put in.
    queue: BinaryHeap<Candidate>,
    n_pieces: u32,
}

impl Learner {
    fn new(corpus: &Corpus) -> Self {
        let mut learner = Self::default();
        for (text, &count) in &corpus.stretches {
            let symbols = text.chars().map(|c| learner.symbol(c.to_string()));
            let symbols = symbols.collect();
            learner.stretches.push(Stretch { symbols, count });
            learner.count(learner.stretches.len() - 1);
        }
        learner
    }

    fn symbol(&mut self, text: String) -> u32 {
        if let Some(&id) = self.ids.get(&text) {
            return id;
        }
        let id = self.symbols.len() as u32;
        self.ids.insert(text.clone(), id);
        self.symbols.push(Symbol {
            n_chars: text.chars().count() as u32,
            text,
            rank: None,
            n_pairs: 0,
            places: Vec::new(),
        });
        id
    }

    fn join(&mut self, left: u32, right: u32) -> u32 {
        if let Some(&id) = self.joined.get(&(left, right)) {
            return id;
        }
        let [left_text, right_text] = [left, right].map(|id| &self.symbols[id as usize].text);
        let id = self.symbol(format!("{left_text}{right_text}"));
        self.joined.insert((left, right), id);
        id
    }

    /// What neighbours in a stretch form.
    fn pairs(&mut self, stretch: usize) -> Vec<u32> {
        let symbols = self.stretches[stretch].symbols.clone();
        let pairs = symbols.windows(2);
        pairs.map(|pair| self.join(pair[0], pair[1])).collect()
    }

    fn count(&mut self, stretch: usize) {
        let count = self.stretches[stretch].count;
        for id in self.pairs(stretch) {
            let symbol = &mut self.symbols[id as usize];
            symbol.n_pairs += count;
            symbol.places.push(stretch);
            let candidate = (symbol.n_pairs, Reverse(symbol.n_chars), Reverse(id));
            if symbol.n_chars as usize <= MAX_PIECE_CHARS {
                self.queue.push(candidate);
            }
        }
    }

    fn uncount(&mut self, stretch: usize) {
        let count = self.stretches[stretch].count;
        for id in self.pairs(stretch) {
            self.symbols[id as usize].n_pairs -= count;
        }
    }

    /// The candidate to become a piece, if any occurs often enough.
    fn most_frequent(&mut self) -> Option<u32> {
        while let Some((n_pairs, n_chars, Reverse(id))) = self.queue.pop() {
            let now = self.symbols[id as usize].n_pairs;
            if now == n_pairs && now >= MIN_COUNT {
                return Some(id);
            }
            // A count that has grown since stands further up already, and was dealt with.
            if now < n_pairs && now >= MIN_COUNT {
                self.queue.push((now, n_chars, Reverse(id)));
            }
        }
        None
    }

    /// Makes a candidate a piece and joins the neighbours that form it.
    fn add(&mut self, id: u32) {
        let symbol = &mut self.symbols[id as usize];
        symbol.rank = Some(self.n_pieces);
        self.n_pieces += 1;
        let mut places = std::mem::take(&mut symbol.places);
        places.sort_unstable();
        places.dedup();
        for stretch in places {
            self.uncount(stretch);
            self.settle(stretch);
            self.count(stretch);
        }
    }

    /// Joins neighbours that form pieces, the best piece first, until none do.
    fn settle(&mut self, stretch: usize) {
        loop {
            let pairs = self.pairs(stretch);
            let ranked = pairs.iter().enumerate().filter_map(|(at, &id)| {
                let rank = self.symbols[id as usize].rank?;
                Some((rank, at, id))
            });
            let Some((_, at, id)) = ranked.min() else {
                return;
            };
            let symbols = &mut self.stretches[stretch].symbols;
            symbols[at] = id;
            symbols.remove(at + 1);
        }
    }
}
