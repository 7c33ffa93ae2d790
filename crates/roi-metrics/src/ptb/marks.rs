//! Readings of numbers, addresses, markup and runs of marks.

use super::abbreviations::eq_ignoring_case;
use super::scan::{Token, from, is_alnum, run};
use super::symbols::{is_digit, is_space};

/// Digits with `.`, `,` or `:` between, perhaps with a sign: `1,000.5`, `5:30`, `-3`, `.5`.
pub(super) fn number(rest: &[char]) -> usize {
    let sign = usize::from(matches!(rest.first(), Some('+' | '-')));
    let unsigned = from(rest, sign);
    let mut length = run(unsigned, is_digit);
    while let [mark, digit, ..] = from(unsigned, length)
        && matches!(mark, '.' | ',' | ':' | '\u{66b}' | '\u{66c}')
        && is_digit(*digit)
    {
        length += 1 + run(from(unsigned, length + 1), is_digit);
    }
    if length > 0 { sign + length } else { 0 }
}

/// `3/4`, and with a whole number in front `1 3/4`, which is one token with a space in it.
pub(super) fn fraction(rest: &[char]) -> usize {
    let digits = |rest: &[char]| match run(rest, is_digit) {
        n @ 1..=4 => n,
        _ => 0,
    };
    let plain = |rest: &[char]| {
        let above = digits(rest);
        let slash = matches!(from(rest, above).first(), Some('/' | '\u{2044}'));
        match digits(from(rest, above + 1)) {
            below @ 1.. if above > 0 && slash => above + 1 + below,
            _ => 0,
        }
    };
    let whole = digits(rest);
    if whole > 0 && matches!(from(rest, whole).first(), Some(' ' | '-' | '\u{a0}')) {
        let part = plain(from(rest, whole + 1));
        if part > 0 {
            return whole + 1 + part;
        }
    }
    plain(rest)
}

/// Addresses of pages and mailboxes.
pub(super) fn address(rest: &[char]) -> usize {
    let ends_address =
        |c: char| is_space(c) || matches!(c, '<' | '>' | '"' | '|' | '(' | ')' | '{' | '}');
    let is_page = ["http://", "https://"]
        .iter()
        .any(|start| starts_with(rest, start));
    if is_page {
        let whole = &rest[..run(rest, |c| !ends_address(c))];
        let after_end = |c| matches!(c, '.' | '!' | '?' | ',' | ';' | ':' | '-');
        return whole.len() - run_back(whole, after_end);
    }
    let local = run(rest, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+')
    });
    if local > 0 && from(rest, local).first() == Some(&'@') {
        let domain = run(from(rest, local + 1), |c| {
            c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
        });
        let domain = &rest[local + 1..local + 1 + domain];
        let kept = domain.len() - run_back(domain, |c| matches!(c, '.' | '-'));
        if kept > 0 {
            return local + 1 + kept;
        }
    }
    0
}

fn run_back(chars: &[char], is: impl Fn(char) -> bool) -> usize {
    chars.iter().rev().take_while(|&&c| is(c)).count()
}

/// A tag of a markup language, attributes included: `<b>`, `</b>`, `<br />`.
pub(super) fn tag(rest: &[char]) -> usize {
    let ['<', after @ ..] = rest else { return 0 };
    let slash = usize::from(after.first() == Some(&'/'));
    if !from(after, slash)
        .first()
        .is_some_and(char::is_ascii_alphabetic)
    {
        return 0;
    }
    let inside = run(after, |c| !matches!(c, '<' | '>' | '\n' | '\r'));
    match from(after, inside).first() {
        Some('>') => 2 + inside,
        _ => 0,
    }
}

/// `#tag` and `@name`.
pub(super) fn named(rest: &[char]) -> usize {
    let length = match rest {
        ['#', after @ ..] => run(after, |c| c.is_ascii_alphabetic()),
        ['@', first, ..] if first.is_ascii_alphabetic() || *first == '_' => {
            run(&rest[1..], |c| c.is_ascii_alphanumeric() || c == '_')
        }
        _ => 0,
    };
    if length > 0 { 1 + length } else { 0 }
}

/// `:)`, `;-(`, `=D` and their like, unless a word follows at once; and `^_^`, `-_-`.
pub(super) fn smiley(rest: &[char]) -> usize {
    let is_eye = |c: &char| "-=~<>^x'".contains(*c);
    if let [left, '_', right, ..] = rest
        && is_eye(left)
        && is_eye(right)
    {
        return 3;
    }
    let brow = usize::from(matches!(rest.first(), Some('<' | '>')));
    if !matches!(from(rest, brow).first(), Some(':' | ';' | '=')) {
        return 0;
    }
    let nose = usize::from(matches!(
        from(rest, brow + 1).first(),
        Some('-' | 'o' | '\'')
    ));
    // Without a nose, its `o` may be the mouth.
    (0..=nose)
        .rev()
        .find_map(|nose| match from(rest, brow + 1 + nose) {
            [mouth, after @ ..]
                if "()DdPpOo\\|[]{@".contains(*mouth)
                    && !after.first().is_some_and(|&c| is_alnum(c)) =>
            {
                Some(brow + 2 + nose)
            }
            _ => None,
        })
        .unwrap_or(0)
}

/// Runs of marks that are one token, and the characters that markup spells out.
pub(super) fn marks(rest: &[char]) -> Option<Token> {
    const ENTITIES: [(&str, &str); 5] = [
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "''"),
        ("&apos;", "'"),
    ];
    const BRACKETS: [(&str, &str); 6] = [
        ("-LRB-", "-lrb-"),
        ("-RRB-", "-rrb-"),
        ("-LSB-", "-lsb-"),
        ("-RSB-", "-rsb-"),
        ("-LCB-", "-lcb-"),
        ("-RCB-", "-rcb-"),
    ];
    let spelled = ENTITIES.iter().chain(&BRACKETS);
    let found = spelled.into_iter().find(|(name, _)| {
        rest.get(..name.len())
            .is_some_and(|start| eq_ignoring_case(start, name))
    });
    if let Some((name, text)) = found {
        return Some(Token {
            n_chars: name.len(),
            text: Some(text),
        });
    }
    let first = *rest.first()?;
    let same = run(rest, |c| c == first);
    let (n_chars, text) = match first {
        '.' if same >= 3 => (same.min(5), Some("...")),
        '.' if starts_with(rest, ". . .") => (5, Some("...")),
        '-' if same >= 2 => (same, (same <= 4).then_some("--")),
        '!' | '?' => (run(rest, |c| matches!(c, '!' | '?')), None),
        '\'' | '`' if same >= 2 => (2, Some("''")),
        '_' | '*' | '#' | '@' => (same, None),
        '<' | '>' => (same.min(2), None),
        'A'..='Z' => match run(rest, |c| c.is_ascii_uppercase()) {
            letters if from(rest, letters).first() == Some(&'$') => (letters + 1, None),
            _ => return None,
        },
        _ => return None,
    };
    Some(Token { n_chars, text })
}

fn starts_with(rest: &[char], text: &str) -> bool {
    let n = text.chars().count();
    rest.get(..n)
        .is_some_and(|start| start.iter().copied().eq(text.chars()))
}
