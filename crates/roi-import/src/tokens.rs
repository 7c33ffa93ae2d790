//! The tokenizer of a checkpoint folder and the ids of the tokens the program itself must know.

#[cfg(test)]
mod tests;

use crate::ImportError;
use roi_prompt::Tokenizer;
use roi_weights::TokenIds;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// LLaMA's is half a megabyte.
const MAX_MODEL_BYTES: u64 = 64 << 20;

/// A converted tokenizer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertedTokenizer {
    /// `tokenizer.json`.
    pub json: String,
    /// Ids of the tokens the program itself must know.
    pub ids: TokenIds,
}

/// `tokenizer_config.json` of newer transformers, which lists there what older ones put in `added_tokens.json`.
#[derive(Deserialize)]
struct TokenizerConfig {
    #[serde(default)]
    added_tokens_decoder: BTreeMap<u32, AddedToken>,
}

#[derive(Deserialize)]
struct AddedToken {
    content: String,
}

/// Converts `tokenizer.model` and the added tokens of `dir`.
///
/// # Errors
/// [`ImportError`] naming the file that is missing, malformed, or lacks a token the model needs.
pub fn read_tokenizer(dir: &Path) -> Result<ConvertedTokenizer, ImportError> {
    let model_path = dir.join("tokenizer.model");
    let model = crate::read_file(&model_path, MAX_MODEL_BYTES)?;
    let mut added_path = dir.join("added_tokens.json");
    let added: BTreeMap<String, u32> = if added_path.is_file() {
        crate::read_json(&added_path)?
    } else {
        added_path = dir.join("tokenizer_config.json");
        let config: TokenizerConfig = crate::read_json(&added_path)?;
        config
            .added_tokens_decoder
            .into_iter()
            .map(|(id, token)| (token.content, id))
            .collect()
    };
    let json = roi_prompt::tokenizer_json(&model, &added).map_err(|source| {
        ImportError::TokenizerModel {
            path: model_path.clone(),
            source,
        }
    })?;
    let tokenizer =
        Tokenizer::from_json(json.as_bytes()).map_err(|source| ImportError::Tokenizer {
            path: model_path,
            source,
        })?;
    let id = |token: &'static str| {
        tokenizer
            .special(token)
            .ok_or_else(|| ImportError::NoToken {
                path: added_path.clone(),
                token,
            })
    };
    let ids = TokenIds {
        bos: tokenizer.bos(),
        eos: tokenizer.eos(),
        pad: tokenizer.special("[PAD]"),
        im_patch: id("<im_patch>")?,
        im_start: id("<im_start>")?,
        im_end: id("<im_end>")?,
        bbox: id("<bbox>")?,
        stop: Vec::new(),
    };
    Ok(ConvertedTokenizer { json, ids })
}
