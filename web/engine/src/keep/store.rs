//! What is kept: chunks by their hash, shared by all packages, and one record for each package. What changes it takes the lock
//! that is due (`locks.rs`).

use std::collections::BTreeSet;

use roi_protocol::Event;
use roi_weights::{ChunkEntry, Manifest, sha256_hex, verify_chunk};
use serde::{Deserialize, Serialize};

use super::files::{FileError, Folder};
use super::locks;
use crate::post::post;

/// The folder of everything this page keeps.
const ROOT: &str = "roichat";

/// All that is known of a package without its chunks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Record {
    /// The folder it came from.
    pub(crate) url: String,
    /// When it was last opened, in milliseconds since 1970.
    pub(crate) opened_ms: f64,
    /// The text of the manifest of the package that was last opened to the end with all its chunks kept.
    pub(crate) complete: Option<String>,
    /// The text of the manifest whose chunks are arriving.
    pub(crate) arriving: Option<String>,
}

impl Record {
    /// The manifests it holds chunks for.
    pub(crate) fn manifests(&self) -> impl Iterator<Item = Manifest> {
        let texts = self.complete.iter().chain(&self.arriving);
        // One that cannot be read any more needs no chunks.
        texts.filter_map(|text| Manifest::parse(text.as_bytes()).ok())
    }

    fn name(url: &str) -> String {
        format!("{}.json", sha256_hex(url.as_bytes()))
    }
}

/// The packages this browser keeps.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    chunks: Folder,
    packages: Folder,
}

impl Store {
    /// The page's store; `None` where the browser keeps nothing for it.
    pub(crate) async fn open() -> Option<Self> {
        let root = Folder::open(ROOT).await?;
        Some(Self {
            chunks: root.folder("chunks").await.ok()?,
            packages: root.folder("packages").await.ok()?,
        })
    }

    /// The package of this address. A record that cannot be read counts as none.
    pub(crate) async fn record(&self, url: &str) -> Option<Record> {
        let bytes = self.packages.read(&Record::name(url)).await.ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// All packages.
    pub(crate) async fn records(&self) -> Result<Vec<Record>, FileError> {
        let mut records = Vec::new();
        for name in self.packages.names().await? {
            match self.packages.read(&name).await {
                Ok(bytes) => records.extend(serde_json::from_slice::<Record>(&bytes)),
                // Another tab has dropped it meanwhile.
                Err(FileError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    }

    /// Keeps a record, in place of the one before: from now on nobody removes the chunks it names. Says it when it has to wait.
    pub(crate) async fn put_record(&self, record: &Record) -> Result<(), FileError> {
        let _lock = locks::adding(|| post(&Event::Waiting)).await;
        let name = Record::name(&record.url);
        let bytes = serde_json::to_vec(record).map_err(|error| FileError::Other {
            name: name.clone(),
            reason: error.to_string(),
        })?;
        self.packages.write(&name, &bytes).await
    }

    /// Hashes of the kept chunks. Their bytes are as a disk keeps them: to be checked before use.
    pub(crate) async fn chunk_names(&self) -> Result<BTreeSet<String>, FileError> {
        Ok(self.chunks.names().await?.into_iter().collect())
    }

    /// A kept chunk, unchecked.
    pub(crate) async fn chunk(&self, entry: &ChunkEntry) -> Result<Vec<u8>, FileError> {
        self.chunks.read(&entry.sha256).await
    }

    /// Keeps a chunk that has been checked.
    pub(crate) async fn put_chunk(
        &self,
        entry: &ChunkEntry,
        bytes: &[u8],
    ) -> Result<(), FileError> {
        let _lock = locks::adding(|| {}).await;
        self.chunks.write(&entry.sha256, bytes).await
    }

    /// Drops a chunk, unless its bytes are right: another tab may have put better ones in the place of those that were seen. Says
    /// whether it did.
    ///
    /// # Errors
    /// [`FileError`], also where the chunk cannot be read: it may be right, and stays.
    pub(crate) async fn remove_wrong_chunk(&self, entry: &ChunkEntry) -> Result<bool, FileError> {
        let _lock = locks::removing().await;
        match self.chunk(entry).await {
            Ok(bytes) if verify_chunk(0, entry, &bytes).is_ok() => Ok(false),
            Ok(_) => self.chunks.remove(&entry.sha256).await.map(|()| true),
            Err(FileError::Missing { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Drops a package and what only it needs.
    pub(crate) async fn remove(&self, url: &str) -> Result<(), FileError> {
        let _lock = locks::removing().await;
        self.packages.remove(&Record::name(url)).await?;
        self.sweep_locked().await
    }

    /// Drops every chunk that no record needs, and what is left of interrupted writes.
    pub(crate) async fn sweep(&self) -> Result<(), FileError> {
        let _lock = locks::removing().await;
        self.sweep_locked().await
    }

    async fn sweep_locked(&self) -> Result<(), FileError> {
        self.packages.retain(|_| true).await?;
        let records = self.records().await?;
        let manifests = records.iter().flat_map(Record::manifests);
        let needed: BTreeSet<String> = manifests
            .flat_map(|manifest| manifest.chunks)
            .map(|chunk| chunk.sha256)
            .collect();
        self.chunks.retain(|name| needed.contains(name)).await
    }
}
