//! PyTorch and safetensors checkpoints read tensor by tensor, and their conversion into packages.
//!
//! [`Checkpoint`] opens a folder of weights and reads headers only; [`Weights`] puts base, delta and vision tower together
//! and adds them while rows are read; [`convert`] streams the result into a package. Pickles are read by a machine that
//! can only record what they ask for ([`pickle`]).
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod checkpoint;
mod convert;
mod derive;
mod error;
mod folder;
mod model;
pub mod numpy;
pub mod pickle;
mod safetensors_file;
mod sizes;
mod tensor;
#[cfg(test)]
mod testing;
mod tokens;
mod torch;
mod weights;

pub use checkpoint::Checkpoint;
pub use convert::{ClassReport, ConvertOptions, ConvertReport, Progress, convert};
pub use derive::Constants;
pub use error::ImportError;
pub use folder::PackageFolder;
pub use model::CheckpointModel;
pub use tensor::{Dtype, Tensor};
pub use tokens::{ConvertedTokenizer, read_tokenizer};
pub use torch::STATE_DICT_RULES;
pub use weights::{CheckpointMismatch, Unmergeable, Weights};

use serde::de::DeserializeOwned;
use std::path::Path;

/// A settings file larger than this is something else.
const MAX_JSON_BYTES: u64 = 64 << 20;

fn read_file(path: &Path, max_bytes: u64) -> Result<Vec<u8>, ImportError> {
    use std::io::Read;
    let io = |source| ImportError::Io {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(io)?;
    let mut bytes = Vec::new();
    file.take(max_bytes + 1)
        .read_to_end(&mut bytes)
        .map_err(io)?;
    if bytes.len() as u64 > max_bytes {
        let problem = format!("it is larger than {max_bytes} bytes");
        return Err(ImportError::Format {
            path: path.to_owned(),
            problem,
        });
    }
    Ok(bytes)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, ImportError> {
    let bytes = read_file(path, MAX_JSON_BYTES)?;
    serde_json::from_slice(&bytes).map_err(|source| ImportError::Json {
        path: path.to_owned(),
        source,
    })
}
