//! SentencePiece `tokenizer.model` to the Hugging Face `tokenizer.json`.
//!
//! A BPE `tokenizer.model` has no merge list: SentencePiece joins whichever neighbours form the
//! best-scored piece. The JSON wants merges in order, so each piece is split in every way into two
//! other pieces, and the splits are ranked by the score of the piece they form.
//!
//! Source: huggingface/transformers 4.28.1, `convert_slow_tokenizer.py`, `SentencePieceExtractor`
//! and `LlamaConverter`.
//! Differs: only normal pieces take part in merges, as in SentencePiece itself, where no text is
//! ever joined into `</s>` or `<0x0A>`; added tokens keep the ids they are given.

mod proto;
mod reverse;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::tokenizer::{
    AddedToken, BOS, EOS, PAD, UNK, byte_piece, llama_decoder, llama_normalizer,
};
use proto::Piece;
pub(crate) use proto::PieceKind;
#[cfg(test)]
pub(crate) use proto::read_pieces;
pub use reverse::{ReverseError, tokenizer_model};

/// Why a `tokenizer.model` was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A value reaches past the end of the file or of the message it is in.
    #[error(
        "tokenizer.model is cut short: at byte {offset}, {wanted} bytes are announced and {available} are left"
    )]
    Truncated {
        /// Where the value starts.
        offset: usize,
        /// Its announced length.
        wanted: u64,
        /// The bytes that are there.
        available: u64,
    },
    /// A variable-length number does not fit in 64 bits.
    #[error("tokenizer.model: the number at byte {offset} does not end within 64 bits")]
    Varint {
        /// Where the number starts.
        offset: usize,
    },
    /// A field's encoding is not one that protobuf has.
    #[error("tokenizer.model: unknown wire type {wire_type} at byte {offset}")]
    WireType {
        /// The unknown type.
        wire_type: u64,
        /// Where the field starts.
        offset: usize,
    },
    /// The vocabulary is larger than any tokenizer's.
    #[error("tokenizer.model has more than {limit} pieces")]
    TooManyPieces {
        /// The most pieces that are read.
        limit: usize,
    },
    /// A piece is longer than any tokenizer's.
    #[error("piece {index} has {bytes} bytes; at most {limit} are supported")]
    PieceTooLong {
        /// The piece's id.
        index: usize,
        /// Its length.
        bytes: usize,
        /// The longest supported length.
        limit: usize,
    },
    /// A piece is not text.
    #[error("piece {index} is not UTF-8")]
    PieceNotUtf8 {
        /// The piece's id.
        index: usize,
    },
    /// A piece without text.
    #[error("piece {index} is empty")]
    EmptyPiece {
        /// The piece's id.
        index: usize,
    },
    /// A user-defined, unused or unknown kind of piece; LLaMA has none.
    #[error(
        "piece {index} {piece:?} is of kind {kind}; supported are normal (1), unknown (2), control (3) and byte (6)"
    )]
    PieceKind {
        /// The piece's id.
        index: usize,
        /// Its text.
        piece: String,
        /// The kind's number in the format.
        kind: u64,
    },
    /// A score by which nothing can be ordered.
    #[error("piece {index} {piece:?} has NaN as its score")]
    Score {
        /// The piece's id.
        index: usize,
        /// Its text.
        piece: String,
    },
    /// Two ids have the same text.
    #[error("piece {piece:?} stands twice, as {first} and as {second}")]
    DuplicatePiece {
        /// The text.
        piece: String,
        /// The lower id.
        first: u32,
        /// The higher id.
        second: u32,
    },
    /// A piece every LLaMA vocabulary has is not there.
    #[error("tokenizer.model has no piece {piece:?}")]
    MissingPiece {
        /// The text looked for.
        piece: String,
    },
    /// The model was trained with settings under which text is split differently.
    #[error("tokenizer.model: {setting} is {found}; only {expected} (LLaMA's) is supported")]
    Setting {
        /// The setting's name in the format.
        setting: &'static str,
        /// Its value.
        found: u64,
        /// The supported value.
        expected: u64,
    },
    /// An added token's id belongs to something else.
    #[error("added token {token:?} has id {id}, which is the id of {taken_by:?}")]
    AddedIdTaken {
        /// The added token.
        token: String,
        /// Its id.
        id: u32,
        /// What has that id already.
        taken_by: String,
    },
    /// An added token is a piece of the model under another id.
    #[error("added token {token:?} has id {id}, but tokenizer.model has it as {piece_id}")]
    AddedIdDiffers {
        /// The added token.
        token: String,
        /// The id it is given.
        id: u32,
        /// The id of the piece.
        piece_id: u32,
    },
    /// An added token without text.
    #[error("the added token with id {id} is empty")]
    EmptyAddedToken {
        /// Its id.
        id: u32,
    },
    /// The result could not be written as JSON.
    #[error("cannot write tokenizer.json: {0}")]
    Json(#[from] serde_json::Error),
}

/// Converts a SentencePiece BPE model with byte fallback to a Hugging Face `tokenizer.json`.
///
/// `added` is the content of `added_tokens.json`: token texts and their ids. They strip whitespace
/// on both sides, as the slow LLaMA tokenizer of transformers 4.28.1 does; `<unk>`, `<s>` and
/// `</s>` do not. They stand in the vocabulary as well, so that a reader which would number added
/// tokens by itself gives them these ids.
///
/// # Errors
/// If the file is damaged, is not a BPE model with LLaMA's settings, or `added` contradicts it.
pub fn tokenizer_json(model: &[u8], added: &BTreeMap<String, u32>) -> Result<String, ImportError> {
    let pieces = proto::read_pieces(model)?;
    let ids = piece_ids(&pieces)?;
    let controls = [UNK, BOS, EOS].map(|name| match ids.get(name) {
        Some(&id) => Ok((id, name)),
        None => Err(ImportError::MissingPiece {
            piece: name.to_owned(),
        }),
    });
    let mut added_tokens = Vec::new();
    for control in controls {
        let (id, name) = control?;
        added_tokens.push(AddedToken::control(id, name));
    }
    if let Some(piece) = (0..=255)
        .map(byte_piece)
        .find(|piece| !ids.contains_key(piece.as_str()))
    {
        return Err(ImportError::MissingPiece { piece });
    }
    let bos = ids[BOS];

    let mut vocab: Vec<(&str, u32)> = (0..)
        .zip(&pieces)
        .map(|(id, piece)| (piece.text.as_str(), id))
        .collect();
    let mut taken: BTreeMap<u32, &str> = BTreeMap::new();
    for (token, &id) in added {
        if token.is_empty() {
            return Err(ImportError::EmptyAddedToken { id });
        }
        let owner = pieces.get(id as usize).map(|piece| piece.text.as_str());
        let owner = owner.or_else(|| taken.insert(id, token));
        match (owner, ids.get(token.as_str())) {
            (Some(piece), _) if piece != token => {
                return Err(ImportError::AddedIdTaken {
                    token: token.clone(),
                    id,
                    taken_by: piece.to_owned(),
                });
            }
            (None, Some(&piece_id)) => {
                return Err(ImportError::AddedIdDiffers {
                    token: token.clone(),
                    id,
                    piece_id,
                });
            }
            (None, None) => vocab.push((token, id)),
            (Some(_), _) => {}
        }
        if ![UNK, BOS, EOS].contains(&token.as_str()) {
            added_tokens.push(AddedToken::stripping(id, token, token == PAD));
        }
    }
    added_tokens.sort_by_key(|token| token.id);
    vocab.sort_by_key(|&(_, id)| id);

    let json = TokenizerJson {
        version: "1.0",
        truncation: None,
        padding: None,
        added_tokens,
        normalizer: llama_normalizer(),
        pre_tokenizer: None,
        post_processor: json!({
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": BOS, "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
            ],
            "pair": [
                {"SpecialToken": {"id": BOS, "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": BOS, "type_id": 1}},
                {"Sequence": {"id": "B", "type_id": 1}},
            ],
            "special_tokens": {BOS: {"id": BOS, "ids": [bos], "tokens": [BOS]}},
        }),
        decoder: llama_decoder(),
        model: BpeJson {
            kind: "BPE",
            dropout: None,
            unk_token: UNK,
            continuing_subword_prefix: None,
            end_of_word_suffix: None,
            fuse_unk: true,
            byte_fallback: true,
            ignore_merges: false,
            vocab,
            merges: merges(&pieces, &ids),
        },
    };
    Ok(serde_json::to_string(&json)?)
}

fn piece_ids(pieces: &[Piece]) -> Result<HashMap<&str, u32>, ImportError> {
    let mut ids = HashMap::with_capacity(pieces.len());
    for (id, piece) in (0..).zip(pieces) {
        if let Some(first) = ids.insert(piece.text.as_str(), id) {
            return Err(ImportError::DuplicatePiece {
                piece: piece.text.clone(),
                first,
                second: id,
            });
        }
    }
    Ok(ids)
}

/// All pairs of normal pieces that form a normal piece, best first.
///
/// Where one piece has several splits, the longer left half goes first; this is the order of the
/// converter above, on which published `tokenizer.json` files rest.
fn merges<'a>(pieces: &'a [Piece], ids: &HashMap<&str, u32>) -> Vec<(&'a str, &'a str)> {
    let is_normal = |text: &str| {
        ids.get(text)
            .is_some_and(|&id| pieces[id as usize].kind == PieceKind::Normal)
    };
    let mut merges = Vec::new();
    for piece in pieces
        .iter()
        .filter(|piece| piece.kind == PieceKind::Normal)
    {
        let n_chars = piece.text.chars().count();
        for (left_chars, (middle, _)) in piece.text.char_indices().enumerate().skip(1) {
            let (left, right) = piece.text.split_at(middle);
            if is_normal(left) && is_normal(right) {
                merges.push((piece.score, left_chars, n_chars - left_chars, (left, right)));
            }
        }
    }
    merges.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then(Reverse((a.1, a.2)).cmp(&Reverse((b.1, b.2))))
    });
    merges.into_iter().map(|(_, _, _, pair)| pair).collect()
}

#[derive(Serialize)]
struct TokenizerJson<'a> {
    version: &'static str,
    truncation: Option<()>,
    padding: Option<()>,
    added_tokens: Vec<AddedToken>,
    normalizer: Value,
    pre_tokenizer: Option<()>,
    post_processor: Value,
    decoder: Value,
    model: BpeJson<'a>,
}

#[derive(Serialize)]
struct BpeJson<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    dropout: Option<f32>,
    unk_token: &'static str,
    continuing_subword_prefix: Option<()>,
    end_of_word_suffix: Option<()>,
    fuse_unk: bool,
    byte_fallback: bool,
    ignore_merges: bool,
    #[serde(serialize_with = "in_id_order")]
    vocab: Vec<(&'a str, u32)>,
    merges: Vec<(&'a str, &'a str)>,
}

fn in_id_order<S: Serializer>(vocab: &[(&str, u32)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(vocab.len()))?;
    for (token, id) in vocab {
        map.serialize_entry(token, id)?;
    }
    map.end()
}
