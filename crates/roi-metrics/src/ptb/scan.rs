//! The readings of what comes next in a caption, each a function from the rest of the text to a
//! length, and the choice of the longest.
//!
//! A reading may look further than it takes: `is` in front of `n't` is read because of what
//! follows, so the length it competes with includes it.

use super::marks::{address, fraction, marks, named, number, smiley, tag};
use super::symbols::{self, is_digit, is_letter, is_space};
use super::words::{
    abbreviation, apostrophe_word, clitic, hyphenated, initials_joined, joined_words,
    number_hyphenated, slashed, word, word_before_clitic, word_before_negation,
};

/// A token at the start of the text.
pub(super) struct Token {
    pub(super) n_chars: usize,
    /// What it becomes, if not its own characters in lower case.
    pub(super) text: Option<&'static str>,
}

/// How much a reading takes, and how much it looked at.
#[derive(Clone, Copy, Default)]
pub(super) struct Reading {
    pub(super) taken: usize,
    pub(super) seen: usize,
}

impl Reading {
    pub(super) fn all(length: usize) -> Self {
        Self {
            taken: length,
            seen: length,
        }
    }
}

/// The token at the start of `rest`, which starts with no space.
pub(super) fn next(rest: &[char]) -> Token {
    const READINGS: [fn(&[char]) -> Reading; 16] = [
        word_before_negation,
        word_before_clitic,
        |rest| Reading::all(word(rest)),
        |rest| Reading::all(hyphenated(rest)),
        |rest| Reading::all(number_hyphenated(rest)),
        |rest| Reading::all(slashed(rest)),
        abbreviation,
        |rest| Reading::all(number(rest)),
        |rest| Reading::all(fraction(rest)),
        apostrophe_word,
        |rest| Reading::all(clitic(rest)),
        |rest| Reading::all(initials_joined(rest)),
        |rest| Reading::all(address(rest)),
        |rest| Reading::all(tag(rest)),
        |rest| Reading::all(named(rest)),
        |rest| Reading::all(smiley(rest)),
    ];
    // Most words stand between spaces, where nothing else can be read.
    let letters = run(rest, |c| c.is_ascii_alphabetic());
    let joined = joined_words(rest);
    if joined.taken == 0 && letters > 0 && from(rest, letters).first().is_none_or(|&c| is_space(c))
    {
        return Token {
            n_chars: letters,
            text: None,
        };
    }
    let mut best = joined;
    for reading in READINGS {
        let found = reading(rest);
        if found.seen > best.seen {
            best = found;
        }
    }
    if let Some(token) = marks(rest).filter(|token| token.n_chars > best.seen) {
        return token;
    }
    if best.taken > 0 {
        return Token {
            n_chars: best.taken,
            text: None,
        };
    }
    Token {
        n_chars: 1,
        text: rest.first().and_then(|&c| symbols::lone(c)),
    }
}

/// How many characters at the start are such.
pub(super) fn run(rest: &[char], is: impl Fn(char) -> bool) -> usize {
    rest.iter().take_while(|&&c| is(c)).count()
}

/// What comes after `at` characters; nothing if there are fewer.
pub(super) fn from(rest: &[char], at: usize) -> &[char] {
    rest.get(at..).unwrap_or_default()
}

/// A letter or a digit.
pub(super) fn is_alnum(c: char) -> bool {
    is_letter(c) || is_digit(c)
}
