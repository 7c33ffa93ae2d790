//! `tokenizer.model` from the `tokenizer.json` that was made from one: packages keep only the latter.
//!
//! Pieces and their ids are in it. Scores are not, but the order of merges is theirs, and nothing else of a score matters.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use super::{ImportError, PieceKind, tokenizer_json};
use crate::learn::model;
use crate::tokenizer::{BOS, EOS, UNK, byte_piece};

/// Why a `tokenizer.json` has no `tokenizer.model`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReverseError {
    /// It is no `tokenizer.json` of this form.
    #[error("tokenizer.json: {0}")]
    Json(#[from] serde_json::Error),
    /// Ids of pieces have a gap, or an added token among them.
    #[error(
        "tokenizer.json: piece {piece:?} has id {id}; with no gap before it would be {expected}"
    )]
    Id {
        /// The piece.
        piece: String,
        /// Its id.
        id: u32,
        /// What its id should be.
        expected: usize,
    },
    /// No scores order the merges like that, or others follow from the pieces.
    #[error("tokenizer.json: its merges do not follow from scores of its pieces")]
    Merges,
    /// The pieces make no tokenizer.
    #[error(transparent)]
    Import(#[from] ImportError),
}

/// The parts of `tokenizer.json` that are used.
#[derive(Deserialize)]
struct TokenizerJson {
    added_tokens: Vec<Added>,
    model: Bpe,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
}

#[derive(Deserialize, PartialEq)]
struct Bpe {
    vocab: BTreeMap<String, u32>,
    merges: Vec<(String, String)>,
}

/// The `tokenizer.model` and the added tokens of which [`tokenizer_json`] makes `json` again.
///
/// # Errors
/// If `json` was not made by it.
pub fn tokenizer_model(json: &[u8]) -> Result<(Vec<u8>, BTreeMap<String, u32>), ReverseError> {
    let TokenizerJson {
        added_tokens,
        model: bpe,
    } = serde_json::from_slice(json)?;
    let added: BTreeMap<String, u32> = added_tokens
        .into_iter()
        .filter(|token| ![UNK, BOS, EOS].contains(&&*token.content))
        .map(|token| (token.content, token.id))
        .collect();

    let mut ranks: HashMap<String, usize> = HashMap::new();
    for (rank, (left, right)) in bpe.merges.iter().enumerate() {
        ranks.entry(format!("{left}{right}")).or_insert(rank);
    }
    let bytes: Vec<String> = (0..=255).map(byte_piece).collect();
    let mut by_id: Vec<(u32, &String)> = bpe.vocab.iter().map(|(text, id)| (*id, text)).collect();
    by_id.sort_unstable();
    let mut pieces = Vec::new();
    // Added tokens stand in the vocabulary too, behind the pieces.
    for (id, text) in by_id
        .into_iter()
        .filter(|(_, text)| !added.contains_key(*text))
    {
        if id as usize != pieces.len() {
            return Err(ReverseError::Id {
                piece: text.clone(),
                id,
                expected: pieces.len(),
            });
        }
        let rank = ranks.get(text).copied().unwrap_or(bpe.merges.len());
        let kind = match text.as_str() {
            UNK => PieceKind::Unknown,
            BOS | EOS => PieceKind::Control,
            _ if bytes.contains(text) => PieceKind::Byte,
            _ => PieceKind::Normal,
        };
        pieces.push((text.clone(), -(rank as f32), kind));
    }
    let model = model(&pieces);
    let again: TokenizerJson = serde_json::from_str(&tokenizer_json(&model, &added)?)?;
    if again.model != bpe {
        return Err(ReverseError::Merges);
    }
    Ok((model, added))
}
