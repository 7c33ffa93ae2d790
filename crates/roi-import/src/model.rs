//! Checkpoint folders opened as a model: configuration and tokenizer derived, every tensor's shape checked, values read when
//! they are asked for.

#[cfg(test)]
mod tests;

use crate::ImportError;
use crate::checkpoint::Checkpoint;
use crate::derive::{self, Constants};
use crate::tokens::read_tokenizer;
use crate::weights::Weights;
use half::f16;
use roi_weights::{ModelConfig, expected_tensors};
use std::path::Path;

/// A model in checkpoint folders.
#[derive(Debug)]
pub struct CheckpointModel {
    config: ModelConfig,
    tokenizer_json: String,
    weights: Weights,
}

impl CheckpointModel {
    /// Opens the model in `model`, a delta if there is a `base`, with the tower in `vision`.
    ///
    /// # Errors
    /// [`ImportError`]: everything that can be wrong with folders, settings and shapes.
    pub fn open(
        base: Option<&Path>,
        model: &Path,
        vision: &Path,
        constants: &Constants,
    ) -> Result<Self, ImportError> {
        let weights = open_weights(base, model, vision)?;
        let tokenizer = read_tokenizer(model)?;
        let config = derive::config(model, vision, &weights, tokenizer.ids, constants)?;
        weights
            .check(&expected_tensors(&config))
            .map_err(Box::new)?;
        Ok(Self {
            config,
            tokenizer_json: tokenizer.json,
            weights,
        })
    }

    /// Opens a language model, of which GPT4RoI can be made: no projector, no region extractor, and no rows for its tokens.
    /// Shapes of tensors are checked where they are used.
    ///
    /// The configuration is that of the model with a region extractor of the published sizes; its vocabulary has the rows
    /// of the checkpoint. The tokenizer is that of `tokenizer`, a folder in which all tokens have ids.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_language_model(
        model: &Path,
        vision: &Path,
        tokenizer: &Path,
    ) -> Result<Self, ImportError> {
        let weights = open_weights(None, model, vision)?;
        let tokenizer = read_tokenizer(tokenizer)?;
        let config = derive::language_config(model, vision, &weights, tokenizer.ids)?;
        Ok(Self {
            config,
            tokenizer_json: tokenizer.json,
            weights,
        })
    }

    /// Every size of the model.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Its tokenizer, as `tokenizer.json`.
    pub fn tokenizer_json(&self) -> &str {
        &self.tokenizer_json
    }

    /// Its weights.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }
}

fn open_weights(
    base: Option<&Path>,
    model_dir: &Path,
    vision: &Path,
) -> Result<Weights, ImportError> {
    let base = base.map(Checkpoint::open).transpose()?;
    let model = Checkpoint::open(model_dir)?;
    let vision = Checkpoint::open(vision)?;
    match (rotary_start(&model)?, &base) {
        (Some(start), None) if start != 1.0 => {
            return Err(ImportError::IsDelta {
                dir: model_dir.to_owned(),
            });
        }
        (Some(1.0), Some(_)) => {
            return Err(ImportError::IsMerged {
                dir: model_dir.to_owned(),
            });
        }
        _ => {}
    }
    Ok(Weights::new(base, model, vision))
}

/// The first inverse frequency of the rotary embedding, where the checkpoint keeps them. It is 1 in every model, and 0 in
/// a delta, which is a difference of models.
fn rotary_start(model: &Checkpoint) -> Result<Option<f32>, ImportError> {
    let Some(reader) = model.rows("model.layers.0.self_attn.rotary_emb.inv_freq") else {
        return Ok(None);
    };
    let mut frequencies: Vec<f16> = Vec::new();
    reader?.read(0..1, &mut frequencies)?;
    Ok(frequencies.first().map(|first| first.to_f32()))
}
