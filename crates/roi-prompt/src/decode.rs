//! Token ids to text, whole or as they come.
//!
//! There is one decoder, the streaming one; decoding a whole list feeds it and takes all it says,
//! so a streamed answer cannot differ from the answer.
//!
//! Source: google/sentencepiece 02555b8, `src/sentencepiece_processor.cc`,
//! `SentencePieceProcessor::Decode`; huggingface/transformers 4.28.1, `tokenization_utils.py`,
//! `PreTrainedTokenizer._decode` with `skip_special_tokens`.

#[cfg(test)]
mod tests;

use crate::tokenizer::{Piece, SPACE, Tokenizer};

impl Tokenizer {
    /// The text of these tokens.
    ///
    /// `<s>`, `</s>`, `<unk>` and `[PAD]` are left out; other added tokens are shown with a space
    /// on each side that has a neighbour. Bytes that form no character become U+FFFD, one each.
    /// Ids without a token give nothing.
    #[must_use]
    pub fn decode(&self, ids: &[u32]) -> String {
        let mut stream = self.decode_stream();
        let mut text: String = ids.iter().map(|&id| stream.push(id)).collect();
        text.push_str(&stream.finish());
        text
    }

    /// A decoder for tokens that come one by one.
    #[must_use]
    pub fn decode_stream(&self) -> DecodeStream<'_> {
        DecodeStream {
            tokenizer: self,
            place: Place::Start,
            bytes: Vec::new(),
        }
    }
}

/// Decodes tokens one by one: all texts it returns, joined, are [`Tokenizer::decode`] of all ids.
#[derive(Clone)]
pub struct DecodeStream<'a> {
    tokenizer: &'a Tokenizer,
    place: Place,
    /// The start of a character whose further bytes may still come; at most three.
    bytes: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Nothing has come yet.
    Start,
    /// After a shown token.
    AfterShown,
    /// In a run of text.
    InText,
}

impl DecodeStream<'_> {
    /// The text that is certain now that `id` has come; often empty within a character.
    pub fn push(&mut self, id: u32) -> String {
        let mut text = String::new();
        match self.tokenizer.piece(id) {
            Piece::Hidden | Piece::Absent => {}
            Piece::Byte(byte) => {
                self.enter_text(&mut text);
                self.bytes.push(*byte);
                take_characters(&mut self.bytes, &mut text);
            }
            Piece::Text(piece) => {
                let is_first = self.enter_text(&mut text);
                self.flush(&mut text);
                let piece = match piece.strip_prefix(SPACE) {
                    // The space that encoding put in front of the run.
                    Some(rest) if is_first => rest,
                    _ => piece,
                };
                text.extend(piece.chars().map(|c| if c == SPACE { ' ' } else { c }));
            }
            Piece::Shown(name) => {
                self.flush(&mut text);
                if self.place != Place::Start {
                    text.push(' ');
                }
                text.push_str(name);
                self.place = Place::AfterShown;
            }
        }
        text
    }

    /// What is left when no more tokens come: U+FFFD for each byte of an unfinished character.
    #[must_use]
    pub fn finish(mut self) -> String {
        let mut text = String::new();
        self.flush(&mut text);
        text
    }

    /// Makes sure a run of text has begun; says whether it begins here.
    fn enter_text(&mut self, text: &mut String) -> bool {
        if self.place == Place::AfterShown {
            text.push(' ');
        }
        std::mem::replace(&mut self.place, Place::InText) != Place::InText
    }

    fn flush(&mut self, text: &mut String) {
        text.extend(self.bytes.drain(..).map(|_| char::REPLACEMENT_CHARACTER));
    }
}

/// Moves all bytes whose meaning can no longer change from `bytes` to `text`.
fn take_characters(bytes: &mut Vec<u8>, text: &mut String) {
    while !bytes.is_empty() {
        match std::str::from_utf8(bytes) {
            Ok(valid) => {
                text.push_str(valid);
                bytes.clear();
            }
            Err(error) if error.valid_up_to() > 0 => {
                let rest = bytes.split_off(error.valid_up_to());
                text.push_str(&String::from_utf8_lossy(bytes));
                *bytes = rest;
            }
            Err(error) if error.error_len().is_some() => {
                text.push(char::REPLACEMENT_CHARACTER);
                bytes.remove(0);
            }
            Err(_) => return,
        }
    }
}
