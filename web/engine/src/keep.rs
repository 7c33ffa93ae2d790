//! Packages that stay: fetched once, kept by the browser, opened again without a network.

mod files;
mod store;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use js_sys::{Date, Reflect};
use roi_platform::{Package, now_ms};
use roi_protocol::{Event, KeptPackage};
use roi_weights::{ChunkEntry, Manifest, PackageSource, SourceError};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use self::files::FileError;
use self::store::{Record, Store};
use crate::lock;
use crate::post::{post, scope};

/// Of the lock without which nothing is kept or dropped.
const LOCK: &str = "roichat-packages";

/// A package on a host, and what is kept of it. While there is one, no other tab opens or drops packages.
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
    manifest: Vec<u8>,
    /// Hashes of the chunks that are kept.
    kept: BTreeSet<String>,
    /// Places of the chunks that were asked for.
    asked: BTreeSet<usize>,
    /// Why chunks are no longer kept, if they are not.
    trouble: Option<FileError>,
}

impl KeptSource {
    /// The package at `url`. Waits, and says so, while another tab opens one.
    pub(crate) async fn open(url: &str) -> Self {
        let lock = lock::hold(LOCK, || post(&Event::Waiting)).await;
        let store = Store::open().await;
        let mut state = State::default();
        if let Some(store) = &store {
            state.record = store.record(url).await.unwrap_or_default();
            url.clone_into(&mut state.record.url);
            match store.chunk_names().await {
                Ok(names) => state.kept = names,
                Err(error) => state.trouble = Some(error),
            }
        }
        // What is kept here need not be in the browser's cache as well.
        let host = if store.is_some() {
            Package::uncached(url)
        } else {
            Package::at(url)
        };
        Self {
            host: host.watched(say_now_and_then()),
            url: url.to_owned(),
            store,
            state: RefCell::new(state),
            _lock: lock,
        }
    }

    /// The store, as long as it takes what it is given.
    fn willing_store(&self) -> Option<Store> {
        let is_willing = self.state.borrow().trouble.is_none();
        self.store.clone().filter(|_| is_willing)
    }

    fn note(&self, result: Result<(), FileError>) {
        if let Err(error) = result {
            web_sys::console::warn_1(&format!("{} is not kept: {error}", self.url).into());
            post(&Event::NotKept {
                reason: error.to_string(),
            });
            self.state.borrow_mut().trouble = Some(error);
        }
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
        if let Err(error) = store.remove_chunk(entry).await {
            web_sys::console::warn_1(&format!("a bad chunk stays: {error}").into());
        }
        None
    }
}

impl PackageSource for KeptSource {
    /// The host's, since a manifest changes under the same name; the kept one where there is no host to be reached.
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        let kept = self.state.borrow().record.complete.clone();
        let is_offline = !is_online() && kept.is_some();
        let asked = if is_offline {
            None
        } else {
            Some(self.host.manifest().await)
        };
        let manifest = match (asked, kept) {
            (Some(Ok(bytes)), _) => bytes,
            (_, Some(kept)) => kept.into_bytes(),
            (Some(Err(error)), None) => return Err(error),
            (None, None) => return self.host.manifest().await,
        };
        self.state.borrow_mut().manifest.clone_from(&manifest);
        Ok(manifest)
    }

    async fn chunk(&self, index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        match self.kept_chunk(index, entry).await {
            Some(bytes) => Ok(bytes),
            None => self.host.chunk(index, entry).await,
        }
    }

    async fn begin(&self, manifest: &Manifest) {
        let total_bytes = manifest.chunks.iter().map(|chunk| chunk.length).sum();
        let kept_bytes = kept_bytes(manifest, &self.state.borrow().kept);
        let free_bytes = match &self.store {
            Some(_) => free_bytes().await,
            None => None,
        };
        post(&Event::Found {
            id: manifest.model_id.clone(),
            total_bytes,
            kept_bytes,
            free_bytes,
        });
        let Some(store) = self.willing_store() else {
            return;
        };
        if free_bytes.is_some_and(|free| free < total_bytes - kept_bytes) {
            return self.note(Err(FileError::Full));
        }
        let record = {
            let mut state = self.state.borrow_mut();
            let text = String::from_utf8_lossy(&state.manifest).into_owned();
            let is_complete = state.record.complete.as_ref() == Some(&text);
            state.record.arriving = (!is_complete).then_some(text);
            state.record.clone()
        };
        self.note(store.put_record(&record).await);
    }

    async fn chunk_is_right(&self, _index: usize, entry: &ChunkEntry, bytes: &[u8]) {
        let is_kept = self.state.borrow().kept.contains(&entry.sha256);
        let Some(store) = self.willing_store().filter(|_| !is_kept) else {
            return;
        };
        let written = store.put_chunk(entry, bytes).await;
        if written.is_ok() {
            self.state.borrow_mut().kept.insert(entry.sha256.clone());
        }
        self.note(written);
    }

    async fn complete(&self) {
        let Some(store) = self.willing_store() else {
            return;
        };
        let record = {
            let mut state = self.state.borrow_mut();
            let record = &mut state.record;
            if let Some(arrived) = record.arriving.take() {
                record.complete = Some(arrived);
            }
            record.opened_ms = Date::now();
            record.clone()
        };
        let kept = store.put_record(&record).await;
        self.note(match kept {
            Ok(()) => store.sweep().await,
            Err(error) => Err(error),
        });
    }
}

/// Says how many bytes are arriving, not more often than anyone can see.
fn say_now_and_then() -> impl Fn(u64) {
    const PAUSE_MS: f64 = 100.0;
    let last = Cell::new(f64::NEG_INFINITY);
    move |bytes| {
        let now = now_ms();
        if now - last.get() >= PAUSE_MS {
            last.set(now);
            post(&Event::Arriving { bytes });
        }
    }
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
            Some(KeptPackage {
                id: manifest.model_id.clone(),
                total_bytes: manifest.chunks.iter().map(|chunk| chunk.length).sum(),
                kept_bytes: kept_bytes(&manifest, &kept),
                is_complete,
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
/// [`FileError`].
pub(crate) async fn remove(url: &str) -> Result<(), FileError> {
    let _lock = lock::hold(LOCK, || post(&Event::Waiting)).await;
    match Store::open().await {
        Some(store) => store.remove(url).await,
        None => Ok(()),
    }
}

/// Reads every kept chunk of a package and drops those whose bytes are wrong; they are fetched again when it is opened.
///
/// # Errors
/// [`FileError`].
pub(crate) async fn verify(url: &str) -> Result<(), FileError> {
    let _lock = lock::hold(LOCK, || post(&Event::Waiting)).await;
    let Some(store) = Store::open().await else {
        return Ok(());
    };
    let Some(record) = store.record(url).await else {
        return Ok(());
    };
    let kept = store.chunk_names().await?;
    for manifest in record.manifests() {
        for (index, entry) in manifest.chunks.iter().enumerate() {
            if !kept.contains(&entry.sha256) {
                continue;
            }
            let is_right = match store.chunk(entry).await {
                Ok(bytes) => roi_weights::verify_chunk(index, entry, &bytes).is_ok(),
                Err(_) => false,
            };
            if !is_right {
                store.remove_chunk(entry).await?;
            }
        }
    }
    Ok(())
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
