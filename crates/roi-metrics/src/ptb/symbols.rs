//! Single characters and what is spelled with several in markup: spaces, letters, apostrophes, and
//! what a lone symbol becomes.

use super::letters::{is_digit, is_symbol, is_word_letter};
use super::scan::{from, run, starts_with};

/// An invisible place to break a word; it leaves no trace.
pub(super) const SOFT_HYPHEN: char = '\u{ad}';

/// A space within a line, the no-break space and those of other widths included.
pub(super) fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{3000}'
    )
}

/// A space or the end of a line.
pub(super) fn is_gap(c: char) -> bool {
    is_space(c) || matches!(c, '\n'..='\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Spaces and brackets that end any address, however odd the rest of it.
pub(super) fn ends_address(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '\u{c}' | '\r' | '"' | '<' | '>' | '|' | '(' | ')'
    )
}

/// The characters of one letter of a word, which may be spelled `&eacute;`; 0 for anything else.
pub(super) fn letter(rest: &[char]) -> usize {
    match rest {
        ['&', vowel, accent @ ..] if "aeiouAEIOU".contains(*vowel) => ["acute;", "grave;", "uml;"]
            .iter()
            .find(|name| starts_with(accent, name))
            .map_or(0, |name| 2 + name.len()),
        [c, ..] => usize::from(is_word_letter(*c)),
        [] => 0,
    }
}

/// The letters and digits at the start.
pub(super) fn letters_and_digits(rest: &[char]) -> usize {
    let mut length = 0;
    loop {
        length += run(from(rest, length), is_digit);
        match letter(from(rest, length)) {
            0 => return length,
            more => length += more,
        }
    }
}

/// The characters of an apostrophe: the straight one, the closing quote that is used for it, or
/// the name that markup gives it; 0 for anything else.
pub(super) fn apostrophe(rest: &[char]) -> usize {
    match rest.first() {
        Some('\'' | '\u{92}' | '’') => 1,
        Some('&') if starts_with(rest, "&apos;") => 6,
        _ => 0,
    }
}

/// As [`apostrophe`], and the marks that are typed in its place within a word.
pub(super) fn apostrophe_within(rest: &[char]) -> usize {
    match rest.first() {
        Some('`' | '\u{91}' | '‘' | '‛') => 1,
        _ => apostrophe(rest),
    }
}

/// The characters of a slash, which may have a backslash before it.
pub(super) fn slash(rest: &[char]) -> usize {
    match rest {
        ['/', ..] => 1,
        ['\\', '/', ..] => 2,
        _ => 0,
    }
}

/// A mark after which a sentence goes on.
pub(super) fn is_inner_mark(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '、')
}

/// A quotation mark of any kind but the straight double one.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '`' | '\u{91}'..='\u{94}' | '«' | '»' | '\u{2018}'..='\u{201f}' | '‹' | '›')
}

/// The token that a character by itself becomes, if not itself; empty if it is unknown.
pub(super) fn lone(c: char) -> Option<&'static str> {
    Some(match c {
        '(' => "-lrb-",
        ')' => "-rrb-",
        '[' => "-lsb-",
        ']' => "-rsb-",
        '{' => "-lcb-",
        '}' => "-rcb-",
        '"' | '\u{94}' | '”' | '»' => "''",
        '\u{93}' | '“' | '«' => "``",
        '\u{92}' | '’' | '›' => "'",
        '\u{91}' | '‘' | '‛' | '‹' => "`",
        '¢' => "cents",
        '£' => "#",
        '\u{80}' | '¤' | '\u{20a0}' | '€' => "$",
        '\u{96}' | '\u{97}' | '–' | '—' | '―' => "--",
        SOFT_HYPHEN => "-",
        '\u{85}' | '…' => "...",
        '¼' => "1/4",
        '½' => "1/2",
        '¾' => "3/4",
        '⅓' => "1/3",
        '⅔' => "2/3",
        _ if is_word_letter(c) || is_digit(c) || is_symbol(c) => return None,
        _ => "",
    })
}
