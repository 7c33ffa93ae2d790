//! Readings of words with an apostrophe: what splits them (`isn't`, `kid's`, `y'all`) and where it
//! is a letter (`o'clock`, `'em`, `'90s`); and words that are two without one (`cannot`).

use super::letters::is_letter;
use super::scan::{Reading, from, run, starts_with};
use super::symbols::{SOFT_HYPHEN, apostrophe, apostrophe_within, is_gap};
use super::words::word;

/// `cannot`, `gonna`, `'tis` and others, which are two words each; their first halves.
pub(super) fn joined_words(rest: &[char]) -> Reading {
    const JOINED: [(&str, usize); 8] = [
        ("cannot", 3),
        ("gonna", 3),
        ("gotta", 3),
        ("lemme", 3),
        ("gimme", 3),
        ("wanna", 3),
        ("'twas", 2),
        ("'tis", 2),
    ];
    JOINED
        .into_iter()
        .find(|(both, _)| starts_with(rest, both))
        .map_or(Reading::NONE, |(both, taken)| {
            Reading::before(taken, both.len() - taken)
        })
}

/// The word that `'s`, `'re` or another clitic is joined to. What it looks at outdoes the reading
/// of `WE'RE` as one foreign word.
pub(super) fn word_before_clitic(rest: &[char]) -> Reading {
    let taken = word(rest);
    match clitic(from(rest, taken)) {
        clitic @ 1.. if taken > 0 => Reading::before(taken, clitic),
        _ => Reading::NONE,
    }
}

/// The word that `n't` is joined to: `is` of `isn't`, `wo` of `won't`.
pub(super) fn word_before_negation(rest: &[char]) -> Reading {
    let letters = run(rest, |c| c.is_ascii_alphabetic() || c == SOFT_HYPHEN);
    let taken = letters.saturating_sub(1);
    let last = rest[..taken].iter().rev().find(|&&c| c != SOFT_HYPHEN);
    match negation(from(rest, taken)) {
        negation @ 1.. if last.is_some_and(|c| !matches!(c, 'n' | 'N')) => {
            Reading::before(taken, negation)
        }
        _ => Reading::NONE,
    }
}

/// `'s`, `'m`, `'d`, `'re`, `'ve`, `'ll`; whatever comes after.
fn clitic(rest: &[char]) -> usize {
    let apostrophe = apostrophe(rest);
    ["s", "m", "d", "re", "ve", "ll"]
        .iter()
        .find(|clitic| apostrophe > 0 && starts_with(from(rest, apostrophe), clitic))
        .map_or(0, |clitic| apostrophe + clitic.len())
}

/// `n't`, whatever comes after.
fn negation(rest: &[char]) -> usize {
    let ['n' | 'N', after @ ..] = rest else {
        return 0;
    };
    match apostrophe_within(after) {
        apostrophe @ 1.. if starts_with(from(after, apostrophe), "t") => apostrophe + 2,
        _ => 0,
    }
}

/// A clitic or `n't` in front of something that is no letter.
pub(super) fn clitic_before_other(rest: &[char]) -> Reading {
    let length = clitic(rest).max(negation(rest));
    match from(rest, length).first() {
        Some(c) if length > 0 && !c.is_ascii_alphabetic() => Reading::before(length, 1),
        _ => Reading::NONE,
    }
}

/// A clitic or `n't` that nothing follows.
pub(super) fn clitic_at_end(rest: &[char]) -> Reading {
    Reading::all(clitic(rest).max(negation(rest)))
}

/// The `y'` of `y'all`.
pub(super) fn y_before_letter(rest: &[char]) -> Reading {
    let ['y' | 'Y', after @ ..] = rest else {
        return Reading::NONE;
    };
    match apostrophe(after) {
        apostrophe @ 1..
            if from(after, apostrophe)
                .first()
                .is_some_and(|&c| is_letter(c)) =>
        {
            Reading::before(1 + apostrophe, 1)
        }
        _ => Reading::NONE,
    }
}

/// The year of `class of '12`.
pub(super) fn short_year(rest: &[char]) -> Reading {
    let apostrophe = apostrophe(rest);
    match from(rest, apostrophe) {
        ['0'..='9', '0'..='9', gap, ..] if apostrophe > 0 && is_gap(*gap) => {
            Reading::before(apostrophe + 2, 1)
        }
        _ => Reading::NONE,
    }
}

/// Words in which an apostrophe is a letter. Those of the lists end where they end, even within a
/// longer word: `'emergency` is read as `'em` and `ergency`.
pub(super) fn word_with_apostrophe(rest: &[char]) -> Reading {
    Reading::all(
        whole(rest)
            .max(after_apostrophe(rest))
            .max(before_apostrophe(rest))
            .max(after_capital(rest))
            .max(between_vowels(rest)),
    )
}

/// Words with a straight apostrophe.
fn whole(rest: &[char]) -> usize {
    const WORDS: [&str; 10] = [
        "cont'd.",
        "cont'd",
        "'twas",
        "nor'easter",
        "c'mon",
        "e'er",
        "s'mores",
        "ev'ry",
        "li'l",
        "nat'l",
    ];
    WORDS
        .into_iter()
        .find(|word| starts_with(rest, word))
        .map_or(0, str::len)
}

/// `'em`, `'til`, `'till`, `'cause`, `'90s`, `'n` and `'n'`.
fn after_apostrophe(rest: &[char]) -> usize {
    let apostrophe = apostrophe(rest);
    let after = from(rest, apostrophe);
    if apostrophe == 0 {
        return 0;
    }
    match after {
        ['n' | 'N', more @ ..] => apostrophe + 1 + super::symbols::apostrophe(more),
        ['2'..='9', '0', 's' | 'S', ..] => apostrophe + 3,
        _ => ["em", "till", "til", "cause"]
            .iter()
            .find(|word| starts_with(after, word))
            .map_or(0, |word| apostrophe + word.len()),
    }
}

/// `ol'`, `somethin'`, and the `l'` of a French word or of a letter in quotes.
fn before_apostrophe(rest: &[char]) -> usize {
    ["l", "d", "j", "ol", "dunkin", "somethin"]
        .iter()
        .filter(|word| starts_with(rest, word))
        .map(|word| match apostrophe(from(rest, word.len())) {
            0 => 0,
            apostrophe => word.len() + apostrophe,
        })
        .max()
        .unwrap_or(0)
}

/// `O'Brien`, `B'gosh`, `O'o`; the small `n` reads the end of `don'ts`.
fn after_capital(rest: &[char]) -> usize {
    let Some(&first) = rest.first() else { return 0 };
    let at = 1 + apostrophe_within(from(rest, 1));
    let letters = run(from(rest, at), is_letter);
    match first {
        _ if at == 1 => 0,
        'A'..='H' | 'J'..='X' | 'Z' | 'n' if letters >= 2 => at + letters,
        'o' | 'O' if starts_with(from(rest, at), "o") => at + 1,
        _ => 0,
    }
}

/// `Hawai'i`: after a vowel, before one or a capital.
fn between_vowels(rest: &[char]) -> usize {
    let stem = run(rest, is_letter);
    let ends_in_vowel = stem > 1 && "aeiouyAEIOUY".contains(rest[stem - 1]);
    let at = stem + apostrophe_within(from(rest, stem));
    let goes_on = matches!(
        from(rest, at).first(),
        Some('a' | 'e' | 'i' | 'o' | 'u' | 'A'..='Z')
    );
    if ends_in_vowel && at > stem && goes_on {
        at + run(from(rest, at), is_letter)
    } else {
        0
    }
}
