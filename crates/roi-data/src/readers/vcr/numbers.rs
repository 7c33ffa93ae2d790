//! Numbers in a sentence, each of which is an object.

/// A piece of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Words(&'a str),
    /// A whole word of digits; one too large to be any object is the largest there is.
    Number(usize),
}

/// Cuts a sentence at its whole numbers: digits with no letter, digit or underscore beside them.
pub(super) fn pieces(sentence: &str) -> Vec<Piece<'_>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut pieces = Vec::new();
    let mut words_start = 0;
    let mut at = 0;
    while let Some(rest) = sentence.get(at..).filter(|rest| !rest.is_empty()) {
        let word_length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if word_length == 0 {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let word = &rest[..word_length];
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            if words_start < at {
                pieces.push(Piece::Words(&sentence[words_start..at]));
            }
            pieces.push(Piece::Number(word.parse().unwrap_or(usize::MAX)));
            words_start = at + word_length;
        }
        at += word_length;
    }
    if words_start < sentence.len() {
        pieces.push(Piece::Words(&sentence[words_start..]));
    }
    pieces
}

/// The numbers alone, in their order.
pub(super) fn numbers(sentence: &str) -> Vec<usize> {
    let number = |piece| match piece {
        Piece::Number(number) => Some(number),
        Piece::Words(_) => None,
    };
    pieces(sentence).into_iter().filter_map(number).collect()
}

/// The sentence with other words for its numbers, if there are words for all.
pub(super) fn reworded(
    sentence: &str,
    words_for: impl Fn(usize) -> Option<String>,
) -> Option<String> {
    let word = |piece| match piece {
        Piece::Words(words) => Some(words.to_owned()),
        Piece::Number(number) => words_for(number),
    };
    pieces(sentence).into_iter().map(word).collect()
}
