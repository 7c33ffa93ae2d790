//! Files in the browser's own file system (OPFS): whole ones, written beside and renamed.

use js_sys::{ArrayBuffer, Function, Math, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, File, FileSystemDirectoryHandle, FileSystemFileHandle,
    FileSystemGetDirectoryOptions, FileSystemGetFileOptions, FileSystemSyncAccessHandle,
};

use crate::post::scope;

/// Ending of files that are being written.
const UNFINISHED: &str = ".part";
/// How often a file is written: a browser refuses now and then what it takes a moment later.
const ATTEMPTS: usize = 2;

/// Why a file could not be read, written or removed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FileError {
    /// There is none of this name.
    #[error("{name} is not stored")]
    Missing {
        /// The file.
        name: String,
    },
    /// The browser gives no more room.
    #[error("the browser's storage is full")]
    Full,
    /// Anything else, in the browser's words.
    #[error("{name}: {reason}")]
    Other {
        /// The file.
        name: String,
        /// What the browser says.
        reason: String,
    },
}

/// A folder of files.
#[derive(Clone, Debug)]
pub(crate) struct Folder(FileSystemDirectoryHandle);

impl Folder {
    /// The folder of this name at the top of the page's storage, made if it is not there; `None` where the browser has no such
    /// storage, or does not let this page use it.
    pub(crate) async fn open(name: &str) -> Option<Self> {
        let storage = Reflect::get(&scope().navigator(), &"storage".into()).ok()?;
        let get = Reflect::get(&storage, &"getDirectory".into()).ok()?;
        let root = get.dyn_into::<Function>().ok()?.call0(&storage).ok()?;
        let root = JsFuture::from(root.dyn_into::<Promise>().ok()?)
            .await
            .ok()?;
        Self(root.unchecked_into()).folder(name).await.ok()
    }

    /// The folder of this name in this one, made if it is not there.
    pub(crate) async fn folder(&self, name: &str) -> Result<Self, FileError> {
        let options = FileSystemGetDirectoryOptions::new();
        options.set_create(true);
        let handle = self.0.get_directory_handle_with_options(name, &options);
        let handle = JsFuture::from(handle)
            .await
            .map_err(|error| failed(name, &error))?;
        Ok(Self(handle.unchecked_into()))
    }

    /// Names of the finished files.
    pub(crate) async fn names(&self) -> Result<Vec<String>, FileError> {
        let mut names = self.all_names().await?;
        names.retain(|name| !name.ends_with(UNFINISHED));
        Ok(names)
    }

    /// A file's bytes.
    pub(crate) async fn read(&self, name: &str) -> Result<Vec<u8>, FileError> {
        let failed = |error: JsValue| failed(name, &error);
        let handle = JsFuture::from(self.0.get_file_handle(name))
            .await
            .map_err(failed)?;
        let handle: FileSystemFileHandle = handle.unchecked_into();
        // A snapshot, which needs no lock: other tabs may read it at the same time.
        let file = JsFuture::from(handle.get_file()).await.map_err(failed)?;
        let file: File = file.unchecked_into();
        let buffer = JsFuture::from(file.array_buffer()).await.map_err(failed)?;
        Ok(Uint8Array::new(buffer.unchecked_ref::<ArrayBuffer>()).to_vec())
    }

    /// Writes a whole file. Until its last byte is on the disk, the file before it stays; what is left of an interrupted write
    /// is never read, nor written to: the worker that was interrupted may still have it open.
    pub(crate) async fn write(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let mut written = self.write_once(name, bytes).await;
        for _ in 1..ATTEMPTS {
            // Where there is no room now there is none in a moment.
            if written
                .as_ref()
                .is_err_and(|error| *error != FileError::Full)
            {
                written = self.write_once(name, bytes).await;
            }
        }
        written
    }

    async fn write_once(&self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        let failed = |error: JsValue| failed(name, &error);
        let beside = format!("{name}.{}{UNFINISHED}", (Math::random() * 1e9) as u32);
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle = JsFuture::from(self.0.get_file_handle_with_options(&beside, &options))
            .await
            .map_err(failed)?;
        let handle: FileSystemFileHandle = handle.unchecked_into();
        let written = match JsFuture::from(handle.create_sync_access_handle()).await {
            Ok(access) => fill(access.unchecked_ref(), bytes),
            Err(error) => Err(error),
        };
        let finished = match written {
            Ok(()) => rename(&handle, name).await,
            Err(error) => Err(error),
        };
        if let Err(error) = finished {
            // The room it took is worth more than the report of a second failure.
            self.remove(&beside).await.ok();
            return Err(failed(error));
        }
        Ok(())
    }

    /// Removes a file; one that is not there is no error.
    pub(crate) async fn remove(&self, name: &str) -> Result<(), FileError> {
        match JsFuture::from(self.0.remove_entry(name)).await {
            Ok(_) => Ok(()),
            Err(error) => match failed(name, &error) {
                FileError::Missing { .. } => Ok(()),
                error => Err(error),
            },
        }
    }

    /// Removes all files but the finished ones that `is_wanted`. One that cannot be removed keeps no other from it.
    ///
    /// # Errors
    /// The first failure, but for unfinished files: those that still are open go the next time.
    pub(crate) async fn retain(&self, is_wanted: impl Fn(&str) -> bool) -> Result<(), FileError> {
        let mut outcome = Ok(());
        for name in self.all_names().await? {
            let is_unfinished = name.ends_with(UNFINISHED);
            if is_unfinished || !is_wanted(&name) {
                let removed = self.remove(&name).await;
                if !is_unfinished {
                    outcome = outcome.and(removed);
                }
            }
        }
        outcome
    }

    async fn all_names(&self) -> Result<Vec<String>, FileError> {
        let failed = |error: JsValue| failed("the folder", &error);
        let keys = self.0.keys();
        let mut names = Vec::new();
        loop {
            let next = keys.next().map_err(failed)?;
            let next = JsFuture::from(next).await.map_err(failed)?;
            let is_done = Reflect::get(&next, &"done".into()).map_err(failed)?;
            if is_done.is_truthy() {
                return Ok(names);
            }
            let name = Reflect::get(&next, &"value".into()).map_err(failed)?;
            names.extend(name.as_string());
        }
    }
}

/// Makes `bytes` all that the file holds.
fn fill(access: &FileSystemSyncAccessHandle, bytes: &[u8]) -> Result<(), JsValue> {
    let write = || {
        access.truncate_with_u32(0)?;
        let written = access.write_with_u8_array(bytes)?;
        if written != bytes.len() as f64 {
            return Err(DomException::new_with_message_and_name("", "QuotaExceededError")?.into());
        }
        access.flush()
    };
    let written = write();
    // Open, it would lock the file for good.
    access.close();
    written
}

/// `move`, which web-sys does not know. It replaces a file that is there.
async fn rename(handle: &FileSystemFileHandle, name: &str) -> Result<(), JsValue> {
    let rename: Function = Reflect::get(handle, &"move".into())?.dyn_into()?;
    let moved: Promise = rename.call1(handle, &name.into())?.dyn_into()?;
    JsFuture::from(moved).await.map(|_| ())
}

fn failed(name: &str, error: &JsValue) -> FileError {
    let name = name.to_owned();
    let Some(error) = error.dyn_ref::<DomException>() else {
        let reason = format!("{error:?}");
        return FileError::Other { name, reason };
    };
    match &*error.name() {
        "NotFoundError" => FileError::Missing { name },
        "QuotaExceededError" => FileError::Full,
        kind => FileError::Other {
            name,
            reason: format!("{kind}: {}", error.message()),
        },
    }
}
