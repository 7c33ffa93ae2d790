//! Looking after what is kept: what there is, whether it is right, what can go.

use std::collections::BTreeMap;

use roi_protocol::{Event, KeptPackage};
use roi_weights::verify_chunk;

use super::files::FileError;
use super::store::Store;
use super::{kept_bytes, locks, now_and_then};
use crate::post::post;

/// Why something could not be done with a kept package.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CareError {
    /// Another worker has to do with it.
    #[error(
        "another tab is opening, checking or deleting this model: try again when it is done, or close it"
    )]
    Busy,
    /// Its files fail.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What is kept, the most recently opened first.
///
/// # Errors
/// [`FileError`].
pub(crate) async fn list() -> Result<Vec<KeptPackage>, FileError> {
    let Some(store) = Store::open().await else {
        return Ok(Vec::new());
    };
    let kept = store.chunk_names().await?;
    let records = store.records().await?.into_iter();
    let mut packages: Vec<_> = records
        .filter_map(|record| {
            let is_complete = record.complete.is_some();
            let manifest = record.manifests().next()?;
            let total_bytes = manifest.total_bytes();
            let kept_bytes = kept_bytes(&manifest, &kept);
            Some(KeptPackage {
                id: manifest.model_id.clone(),
                total_bytes,
                kept_bytes,
                // One that has arrived as a whole opens without its host even where it was not opened to the end.
                is_complete: is_complete || kept_bytes == total_bytes,
                opened_ms: record.opened_ms,
                url: record.url,
            })
        })
        .collect();
    packages.sort_by(|a, b| b.opened_ms.total_cmp(&a.opened_ms));
    Ok(packages)
}

/// Drops a package and what only it needs.
///
/// # Errors
/// [`CareError`].
pub(crate) async fn remove(url: &str) -> Result<(), CareError> {
    let lock = locks::package_unless_busy(url).await;
    let _lock = lock.ok_or(CareError::Busy)?;
    if let Some(store) = Store::open().await {
        store.remove(url).await?;
    }
    Ok(())
}

/// Reads every kept chunk of a package and drops those whose bytes are wrong; they are fetched again when it is opened. Says how far
/// that is, and what came of it.
///
/// # Errors
/// [`CareError`].
pub(crate) async fn verify(url: &str) -> Result<(), CareError> {
    let lock = locks::package_unless_busy(url).await;
    let _lock = lock.ok_or(CareError::Busy)?;
    let (mut chunks, mut dropped) = (0, 0);
    if let Some(store) = Store::open().await
        && let Some(record) = store.record(url).await
    {
        let kept = store.chunk_names().await?;
        // The package that is complete and the one that is arriving may have chunks in common.
        let mut entries = BTreeMap::new();
        for manifest in record.manifests() {
            for (index, entry) in manifest.chunks.into_iter().enumerate() {
                if kept.contains(&entry.sha256) {
                    entries.insert(entry.sha256.clone(), (index, entry));
                }
            }
        }
        let total = entries.values().map(|(_, entry)| entry.length).sum();
        let said_url = url.to_owned();
        let say = now_and_then(move |bytes| Event::Verifying {
            url: said_url.clone(),
            bytes,
            total,
        });
        let mut bytes = 0;
        say(bytes);
        for (index, entry) in entries.into_values() {
            let is_right = match store.chunk(&entry).await {
                Ok(found) => verify_chunk(index, &entry, &found).is_ok(),
                Err(_) => false,
            };
            if !is_right && store.remove_wrong_chunk(&entry).await? {
                dropped += 1;
            }
            chunks += 1;
            bytes += entry.length;
            say(bytes);
        }
    }
    post(&Event::Verified {
        url: url.to_owned(),
        chunks,
        dropped,
    });
    Ok(())
}
