//! The parts of `tokenizer.json` that are written and read, and the checks on reading.
//!
//! Normaliser and decoder of a LLaMA `tokenizer.json` never vary, and what they do is done by
//! [`Tokenizer`] itself; a file that names others is refused rather than misread.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokenizers::models::bpe::{BPE, Vocab};

use super::{Control, Piece, Tokenizer};

pub(crate) const UNK: &str = "<unk>";
pub(crate) const BOS: &str = "<s>";
pub(crate) const EOS: &str = "</s>";
pub(crate) const PAD: &str = "[PAD]";

/// More ids than any vocabulary has; a table of this many is made.
const MAX_IDS: u32 = 1 << 20;

/// Why a `tokenizer.json` was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenizerError {
    /// Not JSON, or not of the form of a BPE tokenizer.
    #[error("tokenizer.json: {0}")]
    Json(#[from] serde_json::Error),
    /// A setting under which text is split or joined differently.
    #[error("tokenizer.json: {setting} is {found}, expected {expected} (LLaMA's)")]
    Setting {
        /// Where in the file.
        setting: &'static str,
        /// What stands there.
        found: String,
        /// What LLaMA has.
        expected: String,
    },
    /// A token that encoding cannot do without.
    #[error("tokenizer.json has no token {token:?}")]
    MissingToken {
        /// The token's text.
        token: String,
    },
    /// An id that is out of all proportion.
    #[error("tokenizer.json: token {token:?} has id {id}; ids up to {limit} are supported")]
    IdTooLarge {
        /// The token's text.
        token: String,
        /// Its id.
        id: u32,
        /// The largest supported id.
        limit: u32,
    },
    /// Two tokens share an id.
    #[error("tokenizer.json: id {id} belongs to {first:?} and to {second:?}")]
    SharedId {
        /// The id.
        id: u32,
        /// One of the tokens.
        first: String,
        /// The other.
        second: String,
    },
    /// One text stands in the vocabulary and among the added tokens with different ids.
    #[error(
        "tokenizer.json: token {token:?} has id {in_vocab} in the vocabulary and {added} as an added token"
    )]
    TwoIds {
        /// The token's text.
        token: String,
        /// Its id in the vocabulary.
        in_vocab: u32,
        /// Its id in `added_tokens`.
        added: u32,
    },
    /// The merges do not fit the vocabulary.
    #[error("tokenizer.json: {0}")]
    Merges(String),
}

/// An entry of `added_tokens`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AddedToken {
    pub(crate) id: u32,
    content: String,
    #[serde(default)]
    single_word: bool,
    lstrip: bool,
    rstrip: bool,
    #[serde(default)]
    normalized: bool,
    special: bool,
}

impl AddedToken {
    /// `<s>`, `</s>`, `<unk>`: hidden when decoded, no effect on the text beside them.
    pub(crate) fn control(id: u32, content: &str) -> Self {
        Self {
            id,
            content: content.to_owned(),
            single_word: false,
            lstrip: false,
            rstrip: false,
            normalized: false,
            special: true,
        }
    }

    /// A token that takes the whitespace off the text on both its sides.
    pub(crate) fn stripping(id: u32, content: &str, hidden: bool) -> Self {
        Self {
            lstrip: true,
            rstrip: true,
            special: hidden,
            ..Self::control(id, content)
        }
    }
}

pub(crate) fn llama_normalizer() -> Value {
    json!({
        "type": "Sequence",
        "normalizers": [
            {"type": "Prepend", "prepend": "▁"},
            {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        ],
    })
}

pub(crate) fn llama_decoder() -> Value {
    json!({
        "type": "Sequence",
        "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"},
            {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0},
        ],
    })
}

/// The piece that stands for one byte.
pub(crate) fn byte_piece(byte: u8) -> String {
    format!("<0x{byte:02X}>")
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
    normalizer: Value,
    #[serde(default)]
    pre_tokenizer: Value,
    decoder: Value,
    model: ModelJson,
}

#[derive(Deserialize)]
struct ModelJson {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    continuing_subword_prefix: Option<String>,
    #[serde(default)]
    end_of_word_suffix: Option<String>,
    #[serde(default)]
    ignore_merges: bool,
    vocab: BTreeMap<String, u32>,
    merges: Merges,
}

/// The crate has written pairs since 0.20 and lines before.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merges {
    Pairs(Vec<(String, String)>),
    Lines(Vec<String>),
}

impl Merges {
    fn into_pairs(self) -> Result<Vec<(String, String)>, TokenizerError> {
        match self {
            Self::Pairs(pairs) => Ok(pairs),
            Self::Lines(lines) => lines
                .into_iter()
                .map(|line| match line.split_once(' ') {
                    Some((left, right)) => Ok((left.to_owned(), right.to_owned())),
                    None => Err(TokenizerError::Merges(format!(
                        "merge {line:?} has no space"
                    ))),
                })
                .collect(),
        }
    }
}

pub(super) fn read(bytes: &[u8]) -> Result<Tokenizer, TokenizerError> {
    let file: File = serde_json::from_slice(bytes)?;
    require("normalizer", &file.normalizer, &llama_normalizer())?;
    require("pre_tokenizer", &file.pre_tokenizer, &Value::Null)?;
    require("decoder", &file.decoder, &llama_decoder())?;
    let ModelJson {
        kind,
        byte_fallback,
        continuing_subword_prefix,
        end_of_word_suffix,
        ignore_merges,
        mut vocab,
        merges,
    } = file.model;
    require("model.type", &kind.into(), &"BPE".into())?;
    require("model.byte_fallback", &byte_fallback.into(), &true.into())?;
    require("model.ignore_merges", &ignore_merges.into(), &false.into())?;
    require(
        "model.continuing_subword_prefix",
        &continuing_subword_prefix.into(),
        &Value::Null,
    )?;
    require(
        "model.end_of_word_suffix",
        &end_of_word_suffix.into(),
        &Value::Null,
    )?;

    let mut pieces = PieceTable::default();
    let mut controls = BTreeMap::new();
    for token in file.added_tokens {
        // Out of the vocabulary, no text can be joined into it.
        if let Some(in_vocab) = vocab.remove(&token.content).filter(|&id| id != token.id) {
            return Err(TokenizerError::TwoIds {
                token: token.content,
                in_vocab,
                added: token.id,
            });
        }
        let piece = if token.special {
            Piece::Hidden
        } else {
            Piece::Shown(token.content.clone())
        };
        pieces.set(token.id, &token.content, piece)?;
        let control = Control {
            id: token.id,
            strips: token.lstrip && token.rstrip,
        };
        controls.insert(token.content, control);
    }
    let id_of = |token: &str| match controls.get(token) {
        Some(control) => Ok(control.id),
        None => Err(TokenizerError::MissingToken {
            token: token.to_owned(),
        }),
    };
    let (bos, eos) = (id_of(BOS)?, id_of(EOS)?);

    let mut bytes: BTreeMap<String, u8> = (0..=255).map(|byte| (byte_piece(byte), byte)).collect();
    for (text, &id) in &vocab {
        let piece = match bytes.remove(text) {
            Some(byte) => Piece::Byte(byte),
            None => Piece::Text(text.clone()),
        };
        pieces.set(id, text, piece)?;
    }
    if let Some((token, _)) = bytes.pop_first() {
        return Err(TokenizerError::MissingToken { token });
    }

    let mut merges = merges.into_pairs()?;
    // Converters that let control tokens take part in merges write some that form `</s>`.
    let control_texts: BTreeSet<&str> = controls.keys().map(String::as_str).collect();
    merges.retain(|(left, right)| {
        ![left.as_str(), right.as_str(), &format!("{left}{right}")]
            .iter()
            .any(|text| control_texts.contains(text))
    });
    let vocab: Vocab = vocab.into_iter().collect();
    let bpe = BPE::builder()
        .vocab_and_merges(vocab, merges)
        .byte_fallback(true)
        .build()
        .map_err(|error| TokenizerError::Merges(error.to_string()))?;
    Ok(Tokenizer {
        bpe,
        pieces: pieces.pieces,
        controls,
        bos,
        eos,
    })
}

fn require(setting: &'static str, found: &Value, expected: &Value) -> Result<(), TokenizerError> {
    if found == expected {
        return Ok(());
    }
    Err(TokenizerError::Setting {
        setting,
        found: found.to_string(),
        expected: expected.to_string(),
    })
}

#[derive(Default)]
struct PieceTable {
    pieces: Vec<Piece>,
    texts: BTreeMap<u32, String>,
}

impl PieceTable {
    fn set(&mut self, id: u32, text: &str, piece: Piece) -> Result<(), TokenizerError> {
        if id >= MAX_IDS {
            return Err(TokenizerError::IdTooLarge {
                token: text.to_owned(),
                id,
                limit: MAX_IDS - 1,
            });
        }
        if let Some(first) = self.texts.insert(id, text.to_owned()) {
            return Err(TokenizerError::SharedId {
                id,
                first,
                second: text.to_owned(),
            });
        }
        let index = id as usize;
        if self.pieces.len() <= index {
            self.pieces.resize(index + 1, Piece::Absent);
        }
        self.pieces[index] = piece;
        Ok(())
    }
}
