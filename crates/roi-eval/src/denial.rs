//! Whether an answer says that there is nothing.
//!
//! A word like "no" may also be part of a description ("a man with no hat"), so it counts only at
//! the beginning or in a phrase that denies that something is there.

#[cfg(test)]
mod tests;

use crate::naming::words;

/// First words of answers that deny.
const BEGINNINGS: [&str; 8] = [
    "no", "none", "nothing", "nobody", "nowhere", "neither", "empty", "not",
];
/// Phrases that deny wherever they stand in the first sentence, word for word.
const PHRASES: [&[&str]; 30] = [
    &["there", "is", "no"],
    &["there", "are", "no"],
    &["there", "is", "not"],
    &["there", "are", "not"],
    &["there", "isn", "t"],
    &["there", "aren", "t"],
    &["there", "is", "nothing"],
    &["there", "s", "nothing"],
    &["there", "s", "no"],
    &["there", "is", "only", "background"],
    &["is", "nothing"],
    &["is", "nobody"],
    &["is", "empty"],
    &["is", "not", "there"],
    &["is", "not", "here"],
    &["is", "not", "visible"],
    &["is", "not", "present"],
    &["is", "not", "in", "the"],
    &["cannot", "see"],
    &["can", "t", "see"],
    &["can", "not", "see"],
    &["do", "not", "see"],
    &["don", "t", "see"],
    &["see", "no"],
    &["see", "nothing"],
    &["shows", "no"],
    &["shows", "nothing"],
    &["contains", "no"],
    &["contains", "nothing"],
    &["has", "nothing"],
];

/// Whether the answer's first sentence says that what is asked about is not there.
#[must_use]
pub fn denies(answer: &str) -> bool {
    let is_end = |c: char| matches!(c, '.' | '!' | '?' | ';' | '\n');
    let mut sentences = answer.split(is_end);
    let first = sentences.find(|sentence| words(sentence).next().is_some());
    let words: Vec<String> = words(first.unwrap_or_default()).collect();
    let begins = words
        .first()
        .is_some_and(|word| BEGINNINGS.contains(&word.as_str()));
    begins
        || PHRASES
            .iter()
            .any(|phrase| words.windows(phrase.len()).any(|run| run == *phrase))
}
