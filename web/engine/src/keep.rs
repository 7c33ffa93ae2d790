//! Packages that stay: fetched once, kept by the browser, opened again without a network.

mod care;
mod files;
mod locks;
mod store;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use js_sys::{Date, Reflect};
use roi_platform::{Package, now_ms};
use roi_protocol::Event;
use roi_weights::{ChunkEntry, Manifest, PackageSource, SourceError};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

pub(crate) use self::care::{CareError, list, remove, verify};
use self::files::FileError;
use self::store::{Record, Store};
use crate::lock;
use crate::post::{post, scope};

/// How long a host is waited for that may have a newer package than the one that is here as a whole.
const PATIENCE_MS: i32 = 5_000;

/// A package on a host, and what is kept of it. While there is one, no other tab opens or drops this package.
pub(crate) struct KeptSource {
    host: Package,
    url: String,
    /// Nothing where this browser keeps nothing.
    store: Option<Store>,
    state: RefCell<State>,
    _lock: lock::Held,
}

#[derive(Default)]
struct State {
    record: Record,
    /// Text of the manifest that came last.
    manifest: String,
    /// Whether that is the host's present one.
    is_from_host: bool,
    /// Hashes of the chunks that its package has.
    needed: BTreeSet<String>,
    /// Hashes of the chunks that are kept.
    kept: BTreeSet<String>,
    /// Places of the chunks that were asked for.
    asked: BTreeSet<usize>,
    /// Why the last chunk that could not be kept could not.
    unkept: Option<FileError>,
    /// Whether nothing more is kept, as has been said.
    has_given_up: bool,
}

impl KeptSource {
    /// The package at `url`. Waits, and says so, while another tab opens it.
    pub(crate) async fn open(url: &str) -> Self {
        let lock = locks::package(url).await;
        let store = Store::open().await;
        let mut record = match &store {
            Some(store) => store.record(url).await.unwrap_or_default(),
            None => Record::default(),
        };
        url.clone_into(&mut record.url);
        // What is kept here need not be in the browser's cache as well.
        let host = if store.is_some() {
            Package::uncached(url)
        } else {
            Package::at(url)
        };
        let state = State {
            record,
            ..State::default()
        };
        Self {
            host: host.watched(now_and_then(|bytes| Event::Arriving { bytes })),
            url: url.to_owned(),
            store,
            state: RefCell::new(state),
            _lock: lock,
        }
    }

    /// The store, as long as it is worth trying.
    fn willing_store(&self) -> Option<Store> {
        let has_given_up = self.state.borrow().has_given_up;
        self.store.clone().filter(|_| !has_given_up)
    }

    /// Says, once, that nothing more is kept.
    fn give_up(&self, reason: &str) {
        if self.state.borrow().has_given_up {
            return;
        }
        self.state.borrow_mut().has_given_up = true;
        self.warn(&format!("it is not kept: {reason}"));
        post(&Event::NotKept {
            reason: reason.to_owned(),
        });
    }

    fn warn(&self, what: &str) {
        web_sys::console::warn_1(&format!("{}: {what}", self.url).into());
    }

    async fn kept_chunk(&self, index: usize, entry: &ChunkEntry) -> Option<Vec<u8>> {
        let store = self.store.as_ref()?;
        let is_first = self.state.borrow_mut().asked.insert(index);
        if !self.state.borrow().kept.contains(&entry.sha256) {
            return None;
        }
        if is_first && let Ok(bytes) = store.chunk(entry).await {
            return Some(bytes);
        }
        // Unreadable, or asked for again because its bytes were wrong.
        self.state.borrow_mut().kept.remove(&entry.sha256);
        let (store, entry) = (store.clone(), entry.clone());
        // By itself: chunks that are asked for rest while another one is taken, and must hold no lock that its keeper waits for.
        wasm_bindgen_futures::spawn_local(async move {
            if let Err(error) = store.remove_wrong_chunk(&entry).await {
                web_sys::console::warn_1(&format!("a bad chunk stays: {error}").into());
            }
        });
        None
    }

    /// The kept manifest that a package can be opened from without its host: the complete one, else one that has arrived as a whole
    /// and was not opened to the end.
    async fn usable_manifest(&self) -> Option<String> {
        let record = self.state.borrow().record.clone();
        if record.complete.is_some() {
            return record.complete;
        }
        let arriving = record.arriving?;
        let manifest = Manifest::parse(arriving.as_bytes()).ok()?;
        let names = self.store.as_ref()?.chunk_names().await.ok()?;
        let mut chunks = manifest.chunks.iter();
        let is_whole = chunks.all(|chunk| names.contains(&chunk.sha256));
        is_whole.then_some(arriving)
    }

    /// Looks which chunks are kept.
    async fn look(&self, store: &Store) -> Result<(), FileError> {
        let names = store.chunk_names().await?;
        self.state.borrow_mut().kept = names;
        Ok(())
    }

    /// Bytes of a package that are kept, and how many more could be, where that is known.
    async fn room(&self, manifest: &Manifest) -> (u64, Option<u64>) {
        let kept_bytes = kept_bytes(manifest, &self.state.borrow().kept);
        (kept_bytes, free_bytes().await)
    }

    /// Has the record name this package's chunks, so that nobody removes them, and looks which are there.
    async fn claim(&self, store: &Store) -> Result<(), FileError> {
        let record = {
            let mut state = self.state.borrow_mut();
            // What has arrived of a newer one stays while an older one is opened.
            if state.is_from_host {
                let is_complete = state.record.complete.as_ref() == Some(&state.manifest);
                state.record.arriving = (!is_complete).then(|| state.manifest.clone());
            }
            state.record.clone()
        };
        store.put_record(&record).await?;
        self.look(store).await
    }

    /// Takes the claim back where nothing is kept: a record without a chunk would be listed as a package that has begun to arrive.
    async fn forget_if_empty(&self, store: &Store, kept_bytes: u64) {
        let has_complete = self.state.borrow().record.complete.is_some();
        if kept_bytes == 0
            && !has_complete
            && let Err(error) = store.remove(&self.url).await
        {
            self.warn(&format!("its record stays: {error}"));
        }
    }

    /// Drops what no package needs. What stays behind harms nobody and goes another time.
    async fn sweep(&self, store: &Store) {
        if let Err(error) = store.sweep().await {
            self.warn(&format!("not everything that is useless could go: {error}"));
        }
    }
}

impl PackageSource for KeptSource {
    /// The host's, since a manifest changes under the same name; the kept one where the host cannot be reached, or not soon.
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        let kept = self.usable_manifest().await;
        let asked = match &kept {
            None => Some(self.host.manifest().await),
            Some(_) if is_online() => Some(self.host.manifest_within(PATIENCE_MS).await),
            Some(_) => None,
        };
        let (manifest, is_from_host) = match (asked, kept) {
            (Some(Ok(bytes)), _) => (bytes, true),
            (_, Some(kept)) => (kept.into_bytes(), false),
            (Some(Err(error)), None) => return Err(error),
            (None, None) => (self.host.manifest().await?, true),
        };
        let mut state = self.state.borrow_mut();
        state.manifest = String::from_utf8_lossy(&manifest).into_owned();
        state.is_from_host = is_from_host;
        Ok(manifest)
    }

    /// The one all of whose chunks are kept, unless that is the one that came last.
    async fn older_manifest(&self) -> Option<Vec<u8>> {
        let mut state = self.state.borrow_mut();
        let complete = state.record.complete.clone()?;
        if state.manifest == complete {
            return None;
        }
        state.manifest.clone_from(&complete);
        state.is_from_host = false;
        Some(complete.into_bytes())
    }

    async fn chunk(&self, index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        match self.kept_chunk(index, entry).await {
            Some(bytes) => Ok(bytes),
            None => self.host.chunk(index, entry).await,
        }
    }

    async fn begin(&self, manifest: &Manifest) {
        {
            let mut state = self.state.borrow_mut();
            state.asked.clear();
            state.unkept = None;
            // Another package may well have room where the one before had none.
            state.has_given_up = false;
            let chunks = manifest.chunks.iter();
            state.needed = chunks.map(|chunk| chunk.sha256.clone()).collect();
        }
        let total_bytes = manifest.chunks.iter().map(|chunk| chunk.length).sum();
        let found = |kept_bytes, free_bytes| {
            post(&Event::Found {
                id: manifest.model_id.clone(),
                total_bytes,
                kept_bytes,
                free_bytes,
            });
        };
        let Some(store) = &self.store else {
            found(0, None);
            return self.give_up("this browser stores nothing for this page");
        };
        if let Err(error) = self.look(store).await {
            found(0, None);
            return self.give_up(&error.to_string());
        }
        let is_short = |(kept, free): (u64, Option<u64>)| {
            free.is_some_and(|free| free < total_bytes.saturating_sub(kept))
        };
        // First of all, so that a version that was arriving and is no longer wanted does not hold its chunks.
        let mut claimed = self.claim(store).await;
        let mut room = self.room(manifest).await;
        if claimed == Err(FileError::Full) || is_short(room) {
            // What no package needs any more is in the way.
            self.sweep(store).await;
            claimed = self.claim(store).await;
            room = self.room(manifest).await;
        }
        found(room.0, room.1);
        if let Err(error) = claimed {
            return self.give_up(&error.to_string());
        }
        if is_short(room) {
            self.give_up(&FileError::Full.to_string());
            self.forget_if_empty(store, room.0).await;
        }
    }

    async fn chunk_is_right(&self, _index: usize, entry: &ChunkEntry, bytes: &[u8]) {
        let is_kept = self.state.borrow().kept.contains(&entry.sha256);
        let Some(store) = self.willing_store().filter(|_| !is_kept) else {
            return;
        };
        match store.put_chunk(entry, bytes).await {
            Ok(()) => {
                self.state.borrow_mut().kept.insert(entry.sha256.clone());
            }
            Err(error @ FileError::Full) => self.give_up(&error.to_string()),
            Err(error) => {
                // The next ones may be taken all the same, and need not be fetched again then.
                self.warn(&format!("a chunk is not kept: {error}"));
                self.state.borrow_mut().unkept = Some(error);
            }
        }
    }

    async fn complete(&self) {
        let Some(store) = self.willing_store() else {
            return;
        };
        let (record, missing) = {
            let mut state = self.state.borrow_mut();
            let missing = state.needed.difference(&state.kept).count();
            if missing == 0 {
                if state.record.arriving.as_ref() == Some(&state.manifest) {
                    state.record.complete = state.record.arriving.take();
                }
                state.record.opened_ms = Date::now();
            }
            (state.record.clone(), missing)
        };
        if missing > 0 {
            let unkept = self.state.borrow_mut().unkept.take();
            let why = unkept.map(|error| format!(" ({error})"));
            let why = why.unwrap_or_default();
            return self.give_up(&format!("{missing} of its parts could not be stored{why}"));
        }
        match store.put_record(&record).await {
            Ok(()) => self.sweep(&store).await,
            Err(error) => self.give_up(&error.to_string()),
        }
    }
}

/// Says so many bytes, not more often than anyone can see.
fn now_and_then(said: impl Fn(u64) -> Event) -> impl Fn(u64) {
    const PAUSE_MS: f64 = 100.0;
    let last = Cell::new(f64::NEG_INFINITY);
    move |bytes| {
        let now = now_ms();
        if now - last.get() >= PAUSE_MS {
            last.set(now);
            post(&said(bytes));
        }
    }
}

/// Bytes of a package's chunks that are kept, each chunk counted as often as the package has it.
fn kept_bytes(manifest: &Manifest, kept: &BTreeSet<String>) -> u64 {
    let chunks = manifest.chunks.iter();
    let found = chunks.filter(|chunk| kept.contains(&chunk.sha256));
    found.map(|chunk| chunk.length).sum()
}

/// What the browser believes; it may be wrong in saying yes.
fn is_online() -> bool {
    Reflect::get(&scope().navigator(), &"onLine".into())
        .is_ok_and(|online| online != JsValue::FALSE)
}

/// How much more the browser lets this page keep, where it says so.
async fn free_bytes() -> Option<u64> {
    let estimate = scope().navigator().storage().estimate().ok()?;
    let estimate = JsFuture::from(estimate).await.ok()?;
    let number = |key: &str| Reflect::get(&estimate, &key.into()).ok()?.as_f64();
    Some((number("quota")? - number("usage")?).max(0.0) as u64)
}
