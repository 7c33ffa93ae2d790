//! A tokenizer as the files of a published checkpoint. They are carried along unread, so that what training writes has the
//! tokenizer it started with.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use roi_prompt::tokenizer_model;
use roi_weights::sha256_hex;
use serde_json::json;

use crate::{TrainError, disk};

/// The pieces. Without this file there is no tokenizer.
const MODEL: &str = "tokenizer.model";
const ADDED: &str = "added_tokens.json";
const CONFIG: &str = "tokenizer_config.json";
const SPECIAL: &str = "special_tokens_map.json";

/// GPT4RoI's tokens behind the pieces, in the order in which the original adds them.
pub(crate) const NEW_TOKENS: [&str; 6] = [
    "[PAD]",
    "<im_patch>",
    "<bbox>",
    "<point>",
    "<im_start>",
    "<im_end>",
];

/// Names and contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenizerFiles(BTreeMap<&'static str, Vec<u8>>);

impl TokenizerFiles {
    /// The files that `folder` has.
    ///
    /// # Errors
    /// [`TrainError::Io`], also when there is no `tokenizer.model`.
    pub fn read(folder: &Path) -> Result<Self, TrainError> {
        let mut files = BTreeMap::new();
        for name in [MODEL, ADDED, CONFIG, SPECIAL] {
            let path = folder.join(name);
            match fs::read(&path) {
                Ok(bytes) => {
                    files.insert(name, bytes);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound && name != MODEL => {}
                Err(source) => return Err(TrainError::Io { path, source }),
            }
        }
        Ok(Self(files))
    }

    /// The files of a tokenizer with these pieces and added tokens, as the slow tokenizer of transformers 4.28.1 saves them.
    #[must_use]
    pub fn new(model: Vec<u8>, added: &BTreeMap<String, u32>, max_tokens: usize) -> Self {
        let token = |content: &str| {
            json!({
                "__type": "AddedToken",
                "content": content,
                "lstrip": false,
                "normalized": true,
                "rstrip": false,
                "single_word": false,
            })
        };
        let config = json!({
            "tokenizer_class": "LlamaTokenizer",
            "add_bos_token": true,
            "add_eos_token": false,
            "bos_token": token("<s>"),
            "eos_token": token("</s>"),
            "unk_token": token("<unk>"),
            "pad_token": null,
            "clean_up_tokenization_spaces": false,
            "model_max_length": max_tokens,
            "sp_model_kwargs": {},
        });
        let special = json!({
            "bos_token": "<s>",
            "eos_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "[PAD]",
        });
        let text = |value: &serde_json::Value| format!("{value:#}\n").into_bytes();
        Self(BTreeMap::from([
            (MODEL, model),
            (ADDED, text(&json!(added))),
            (CONFIG, text(&config)),
            (SPECIAL, text(&special)),
        ]))
    }

    /// The files of which a package's `tokenizer.json` was made, as far as they matter.
    ///
    /// # Errors
    /// [`TrainError::PackagedTokenizer`] if it was not made of such files.
    pub fn from_json(json: &[u8], max_tokens: usize) -> Result<Self, TrainError> {
        let (model, added) = tokenizer_model(json)?;
        Ok(Self::new(model, &added, max_tokens))
    }

    /// Writes them into `folder`.
    ///
    /// # Errors
    /// [`TrainError::Io`].
    pub fn write(&self, folder: &Path) -> Result<(), TrainError> {
        let io = |path: &Path, source| TrainError::Io {
            path: path.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(|source| io(folder, source))?;
        for (name, bytes) in self.iter() {
            let path = folder.join(name);
            disk::replace(&path, bytes).map_err(|source| io(&path, source))?;
        }
        Ok(())
    }

    /// `tokenizer.model`.
    pub(crate) fn model(&self) -> &[u8] {
        self.0.get(MODEL).map_or(&[], Vec::as_slice)
    }

    /// Tokens that are no pieces, and their ids, as `added_tokens.json` has them.
    ///
    /// # Errors
    /// [`TrainError::AddedTokens`].
    pub(crate) fn added(&self) -> Result<BTreeMap<String, u32>, TrainError> {
        let Some(bytes) = self.0.get(ADDED) else {
            return Ok(BTreeMap::new());
        };
        serde_json::from_slice(bytes).map_err(|source| TrainError::AddedTokens { source })
    }

    pub(crate) fn set_added(&mut self, added: &BTreeMap<String, u32>) {
        self.0
            .insert(ADDED, format!("{:#}\n", json!(added)).into_bytes());
    }

    /// Names and contents, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.0.iter().map(|(name, bytes)| (*name, bytes.as_slice()))
    }

    /// SHA-256 over all of them.
    #[must_use]
    pub fn sha256(&self) -> String {
        let hashes = self
            .iter()
            .map(|(name, bytes)| format!("{name} {}\n", sha256_hex(bytes)));
        sha256_hex(hashes.collect::<String>().as_bytes())
    }
}
