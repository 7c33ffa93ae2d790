//! Where the package of a request comes from.

use roi_weights::{ChunkEntry, Manifest, PackageSource, SourceError};

use crate::folder::FolderSource;
use crate::keep::KeptSource;

/// A host whose packages are kept, or a folder on the disk.
///
/// One type, so that all that is done with a package is compiled once.
pub(crate) enum Source {
    Kept(Box<KeptSource>),
    Folder(FolderSource),
}

impl PackageSource for Source {
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        match self {
            Self::Kept(source) => source.manifest().await,
            Self::Folder(source) => source.manifest().await,
        }
    }

    async fn chunk(&self, index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        match self {
            Self::Kept(source) => source.chunk(index, entry).await,
            Self::Folder(source) => source.chunk(index, entry).await,
        }
    }

    async fn older_manifest(&self) -> Option<Vec<u8>> {
        match self {
            Self::Kept(source) => source.older_manifest().await,
            Self::Folder(source) => source.older_manifest().await,
        }
    }

    async fn begin(&self, manifest: &Manifest) {
        match self {
            Self::Kept(source) => source.begin(manifest).await,
            Self::Folder(source) => source.begin(manifest).await,
        }
    }

    async fn chunk_is_right(&self, index: usize, entry: &ChunkEntry, bytes: &[u8]) {
        match self {
            Self::Kept(source) => source.chunk_is_right(index, entry, bytes).await,
            Self::Folder(source) => source.chunk_is_right(index, entry, bytes).await,
        }
    }

    async fn complete(&self) {
        match self {
            Self::Kept(source) => source.complete().await,
            Self::Folder(source) => source.complete().await,
        }
    }
}
