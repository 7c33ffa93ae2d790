//! The LLaMA tokenizer as GPT4RoI uses it: text and control tokens in, ids out, and back.
//!
//! Within a run of text the `tokenizers` crate's BPE does the work. Everything around control
//! tokens is done here, because it has to follow the *slow* tokenizer of transformers 4.28.1,
//! which no released fast tokenizer does, and because control strings inside a user's text must
//! stay plain text. The crate's model is therefore built without any added token.
//!
//! Source: huggingface/transformers 4.28.1, `tokenization_utils.py`, `PreTrainedTokenizer.tokenize`
//! and `_decode`; `models/llama/tokenization_llama.py`.

mod json;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ops::Range;

use tokenizers::Model;
use tokenizers::models::bpe::BPE;

pub use json::TokenizerError;
pub(crate) use json::{
    AddedToken, BOS, EOS, PAD, UNK, byte_piece, llama_decoder, llama_normalizer,
};

/// What SentencePiece writes for a space, and in front of every run of text.
pub(crate) const SPACE: char = '\u{2581}';

/// A part of what is to be encoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Plain text, whatever control strings it may spell.
    Text(String),
    /// A token of its own: one that the template adds.
    Control(u32),
}

/// What an id stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A piece of text, spaces as [`SPACE`].
    Text(String),
    /// One byte of a character that has no piece.
    Byte(u8),
    /// A token of the template that is shown when decoded: `<bbox>`, `<im_patch>` …
    Shown(String),
    /// `<s>`, `</s>`, `<unk>`, `[PAD]`: left out when decoded.
    Hidden,
    /// No token has this id.
    Absent,
}

/// A LLaMA tokenizer with GPT4RoI's added tokens.
#[derive(Clone)]
pub struct Tokenizer {
    bpe: BPE,
    pieces: Vec<Piece>,
    controls: BTreeMap<String, Control>,
    bos: u32,
    eos: u32,
}

#[derive(Clone, Copy, Debug)]
struct Control {
    id: u32,
    /// Whether neighbouring text loses its whitespace.
    strips: bool,
}

/// A token and the bytes of the text it came from, counted over all text segments together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) id: u32,
    pub(crate) source: Range<usize>,
}

impl Tokenizer {
    /// Reads a `tokenizer.json` of the LLaMA family: what [`crate::tokenizer_json`] writes.
    ///
    /// # Errors
    /// If it is no JSON of that form, or its settings are not LLaMA's.
    pub fn from_json(bytes: &[u8]) -> Result<Self, TokenizerError> {
        json::read(bytes)
    }

    /// The id of a control token: `<s>`, `<bbox>`, `<im_patch>` …
    #[must_use]
    pub fn special(&self, name: &str) -> Option<u32> {
        self.controls.get(name).map(|control| control.id)
    }

    /// The id every prompt starts with.
    #[must_use]
    pub fn bos(&self) -> u32 {
        self.bos
    }

    /// The id of `</s>`.
    #[must_use]
    pub fn eos(&self) -> u32 {
        self.eos
    }

    /// One more than the highest id.
    #[must_use]
    pub fn n_ids(&self) -> usize {
        self.pieces.len()
    }

    pub(crate) fn piece(&self, id: u32) -> &Piece {
        self.pieces.get(id as usize).unwrap_or(&Piece::Absent)
    }

    /// Token ids, the first being [`Self::bos`].
    ///
    /// Neighbouring texts are joined. Text next to an added token loses its whitespace there, line
    /// ends included; next to `<s>`, `</s>` and `<unk>` it does not. What is left of each run of
    /// text is encoded by itself, so each starts with a space of its own.
    #[must_use]
    pub fn encode(&self, segments: &[Segment]) -> Vec<u32> {
        self.encode_located(segments)
            .into_iter()
            .map(|token| token.id)
            .collect()
    }

    /// The same for a text in which control strings are control tokens, as the original has it.
    #[must_use]
    pub fn encode_with_controls(&self, text: &str) -> Vec<u32> {
        self.encode(&self.split_controls(text))
    }

    /// Cuts a text at its control strings; where two could start, the longer one is taken.
    pub(crate) fn split_controls(&self, text: &str) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut text_start = 0;
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let control = self
                .controls
                .iter()
                .filter(|(name, _)| rest.starts_with(name.as_str()))
                .max_by_key(|(name, _)| name.len());
            let Some((name, control)) = control else {
                at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            };
            if text_start < at {
                segments.push(Segment::Text(text[text_start..at].to_owned()));
            }
            segments.push(Segment::Control(control.id));
            at += name.len();
            text_start = at;
        }
        if text_start < text.len() {
            segments.push(Segment::Text(text[text_start..].to_owned()));
        }
        segments
    }

    /// As [`Self::encode`], with each token's place in the joined text of all segments.
    ///
    /// A token made of a run's leading space alone has an empty range at the start of the run.
    pub(crate) fn encode_located(&self, segments: &[Segment]) -> Vec<Located> {
        let mut tokens = vec![Located {
            id: self.bos,
            source: 0..0,
        }];
        let mut offset = 0;
        let mut strip_start = false;
        let mut rest = segments;
        loop {
            let n_texts = rest
                .iter()
                .take_while(|part| matches!(part, Segment::Text(_)))
                .count();
            let (texts, after) = rest.split_at(n_texts);
            let run: String = texts
                .iter()
                .filter_map(|part| match part {
                    Segment::Text(text) => Some(text.as_str()),
                    Segment::Control(_) => None,
                })
                .collect();
            let next = match after.first() {
                Some(&Segment::Control(id)) => Some((id, self.strips(id))),
                _ => None,
            };
            let mut kept = run.as_str();
            if next.is_some_and(|(_, strips)| strips) {
                kept = kept.trim_end_matches(is_space);
            }
            if strip_start {
                kept = kept.trim_start_matches(is_space);
            }
            // `kept` is a part of `run`, so this is how much was cut off in front of it.
            let cut = if kept.is_empty() {
                0
            } else {
                kept.as_ptr() as usize - run.as_ptr() as usize
            };
            self.encode_run(kept, offset + cut, &mut tokens);
            offset += run.len();
            let Some((id, strips)) = next else {
                return tokens;
            };
            tokens.push(Located {
                id,
                source: offset..offset,
            });
            strip_start = strips;
            rest = &after[1..];
        }
    }

    /// Whether text beside this token loses its whitespace.
    fn strips(&self, id: u32) -> bool {
        self.controls
            .values()
            .any(|control| control.id == id && control.strips)
    }

    /// Appends the tokens of one run of text, encoded by itself.
    fn encode_run(&self, text: &str, offset: usize, tokens: &mut Vec<Located>) {
        if text.is_empty() {
            return;
        }
        let mut spaced = String::with_capacity(text.len() + 8);
        spaced.push(SPACE);
        spaced.extend(text.chars().map(|c| if c == ' ' { SPACE } else { c }));
        let encoded = self
            .bpe
            .tokenize(&spaced)
            .expect("from_json made sure that every byte has a piece");

        let mut source = Source::new(text, offset);
        for token in encoded {
            let start = source.position();
            match self.piece(token.id) {
                Piece::Byte(_) => source.skip_byte(),
                _ => token.value.chars().for_each(|_| source.skip_char()),
            }
            tokens.push(Located {
                id: token.id,
                source: start..source.position(),
            });
        }
    }
}

/// Walks through a text in step with its tokens, whose first character is the leading space.
struct Source<'a> {
    rest: &'a str,
    offset: usize,
    at_leading_space: bool,
    /// Bytes of the first character of `rest` that byte tokens have covered.
    bytes_done: usize,
}

impl<'a> Source<'a> {
    fn new(text: &'a str, offset: usize) -> Self {
        Self {
            rest: text,
            offset,
            at_leading_space: true,
            bytes_done: 0,
        }
    }

    fn position(&self) -> usize {
        self.offset + self.bytes_done
    }

    fn skip_char(&mut self) {
        if std::mem::take(&mut self.at_leading_space) {
            return;
        }
        let mut chars = self.rest.chars();
        self.offset += chars.next().map_or(0, char::len_utf8);
        self.rest = chars.as_str();
    }

    fn skip_byte(&mut self) {
        let char_bytes = if self.at_leading_space {
            SPACE.len_utf8()
        } else {
            self.rest.chars().next().map_or(1, char::len_utf8)
        };
        self.bytes_done += 1;
        if self.bytes_done == char_bytes {
            self.bytes_done = 0;
            self.skip_char();
        }
    }
}

/// Whether Python's `str.strip` removes this character.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}
