//! The models this browser keeps.

use leptos::prelude::*;
use roi_protocol::Request;

use super::{Session, Underway, last_model::LastModel};

impl Session {
    /// Asks which there are.
    pub(super) fn list_packages(self) {
        self.send(Request::ListPackages, Some(Underway::Packages));
    }

    /// Drops one, which the next visit then does not open. The model that is open goes on running.
    pub(crate) fn remove_package(self, url: String) {
        if LastModel::read() == Some(LastModel::Url(url.clone())) {
            LastModel::forget();
        }
        self.send(Request::RemovePackage { url }, Some(Underway::Packages));
    }

    /// Reads one again and drops what is wrong in it; it is fetched when that model is opened.
    pub(crate) fn verify_package(self, url: String) {
        self.send(Request::VerifyPackage { url }, Some(Underway::Packages));
    }
}

/// A package of which it is worth asking that it stays: one that takes a while to fetch again.
const WORTH_ASKING: u64 = 100_000_000;

/// Asks the browser not to clear away a large package when the disk gets full. It may refuse; there is nothing to be done.
pub(super) fn ask_to_persist(total_bytes: u64) {
    if total_bytes < WORTH_ASKING {
        return;
    }
    let storage = window().navigator().storage();
    if let Ok(asked) = storage.persist() {
        leptos::task::spawn_local(async move {
            wasm_bindgen_futures::JsFuture::from(asked).await.ok();
        });
    }
}
