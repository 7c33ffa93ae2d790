//! `tokenizer.model` from the `tokenizer.json` that was made from one: packages keep only the latter.
//!
//! Pieces and their ids are in it. Scores are not, but the order of merges is theirs, and nothing else of a score matters.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::vocabulary::{CONTROLS, Kind, Piece, Vocabulary, model};

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

/// The vocabulary of `tokenizer.json`, or what is wrong with it.
pub(super) fn vocabulary(json: &[u8]) -> Result<Vocabulary, String> {
    let TokenizerJson {
        added_tokens,
        model: bpe,
    } = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let is_control = |text: &str| CONTROLS.iter().any(|(control, _)| *control == text);
    let added: BTreeMap<String, u32> = added_tokens
        .into_iter()
        .filter(|token| !is_control(&token.content))
        .map(|token| (token.content, token.id))
        .collect();

    let mut ranks: HashMap<String, usize> = HashMap::new();
    for (rank, (left, right)) in bpe.merges.iter().enumerate() {
        ranks.entry(format!("{left}{right}")).or_insert(rank);
    }
    let mut by_id: Vec<(u32, &String)> = bpe.vocab.iter().map(|(text, id)| (*id, text)).collect();
    by_id.sort_unstable();
    let mut pieces = Vec::new();
    // Added tokens stand in the vocabulary too, behind the pieces.
    for (id, text) in by_id
        .into_iter()
        .filter(|(_, text)| !added.contains_key(*text))
    {
        if id as usize != pieces.len() {
            return Err(format!(
                "its piece {text:?} has id {id}, not {}",
                pieces.len()
            ));
        }
        let rank = ranks.get(text).copied().unwrap_or(bpe.merges.len());
        pieces.push(Piece {
            text: text.clone(),
            kind: kind(text),
            score: -(rank as f32),
        });
    }
    let vocabulary = Vocabulary {
        model: model(&pieces),
        added,
    };
    let again = roi_prompt::tokenizer_json(&vocabulary.model, &vocabulary.added)
        .map_err(|error| error.to_string())?;
    let again: TokenizerJson = serde_json::from_str(&again).map_err(|error| error.to_string())?;
    if again.model != bpe {
        return Err("its merges do not follow from scores of its pieces".to_owned());
    }
    Ok(vocabulary)
}

fn kind(text: &str) -> Kind {
    let control = CONTROLS.iter().find(|(control, _)| *control == text);
    let is_byte = || {
        let digits = text
            .strip_prefix("<0x")
            .and_then(|rest| rest.strip_suffix('>'));
        digits.is_some_and(|digits| digits.len() == 2 && u8::from_str_radix(digits, 16).is_ok())
    };
    match control {
        Some((_, kind)) => *kind,
        None if is_byte() => Kind::Byte,
        None => Kind::Normal,
    }
}
