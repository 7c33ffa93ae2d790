//! The model that a person opened last, which the page opens again at the next visit unless its address names another.

use serde::{Deserialize, Serialize};

use super::storage;

/// The number is the version of what the text means.
const KEY: &str = "roichat-model-1";

/// Where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LastModel {
    /// A host: the package's address.
    Url(String),
    /// A folder of this name on the disk; `kept_folder` has its handle.
    Folder(String),
}

impl LastModel {
    pub(super) fn read() -> Option<Self> {
        storage::read(KEY)
    }

    pub(super) fn keep(&self) {
        // Where nothing can be kept, conversations say so.
        storage::write(KEY, self).ok();
    }

    pub(super) fn forget() {
        storage::remove(KEY);
    }
}
