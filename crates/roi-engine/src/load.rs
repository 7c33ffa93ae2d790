//! A package's bytes, checked before anything sees them.

use futures::stream::{self, StreamExt as _};
use roi_weights::{ChunkEntry, Manifest, PackageSource, verify_chunk};

use crate::EngineError;

#[cfg(test)]
mod tests;

/// Chunks asked for at the same time: enough to fill a line, few enough to hold in memory.
const CHUNKS_IN_FLIGHT: usize = 6;

/// Fetches and checks the manifest.
pub(crate) async fn manifest(source: &impl PackageSource) -> Result<Manifest, EngineError> {
    let bytes = source
        .manifest()
        .await
        .map_err(EngineError::ManifestSource)?;
    Ok(Manifest::parse(&bytes)?)
}

/// Hands every chunk to `take` once its length and hash are right, in the order of arrival.
pub(crate) async fn chunks(
    source: &impl PackageSource,
    entries: &[ChunkEntry],
    mut take: impl FnMut(usize, &[u8]) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let fetches = entries.iter().enumerate().map(|(index, entry)| async move {
        let chunk = checked_chunk(source, index, entry).await?;
        Ok::<_, EngineError>((index, chunk))
    });
    let mut arriving = stream::iter(fetches).buffer_unordered(CHUNKS_IN_FLIGHT);
    while let Some(arrived) = arriving.next().await {
        let (index, chunk) = arrived?;
        take(index, &chunk)?;
    }
    Ok(())
}

/// A chunk whose bytes are right; a bad or missing one is asked for once more.
async fn checked_chunk(
    source: &impl PackageSource,
    index: usize,
    entry: &ChunkEntry,
) -> Result<Vec<u8>, EngineError> {
    match fetch(source, index, entry).await {
        Ok(chunk) => Ok(chunk),
        Err(_) => fetch(source, index, entry).await,
    }
}

async fn fetch(
    source: &impl PackageSource,
    index: usize,
    entry: &ChunkEntry,
) -> Result<Vec<u8>, EngineError> {
    let bytes = source
        .chunk(index, entry)
        .await
        .map_err(|source| EngineError::ChunkSource { index, source })?;
    verify_chunk(index, entry, &bytes)?;
    Ok(bytes)
}
