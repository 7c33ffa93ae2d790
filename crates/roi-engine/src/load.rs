//! A package's bytes, checked before anything sees them.

use futures::stream::{self, StreamExt as _};
use roi_protocol::Event;
use roi_weights::{ChunkEntry, Manifest, PackageSource, verify_chunk};

use crate::EngineError;

#[cfg(test)]
mod tests;

/// Bytes of chunks asked for at the same time: enough to fill a line, few enough to hold in a browser's memory.
const BYTES_IN_FLIGHT: u64 = 32 << 20;
/// Small chunks asked for at the same time: a host answers only so many requests at once.
const MAX_CHUNKS_IN_FLIGHT: u64 = 6;
/// How often a chunk is asked for: a place that keeps chunks, a cache before a host and the host may each have a bad one.
const ATTEMPTS: usize = 3;

/// Fetches and checks the manifest; one from before, if there is one and the source's cannot be used.
pub(crate) async fn manifest(
    source: &impl PackageSource,
    events: &mut dyn FnMut(Event),
) -> Result<Manifest, EngineError> {
    let bytes = source
        .manifest()
        .await
        .map_err(EngineError::ManifestSource)?;
    match Manifest::parse(&bytes) {
        Ok(manifest) => {
            source.begin(&manifest).await;
            Ok(manifest)
        }
        Err(error) => older_manifest(source, error.into(), events).await,
    }
}

/// The manifest from before, said with [`Event::Older`], after the one that came last has failed.
///
/// # Errors
/// `failure`, when there is none.
pub(crate) async fn older_manifest(
    source: &impl PackageSource,
    failure: EngineError,
    events: &mut dyn FnMut(Event),
) -> Result<Manifest, EngineError> {
    let older = source.older_manifest().await;
    let Some(older) = older.and_then(|bytes| Manifest::parse(&bytes).ok()) else {
        return Err(failure);
    };
    events(Event::Older {
        reason: failure.to_string(),
    });
    source.begin(&older).await;
    Ok(older)
}

/// Hands every chunk to `take` once its length and hash are right, in the order of arrival.
pub(crate) async fn chunks(
    source: &impl PackageSource,
    entries: &[ChunkEntry],
    mut take: impl AsyncFnMut(usize, &[u8]) -> Result<(), EngineError>,
) -> Result<(), EngineError> {
    let fetches = entries.iter().enumerate().map(|(index, entry)| async move {
        let chunk = checked_chunk(source, index, entry).await?;
        Ok::<_, EngineError>((index, chunk))
    });
    let longest = entries.iter().map(|entry| entry.length).max();
    let n_in_flight = BYTES_IN_FLIGHT / longest.unwrap_or(1).max(1);
    let n_in_flight = n_in_flight.clamp(1, MAX_CHUNKS_IN_FLIGHT) as usize;
    let mut arriving = stream::iter(fetches).buffer_unordered(n_in_flight);
    while let Some(arrived) = arriving.next().await {
        let (index, chunk) = arrived?;
        source.chunk_is_right(index, &entries[index], &chunk).await;
        take(index, &chunk).await?;
    }
    Ok(())
}

/// A chunk whose bytes are right; a bad or missing one is asked for again.
async fn checked_chunk(
    source: &impl PackageSource,
    index: usize,
    entry: &ChunkEntry,
) -> Result<Vec<u8>, EngineError> {
    let mut fetched = fetch(source, index, entry).await;
    for _ in 1..ATTEMPTS {
        if fetched.is_err() {
            fetched = fetch(source, index, entry).await;
        }
    }
    fetched
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
