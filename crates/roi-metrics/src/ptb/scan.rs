//! The readings of what comes next in a text, each a function from the rest of the text to a
//! length, and the choice of the longest.
//!
//! A reading may look further than it takes: `is` in front of `n't` is read because of what
//! follows, so the length it competes with includes that. Of readings that are as long as each
//! other the first in the list is taken.

use super::form::Form;
use super::{abbreviations, addresses, contractions, marks, numbers, symbols, words};

/// A token at the start of the text.
pub(super) struct Token {
    pub(super) n_chars: usize,
    pub(super) form: Form,
}

/// How much a reading takes, and how much it looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    pub(super) taken: usize,
    pub(super) seen: usize,
}

impl Reading {
    /// Nothing is read.
    pub(super) const NONE: Self = Self { taken: 0, seen: 0 };

    /// Everything that was looked at is taken.
    pub(super) fn all(length: usize) -> Self {
        Self {
            taken: length,
            seen: length,
        }
    }

    /// Something is taken because of what comes after it.
    pub(super) fn before(taken: usize, looked_at: usize) -> Self {
        Self {
            taken,
            seen: taken + looked_at,
        }
    }

    /// The longer of two, or the first.
    pub(super) fn or(self, other: Self) -> Self {
        if other.seen > self.seen { other } else { self }
    }
}

type Rule = (fn(&[char]) -> Reading, Form);

/// The order decides between readings of one length.
const RULES: [Rule; 45] = [
    (words::language_name, Form::Same),
    (contractions::joined_words, Form::Same),
    (addresses::tag, Form::OneWord),
    (marks::dash, Form::Fixed("--")),
    (marks::ampersand, Form::Fixed("&")),
    (marks::numbered_character, Form::Same),
    (contractions::word_before_clitic, Form::Word),
    (contractions::word_before_negation, Form::Word),
    (words::plain_word, Form::Word),
    (contractions::word_with_apostrophe, Form::Same),
    (contractions::y_before_letter, Form::Same),
    (addresses::page, Form::Same),
    (addresses::likely_page, Form::Same),
    (addresses::mailbox, Form::Same),
    (addresses::handle, Form::Same),
    (contractions::clitic_before_other, Form::Quotes),
    (numbers::date, Form::Same),
    (numbers::number, Form::Word),
    (numbers::raised_or_lowered, Form::Same),
    (numbers::fraction, Form::OneWord),
    (words::odd_word, Form::Ampersand),
    (words::slashed, Form::Same),
    (marks::currency, Form::Same),
    (abbreviations::letter_before_sentence, Form::Same),
    (abbreviations::before_number, Form::Same),
    (abbreviations::company, Form::Same),
    (abbreviations::at_any_place, Form::Same),
    (abbreviations::title_or_initials, Form::Same),
    (contractions::short_year, Form::Same),
    (addresses::file_name, Form::Same),
    (words::word_within_sentence, Form::Word),
    (numbers::telephone, Form::Bracketed),
    (marks::double_quote, Form::Quotes),
    (marks::smaller, Form::Fixed("<")),
    (marks::greater, Form::Fixed(">")),
    (marks::smiley, Form::Bracketed),
    (marks::run_of_dashes, Form::Fixed("--")),
    (marks::ellipsis, Form::Fixed("...")),
    (marks::run_of_marks, Form::Same),
    (words::joined, Form::Word),
    (words::initials_joined, Form::Ampersand),
    (marks::opening_apostrophe, Form::Fixed("`")),
    (contractions::clitic_at_end, Form::Quotes),
    (marks::quotes, Form::Quotes),
    (marks::spaces, Form::Fixed("")),
];

/// The token at the start of `rest`, which is not empty.
pub(super) fn next(rest: &[char]) -> Token {
    // Most words stand between spaces, where nothing else can be read.
    let letters = run(rest, |c| c.is_ascii_alphabetic());
    if letters > 0
        && from(rest, letters).first().is_none_or(|&c| c == ' ')
        && contractions::joined_words(rest).taken == 0
    {
        return Token {
            n_chars: letters,
            form: Form::Same,
        };
    }
    let mut best = (Reading::NONE, Form::Same);
    for (read, form) in RULES {
        let found = read(rest);
        if found.seen > best.0.seen {
            best = (found, form);
        }
    }
    match best {
        (Reading { taken: 0, .. }, _) => Token {
            n_chars: 1,
            form: rest
                .first()
                .and_then(|&c| symbols::lone(c))
                .map_or(Form::Same, Form::Fixed),
        },
        (Reading { taken, .. }, form) => Token {
            n_chars: taken,
            form,
        },
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

/// Whether the text begins with these ASCII characters in any capitalisation.
pub(super) fn starts_with(rest: &[char], start: &str) -> bool {
    rest.get(..start.len())
        .is_some_and(|chars| is_spelled(chars, start))
}

/// Whether the characters are this ASCII text in any capitalisation.
pub(super) fn is_spelled(chars: &[char], text: &str) -> bool {
    chars.len() == text.len()
        && chars
            .iter()
            .zip(text.chars())
            .all(|(a, b)| a.eq_ignore_ascii_case(&b))
}
