//! The readings of what comes next in a caption, each a function from the rest of the text to a
//! length, and the choice of the longest.
//!
//! A reading may look further than it takes: `is` in front of `n't` is read because of what
//! follows, so the length it competes with includes it.

use super::abbreviations::{eq_ignoring_case, keeps_stop};
use super::symbols::{self, is_apostrophe, is_digit, is_letter, is_space};

/// A token at the start of the text.
pub(super) struct Token {
    pub(super) n_chars: usize,
    /// What it becomes, if not its own characters in lower case.
    pub(super) text: Option<&'static str>,
}

/// How much a reading takes, and how much it looked at.
#[derive(Clone, Copy, Default)]
struct Reading {
    taken: usize,
    seen: usize,
}

impl Reading {
    fn all(length: usize) -> Self {
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

fn run(rest: &[char], is: impl Fn(char) -> bool) -> usize {
    rest.iter().take_while(|&&c| is(c)).count()
}

fn from(rest: &[char], at: usize) -> &[char] {
    rest.get(at..).unwrap_or_default()
}

fn is_alnum(c: char) -> bool {
    is_letter(c) || is_digit(c)
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}' | '\u{58a}')
}

fn starts_with(rest: &[char], text: &str) -> bool {
    let n = text.chars().count();
    rest.get(..n)
        .is_some_and(|start| start.iter().copied().eq(text.chars()))
}

/// Letters and digits from a letter on. A mark that ends a sentence does not end the word if a
/// letter follows at once: `end.next`, `what?no`.
fn word(rest: &[char]) -> usize {
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
fn joined_words(rest: &[char]) -> Reading {
    const JOINED: [(&str, usize); 6] = [
        ("cannot", 3),
        ("gonna", 3),
        ("gotta", 3),
        ("lemme", 3),
        ("gimme", 3),
        ("wanna", 3),
    ];
    let length = run(rest, is_alnum);
    JOINED
        .iter()
        .find(|(joined, _)| eq_ignoring_case(&rest[..length], joined))
        .map_or(Reading::default(), |&(_, taken)| Reading {
            taken,
            seen: length,
        })
}

/// The word that `n't` is joined to: `is` of `isn't`, `wo` of `won't`.
fn word_before_negation(rest: &[char]) -> Reading {
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
fn word_before_clitic(rest: &[char]) -> Reading {
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
fn clitic(rest: &[char]) -> usize {
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
fn hyphenated(rest: &[char]) -> usize {
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
fn number_hyphenated(rest: &[char]) -> usize {
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
fn slashed(rest: &[char]) -> usize {
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
fn abbreviation(rest: &[char]) -> Reading {
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

/// Digits with `.`, `,` or `:` between, perhaps with a sign: `1,000.5`, `5:30`, `-3`, `.5`.
fn number(rest: &[char]) -> usize {
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
fn fraction(rest: &[char]) -> usize {
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

/// Words in which an apostrophe is a letter: `'em`, `'90s`, `ma'am`, `li'l`, `y'` of `y'all`.
fn apostrophe_word(rest: &[char]) -> Reading {
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
fn initials_joined(rest: &[char]) -> usize {
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

/// Addresses of pages and mailboxes.
fn address(rest: &[char]) -> usize {
    let ends_address =
        |c: char| is_space(c) || matches!(c, '<' | '>' | '"' | '|' | '(' | ')' | '{' | '}');
    let whole = run(rest, |c| !ends_address(c));
    let whole = &rest[..whole];
    let trimmed = whole.len()
        - run_back(whole, |c| {
            matches!(c, '.' | '!' | '?' | ',' | ';' | ':' | '-')
        });
    let is_page = ["http://", "https://"]
        .iter()
        .any(|start| starts_with(rest, start));
    if is_page {
        return trimmed;
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
fn tag(rest: &[char]) -> usize {
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
fn named(rest: &[char]) -> usize {
    let length = match rest {
        ['#', after @ ..] => run(after, |c| c.is_ascii_alphabetic()),
        ['@', first, ..] if first.is_ascii_alphabetic() || *first == '_' => {
            run(&rest[1..], |c| c.is_ascii_alphanumeric() || c == '_')
        }
        _ => 0,
    };
    if length > 0 { 1 + length } else { 0 }
}

/// `:)`, `;-(`, `=D` and their like, unless a word follows at once.
fn smiley(rest: &[char]) -> usize {
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
fn marks(rest: &[char]) -> Option<Token> {
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
