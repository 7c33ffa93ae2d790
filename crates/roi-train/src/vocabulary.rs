//! A tokenizer for a model that is made from nothing: byte-pair pieces learnt from texts, written as LLaMA's are.
//!
//! A small model needs a small vocabulary, and one that fits what it talks about. The file is the `tokenizer.model` of
//! published checkpoints, so everything that reads those reads this.
//!
//! Source of the algorithm: Sennrich, Haddow and Birch 2016, with SentencePiece's spaces (`▁`), bytes for what has no piece,
//! and LLaMA's single digits.
//! Differs from SentencePiece: letters and other signs never join, and `###` with and without a space before it, which every
//! message of the conversation template starts with, are always pieces.

mod proto;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(crate) use proto::{Kind, Piece, model};

/// What SentencePiece writes for a space, and in front of every run of text.
const SPACE: char = '\u{2581}';
/// Pieces of every vocabulary, in this order, before the bytes.
pub(crate) const CONTROLS: [(&str, Kind); 3] = [
    ("<unk>", Kind::Unknown),
    ("<s>", Kind::Control),
    ("</s>", Kind::Control),
];
/// Joined before all others. Each is made of two before it.
const FORCED: [&str; 3] = ["##", "###", "\u{2581}###"];
/// A join seen once says nothing.
const MIN_COUNT: u64 = 2;
/// Longer pieces learn whole sentences by heart.
const MAX_CHARS: usize = 16;
/// GPT4RoI's tokens behind the pieces, in the order in which the original adds them.
pub(crate) const ADDED: [&str; 6] = [
    "[PAD]",
    "<im_patch>",
    "<bbox>",
    "<point>",
    "<im_start>",
    "<im_end>",
];

/// A vocabulary that was asked to be smaller than what every text needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a vocabulary of {asked} pieces is too small: control tokens, bytes and single characters take {needed}"
)]
pub struct VocabularyTooSmall {
    /// Pieces asked for.
    pub asked: usize,
    /// The least there can be.
    pub needed: usize,
}

/// A vocabulary's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    /// `tokenizer.model`.
    pub model: Vec<u8>,
    /// `added_tokens.json`: tokens that are no pieces, and their ids.
    pub added: BTreeMap<String, u32>,
}

impl Vocabulary {
    /// Learns at most `n_pieces` pieces from texts, each of which counts so many times. Fewer come out when the texts have no
    /// more to join.
    ///
    /// # Errors
    /// [`VocabularyTooSmall`].
    pub fn learn<'a>(
        texts: impl IntoIterator<Item = (&'a str, u64)>,
        n_pieces: usize,
    ) -> Result<Self, VocabularyTooSmall> {
        let words = count_words(texts);
        // Printable ASCII too, whether a text has it or not: people type it.
        let mut characters: BTreeSet<char> = words.keys().flat_map(|word| word.chars()).collect();
        characters.extend((' '..='~').filter(|c| *c != ' '));
        characters.insert(SPACE);
        let n_fixed = CONTROLS.len() + 256 + characters.len();
        let needed = n_fixed + FORCED.len();
        if n_pieces < needed {
            return Err(VocabularyTooSmall {
                asked: n_pieces,
                needed,
            });
        }
        let joined = join(&words, n_pieces - n_fixed);

        let piece = |text: String, kind, score| Piece { text, kind, score };
        let mut pieces: Vec<Piece> = CONTROLS
            .iter()
            .map(|(text, kind)| piece((*text).to_owned(), *kind, 0.0))
            .collect();
        let bytes = (0..=255_u8).map(|byte| piece(format!("<0x{byte:02X}>"), Kind::Byte, 0.0));
        pieces.extend(bytes);
        let characters = characters.into_iter().map(String::from);
        // What was joined earlier is joined first: scores fall along the list.
        for (rank, text) in joined.into_iter().chain(characters).enumerate() {
            pieces.push(piece(text, Kind::Normal, -(rank as f32)));
        }
        let ids = pieces.len() as u32..;
        Ok(Self {
            model: model(&pieces),
            added: ADDED.map(str::to_owned).into_iter().zip(ids).collect(),
        })
    }
}

/// Words and how often they occur, each with the space before it. Line ends stand between words and belong to none.
fn count_words<'a>(texts: impl IntoIterator<Item = (&'a str, u64)>) -> BTreeMap<String, u64> {
    let mut words = BTreeMap::new();
    for (text, times) in texts {
        for word in text.lines().flat_map(|line| line.split(' ')) {
            if !word.is_empty() {
                *words.entry(format!("{SPACE}{word}")).or_insert(0) += times;
            }
        }
    }
    words
}

/// The texts of at most `limit` joined pieces, best first.
fn join(words: &BTreeMap<String, u64>, limit: usize) -> Vec<String> {
    let mut words: Vec<(Vec<String>, u64)> = words
        .iter()
        .map(|(word, count)| (word.chars().map(String::from).collect(), *count))
        .collect();
    let mut joined: Vec<String> = Vec::new();
    for forced in FORCED {
        apply(&mut words, forced);
        joined.push(forced.to_owned());
    }
    while joined.len() < limit {
        let Some(best) = most_frequent(&words) else {
            break;
        };
        apply(&mut words, &best);
        joined.push(best);
    }
    joined
}

/// The text that two neighbours form most often; among equals the first in the alphabet.
fn most_frequent(words: &[(Vec<String>, u64)]) -> Option<String> {
    let mut counts: HashMap<(&str, &str), u64> = HashMap::new();
    for (parts, count) in words {
        for pair in parts.windows(2) {
            *counts.entry((&pair[0], &pair[1])).or_insert(0) += count;
        }
    }
    // Different halves may form the same text.
    let mut texts: BTreeMap<String, u64> = BTreeMap::new();
    for ((left, right), count) in counts {
        if may_join(left, right) {
            *texts.entry(format!("{left}{right}")).or_insert(0) += count;
        }
    }
    let best = texts
        .into_iter()
        .filter(|(_, count)| *count >= MIN_COUNT)
        .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(&a.0)));
    best.map(|(text, _)| text)
}

/// Digits stay single; letters join letters and other signs join other signs, either behind a space.
fn may_join(left: &str, right: &str) -> bool {
    let own = |text: &str| text.chars().find(|c| *c != SPACE).map(char::is_alphabetic);
    let is_alike = match (own(left), own(right)) {
        (Some(left), Some(right)) => left == right,
        _ => true,
    };
    let has_digit = |text: &str| text.chars().any(char::is_numeric);
    let n_chars = left.chars().count() + right.chars().count();
    is_alike && !has_digit(left) && !has_digit(right) && n_chars <= MAX_CHARS
}

/// Joins all neighbours that form `text`, from the left.
fn apply(words: &mut [(Vec<String>, u64)], text: &str) {
    for (parts, _) in words {
        let mut at = 0;
        while at + 1 < parts.len() {
            let forms = text
                .strip_prefix(parts[at].as_str())
                .is_some_and(|rest| rest == parts[at + 1]);
            if forms {
                parts.remove(at + 1);
                text.clone_into(&mut parts[at]);
            }
            at += 1;
        }
    }
}
