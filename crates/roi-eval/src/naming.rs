//! From a free answer to one of a set's classes, by what the answer's words have in common with
//! the classes' names.
//!
//! A description's first noun phrase says what a thing is and the rest says more about it: in "a
//! dog on a red sofa" the sofa must not win. So a name that ends or covers that phrase's head is
//! taken first, and only where there is none does the number of shared words decide.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;

/// What descriptions begin with before they name anything.
const LEAD_INS: [&str; 40] = [
    "it", "its", "this", "that", "these", "those", "they", "there", "here", "he", "she", "i", "we",
    "you", "can", "see", "be", "seen", "is", "are", "was", "s", "re", "appears", "seems", "looks",
    "like", "to", "shows", "contains", "has", "region", "the", "a", "an", "some", "of", "in",
    "one", "yes",
];
/// What ends a first noun phrase.
const PHRASE_ENDS: [&str; 54] = [
    "a", "an", "the", "on", "in", "of", "with", "at", "is", "are", "was", "were", "that", "which",
    "who", "whose", "and", "or", "but", "near", "next", "beside", "behind", "under", "above",
    "below", "over", "left", "right", "to", "from", "by", "for", "between", "among", "against",
    "inside", "outside", "into", "onto", "around", "along", "while", "as", "has", "have", "it",
    "there", "this", "its", "his", "her", "their", "front",
];

/// The classes of a set.
#[derive(Clone, Debug)]
pub struct Classes {
    names: Vec<ClassName>,
}

#[derive(Clone, Debug)]
struct ClassName {
    name: String,
    words: Vec<String>,
}

/// Words of an answer.
struct Words {
    words: Vec<String>,
    /// Where the first noun phrase begins.
    start: usize,
}

impl Classes {
    /// Classes of these names, of which the earlier wins a tie. Names without a word are never
    /// found.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let names = names.into_iter().map(|name| ClassName {
            words: words(&name).collect(),
            name,
        });
        Self {
            names: names.collect(),
        }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The class that an answer names: the one at the head of its first noun phrase, else the one
    /// that shares most words with the whole answer; none if no word is shared.
    #[must_use]
    pub fn named_in(&self, answer: &str) -> Option<&str> {
        let answer = Words::of(answer);
        let found = self
            .at_head(&answer, |a, b| a == b)
            .or_else(|| self.at_head(&answer, is_same_noun))
            .or_else(|| self.most_shared(&answer));
        found.map(|name| name.name.as_str())
    }

    /// The longest name that stands at the head of the first noun phrase or around it. Where the
    /// phrase ends in something else, verbs are taken off its end: "man riding" is a man.
    fn at_head(&self, answer: &Words, is_same: fn(&str, &str) -> bool) -> Option<&ClassName> {
        let (words, start) = (&answer.words, answer.start);
        let is_end = |word: &String| PHRASE_ENDS.contains(&word.as_str());
        let rest = words.get(start..)?;
        let mut end = start + rest.iter().position(is_end).unwrap_or(rest.len());
        while end > start {
            let covers_head = |name: &&ClassName| {
                let n = name.words.len();
                // Begins in the phrase and reaches its head at least.
                let mut begins = end.saturating_sub(n).max(start)..end;
                n > 0
                    && begins.any(|from| {
                        words.get(from..from + n).is_some_and(|run| {
                            run.iter().zip(&name.words).all(|(a, b)| is_same(a, b))
                        })
                    })
            };
            let found = self.names.iter().filter(covers_head);
            // The first of the longest: `max_by_key` would take the last.
            if let Some(found) = found.min_by_key(|name| Reverse(name.words.len())) {
                return Some(found);
            }
            let last = &words[end - 1];
            if !(last.ends_with("ing") || last.ends_with("ed")) {
                return None;
            }
            end -= 1;
        }
        None
    }

    /// The name with most words in the answer; of those the one of which least is missing, then the
    /// one in the same number, then the one whose word comes first.
    fn most_shared(&self, answer: &Words) -> Option<&ClassName> {
        let rank = |name: &ClassName| {
            let places = name
                .words
                .iter()
                .filter_map(|word| answer.words.iter().position(|a| is_same_noun(a, word)));
            let places: Vec<usize> = places.collect();
            let first = places.iter().copied().min()?;
            let n_missing = name.words.len() - places.len();
            let is_same = |word: &&String| answer.words.contains(word);
            let n_same = name.words.iter().filter(is_same).count();
            Some((Reverse(places.len()), n_missing, Reverse(n_same), first))
        };
        let ranked = self
            .names
            .iter()
            .filter_map(|name| Some((rank(name)?, name)));
        ranked
            .min_by(|(a, _), (b, _)| a.cmp(b))
            .map(|(_, name)| name)
    }
}

impl Words {
    fn of(answer: &str) -> Self {
        let words: Vec<String> = words(answer).collect();
        let is_lead_in = |word: &String| {
            LEAD_INS.contains(&word.as_str())
                || word.chars().all(|c| c.is_ascii_digit())
                || word
                    .strip_prefix("region")
                    .is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
        };
        let start = words.iter().position(|word| !is_lead_in(word));
        Self {
            start: start.unwrap_or(0),
            words,
        }
    }
}

/// Runs of letters and digits, in lower case.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

/// Whether two words are one noun, each in either number.
fn is_same_noun(a: &str, b: &str) -> bool {
    a == b || is_plural(a, b) || is_plural(b, a)
}

/// Whether one word is the other's plural: the regular endings, and the common exceptions.
fn is_plural(plural: &str, singular: &str) -> bool {
    const EXCEPTIONS: [(&str, &str); 10] = [
        ("men", "man"),
        ("women", "woman"),
        ("children", "child"),
        ("people", "person"),
        ("feet", "foot"),
        ("teeth", "tooth"),
        ("geese", "goose"),
        ("mice", "mouse"),
        ("knives", "knife"),
        ("wives", "wife"),
    ];
    let with = |cut: &str, ending: &str| {
        let start = singular.strip_suffix(cut);
        start.is_some_and(|start| plural.strip_prefix(start) == Some(ending))
    };
    with("", "s")
        || with("", "es")
        || with("y", "ies")
        || with("f", "ves")
        || EXCEPTIONS.contains(&(plural, singular))
}
