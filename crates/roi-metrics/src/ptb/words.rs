//! Readings that begin with a letter, a digit or an apostrophe: words, what splits them and what
//! holds them together.

use super::abbreviations::{eq_ignoring_case, keeps_stop};
use super::scan::{Reading, from, is_alnum, run};
use super::symbols::{self, is_apostrophe, is_digit, is_letter, is_space};

/// Letters and digits from a letter on. A mark that ends a sentence does not end the word if a
/// letter follows at once: `end.next`, `what?no`.
pub(super) fn word(rest: &[char]) -> usize {
    if !rest.first().is_some_and(|&c| is_letter(c)) {
        return 0;
    }
    let mut length = run(rest, is_alnum);
    while let [mark, letter, ..] = from(rest, length)
        && matches!(mark, '.' | '!' | '?')
        && is_letter(*letter)
    {
        length += 1 + run(from(rest, length + 1), is_alnum);
    }
    length
}

/// `cannot`, `gonna` and others, which are two words each; their first halves.
pub(super) fn joined_words(rest: &[char]) -> Reading {
    const JOINED: [&str; 6] = ["cannot", "gonna", "gotta", "lemme", "gimme", "wanna"];
    let length = run(rest, is_alnum);
    let is_joined = JOINED
        .iter()
        .any(|joined| eq_ignoring_case(&rest[..length], joined));
    match is_joined {
        true => Reading {
            taken: 3,
            seen: length,
        },
        false => Reading::default(),
    }
}

/// The word that `n't` is joined to: `is` of `isn't`, `wo` of `won't`.
pub(super) fn word_before_negation(rest: &[char]) -> Reading {
    let letters = run(rest, |c| {
        c.is_ascii_alphabetic() || c == symbols::SOFT_HYPHEN
    });
    let Some(taken) = letters.checked_sub(1) else {
        return Reading::default();
    };
    if taken > 0 && !matches!(rest[taken - 1], 'n' | 'N') && negation(from(rest, taken)) > 0 {
        return Reading {
            taken,
            seen: taken + 3,
        };
    }
    Reading::default()
}

/// The word that `'s`, `'re` or another clitic is joined to. What it looks at outdoes the reading
/// of `WE'RE` as one foreign word.
pub(super) fn word_before_clitic(rest: &[char]) -> Reading {
    let taken = word(rest);
    match clitic(from(rest, taken)) {
        seen @ 1.. if taken > 0 => Reading {
            taken,
            seen: taken + seen,
        },
        _ => Reading::default(),
    }
}

/// `n't`.
fn negation(rest: &[char]) -> usize {
    match rest {
        ['n' | 'N', apostrophe, 't' | 'T', ..]
            if (is_apostrophe(*apostrophe) || *apostrophe == '`') && ends_word(from(rest, 3)) =>
        {
            3
        }
        _ => 0,
    }
}

/// `'s`, `'m`, `'d`, `'re`, `'ve`, `'ll`, and `n't`, which is left over from its word.
pub(super) fn clitic(rest: &[char]) -> usize {
    let negation = negation(rest);
    let Some(&apostrophe) = rest.first() else {
        return 0;
    };
    if negation > 0 || !is_apostrophe(apostrophe) {
        return negation;
    }
    let letters = &rest[1..];
    ["s", "m", "d", "re", "ve", "ll"]
        .iter()
        .find(|clitic| {
            letters
                .get(..clitic.len())
                .is_some_and(|start| eq_ignoring_case(start, clitic))
                && ends_word(from(letters, clitic.len()))
        })
        .map_or(0, |clitic| 1 + clitic.len())
}

fn ends_word(rest: &[char]) -> bool {
    !rest.first().is_some_and(|c| c.is_ascii_alphabetic())
}

/// Words joined by hyphens or underscores: `red-and-white`, `8-year-old`. Each may begin as
/// `O'Brien` does.
pub(super) fn hyphenated(rest: &[char]) -> usize {
    let segment = |rest: &[char]| match rest {
        ['d' | 'D' | 'o' | 'O' | 'l' | 'L', apostrophe, letter, ..]
            if is_apostrophe(*apostrophe) && is_letter(*letter) =>
        {
            2 + run(&rest[2..], is_alnum)
        }
        _ => run(rest, is_alnum),
    };
    let mut length = segment(rest);
    while length > 0
        && let Some(&joint) = from(rest, length).first()
        && (is_hyphen(joint) || joint == '_')
    {
        let more = segment(from(rest, length + 1));
        if more == 0 {
            break;
        }
        length += 1 + more;
    }
    length
}

/// `3.5-inch`, `1,000-foot`, `U.S.-based`, `non-U.S.`: commas and full stops before the hyphen.
pub(super) fn number_hyphenated(rest: &[char]) -> usize {
    let first = run(rest, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | symbols::SOFT_HYPHEN)
    });
    if !rest.first().is_some_and(char::is_ascii_alphanumeric) {
        return 0;
    }
    let mut length = first;
    let mut n_segments = 0;
    while from(rest, length).first() == Some(&'-') {
        let after = from(rest, length + 1);
        let more = run(after, |c| c.is_ascii_alphanumeric()).max(initials(after));
        if more == 0 {
            break;
        }
        length += 1 + more;
        n_segments += 1;
    }
    if n_segments > 0 { length } else { 0 }
}

/// Two or three words with slashes between: `black/white`, `and/or`, `12/25/2014`.
pub(super) fn slashed(rest: &[char]) -> usize {
    let segment = |rest: &[char]| {
        let mut length = run(rest, |c| c.is_ascii_alphanumeric());
        for _ in 0..2 {
            if length == 0 || from(rest, length).first() != Some(&'-') {
                break;
            }
            match run(from(rest, length + 1), |c| c.is_ascii_alphabetic()) {
                0 => break,
                more => length += 1 + more,
            }
        }
        length
    };
    let mut length = segment(rest);
    let mut n_slashes = 0;
    while length > 0 && n_slashes < 2 && from(rest, length).first() == Some(&'/') {
        let more = segment(from(rest, length + 1));
        if more == 0 {
            break;
        }
        length += 1 + more;
        n_slashes += 1;
    }
    if n_slashes > 0 { length } else { 0 }
}

/// `U.S.`, `a.m.`: single letters with a full stop after each.
fn initials(rest: &[char]) -> usize {
    let mut length = 0;
    while let [letter, '.', ..] = from(rest, length)
        && letter.is_ascii_alphabetic()
    {
        length += 2;
    }
    if length > 2 { length } else { 0 }
}

/// A word with the full stop that belongs to it: an abbreviation, or any word if a mark follows
/// that no sentence starts with.
pub(super) fn abbreviation(rest: &[char]) -> Reading {
    let is_doctorate = rest
        .get(..5)
        .is_some_and(|start| eq_ignoring_case(start, "ph.d."));
    if is_doctorate {
        return Reading::all(5);
    }
    let plain = Reading::all(initials(rest).max(word_within_sentence(rest)));
    let letters = run(rest, |c| c.is_ascii_alphabetic());
    let ['.', after @ ..] = from(rest, letters) else {
        return plain;
    };
    let number_at = run(after, is_space);
    let before_number = from(after, number_at).first().is_some_and(|&c| is_digit(c));
    let taken = letters + 1;
    if keeps_stop(&rest[..letters], before_number) && taken > plain.seen {
        return Reading {
            taken,
            seen: taken + usize::from(before_number),
        };
    }
    plain
}

/// `lbs.` of `lbs., tins`.
fn word_within_sentence(rest: &[char]) -> usize {
    let length = word(rest)
        .max(hyphenated(rest))
        .max(number_hyphenated(rest));
    match from(rest, length) {
        ['.', ',' | ';' | ':', ..] if length > 0 => length + 1,
        _ => 0,
    }
}

/// Words in which an apostrophe is a letter: `'em`, `'90s`, `ma'am`, `li'l`, `y'` of `y'all`.
pub(super) fn apostrophe_word(rest: &[char]) -> Reading {
    const WHOLE: [&str; 17] = [
        "'n'",
        "'n",
        "'em",
        "'til",
        "'till",
        "'cause",
        "ol'",
        "dunkin'",
        "somethin'",
        "c'mon",
        "s'mores",
        "li'l",
        "nor'easter",
        "e'er",
        "ev'ry",
        "nat'l",
        "d'ye",
    ];
    let is = |text: &str| {
        rest.get(..text.len()).is_some_and(|start| {
            start.iter().zip(text.chars()).all(|(&a, b)| match b {
                '\'' => is_apostrophe(a),
                _ => a.eq_ignore_ascii_case(&b),
            })
        })
    };
    let mut best = Reading::default();
    let mut offer = |reading: Reading| {
        if reading.seen > best.seen {
            best = reading;
        }
    };
    if let [a, '0'..='9', '0'..='9', after @ ..] = rest
        && is_apostrophe(*a)
        && after.first().is_none_or(|&c| is_space(c))
    {
        offer(Reading::all(3));
    }
    for text in WHOLE.iter().filter(|text| is(text)) {
        if text.ends_with('\'') || !from(rest, text.len()).first().is_some_and(|&c| is_alnum(c)) {
            offer(Reading::all(text.len()));
        }
    }
    for (text, taken) in [("'tis", 2), ("'twas", 2)] {
        if is(text) {
            offer(Reading {
                taken,
                seen: text.len(),
            });
        }
    }
    if (is("y'") || is("j'")) && from(rest, 2).first().is_some_and(|&c| is_letter(c)) {
        offer(Reading::all(2));
    }
    match rest {
        [a, '2'..='9', '0', 's' | 'S', ..] if is_apostrophe(*a) => offer(Reading::all(4)),
        ['A'..='H' | 'J'..='X' | 'Z' | 'n', a, b, c, ..]
            if is_apostrophe(*a) && is_letter(*b) && is_letter(*c) =>
        {
            offer(Reading::all(2 + run(&rest[2..], is_letter)));
        }
        _ => {}
    }
    // Between vowels, as in `Hawai'i`.
    let stem = run(rest, is_letter);
    if let Some([a, after, ..]) = rest.get(stem..)
        && stem > 1
        && matches!(
            rest[stem - 1].to_ascii_lowercase(),
            'a' | 'e' | 'i' | 'o' | 'u' | 'y'
        )
        && is_apostrophe(*a)
        && matches!(after, 'a' | 'e' | 'i' | 'o' | 'u' | 'A'..='Z')
    {
        offer(Reading::all(
            stem + 1 + run(from(rest, stem + 1), is_letter),
        ));
    }
    best
}

/// Capitals joined by `&` or `+`: `AT&T`, `A+B`; and `C++`, `C#`, `F#`.
pub(super) fn initials_joined(rest: &[char]) -> usize {
    if let ['c' | 'C', '+', '+', ..] = rest {
        return 3;
    }
    if let ['c' | 'C' | 'f' | 'F', '#', ..] = rest {
        return 2;
    }
    let capitals = |rest: &[char]| run(rest, |c| c.is_ascii_uppercase());
    let mut length = capitals(rest);
    let mut n_joints = 0;
    while length > 0 && matches!(from(rest, length).first(), Some('&' | '+')) {
        match capitals(from(rest, length + 1)) {
            0 => break,
            more => length += 1 + more,
        }
        n_joints += 1;
    }
    if n_joints > 0 { length } else { 0 }
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{58a}')
}
