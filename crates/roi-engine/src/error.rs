//! What can go wrong, in sentences a person can act on.

use roi_geom::BoxError;
use roi_kernels::conformance::ConformanceError;
use roi_kernels::ops::sample::SampleError;
use roi_model::ModelError;
use roi_picture::PictureError;
use roi_prompt::{PromptError, TokenizerError};
use roi_weights::{ChunkError, ManifestError, SourceError};

/// Why a request failed. The engine is ready for the next one.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The manifest could not be had.
    #[error("the package's manifest could not be fetched: {0}")]
    ManifestSource(#[source] SourceError),
    /// The manifest is not one this version can use.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A chunk could not be had, however often it was asked for.
    #[error("chunk {index} of the package could not be fetched: {source}")]
    ChunkSource {
        /// Its place in the stream.
        index: usize,
        /// What the source says.
        source: SourceError,
    },
    /// A chunk's bytes were wrong, however often it was asked for.
    #[error(transparent)]
    Chunk(#[from] ChunkError),
    /// The package's tokenizer cannot be used.
    #[error("the package's tokenizer cannot be used: {0}")]
    Tokenizer(#[from] TokenizerError),
    /// The tokenizer has ids that the embedding table has no row for.
    #[error("the package's tokenizer has {n_ids} tokens, but its model has {vocab_rows} rows")]
    TokenizerSize {
        /// Ids of the tokenizer.
        n_ids: usize,
        /// Rows of the embedding table.
        vocab_rows: usize,
    },
    /// The device has no room for the model.
    #[error(
        "this model needs about {} of graphics memory and only {} could be had: close what else uses the graphics card, or open a smaller package", gigabytes(*needed_bytes), gigabytes(*available_bytes)
    )]
    Memory {
        /// What the model takes.
        needed_bytes: u64,
        /// What could be had of that.
        available_bytes: u64,
    },
    /// The model cannot be built or run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// Something was asked before a package was opened.
    #[error("no model is loaded: open a package first")]
    NoModel,
    /// Something was asked before a picture was set.
    #[error("there is no picture: choose one first")]
    NoPicture,
    /// The picture cannot be used.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// A box cannot be used.
    #[error("region{number}: {source}")]
    Region {
        /// The region, counted from one.
        number: usize,
        /// What is wrong with its box.
        source: BoxError,
    },
    /// The conversation cannot be made into a prompt.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// A setting outside what it can be.
    #[error("{name} is {value}, but it must be {allowed}")]
    Setting {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// The next token could not be chosen.
    #[error(transparent)]
    Sample(#[from] SampleError),
    /// A kernel does not compute what it must on this device.
    #[error("this device computes something else than it should: {0}")]
    Kernel(#[from] ConformanceError),
    /// The device reported a fault, so that what it computed cannot be trusted.
    #[error("the graphics device reported an error: {0}")]
    Device(String),
}

impl EngineError {
    /// Whether the same request may succeed a little later without anyone changing anything.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::ManifestSource(source) | Self::ChunkSource { source, .. } => {
                source.is_transient()
            }
            _ => false,
        }
    }
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}
