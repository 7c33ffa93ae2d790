//! A package in a folder on this computer's disk, as a person has shown it to the page. It is there already, so nothing of it is kept.

use js_sys::{Array, ArrayBuffer, Uint8Array};
use roi_protocol::Event;
use roi_weights::{ChunkEntry, Manifest, PackageSource, SourceError};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DomException, File, FileSystemDirectoryHandle, FileSystemFileHandle};

use crate::post::post;

/// The folder, in the form in which the browser hands it out.
pub(crate) enum FolderSource {
    /// Chosen with a picker of folders, or dropped.
    Handle(FileSystemDirectoryHandle),
    /// Where there is no such picker: every file of it, under its path from the folder.
    Files(Vec<(String, File)>),
}

impl FolderSource {
    /// What came beside a request to open a package: a directory's handle, or a list of pairs of path and file. Nothing if it is
    /// neither.
    pub(crate) fn from_message(shown: &JsValue) -> Option<Self> {
        if let Some(handle) = shown.dyn_ref::<FileSystemDirectoryHandle>() {
            return Some(Self::Handle(handle.clone()));
        }
        let files = shown.dyn_ref::<Array>()?.iter().map(|pair| {
            let pair: Array = pair.dyn_into().ok()?;
            Some((pair.get(0).as_string()?, pair.get(1).dyn_into().ok()?))
        });
        files.collect::<Option<_>>().map(Self::Files)
    }

    async fn read(&self, path: &str) -> Result<Vec<u8>, SourceError> {
        let failed = |error: JsValue| failure(path, &error);
        let file = match self {
            Self::Handle(folder) => file_in(folder.clone(), path).await.map_err(failed)?,
            Self::Files(files) => match files.iter().find(|(name, _)| name == path) {
                Some((_, file)) => file.clone(),
                None => return Err(missing(path)),
            },
        };
        let buffer = JsFuture::from(file.array_buffer()).await.map_err(failed)?;
        Ok(Uint8Array::new(buffer.unchecked_ref::<ArrayBuffer>()).to_vec())
    }
}

impl PackageSource for FolderSource {
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        self.read("manifest.json").await
    }

    async fn chunk(&self, _index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        self.read(&entry.path()).await
    }

    async fn begin(&self, manifest: &Manifest) {
        let total_bytes = manifest.chunks.iter().map(|chunk| chunk.length).sum();
        post(&Event::Found {
            id: manifest.model_id.clone(),
            total_bytes,
            kept_bytes: total_bytes,
            free_bytes: None,
        });
    }
}

async fn file_in(mut folder: FileSystemDirectoryHandle, path: &str) -> Result<File, JsValue> {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    for name in folders.split('/').filter(|name| !name.is_empty()) {
        let inner = JsFuture::from(folder.get_directory_handle(name)).await?;
        folder = inner.unchecked_into();
    }
    let handle = JsFuture::from(folder.get_file_handle(name)).await?;
    let handle: FileSystemFileHandle = handle.unchecked_into();
    Ok(JsFuture::from(handle.get_file()).await?.unchecked_into())
}

fn missing(path: &str) -> SourceError {
    SourceError::Missing {
        what: format!("{path} in the folder"),
    }
}

fn failure(path: &str, error: &JsValue) -> SourceError {
    let Some(exception) = error.dyn_ref::<DomException>() else {
        return SourceError::Unreachable {
            what: format!("{path} in the folder"),
            reason: format!("{error:?}"),
        };
    };
    match exception.name().as_str() {
        "NotFoundError" | "TypeMismatchError" => missing(path),
        _ => SourceError::Unreachable {
            what: format!("{path} in the folder"),
            reason: exception.message(),
        },
    }
}
