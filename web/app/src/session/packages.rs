//! The models this browser keeps, and what is known of the one that is opened.

use leptos::prelude::*;
use roi_protocol::{Event, KeptPackage, Request};
use wasm_bindgen_futures::JsFuture;

use super::{Session, Underway, last_model::LastModel};
use crate::engine_link::FromWorker;

/// The check of a kept model, of this address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PackageCheck {
    /// So many of its kept bytes have been read.
    Underway { url: String, bytes: u64, total: u64 },
    /// So many of its parts have been read, and of those so many dropped.
    Done {
        url: String,
        chunks: u32,
        dropped: u32,
    },
}

impl Session {
    /// Asks which there are, if there is anyone to ask.
    pub(crate) fn list_packages(self) {
        if self.has_no_engine() {
            return;
        }
        self.send(Request::ListPackages, Some(Underway::Packages));
    }

    /// Drops one, which the next visit then does not open, even where the page goes before it is done. The model that is open goes on
    /// running.
    pub(crate) fn remove_package(self, url: String) {
        if self.has_no_engine() {
            return;
        }
        let last = LastModel::read().filter(|last| *last == LastModel::Url(url.clone()));
        if last.is_some() {
            LastModel::forget();
        }
        self.forgotten.set_value(last);
        self.package_check.set(None);
        self.send(Request::RemovePackage { url }, Some(Underway::Packages));
    }

    /// Reads one again and drops what is wrong in it; it is fetched when that model is opened.
    pub(crate) fn verify_package(self, url: String) {
        if self.has_no_engine() {
            return;
        }
        self.package_check.set(Some(PackageCheck::Underway {
            url: url.clone(),
            bytes: 0,
            total: 0,
        }));
        self.send(Request::VerifyPackage { url }, Some(Underway::Packages));
    }

    /// Takes what a message tells of packages, whatever else it does.
    pub(super) fn note_package(self, message: &FromWorker) {
        let event = match message {
            FromWorker::Event(event) => event,
            FromWorker::Stopped(_) => return self.end_check(),
        };
        // Every token of an answer comes by here, and whoever follows is told of each update.
        self.preflight.maybe_update(|known| known.note(event));
        match event {
            Event::Found { .. } => self.ask_to_persist(),
            Event::Packages { packages } => {
                self.forgotten.set_value(None);
                self.note_fetched(packages);
                self.note_dropped(packages);
            }
            Event::Verifying { url, bytes, total } => {
                self.package_check.set(Some(PackageCheck::Underway {
                    url: url.clone(),
                    bytes: *bytes,
                    total: *total,
                }));
            }
            Event::Verified {
                url,
                chunks,
                dropped,
            } => {
                self.package_check.set(Some(PackageCheck::Done {
                    url: url.clone(),
                    chunks: *chunks,
                    dropped: *dropped,
                }));
            }
            Event::Ready(_) => self.forget_check(),
            // It came to nothing, which is said elsewhere.
            Event::Stopped { .. } => self.end_check(),
            Event::Failed { .. } => {
                self.end_check();
                if let Some(last) = self.forgotten.try_update_value(Option::take).flatten() {
                    last.keep();
                }
            }
            _ => {}
        }
    }

    /// What the model that is open needs is told with how much of it is kept by now.
    fn note_fetched(self, packages: &[KeptPackage]) {
        if self.folder.with_value(Option::is_some) {
            return;
        }
        let kept_bytes = self.model_url.with_untracked(|url| {
            let open = packages.iter().find(|kept| kept.url == *url);
            open.map_or(0, |kept| kept.kept_bytes)
        });
        self.preflight
            .maybe_update(|known| known.note_kept(kept_bytes));
    }

    /// One that has been dropped, here or by another tab, is not opened by the next visit.
    fn note_dropped(self, packages: &[KeptPackage]) {
        let has = |packages: &[KeptPackage], url: &str| packages.iter().any(|kept| kept.url == url);
        let was_kept = |url: &str| {
            self.packages
                .with_untracked(|before| before.as_deref().is_some_and(|before| has(before, url)))
        };
        if let Some(LastModel::Url(url)) = LastModel::read()
            && was_kept(&url)
            && !has(packages, &url)
        {
            LastModel::forget();
        }
    }

    /// Whether it has ended and is yet to be started again, as the page then says. A request to it would never end.
    fn has_no_engine(self) -> bool {
        self.link.with_value(Option::is_none)
    }

    /// What a check found of the model that has just been opened may be so no longer.
    fn forget_check(self) {
        let opened = self.model_url.get_untracked();
        self.package_check.maybe_update(|check| {
            let of_it =
                |check: &mut PackageCheck| matches!(check, PackageCheck::Done { url, .. } if *url == opened);
            check.take_if(of_it).is_some()
        });
    }

    pub(super) fn end_check(self) {
        self.package_check.maybe_update(|check| {
            let ended = check.take_if(|check| matches!(check, PackageCheck::Underway { .. }));
            ended.is_some()
        });
    }

    /// Asks the browser not to clear away what is kept when the disk gets full. It may refuse; there is nothing to be done but say so.
    fn ask_to_persist(self) {
        let storage = window().navigator().storage();
        let Ok(asked) = storage.persist() else {
            return;
        };
        leptos::task::spawn_local(async move {
            if let Ok(granted) = JsFuture::from(asked).await {
                self.preflight
                    .update(|known| known.is_persistent = granted.as_bool());
            }
        });
    }
}
