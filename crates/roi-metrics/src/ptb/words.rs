//! Readings of words, and of words that hyphens, slashes or ampersands hold together.

use super::abbreviations::initials;
use super::letters::is_alnum;
use super::scan::{Reading, from, run, starts_with};
use super::symbols::{
    SOFT_HYPHEN, apostrophe, apostrophe_within, is_inner_mark, letter, letters_and_digits, slash,
};

/// `C++`, `C#`, `F#`.
pub(super) fn language_name(rest: &[char]) -> Reading {
    let name = ["c++", "c#", "f#"]
        .into_iter()
        .find(|name| starts_with(rest, name));
    Reading::all(name.map_or(0, str::len))
}

/// Letters and digits from a letter on. A mark that ends a sentence does not end the word if a
/// letter follows at once: `end.next`, `what?no`.
pub(super) fn word(rest: &[char]) -> usize {
    if letter(rest) == 0 {
        return 0;
    }
    let mut length = letters_and_digits(rest);
    while let ['.' | '!' | '?', after @ ..] = from(rest, length)
        && letter(after) > 0
    {
        length += 1 + letters_and_digits(after);
    }
    length
}

/// [`word`] as a reading.
pub(super) fn plain_word(rest: &[char]) -> Reading {
    Reading::all(word(rest))
}

/// `lbs.` of `lbs., tins`: the full stop belongs to the word if a mark follows that no sentence
/// starts with.
pub(super) fn word_within_sentence(rest: &[char]) -> Reading {
    stopped(rest, word(rest))
}

/// What is `length` long and its full stop, if the sentence goes on after that.
fn stopped(rest: &[char], length: usize) -> Reading {
    match from(rest, length) {
        ['.', mark, ..] if length > 0 && is_inner_mark(*mark) => Reading::before(length + 1, 1),
        _ => Reading::NONE,
    }
}

/// As [`stopped`], or else without a full stop.
fn perhaps_stopped(rest: &[char], length: usize) -> Reading {
    stopped(rest, length).or(Reading::all(length))
}

/// Words with hyphens between, numbers among them or not.
pub(super) fn joined(rest: &[char]) -> Reading {
    perhaps_stopped(rest, number_hyphenated(rest)).or(perhaps_stopped(rest, hyphenated(rest)))
}

/// Words joined by hyphens or underscores: `red-and-white`, `8-year-old`. Each may begin as
/// `O'Brien` does.
fn hyphenated(rest: &[char]) -> usize {
    let segment = |rest: &[char]| {
        let prefix = match rest.first() {
            Some('d' | 'D' | 'o' | 'O' | 'l' | 'L') => match apostrophe_within(from(rest, 1)) {
                0 => 0,
                apostrophe => 1 + apostrophe,
            },
            _ => 0,
        };
        match run(from(rest, prefix), is_alnum) {
            name @ 2.. if prefix > 0 => prefix + name,
            _ => run(rest, is_alnum),
        }
    };
    let mut length = segment(rest);
    while length > 0
        && let [joint, after @ ..] = from(rest, length)
        && (is_hyphen(*joint) || *joint == '_')
    {
        match segment(after) {
            0 => break,
            more => length += 1 + more,
        }
    }
    length
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{58a}' | '\u{2010}' | '\u{2011}')
}

/// `3.5-inch`, `1,000-foot`, `U.S.-based`, `non-U.S.`: commas and full stops before the hyphen.
fn number_hyphenated(rest: &[char]) -> usize {
    if !rest.first().is_some_and(char::is_ascii_alphanumeric) {
        return 0;
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == SOFT_HYPHEN;
    let mut length = run(rest, |c| is_plain(c) || matches!(c, '.' | ','));
    let mut n_segments = 0;
    while let ['-', after @ ..] = from(rest, length) {
        match run(after, is_plain).max(several_initials(after)) {
            0 => break,
            more => length += 1 + more,
        }
        n_segments += 1;
    }
    if n_segments > 0 { length } else { 0 }
}

fn several_initials(rest: &[char]) -> usize {
    match initials(rest) {
        length @ 3.. => length,
        _ => 0,
    }
}

/// Two or three words with slashes between: `black/white`, `and/or`, `12/25/2014`.
pub(super) fn slashed(rest: &[char]) -> Reading {
    let segment = |rest: &[char]| {
        let mut length = run(rest, |c| c.is_ascii_alphanumeric());
        for _ in 0..2 {
            let ['-', after @ ..] = from(rest, length) else {
                break;
            };
            match run(after, |c| c.is_ascii_alphabetic()) {
                more @ 1.. if length > 0 => length += 1 + more,
                _ => break,
            }
        }
        length
    };
    let mut length = segment(rest);
    let mut n_slashes = 0;
    while length > 0 && n_slashes < 2 {
        let slash = slash(from(rest, length));
        match segment(from(rest, length + slash)) {
            more @ 1.. if slash > 0 => length += slash + more,
            _ => break,
        }
        n_slashes += 1;
    }
    Reading::all(if n_slashes > 0 { length } else { 0 })
}

/// Capitals joined by `&` or `+`: `AT&T`, `A+B`.
pub(super) fn initials_joined(rest: &[char]) -> Reading {
    let capitals = |rest: &[char]| run(rest, |c| c.is_ascii_uppercase());
    let mut length = capitals(rest);
    let mut n_joints = 0;
    while length > 0 {
        let after = from(rest, length);
        let joint = match after.first() {
            Some('&') if starts_with(after, "&amp;") => 5,
            Some('&' | '+') => 1,
            _ => break,
        };
        match capitals(from(after, joint)) {
            0 => break,
            more => length += joint + more,
        }
        n_joints += 1;
    }
    perhaps_stopped(rest, if n_joints > 0 { length } else { 0 })
}

/// Words that no other reading holds together: `Cap'n`, `c'est`, `C.D.s`, `S&P-500`, a prefix
/// that is left hanging as in `pro- and anti-war`, and the names of brackets.
pub(super) fn odd_word(rest: &[char]) -> Reading {
    const WHOLE: [&str; 13] = [
        "-lrb-",
        "-rrb-",
        "-lsb-",
        "-rsb-",
        "-lcb-",
        "-rcb-",
        "c.d.s",
        "pro-",
        "anti-",
        "s&p-500",
        "s&amp;p-500",
        "s&ls",
        "s&amp;ls",
    ];
    let whole = WHOLE
        .into_iter()
        .find(|word| starts_with(rest, word))
        .map_or(0, str::len);
    let with_apostrophe = [("cap", "n"), ("c", "est")]
        .into_iter()
        .filter(|(start, _)| starts_with(rest, start))
        .find_map(|(start, end)| {
            let at = start.len() + apostrophe(from(rest, start.len()));
            (at > start.len() && starts_with(from(rest, at), end)).then_some(at + end.len())
        });
    Reading::all(whole.max(with_apostrophe.unwrap_or(0)))
}
