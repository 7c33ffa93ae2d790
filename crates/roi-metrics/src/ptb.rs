//! Captions to words, as the published caption numbers were made: Penn Treebank tokens in lower
//! case, joined with spaces, punctuation left out.
//!
//! Every reported BLEU, ROUGE-L, METEOR and CIDEr of image captioning went through one program,
//! Stanford's `PTBTokenizer` 3.4.1 (`-preserveLines -lowerCase`), and then lost the marks of
//! [`is_removed`]. A word split elsewhere changes all four, so this follows that program's habits,
//! odd ones included: brackets stay as words (`-lrb-`), a missing space after a full stop leaves
//! one word (`end.next`), and characters that it does not know vanish.
//!
//! It reads from left to right. Several readings of what comes next are tried ([`scan`]), and the
//! longest wins.
//!
//! Source: salaniz/pycocoevalcap 1.2, `tokenizer/ptbtokenizer.py`; the Penn Treebank's conventions.
//! Differs: a full stop that ends an abbreviation and a sentence is not repeated, since it would
//! be removed; quotes do not say which way they open, for the same reason. Telephone numbers with
//! spaces in them are several numbers, letters are those of today's Unicode, and each caption is
//! read by itself, where the original lets the `no.` that ends one look for a number in the next.

mod abbreviations;
mod marks;
mod scan;
mod symbols;
#[cfg(test)]
mod tests;
mod words;

/// What joins words that form one token, as in the fraction `1 1/2`.
const INNER_SPACE: char = '\u{a0}';

/// The caption's words in lower case, joined with single spaces.
///
/// A token may hold no-break spaces. That is kept because it counts as one token for ROUGE-L and
/// as two for BLEU and CIDEr.
#[must_use]
pub fn tokenize(caption: &str) -> String {
    let chars: Vec<char> = caption.chars().collect();
    let mut line = String::with_capacity(caption.len() + 8);
    let mut rest = chars.as_slice();
    while let Some(&first) = rest.first() {
        if symbols::is_space(first) {
            rest = &rest[1..];
            continue;
        }
        let token = scan::next(rest);
        let (taken, after) = rest.split_at(token.n_chars.clamp(1, rest.len()));
        rest = after;
        let word = match token.text {
            Some(text) => text.to_owned(),
            None => word_of(taken),
        };
        if word.is_empty() || is_removed(&word) {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    line
}

fn word_of(chars: &[char]) -> String {
    let mut word = String::with_capacity(chars.len());
    for &c in chars {
        match c {
            symbols::SOFT_HYPHEN => {}
            // In a smiley.
            '(' | ')' => word.extend(symbols::lone(c)),
            _ if symbols::is_space(c) => word.push(INNER_SPACE),
            _ if symbols::is_apostrophe(c) => word.push('\''),
            _ => word.push(c),
        }
    }
    word.to_lowercase()
}

/// Whether a token counts as punctuation and is left out.
///
/// The list names the brackets in capitals, which no token in lower case is, so they stay.
fn is_removed(token: &str) -> bool {
    const MARKS: [&str; 13] = [
        "''", "'", "``", "`", ".", "?", "!", ",", ":", "-", "--", "...", ";",
    ];
    MARKS.contains(&token)
}
