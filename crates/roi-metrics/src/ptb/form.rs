//! What a token's characters become: its text in the tokenized caption.

use super::symbols::{self, SOFT_HYPHEN};

/// What joins words that form one token, as in the fraction `1 1/2`.
const INNER_SPACE: &str = "\u{a0}";

/// How a token's characters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As they stand.
    Same,
    /// Without soft hyphens.
    Word,
    /// Spaces as no-break spaces.
    OneWord,
    /// As [`Form::OneWord`], and round brackets by their names.
    Bracketed,
    /// `&amp;` as `&`.
    Ampersand,
    /// Each quotation mark as straight ones: `` ` `` if it opens, `'` if it closes, doubled for a
    /// double one.
    Quotes,
    /// Another text.
    Fixed(&'static str),
}

/// The token in lower case.
pub(super) fn text_of(chars: &[char], form: Form) -> String {
    let plain = || chars.iter().collect::<String>();
    let text = match form {
        Form::Same => plain(),
        Form::Word => {
            let word: String = chars.iter().filter(|&&c| c != SOFT_HYPHEN).collect();
            if word.is_empty() {
                "-".to_owned()
            } else {
                word
            }
        }
        Form::OneWord => plain().replace(' ', INNER_SPACE),
        Form::Bracketed => plain()
            .replace(' ', INNER_SPACE)
            .replace('(', "-lrb-")
            .replace(')', "-rrb-"),
        Form::Ampersand => without_entity(&plain()),
        Form::Quotes => plain()
            .replace("&apos;", "'")
            .replace("&quot;", "''")
            .chars()
            .fold(String::new(), |mut text, c| {
                match symbols::lone(c) {
                    Some(straight) => text.push_str(straight),
                    None => text.push(c),
                }
                text
            }),
        Form::Fixed(text) => text.to_owned(),
    };
    text.to_lowercase()
}

fn without_entity(text: &str) -> String {
    text.to_ascii_lowercase().replace("&amp;", "&")
}
