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
    /// The words without plural endings.
    stems: Vec<String>,
}

/// Words of an answer.
struct Words {
    words: Vec<String>,
    stems: Vec<String>,
    /// Where the first noun phrase begins.
    start: usize,
}

impl Classes {
    /// Classes of these names, of which the earlier wins a tie. Names without a word are never
    /// found.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let names = names.into_iter().map(|name| {
            let words: Vec<String> = words(&name).collect();
            let stems = words.iter().map(|word| stem(word)).collect();
            ClassName { name, words, stems }
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
            .at_head(&answer.words, answer.start, |name| &name.words)
            .or_else(|| self.at_head(&answer.stems, answer.start, |name| &name.stems))
            .or_else(|| self.most_shared(&answer));
        found.map(|name| name.name.as_str())
    }

    /// The longest name that stands at the head of the first noun phrase or around it. Where the
    /// phrase ends in something else, verbs are taken off its end: "man riding" is a man.
    fn at_head(
        &self,
        answer: &[String],
        start: usize,
        of: impl Fn(&ClassName) -> &Vec<String>,
    ) -> Option<&ClassName> {
        let is_end = |word: &String| PHRASE_ENDS.contains(&word.as_str());
        let rest = answer.get(start..)?;
        let mut end = start + rest.iter().position(is_end).unwrap_or(rest.len());
        while end > start {
            let covers_head = |name: &&ClassName| {
                let words = of(name);
                let n = words.len();
                n > 0 && {
                    // Begins in the phrase and reaches its head at least.
                    let earliest = end.saturating_sub(n).max(start);
                    (earliest..end).any(|from| answer.get(from..from + n) == Some(&words[..]))
                }
            };
            let found = self.names.iter().filter(covers_head);
            // The first of the longest: `max_by_key` would take the last.
            if let Some(found) = found.min_by_key(|name| Reverse(name.words.len())) {
                return Some(found);
            }
            let last = &answer[end - 1];
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
                .stems
                .iter()
                .filter_map(|stem| answer.stems.iter().position(|word| word == stem));
            let places: Vec<usize> = places.collect();
            let first = places.iter().copied().min()?;
            let n_missing = name.stems.len() - places.len();
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
            stems: words.iter().map(|word| stem(word)).collect(),
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

/// The word without its plural ending. It need not be a word, only the same for both numbers.
fn stem(word: &str) -> String {
    if let Some(start) = word.strip_suffix("ies").filter(|start| start.len() > 1) {
        return format!("{start}y");
    }
    for ending in ["sses", "shes", "ches", "xes"] {
        if word.ends_with(ending) {
            return word[..word.len() - "es".len()].to_owned();
        }
    }
    match word.strip_suffix('s') {
        Some(start) if start.len() > 1 && !start.ends_with(['s', 'u', 'i']) => start.to_owned(),
        _ => word.to_owned(),
    }
}
