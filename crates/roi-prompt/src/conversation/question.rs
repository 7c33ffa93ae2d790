//! What a question is made of: words someone typed, or parts that a training set puts together.
//!
//! Training sets open otherwise than the demo does, ask with a bare `<bbox>`, or name a region without its vector. Parts say
//! so by type: a text of theirs is never searched for tags or control strings, whatever a caption happens to spell.

use std::collections::BTreeSet;

use super::regions::find_tag;
use crate::tokenizer::is_space;

/// The words around the picture in the sentence that opens a conversation.
const OVERVIEW: [&str; 2] = ["The ", " provides an overview of the picture.\n"];

/// A question, with or without region tags in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The user's words; `<regionK>` names box `K`, counted from one. Space around them is left out.
    Typed(String),
    /// Taken as they are, one behind the other.
    Parts(Vec<Part>),
}

/// A piece of a question that is put together by a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Words as they are: `<regionK>` in them is text, as are control strings.
    Text(String),
    /// The picture's tokens. Only the first question may hold them, once; it then opens with its own parts instead of
    /// the overview sentence.
    Picture,
    /// One `<bbox>`, whose embedding is replaced by the vector of this box, counted from zero.
    Region(usize),
}

impl Part {
    /// The sentence that otherwise opens a conversation, for a question that puts it elsewhere or goes on after it.
    pub fn overview() -> [Self; 3] {
        let [before, after] = OVERVIEW.map(|words| Self::Text(words.to_owned()));
        [before, Self::Picture, after]
    }

    /// What a typed tag becomes where its region is first mentioned: `regionK <bbox>` with K one more than `index`.
    pub fn introduced(index: usize) -> [Self; 2] {
        [
            Self::Text(format!("region{} ", index + 1)),
            Self::Region(index),
        ]
    }

    /// What typed words become where nothing has been mentioned before: a box's first tag is [introduced](Self::introduced),
    /// others are its name. A tag of no box stays as it is.
    pub fn tagged(words: &str, n_boxes: usize) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut mentioned = BTreeSet::new();
        let mut before = String::new();
        let mut rest = words;
        while let Some(tag) = find_tag(rest) {
            before.push_str(tag.before);
            let number = tag.number.parse().ok();
            match number.filter(|number| (1..=n_boxes).contains(number)) {
                Some(number) if mentioned.insert(number) => {
                    parts.push(Self::Text(std::mem::take(&mut before)));
                    parts.extend(Self::introduced(number - 1));
                }
                Some(number) => before.push_str(&format!("region{number}")),
                None => before.push_str(&rest[tag.before.len()..rest.len() - tag.after.len()]),
            }
            rest = tag.after;
        }
        before.push_str(rest);
        parts.push(Self::Text(before));
        parts
    }
}

impl Question {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Typed(text) => text.trim_matches(is_space).is_empty(),
            Self::Parts(parts) => parts.iter().all(|part| match part {
                Part::Text(text) => text.trim_matches(is_space).is_empty(),
                Part::Picture => true,
                Part::Region(_) => false,
            }),
        }
    }

    pub(super) fn n_pictures(&self) -> usize {
        match self {
            Self::Typed(_) => 0,
            Self::Parts(parts) => parts.iter().filter(|&part| *part == Part::Picture).count(),
        }
    }
}

impl From<String> for Question {
    fn from(typed: String) -> Self {
        Self::Typed(typed)
    }
}

impl From<&str> for Question {
    fn from(typed: &str) -> Self {
        Self::Typed(typed.to_owned())
    }
}

impl From<Vec<Part>> for Question {
    fn from(parts: Vec<Part>) -> Self {
        Self::Parts(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    fn text(words: &str) -> Part {
        Part::Text(words.to_owned())
    }

    #[test]
    fn a_tag_becomes_its_regions_name_and_at_first_its_vector_too() {
        let [name, vector] = Part::introduced(1);
        let [other_name, other_vector] = Part::introduced(0);
        let expected = [
            text("Is "),
            name,
            vector,
            text(" like "),
            other_name,
            other_vector,
            text(" or region2?"),
        ];
        let tagged = Part::tagged("Is <region2> like <region1> or <region02>?", 2);
        assert_eq!(tagged, expected);
    }

    #[test]
    fn what_is_no_tag_of_a_box_stays_as_it_is() {
        for words in [
            "",
            "region1",
            "<region>",
            "<region0>",
            "<region3>",
            "<regionx>",
            "<region1",
            "a <regional> b",
        ] {
            assert_eq!(Part::tagged(words, 2), [text(words)], "{words}");
        }
    }
}
