//! What is kept: chunks by their hash, shared by all packages, and one record for each package.

use std::collections::BTreeSet;

use roi_weights::{ChunkEntry, Manifest, sha256_hex};
use serde::{Deserialize, Serialize};

use super::files::{FileError, Folder};

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
    /// The text of the manifest all of whose chunks are kept.
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
            let bytes = self.packages.read(&name).await?;
            records.extend(serde_json::from_slice::<Record>(&bytes));
        }
        Ok(records)
    }

    /// Keeps a record, in place of the one before.
    pub(crate) async fn put_record(&self, record: &Record) -> Result<(), FileError> {
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
        self.chunks.write(&entry.sha256, bytes).await
    }

    /// Drops a chunk.
    pub(crate) async fn remove_chunk(&self, entry: &ChunkEntry) -> Result<(), FileError> {
        self.chunks.remove(&entry.sha256).await
    }

    /// Drops a package and what only it needs.
    pub(crate) async fn remove(&self, url: &str) -> Result<(), FileError> {
        self.packages.remove(&Record::name(url)).await?;
        self.sweep().await
    }

    /// Drops every chunk that no record needs.
    pub(crate) async fn sweep(&self) -> Result<(), FileError> {
        let records = self.records().await?;
        let manifests = records.iter().flat_map(Record::manifests);
        let needed: BTreeSet<String> = manifests
            .flat_map(|manifest| manifest.chunks)
            .map(|chunk| chunk.sha256)
            .collect();
        self.chunks.retain(|name| needed.contains(name)).await
    }
}
