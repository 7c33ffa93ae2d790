//! What can go wrong, in sentences a person can act on.

use roi_geom::BoxError;
use roi_kernels::conformance::ConformanceError;
use roi_kernels::ops::sample::SampleError;
use roi_model::{Footprint, ModelError};
use roi_picture::PictureError;
use roi_prompt::{PromptError, TokenizerError};
use roi_protocol::FailureKind;
use roi_weights::{ChunkError, Layout, ManifestError, SourceError};

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
        "this model needs {} and only {} could be had: close what else uses the graphics card, or open a smaller package; {}",
        needed(footprint), gigabytes(*available_bytes), fitting(*converted)
    )]
    Memory {
        /// What the model takes.
        footprint: Footprint,
        /// What could be had of that.
        available_bytes: u64,
        /// The most exact layout in which all of the same model would fit into that, and what it would take.
        converted: Option<(Layout, u64)>,
    },
    /// The device had less room than was found before, or lost it to others.
    #[error(
        "the graphics device ran out of memory{}: close what else uses the graphics card, or open a smaller package",
        .0.as_ref().map(|model| format!("; this model needs {}", needed(model))).unwrap_or_default()
    )]
    OutOfMemory(
        /// What the model takes, where there is one.
        Option<Footprint>,
    ),
    /// The model is too large for what the device takes at once.
    #[error(
        "this model needs a buffer of {} and this graphics adapter takes {} at most: open a package whose weights have fewer bits, or use another adapter",
        gigabytes(*largest_bytes), gigabytes(*limit_bytes)
    )]
    Limit {
        /// The model's largest buffer.
        largest_bytes: u64,
        /// The largest that the device takes.
        limit_bytes: u64,
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
    Kernel(#[source] ConformanceError),
    /// Whether the kernels compute what they must could not be found out.
    #[error("the check of the kernels could not be finished: {0}")]
    KernelCheck(#[source] ConformanceError),
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

    /// What front ends tell apart.
    #[must_use]
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Kernel(_) => FailureKind::Miscomputes,
            Self::Memory { .. } | Self::OutOfMemory(_) => FailureKind::OutOfMemory,
            Self::Limit { .. } => FailureKind::Limit,
            Self::ManifestSource(source) | Self::ChunkSource { source, .. } => match source {
                SourceError::Missing { .. } | SourceError::Unfetchable { .. } => {
                    FailureKind::PackageMissing
                }
                _ => FailureKind::HostFailed,
            },
            Self::Manifest(_) | Self::Chunk(_) => FailureKind::PackageDamaged,
            Self::Prompt(PromptError::TooLong { .. }) => FailureKind::TooLong,
            _ => FailureKind::Other,
        }
    }

    /// Whether the device failed, and may be gone altogether.
    #[must_use]
    pub fn is_of_device(&self) -> bool {
        matches!(
            self,
            Self::Device(_) | Self::Sample(SampleError::Read(_)) | Self::KernelCheck(_)
        )
    }

    /// Whether another package may do where this one does not: what is wrong lies in it, or in how much it asks of the device.
    pub(crate) fn is_of_package(&self) -> bool {
        matches!(
            self,
            Self::ManifestSource(_)
                | Self::Manifest(_)
                | Self::ChunkSource { .. }
                | Self::Chunk(_)
                | Self::Tokenizer(_)
                | Self::TokenizerSize { .. }
                | Self::Model(_)
                | Self::Memory { .. }
                | Self::OutOfMemory(_)
                | Self::Limit { .. }
        )
    }

    /// The same, with what the model takes.
    pub(crate) fn about(self, model: Option<Footprint>) -> Self {
        match self {
            Self::OutOfMemory(known) => Self::OutOfMemory(known.or(model)),
            other => other,
        }
    }
}

/// How much a model takes, and what for.
fn needed(footprint: &Footprint) -> String {
    format!(
        "about {} of graphics memory ({} for its weights, {} for a picture and a conversation of {} tokens)",
        gigabytes(footprint.bytes()),
        gigabytes(footprint.weight_bytes),
        gigabytes(footprint.working_bytes),
        footprint.max_positions
    )
}

fn fitting(converted: Option<(Layout, u64)>) -> String {
    match converted {
        Some((layout, bytes)) => format!(
            "converted to {layout}, this one would need about {}",
            gigabytes(bytes)
        ),
        None => "in no layout would this one fit".to_owned(),
    }
}

/// As people compare sizes of memory; what is far below a gigabyte, in megabytes.
fn gigabytes(bytes: u64) -> String {
    if bytes < 1_000_000_000 {
        return format!("{:.0} MB", bytes as f64 / 1e6);
    }
    format!("{:.1} GB", bytes as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOOTPRINT: Footprint = Footprint {
        weight_bytes: 7_100_000_000,
        working_bytes: 2_900_000_000,
        largest_buffer_bytes: 131_072_000,
        max_positions: 2048,
    };

    #[test]
    fn too_little_memory_is_said_with_what_would_fit() {
        let short = |available_bytes, converted| {
            let error = EngineError::Memory {
                footprint: FOOTPRINT,
                available_bytes,
                converted,
            };
            assert_eq!(error.kind(), FailureKind::OutOfMemory);
            error.to_string()
        };
        let needs = "this model needs about 10.0 GB of graphics memory (7.1 GB for its weights, 2.9 GB for a picture and a \
                     conversation of 2048 tokens)";
        assert_eq!(
            short(8_200_000_000, Some((Layout::Q4, 6_900_000_000))),
            format!(
                "{needs} and only 8.2 GB could be had: close what else uses the graphics card, or open a smaller package; \
                 converted to q4, this one would need about 6.9 GB"
            )
        );
        assert!(short(512_000_000, None).ends_with("in no layout would this one fit"));
    }

    #[test]
    fn memory_that_runs_out_is_said_with_what_the_model_needs() {
        let out = || EngineError::OutOfMemory(None);
        let known = out().about(Some(FOOTPRINT)).to_string();
        assert!(known.contains("this model needs about 10.0 GB"), "{known}");
        let unknown = out().about(None).to_string();
        assert!(unknown.contains("ran out of memory: close"), "{unknown}");
    }

    #[test]
    fn only_a_difference_says_that_the_device_computes_wrongly() {
        let case = "a case".to_owned();
        let reason = "it is gone".to_owned();
        let unread = ConformanceError::Read { case, reason };
        assert_eq!(EngineError::KernelCheck(unread).kind(), FailureKind::Other);
        let differs = ConformanceError::Outcome {
            case: "a case".to_owned(),
            found: "1".to_owned(),
            expected: "2".to_owned(),
        };
        assert_eq!(
            EngineError::Kernel(differs).kind(),
            FailureKind::Miscomputes
        );
    }

    #[test]
    fn a_host_that_fails_is_told_apart_from_one_that_has_nothing_and_from_one_that_sends_something_else()
     {
        let what = "the part".to_owned();
        let missing = SourceError::Missing { what: what.clone() };
        let refused = SourceError::Refused { what, status: 503 };
        let kind = |source| EngineError::ChunkSource { index: 3, source }.kind();
        assert_eq!(kind(missing), FailureKind::PackageMissing);
        assert_eq!(kind(refused), FailureKind::HostFailed);
        let no_manifest = roi_weights::Manifest::parse(b"<html>").unwrap_err();
        assert_eq!(
            EngineError::from(no_manifest).kind(),
            FailureKind::PackageDamaged
        );
    }
}
