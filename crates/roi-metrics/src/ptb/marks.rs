//! Readings of marks: runs of them that are one token, smileys, quotes, and the characters that
//! markup spells out.

use super::scan::{Reading, from, run, starts_with};
use super::symbols::{apostrophe, is_quote, is_space};

/// `&mdash;`; the dash itself is a lone symbol.
pub(super) fn dash(rest: &[char]) -> Reading {
    spelled(rest, &["&md;", "&mdash;", "&ndash;"])
}

/// `&amp;`.
pub(super) fn ampersand(rest: &[char]) -> Reading {
    spelled(rest, &["&amp;"])
}

/// Spaces, spelled out or not.
pub(super) fn spaces(rest: &[char]) -> Reading {
    spelled(rest, &["&nbsp;"]).or(Reading::all(run(rest, is_space)))
}

/// `<`, spelled out or not.
pub(super) fn smaller(rest: &[char]) -> Reading {
    spelled(rest, &["<", "&lt;"])
}

/// `>`, spelled out or not.
pub(super) fn greater(rest: &[char]) -> Reading {
    spelled(rest, &[">", "&gt;"])
}

/// `"`, spelled out or not.
pub(super) fn double_quote(rest: &[char]) -> Reading {
    spelled(rest, &["\"", "&quot;"])
}

fn spelled(rest: &[char], names: &[&str]) -> Reading {
    let name = names.iter().find(|name| starts_with(rest, name));
    Reading::all(name.map_or(0, |name| name.len()))
}

/// `&#39;`, which stays as it is, and the quotes and dashes of old markup.
pub(super) fn numbered_character(rest: &[char]) -> Reading {
    const NAMES: [&str; 9] = [
        "&ht;", "&tl;", "&ur;", "&lr;", "&qc;", "&ql;", "&qr;", "&odq;", "&cdq;",
    ];
    if let ['&', '#', after @ ..] = rest
        && let digits @ 1.. = run(after, |c| c.is_ascii_digit())
        && from(after, digits).first() == Some(&';')
    {
        return Reading::all(digits + 3);
    }
    spelled(rest, &NAMES)
}

/// `US$`, `$`.
pub(super) fn currency(rest: &[char]) -> Reading {
    let country = run(rest, |c| c.is_ascii_uppercase());
    match from(rest, country) {
        ['$', ..] => Reading::all(country + 1),
        _ => Reading::NONE,
    }
}

/// `:)`, `;-(`, `=D` and their like, in front of anything but a word; and `-_-`, `(^_^)`.
pub(super) fn smiley(rest: &[char]) -> Reading {
    upright(rest).or(lying(rest))
}

fn lying(rest: &[char]) -> Reading {
    let brow = usize::from(matches!(rest.first(), Some('<' | '>')));
    let [':' | ';' | '=', face @ ..] = from(rest, brow) else {
        return Reading::NONE;
    };
    // The letters are only those, whichever their size.
    let nose = usize::from(matches!(face.first(), Some('-' | 'o' | '*' | '\'')));
    match from(face, nose) {
        [mouth, after, ..]
            if "()DPdpO\\{@|[]".contains(*mouth) && !after.is_ascii_alphanumeric() =>
        {
            Reading::before(brow + nose + 2, 1)
        }
        _ => Reading::NONE,
    }
}

fn upright(rest: &[char]) -> Reading {
    let is_eye = |c: &char| "-^x=~<>'".contains(*c);
    let is_wide_eye = |c: &char| *c != '-' && is_eye(c);
    Reading::all(match rest {
        [left, '_', right, ..] if is_eye(left) && is_eye(right) => 3,
        ['(', left, '_' | '.', right, ')', ..] if is_eye(left) && is_eye(right) => 5,
        ['(', left, '-', right, ')', ..]
            if is_wide_eye(left) && (is_wide_eye(right) || *right == '`') =>
        {
            5
        }
        ['(', left, right, ')', ..] if is_eye(left) && is_eye(right) => 4,
        _ => 0,
    })
}

/// Two to four hyphens, which stand for a dash.
pub(super) fn run_of_dashes(rest: &[char]) -> Reading {
    match run(rest, |c| c == '-') {
        length @ 2..=4 => Reading::all(length),
        _ => Reading::NONE,
    }
}

/// `...`, `. . .` and longer ones.
pub(super) fn ellipsis(rest: &[char]) -> Reading {
    let close = match run(rest, |c| c == '.') {
        length @ 3.. => length.min(5),
        _ => 0,
    };
    let mut n_gaps = 0;
    while n_gaps < 4
        && let ['.', ' ' | '\u{a0}', '.', ..] = from(rest, 2 * n_gaps)
    {
        n_gaps += 1;
    }
    let wide = if n_gaps >= 2 { 2 * n_gaps + 1 } else { 0 };
    Reading::all(close.max(wide))
}

/// Runs of one mark that are one token.
pub(super) fn run_of_marks(rest: &[char]) -> Reading {
    let Some(&first) = rest.first() else {
        return Reading::NONE;
    };
    let same = run(rest, |c| c == first);
    Reading::all(match first {
        '-' | '_' | '*' | '#' | '@' => same,
        '!' | '?' => run(rest, |c| matches!(c, '!' | '?')),
        '<' | '>' if same >= 2 => 2,
        '\\' => {
            let mut length = 0;
            while length < 6
                && let ['\\', '*', ..] = from(rest, length)
            {
                length += 2;
            }
            length
        }
        _ => 0,
    })
}

/// An apostrophe in front of a word of two or more letters opens a quotation, whatever else the
/// word could be: `'Red'`, but `'s`.
pub(super) fn opening_apostrophe(rest: &[char]) -> Reading {
    match rest {
        ['\'', first, second, ..]
            if first.is_ascii_alphabetic()
                && !matches!(second, ' ' | '\t' | '\n' | '\r' | '\u{a0}') =>
        {
            Reading::before(1, 2)
        }
        _ => Reading::NONE,
    }
}

/// One or two quotation marks. Two that are not alike are a token that is not removed: `’”`.
pub(super) fn quotes(rest: &[char]) -> Reading {
    let straight = match rest {
        ['\'', '\'', ..] => 2,
        _ => apostrophe(rest),
    };
    let curved = rest.iter().take(2).take_while(|&&c| is_quote(c)).count();
    Reading::all(straight.max(curved))
}
