//! Where packages come from: a folder, a host, a browser's storage, memory.

use std::collections::BTreeMap;
use std::convert::Infallible;

use crate::{ChunkEntry, Manifest, PackageWriter};

/// Why a part of a package could not be had. `what` names the part and the place it was asked from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The place answered and does not have it.
    #[error("{what} does not exist")]
    Missing {
        /// The part and the place.
        what: String,
    },
    /// The place answered with an error of its own.
    #[error("{what} was refused with status {status}")]
    Refused {
        /// The part and the place.
        what: String,
        /// Status of the HTTP answer.
        status: u16,
    },
    /// Nothing is ever read from such a place.
    #[error("{what} cannot be fetched: {reason}")]
    Unfetchable {
        /// The part and the place.
        what: String,
        /// Why not.
        reason: &'static str,
    },
    /// The place did not answer, or stopped while answering.
    #[error("{what} could not be read: {reason}")]
    Unreachable {
        /// The part and the place.
        what: String,
        /// What the platform says.
        reason: String,
    },
}

impl SourceError {
    /// Whether the place may answer otherwise a little later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Missing { .. } | Self::Unfetchable { .. } => false,
            // Too many requests, or an error of the host's own.
            Self::Refused { status, .. } => *status == 429 || *status >= 500,
            Self::Unreachable { .. } => true,
        }
    }
}

/// A place that holds one package. It moves bytes and checks nothing: whoever asks checks what came, and says so. A place that
/// keeps what it fetched keeps what it was told to be right.
///
/// Futures need not be `Send`, since those of a browser are not.
#[expect(
    async_fn_in_trait,
    reason = "every caller runs the future on the thread it is made on"
)]
pub trait PackageSource {
    /// The bytes of `manifest.json`.
    ///
    /// # Errors
    /// [`SourceError`].
    async fn manifest(&self) -> Result<Vec<u8>, SourceError>;

    /// The bytes of chunk `index`, which `entry` describes.
    ///
    /// # Errors
    /// [`SourceError`].
    async fn chunk(&self, index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError>;

    /// The bytes of another manifest, for when the one that came last turns out to be of no use, or a part of its package: a place
    /// that keeps packages may have one from before. `None` when there is none, or that was it.
    async fn older_manifest(&self) -> Option<Vec<u8>> {
        None
    }

    /// The manifest that came last is right; its chunks will be asked for.
    async fn begin(&self, _manifest: &Manifest) {}

    /// These bytes, which came last for chunk `index`, are right.
    async fn chunk_is_right(&self, _index: usize, _entry: &ChunkEntry, _bytes: &[u8]) {}

    /// All chunks came and were right, and the package is one that can be used.
    async fn complete(&self) {}
}

/// A package in memory: made-up models and tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryPackage {
    /// The bytes of `manifest.json`, once the package is finished.
    pub manifest: Option<Vec<u8>>,
    /// Chunks by their SHA-256.
    pub chunks: BTreeMap<String, Vec<u8>>,
}

impl PackageWriter for MemoryPackage {
    type Error = Infallible;

    fn chunk(&mut self, entry: &ChunkEntry, bytes: &[u8]) -> Result<(), Infallible> {
        self.chunks.insert(entry.sha256.clone(), bytes.into());
        Ok(())
    }

    fn finish(&mut self, manifest: &[u8]) -> Result<(), Infallible> {
        self.manifest = Some(manifest.into());
        Ok(())
    }
}

impl PackageSource for MemoryPackage {
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        self.manifest.clone().ok_or_else(|| SourceError::Missing {
            what: "manifest.json in memory".into(),
        })
    }

    async fn chunk(&self, index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        let bytes = self.chunks.get(&entry.sha256).cloned();
        bytes.ok_or_else(|| SourceError::Missing {
            what: format!("chunk {index} ({}) in memory", entry.sha256),
        })
    }
}
