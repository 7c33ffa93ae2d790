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
//! That program is given all captions at once, one a line, and looks ahead past the end of a line.
//! So the words of a caption may depend on the next one ([`tokenize_all`]), and those of the last
//! caption on there being nothing after it: `:)` is a smiley anywhere but there.
//!
//! Source: salaniz/pycocoevalcap 1.2, `tokenizer/ptbtokenizer.py`, whose program the readings and
//! their order were compared with; the Penn Treebank's conventions.
//! Differs: a full stop that ends an abbreviation and a sentence is not repeated, since it would
//! be removed, so a last caption that ends like `pte.1` has other words. A caption is one line
//! whatever it holds: the original starts a new one at a carriage return or a line separator, and
//! the captions after that are then those of others.

mod abbreviations;
mod addresses;
mod contractions;
mod form;
mod letters;
mod marks;
mod numbers;
mod scan;
mod symbols;
#[cfg(test)]
mod tests;
mod words;

use crate::space::is_space;

/// The words in lower case, joined with single spaces, of a caption that is alone in its file.
///
/// A token may hold no-break spaces. That is kept because it counts as one token for ROUGE-L and
/// as two for BLEU and CIDEr.
#[must_use]
pub fn tokenize(caption: &str) -> String {
    tokenize_all([caption]).pop().unwrap_or_default()
}

/// The words of each caption of a file, in its order.
#[must_use]
pub fn tokenize_all<'a>(captions: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut text = Vec::new();
    let mut n_captions = 0;
    for caption in captions {
        if n_captions > 0 {
            text.push('\n');
        }
        text.extend(caption.chars().map(|c| if c == '\n' { ' ' } else { c }));
        n_captions += 1;
    }
    let mut lines = vec![String::new()];
    let mut rest = text.as_slice();
    while let Some(&first) = rest.first() {
        if first == '\n' {
            lines.push(String::new());
        }
        // Nothing but spaces begins with a plain one, while others may begin a token.
        if matches!(first, ' ' | '\n') {
            rest = &rest[scan::run(rest, symbols::is_space).max(1)..];
            continue;
        }
        let token = scan::next(rest);
        let (taken, after) = rest.split_at(token.n_chars.clamp(1, rest.len()));
        rest = after;
        // Only the value of a markup attribute may reach into the next caption.
        for (i, word) in form::text_of(taken, token.form).split('\n').enumerate() {
            if i > 0 {
                lines.push(String::new());
            }
            match lines.last_mut() {
                Some(line) if !word.is_empty() => {
                    if !line.is_empty() {
                        line.push(' ');
                    }
                    line.push_str(word);
                }
                _ => {}
            }
        }
    }
    lines.resize(n_captions, String::new());
    for line in &mut lines {
        *line = without_marks(line);
    }
    lines
}

/// The line's words without those that are punctuation. A no-break space at the line's end goes
/// with the plain ones, even if it belongs to a word.
fn without_marks(line: &str) -> String {
    let words = line
        .trim_end_matches(is_space)
        .split(' ')
        .filter(|word| !is_removed(word));
    words.collect::<Vec<_>>().join(" ")
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
