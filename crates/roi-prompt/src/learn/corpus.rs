//! Texts cut into the stretches that a piece may cover, and how often each occurs.
//!
//! Learning looks at different stretches, of which there are few, and not at the texts. Both maps
//! are sorted, so nothing depends on the order in which texts come.

use std::collections::{BTreeMap, BTreeSet};

use super::MIN_COUNT;
use crate::tokenizer::SPACE;

/// What is learned from.
pub(super) struct Corpus {
    /// Characters that are pieces: those that occur more than once, and those of required pieces.
    pub(super) chars: BTreeSet<char>,
    /// Stretches and how often they occur. A stretch with a rare character in it is cut there,
    /// since that character is bytes.
    pub(super) stretches: BTreeMap<String, u64>,
}

impl Corpus {
    pub(super) fn new(texts: impl Iterator<Item = String>, required: &[String]) -> Self {
        let mut stretches: BTreeMap<String, u64> = BTreeMap::new();
        for text in texts.filter(|text| !text.is_empty()) {
            for stretch in cut(&text) {
                *stretches.entry(stretch).or_default() += 1;
            }
        }
        let mut n_chars: BTreeMap<char, u64> = BTreeMap::new();
        for (stretch, n) in &stretches {
            for c in stretch.chars() {
                *n_chars.entry(c).or_default() += n;
            }
        }
        let common = n_chars.into_iter().filter(|&(_, n)| n >= MIN_COUNT);
        let mut chars: BTreeSet<char> = common.map(|(c, _)| c).collect();
        chars.extend(required.iter().flat_map(|piece| piece.chars()));
        chars.insert(SPACE);

        let mut kept: BTreeMap<String, u64> = BTreeMap::new();
        for (stretch, n) in &stretches {
            for part in stretch.split(|c| !chars.contains(&c)) {
                *kept.entry(part.to_owned()).or_default() += n;
            }
        }
        Self {
            chars,
            stretches: kept,
        }
    }
}

/// Characters that are always bytes: line ends and the like.
pub(super) fn is_separator(c: char) -> bool {
    c != ' ' && (c.is_control() || c.is_whitespace())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Letter,
    Digit,
    Mark,
}

/// Cuts a text where no piece may reach across: before a space, around a digit, between letters
/// and marks, and at separators, which are left out.
fn cut(text: &str) -> Vec<String> {
    let mut stretches = Vec::new();
    for run in format!(
        "{SPACE}{}",
        text.replace(' ', SPACE.encode_utf8(&mut [0; 4]))
    )
    .split(is_separator)
    {
        let mut stretch = String::new();
        let mut last = Kind::Space;
        for c in run.chars() {
            let kind = match c {
                SPACE => Kind::Space,
                _ if c.is_numeric() => Kind::Digit,
                _ if c.is_alphabetic() => Kind::Letter,
                _ => Kind::Mark,
            };
            let follows = match (last, kind) {
                (_, Kind::Space | Kind::Digit) => false,
                (Kind::Space, _) => true,
                (last, kind) => last == kind,
            };
            if !follows && !stretch.is_empty() {
                stretches.push(std::mem::take(&mut stretch));
            }
            stretch.push(c);
            last = kind;
        }
        if !stretch.is_empty() {
            stretches.push(stretch);
        }
    }
    stretches
}
