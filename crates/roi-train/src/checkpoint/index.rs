//! A checkpoint's index: where the run stands, which run it is, and which pieces belong to it.

use std::path::Path;

use roi_weights::{TensorSpec, sha256_hex};
use serde::{Deserialize, Serialize};

use super::pieces::Piece;
use super::{CheckpointError, Identity, RunState};
use crate::config::Settings;

/// Name of the index in a checkpoint's folder.
pub(super) const INDEX: &str = "index.json";
/// What tells it from other JSON.
const FORMAT: &str = "roichat training checkpoint 2";

/// What `index.json` holds. There are no fractions in it, so the same index is always the same text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Index {
    format: String,
    /// Steps done: the place in the schedule.
    pub(super) step: u64,
    /// The place in the stream of examples.
    pub(super) position: u64,
    /// The optimizer's own count.
    pub(super) n_updates: u64,
    n_examples: u64,
    examples_sha256: String,
    seed: u64,
    settings: Settings,
    settings_sha256: String,
    frozen_sha256: String,
    tensors: Vec<Tensor>,
    pub(super) pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Tensor {
    name: String,
    shape: Vec<u64>,
}

/// The index with its own hash.
#[derive(Serialize, Deserialize)]
struct Sealed {
    index: Index,
    /// SHA-256 of the index as compact JSON.
    index_sha256: String,
}

impl Index {
    pub(super) fn new(identity: &Identity, state: &RunState, pieces: Vec<Piece>) -> Self {
        let Identity {
            settings,
            specs,
            frozen_sha256,
            n_examples,
            examples_sha256,
            seed,
        } = identity;
        Self {
            format: FORMAT.to_owned(),
            step: state.step,
            position: state.position,
            n_updates: state.moments.n_updates,
            n_examples: *n_examples,
            examples_sha256: examples_sha256.clone(),
            seed: *seed,
            settings_sha256: sha256_hex(&compact(settings)),
            settings: settings.clone(),
            frozen_sha256: frozen_sha256.clone(),
            tensors: tensors(specs),
            pieces,
        }
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let sealed = Sealed {
            index: self.clone(),
            index_sha256: sha256_hex(&compact(self)),
        };
        let mut bytes = serde_json::to_vec_pretty(&sealed).expect("an index is plain data");
        bytes.push(b'\n');
        bytes
    }

    /// The index in these bytes, or what is wrong with them.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let Sealed {
            index,
            index_sha256,
        } = serde_json::from_slice(bytes)
            .map_err(|error| format!("it is no checkpoint's index: {error}"))?;
        if index.format != FORMAT {
            return Err(format!("its format is {:?}, not {FORMAT:?}", index.format));
        }
        let actual = sha256_hex(&compact(&index));
        if actual != index_sha256 {
            return Err(format!(
                "it was changed: its SHA-256 is {actual}, not {index_sha256}"
            ));
        }
        Ok(index)
    }

    /// Whether the checkpoint belongs to this run. What a person can mend comes first.
    pub(super) fn check_identity(
        &self,
        path: &Path,
        identity: &Identity,
    ) -> Result<(), CheckpointError> {
        let path = path.to_owned();
        if self.settings != identity.settings {
            return Err(CheckpointError::OtherSettings {
                path,
                differences: differences(&self.settings, &identity.settings),
            });
        }
        if self.n_examples != identity.n_examples {
            return Err(CheckpointError::OtherData {
                path,
                then: self.n_examples,
                now: identity.n_examples,
            });
        }
        if self.examples_sha256 != identity.examples_sha256 {
            return Err(CheckpointError::ChangedData { path });
        }
        if self.frozen_sha256 != identity.frozen_sha256
            || self.tensors != tensors(&identity.specs)
            || self.seed != identity.seed
        {
            return Err(CheckpointError::OtherWeights { path });
        }
        Ok(())
    }
}

fn tensors(specs: &[TensorSpec]) -> Vec<Tensor> {
    let tensor = |spec: &TensorSpec| Tensor {
        name: spec.name.clone(),
        shape: spec.shape.clone(),
    };
    specs.iter().map(tensor).collect()
}

fn compact(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("an index is plain data")
}

/// Each setting that differs, in words.
fn differences(then: &Settings, now: &Settings) -> Vec<String> {
    let value = |settings: &Settings, key: &str| match settings.get(key) {
        Some(value) => value.clone(),
        None => "not set".to_owned(),
    };
    let mut keys: Vec<&String> = then.keys().chain(now.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter()
        .filter(|key| then.get(*key) != now.get(*key))
        .map(|key| format!("{key} was {} and is {}", value(then, key), value(now, key)))
        .collect()
}
