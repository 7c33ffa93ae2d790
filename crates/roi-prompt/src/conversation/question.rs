//! What a question is made of: words someone typed, or parts that a training set puts together.
//!
//! Training sets open otherwise than the demo does, ask with a bare `<bbox>`, or name a region without its vector. Parts say
//! so by type: a text of theirs is never searched for tags or control strings, whatever a caption happens to spell.

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
