//! Words that keep their full stop.
//!
//! Elsewhere a full stop at a word's end is a token of its own and is removed, so each word here is
//! one that reads `etc.` and not `etc` in the tokenized caption.
//!
//! In a list, a capital stands for itself alone, as does a small letter after `_`; any other letter
//! may have either size.

use super::addresses;
use super::letters::is_digit;
use super::scan::{Reading, from, run, starts_with};
use super::symbols::{is_gap, is_space};

/// Months, days, companies and others, of which some end a sentence.
const AT_ANY_PLACE: &[&str] = &[
    "al", "ala", "apr", "ariz", "assn", "aug", "bancorp", "bhd", "bldg", "blvd", "bros", "calif",
    "co", "colo", "conn", "corp", "cos", "ct", "dak", "dec", "ed.d", "esq", "est", "etc", "ext",
    "feb", "fla", "fri", "ga", "inc", "ind", "intl", "jan", "jr", "jul", "jun", "kan", "kans",
    "ky", "ltd", "mar", "md", "mich", "minn", "mo", "mon", "mont", "neb", "nev", "nov", "oct",
    "okla", "penn", "ph.d", "plc", "ppt_e", "ppt_es", "ppt_y", "ppt_ys", "pt_e", "pt_es", "pt_y",
    "pt_ys", "rd", "rt", "sep", "sept", "seq", "sq", "sr", "sys", "tel", "tenn", "thu", "thurs",
    "tue", "tues", "univ", "va", "vt", "wed", "wis", "wisc", "wyo",
    // States of the USA that are words otherwise.
    "Ark", "Az", "Del", "Ill", "La", "Mass", "Miss", "Ore", "Pa", "Tex", "Wash",
];

/// Titles and others that a name follows.
const BEFORE_NAME: &[&str] = &[
    "adj", "adm", "adv", "alex", "assoc", "asst", "atty", "attys", "ave", "brig", "capt", "cf",
    "cie", "cmdr", "col", "comdr", "cpl", "dept", "det", "dr", "drs", "elec", "ens", "ft", "gen",
    "gov", "govs", "hon", "insp", "invt", "jos", "lieut", "lt", "m_fg", "m_tg", "maj", "messrs",
    "mlle", "mme", "mr", "mrs", "ms", "msgr", "mt", "natl", "pfc", "ph", "pres", "prof", "profs",
    "pvt", "rep", "reps", "rev", "sen", "sens", "sfc", "sgt", "spc", "st", "ste", "supt", "supts",
    "treas", "vs", "wm", "Miss",
];

/// Only in front of a number.
const BEFORE_NUMBER: &[&str] = &[
    "art", "bldg", "ca", "fig", "figs", "no", "nos", "op", "pp", "prop",
];

/// Words that begin a sentence more often than they follow an initial.
const SENTENCE_STARTS: &[&str] = &[
    "A",
    "About",
    "According",
    "Additionally",
    "After",
    "An",
    "As",
    "At",
    "But",
    "Earlier",
    "He",
    "Her",
    "Here",
    "However",
    "If",
    "In",
    "It",
    "Last",
    "Many",
    "More",
    "Mr.",
    "Ms.",
    "Now",
    "Once",
    "One",
    "Other",
    "Our",
    "She",
    "Since",
    "So",
    "Some",
    "Such",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "We",
    "What",
    "When",
    "While",
    "Yet",
    "You",
];

/// Names that read as one with the `U.S` after their hyphen.
const JOINED_TO_US: &[&str] = &["canada-", "eu-", "japan-", "korean-", "non-", "sino-"];

/// `U.S.` or `S.` in front of a sentence. A single letter is a word at that sentence's end then,
/// and loses its full stop: `the letter S. The bus`. The sentence may be the next caption.
pub(super) fn letter_before_sentence(rest: &[char]) -> Reading {
    let length = acronym(rest);
    let gap = run(from(rest, length), is_gap);
    if length == 0 || gap == 0 {
        return Reading::NONE;
    }
    let next = from(rest, length + gap);
    let begins = |word: &&str| spells(next, word) && ends_at_gap(next, word.len());
    let start = SENTENCE_STARTS
        .iter()
        .find(|word| begins(word))
        .map_or_else(|| addresses::tag(next).taken, |word| word.len());
    if start == 0 || !ends_at_gap(next, start) {
        return Reading::NONE;
    }
    let is_letter = length == 2;
    Reading {
        taken: length - usize::from(is_letter),
        seen: length + gap + start + 1,
    }
}

/// `no. 7`, `fig.3`.
pub(super) fn before_number(rest: &[char]) -> Reading {
    let length = stopped(rest, BEFORE_NUMBER);
    let gap = usize::from(from(rest, length).first().is_some_and(|&c| is_gap(c)));
    match from(rest, length + gap).first() {
        Some(&c) if length > 0 && is_digit(c) => Reading::before(length, gap + 1),
        _ => Reading::NONE,
    }
}

/// `Pty. Ltd.`, `co. limited`.
pub(super) fn company(rest: &[char]) -> Reading {
    let length = stopped(rest, &["pte", "pty", "co"]);
    match from(rest, length) {
        [space, after @ ..]
            if length > 0
                && is_space(*space)
                && (starts_with(after, "ltd") || starts_with(after, "lim")) =>
        {
            Reading::before(length, 4)
        }
        _ => Reading::NONE,
    }
}

/// An abbreviation that may end a sentence. It looks two characters ahead, so that no word is read
/// of its last letter and the next one: `etc.a b`.
pub(super) fn at_any_place(rest: &[char]) -> Reading {
    let length = stopped(rest, AT_ANY_PLACE);
    match from(rest, length) {
        [_, _, ..] if length > 0 => Reading::before(length, 2),
        _ => Reading::all(length),
    }
}

/// `Mr.`, `U.S.` and `S.`; and initials without the last full stop in front of a space.
pub(super) fn title_or_initials(rest: &[char]) -> Reading {
    let without_stop = open_acronym(rest);
    Reading::all(stopped(rest, BEFORE_NAME).max(acronym(rest))).or(
        if without_stop > 0 && ends_at_gap(rest, without_stop) {
            Reading::before(without_stop, 1)
        } else {
            Reading::NONE
        },
    )
}

/// The longest abbreviation of a list, its full stop included.
fn stopped(rest: &[char], list: &[&str]) -> usize {
    list.iter()
        .filter(|word| spells(rest, word))
        .map(|word| word.len() - word.matches('_').count())
        .filter(|&length| from(rest, length).first() == Some(&'.'))
        .max()
        .map_or(0, |length| length + 1)
}

/// Single letters with a full stop after each: `S.`, `U.S.`.
pub(super) fn initials(rest: &[char]) -> usize {
    let mut length = 0;
    while let [letter, '.', ..] = from(rest, length)
        && letter.is_ascii_alphabetic()
    {
        length += 2;
    }
    length
}

/// Initials with their last full stop, and those of the USA after another name: `non-U.S.`.
fn acronym(rest: &[char]) -> usize {
    let joined = open_joined_acronym(rest);
    if joined > 0 && from(rest, joined).first() == Some(&'.') {
        return joined + 1;
    }
    initials(rest)
}

/// As [`acronym`], without the last full stop.
fn open_acronym(rest: &[char]) -> usize {
    let stopped = initials(rest);
    let last = from(rest, stopped)
        .first()
        .is_some_and(char::is_ascii_alphabetic);
    let plain = if last { stopped + 1 } else { 0 };
    plain.max(open_joined_acronym(rest))
}

fn open_joined_acronym(rest: &[char]) -> usize {
    let of_us = JOINED_TO_US.iter().find_map(|name| {
        let joined = starts_with(rest, name) && starts_with(from(rest, name.len()), "u.s");
        joined.then_some(name.len() + 3)
    });
    let after_us = ["u.s.-u.s.s.r", "u.s.-u.k"]
        .iter()
        .find(|name| starts_with(rest, name))
        .map(|name| name.len());
    of_us.or(after_us).unwrap_or(0)
}

fn ends_at_gap(rest: &[char], length: usize) -> bool {
    from(rest, length).first().is_some_and(|&c| is_gap(c))
}

/// Whether the text begins with a word of a list, which has the sizes of letters as told above.
fn spells(rest: &[char], word: &str) -> bool {
    let mut chars = rest.iter();
    let mut letters = word.chars();
    while let Some(letter) = letters.next() {
        let (letter, is_exact) = match letter {
            '_' => (letters.next().unwrap_or('_'), true),
            _ => (letter, letter.is_ascii_uppercase()),
        };
        let is_same = chars.next().is_some_and(|c| match is_exact {
            true => *c == letter,
            false => c.eq_ignore_ascii_case(&letter),
        });
        if !is_same {
            return false;
        }
    }
    true
}
