//! Single characters: which are spaces, letters, apostrophes, and what a lone symbol becomes.

/// An invisible place to break a word; it leaves no trace.
pub(super) const SOFT_HYPHEN: char = '\u{ad}';

/// Whether a character ends a token and is nothing itself.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// A letter, or a mark that belongs to one. Beyond the basic plane no character is known.
pub(super) fn is_letter(c: char) -> bool {
    let is_mark = matches!(c, '\u{300}'..='\u{36f}' | SOFT_HYPHEN | '\u{2b0}'..='\u{2ff}');
    c < '\u{10000}' && (c.is_alphabetic() || is_mark)
}

/// A decimal digit: European, Arabic, Devanagari or full-width.
pub(super) fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}' | '\u{966}'..='\u{96f}'
            | '\u{ff10}'..='\u{ff19}')
}

/// The straight apostrophe and the closing quote that is used for it.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{92}')
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
        '"' | '\u{93}' | '\u{94}' | '“' | '”' | '«' | '»' => "''",
        '\u{91}' | '‘' | '‛' | '‹' | '›' => "'",
        '¢' => "cents",
        '£' => "#",
        '\u{80}' | '¤' | '\u{20a0}' | '€' => "$",
        '\u{96}' | '\u{97}' | '–' | '—' | '―' => "--",
        SOFT_HYPHEN => "-",
        '…' => "...",
        '¼' => "1/4",
        '½' => "1/2",
        '¾' => "3/4",
        '⅓' => "1/3",
        '⅔' => "2/3",
        _ if is_known(c) => return None,
        _ => "",
    })
}

/// Whether a symbol is kept. Pictographs are not, nor is anything beyond the basic plane.
fn is_known(c: char) -> bool {
    is_letter(c)
        || is_digit(c)
        || matches!(c,
            '!'..='~' | '\u{a1}'..='\u{ff}'
            | '\u{2016}'..='\u{2017}' | '\u{201a}' | '\u{201e}'..='\u{2023}'
            | '\u{2030}'..='\u{2038}' | '\u{203b}' | '\u{203e}'..='\u{2042}' | '\u{2044}'
            | '\u{2070}'..='\u{207e}' | '\u{2080}'..='\u{208e}' | '\u{20a4}'
            | '\u{2100}'..='\u{214f}' | '\u{2155}'..='\u{215e}' | '\u{2190}'..='\u{2bff}'
            | '\u{3001}' | '\u{3002}' | '\u{3012}' | '\u{30fb}'
            | '\u{ff01}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}'
            | '\u{ffe0}' | '\u{ffe1}' | '\u{ffe5}' | '\u{ffe6}')
}
