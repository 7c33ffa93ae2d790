//! Readings of what is written without spaces on purpose: addresses of pages and mailboxes, names
//! of files and users, and markup.

use super::scan::{Reading, from, is_spelled, run, starts_with};
use super::symbols::{ends_address, is_gap, letter, letters_and_digits};

/// What an address may hold but not end with.
fn is_last_of_address(c: char) -> bool {
    !ends_address(c) && !matches!(c, '.' | '!' | '?' | '{' | '}' | ',' | '-')
}

/// `http://a.org/b?c=d`.
pub(super) fn page(rest: &[char]) -> Reading {
    let scheme = ["http://", "https://"]
        .iter()
        .find(|scheme| starts_with(rest, scheme))
        .map_or(0, |scheme| scheme.len());
    let is_part = |c| !ends_address(c) && !matches!(c, '{' | '}');
    match longest_ending(from(rest, scheme), is_part) {
        length @ 1.. if scheme > 0 => Reading::all(scheme + length),
        _ => Reading::NONE,
    }
}

/// Two or more characters of an address, up to one that it may end with.
fn longest_ending(rest: &[char], is_part: impl Fn(char) -> bool) -> usize {
    let whole = &rest[..run(rest, is_part)];
    whole
        .iter()
        .rposition(|&c| is_last_of_address(c))
        .filter(|&last| last > 0)
        .map_or(0, |last| last + 1)
}

/// `www.a-b.org/c` and `a.com/b`: no scheme, but a start or an ending that tells.
pub(super) fn likely_page(rest: &[char]) -> Reading {
    let longest = hosts(rest)
        .into_iter()
        .map(|host| match from(rest, host) {
            ['/', path @ ..] => match longest_ending(path, |c| !ends_address(c)) {
                0 => host,
                path => host + 1 + path,
            },
            _ => host,
        })
        .max();
    Reading::all(longest.unwrap_or(0))
}

/// Where a host name may end.
fn hosts(rest: &[char]) -> Vec<usize> {
    let mut ends = Vec::new();
    if starts_with(rest, "www.") {
        let is_part = |c| !ends_address(c) && !matches!(c, '.' | '!' | '?' | '{' | '}' | ',');
        for at in dotted(from(rest, 4), is_part) {
            let country = run(from(rest, 4 + at), |c| c.is_ascii_alphabetic());
            ends.extend((2..=country.min(4)).map(|letters| 4 + at + letters));
        }
    }
    // Small letters and whatever no address has: a hyphen, a digit or a capital ends this.
    let is_part =
        |c| !ends_address(c) && !matches!(c, ','..='_' | '`' | '\'' | '!' | '{' | '}' | '$');
    for at in dotted(rest, is_part) {
        let is_ending = |ending: &&str| starts_with(from(rest, at), ending);
        if ["com", "net", "org", "edu"].iter().any(is_ending) {
            ends.push(at + 3);
        }
    }
    ends
}

/// The places after each full stop of `a.b.c`.
fn dotted(rest: &[char], is_part: impl Fn(char) -> bool) -> Vec<usize> {
    let mut places = Vec::new();
    let mut at = 0;
    loop {
        let part = run(from(rest, at), &is_part);
        if part == 0 || from(rest, at + part).first() != Some(&'.') {
            return places;
        }
        at += part + 1;
        places.push(at);
    }
}

/// `me@a.org`, in pointed brackets or not; and anything else around an `@`.
pub(super) fn mailbox(rest: &[char]) -> Reading {
    let is_part = |c| !ends_address(c) && !matches!(c, '{' | '}' | '\u{a0}');
    let bracket = match rest.first() {
        Some('<') => 1,
        Some('&') if starts_with(rest, "&lt;") => 4,
        _ => 0,
    };
    let inside = from(rest, bracket);
    if !inside.first().is_some_and(char::is_ascii_alphanumeric) {
        return Reading::NONE;
    }
    let whole = &inside[..run(inside, is_part)];
    let end = whole
        .iter()
        .enumerate()
        .filter(|(_, c)| **c == '@')
        .map(|(at, _)| {
            let host = &whole[at + 1..];
            let last = dotted(host, |c| c != '.').last().copied().unwrap_or(0);
            match last + run(&host[last..], |c| c != '.') {
                0 => 0,
                // A full stop that nothing follows is not part of it.
                host_end => at + 1 + host_end - usize::from(host[host_end - 1] == '.'),
            }
        })
        .max()
        .unwrap_or(0);
    match from(inside, end) {
        _ if end == 0 => Reading::NONE,
        ['>', ..] => Reading::all(bracket + end + 1),
        _ => Reading::all(bracket + end),
    }
}

/// `#tag` and `@name`.
pub(super) fn handle(rest: &[char]) -> Reading {
    match rest {
        ['#', name @ ..] => {
            let mut length = 0;
            while let more @ 1.. = letter(from(name, length)) {
                length += more;
            }
            Reading::all(if length > 0 { 1 + length } else { 0 })
        }
        ['@', name @ ..]
            if name
                .first()
                .is_some_and(|c| c.is_ascii_alphabetic() || *c == '_') =>
        {
            let length = run(name, |c| c.is_ascii_alphanumeric() || c == '_');
            Reading::all(1 + length)
        }
        _ => Reading::NONE,
    }
}

/// `123.jpg`, in front of a space or a mark.
pub(super) fn file_name(rest: &[char]) -> Reading {
    const EXTENSIONS: [&str; 35] = [
        "bat", "bmp", "c", "cgi", "class", "cpp", "dll", "doc", "docx", "exe", "gif", "gz", "h",
        "htm", "html", "jar", "java", "jpeg", "jpg", "mov", "mp3", "pdf", "php", "pl", "png",
        "ppt", "ps", "py", "sql", "tar", "txt", "wav", "x", "xml", "zip",
    ];
    let mut best = 0;
    let mut length = letters_and_digits(rest);
    while let ['.', part @ ..] = from(rest, length)
        && length > 0
    {
        let extension = letters_and_digits(part);
        if extension == 0 {
            break;
        }
        length += 1 + extension;
        let is_known = EXTENSIONS
            .iter()
            .any(|known| is_spelled(&part[..extension], known));
        let ends = |&c: &char| is_gap(c) || matches!(c, '.' | '?' | '!' | ',');
        if is_known && from(rest, length).first().is_some_and(ends) {
            best = length;
        }
    }
    match best {
        0 => Reading::NONE,
        _ => Reading::before(best, 1),
    }
}

/// A tag of a markup language: `<b>`, `</b>`, `<br />`, `<a href="b">`, `<!-- -->`.
pub(super) fn tag(rest: &[char]) -> Reading {
    let ['<', inside @ ..] = rest else {
        return Reading::NONE;
    };
    let end = match inside {
        ['!' | '?', first, ..] if first.is_ascii_alphabetic() || *first == '-' => {
            run(inside, |c| !matches!(c, '>' | '\r' | '\n'))
        }
        ['/', name @ ..] => match tag_name(name) {
            0 => return Reading::NONE,
            length => 1 + length + spaces(from(name, length)),
        },
        _ => match tag_name(inside) {
            0 => return Reading::NONE,
            length => length + attributes(from(inside, length)),
        },
    };
    match from(inside, end) {
        ['>', ..] => Reading::all(end + 2),
        _ => Reading::NONE,
    }
}

fn tag_name(rest: &[char]) -> usize {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.' | '-');
    match rest.first() {
        Some(first) if first.is_ascii_alphabetic() => run(rest, is_part),
        _ => 0,
    }
}

fn spaces(rest: &[char]) -> usize {
    run(rest, |c| c == ' ')
}

/// Names and names with values, and the slash of a tag that is closed at once.
fn attributes(rest: &[char]) -> usize {
    let mut length = spaces(rest);
    while length > 0 {
        let name = tag_name(from(rest, length));
        if name == 0 || from(rest, length - 1).first() != Some(&' ') {
            break;
        }
        length += name;
        let before = spaces(from(rest, length));
        if let ['=', after @ ..] = from(rest, length + before) {
            let gap = spaces(after);
            let value = quoted(from(after, gap));
            if value == 0 {
                return length;
            }
            length += before + 1 + gap + value;
        }
        length += spaces(from(rest, length));
    }
    let slash = usize::from(from(rest, length).first() == Some(&'/'));
    length + slash + spaces(from(rest, length + slash))
}

/// A value in quotes, with them.
fn quoted(rest: &[char]) -> usize {
    let [quote @ ('"' | '\''), value @ ..] = rest else {
        return 0;
    };
    let length = run(value, |c| c != *quote);
    if length < value.len() { length + 2 } else { 0 }
}
