//! VCR's sentences come as words and lists of objects. Here they become text.

use super::VcrToken;
use crate::DataError;

/// How objects are written.
#[derive(Clone, Copy, Debug)]
pub enum VcrObjects<'a> {
    /// As bare numbers, counted from one, of so many objects: the paper's letter form.
    Numbers(usize),
    /// As `{class} at region{number}`: the form of training with all objects listed.
    Regions(&'a [String]),
    /// As tags, `<region{number}>`, of so many objects: a question that brings its regions with it.
    Tags(usize),
    /// As `region{number}`, of so many objects: an answer to a question with tags.
    Names(usize),
}

impl VcrObjects<'_> {
    fn in_words(self, index: usize) -> Result<String, DataError> {
        // Far below the largest number, as it is an index into a file's list.
        let number = index.saturating_add(1);
        let found = match self {
            Self::Numbers(n) => (index < n).then(|| number.to_string()),
            Self::Tags(n) => (index < n).then(|| format!("<region{number}>")),
            Self::Names(n) => (index < n).then(|| format!("region{number}")),
            Self::Regions(classes) => classes
                .get(index)
                .map(|class| format!("{class} at region{number}")),
        };
        found.ok_or(DataError::Dangling {
            what: "object",
            id: number as u64,
        })
    }
}

/// The sentence as people write it: spaces between words, none before punctuation.
///
/// # Errors
/// If it has no words, or names an object that does not exist.
pub fn sentence(tokens: &[VcrToken], objects: VcrObjects<'_>) -> Result<String, DataError> {
    let mut text = String::new();
    for token in tokens {
        let word = match token {
            VcrToken::Word(word) => word.trim().to_owned(),
            VcrToken::Objects(indices) => {
                let names = indices.iter().map(|&index| objects.in_words(index));
                listed(&names.collect::<Result<Vec<_>, _>>()?)
            }
        };
        if word.is_empty() {
            continue;
        }
        if !text.is_empty() && !text.ends_with('(') && !clings(&word) {
            text.push(' ');
        }
        text.push_str(&word);
    }
    if text.is_empty() {
        return Err(DataError::Record {
            problem: "one of its sentences has no words".to_owned(),
        });
    }
    Ok(text)
}

/// Whether a word follows the one before it without a space.
fn clings(word: &str) -> bool {
    word == "n't" || (word.starts_with(['.', ',', '?', '!', ';', ':', ')', '%', '\'', '’']))
}

/// `1`, `1 and 2`, `1, 2 and 3`.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
