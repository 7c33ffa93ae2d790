//! A package on a static host.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use roi_weights::{ChunkEntry, PackageSource, SourceError};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, RequestCache, RequestInit, Response};

use super::body::Body;
use super::patience::{silence, unless_silent, within};
use super::{scope, words};
use crate::address::never_fetched;

const MANIFEST: &str = "manifest.json";
const NOT_FOUND: u16 = 404;
/// A manifest names a few hundred tensors and chunks in a few hundred bytes each.
const MOST_MANIFEST_BYTES: u64 = 64 << 20;

/// A package under a URL.
pub struct Package {
    folder: String,
    /// How chunks are asked for the first time.
    cache: RequestCache,
    /// Chunks asked for before: when one is asked for again, the browser's copy of it was bad.
    asked: RefCell<BTreeSet<usize>>,
    /// Bytes that have come of the chunks under way.
    arriving: RefCell<BTreeMap<usize, u64>>,
    watcher: Option<Box<dyn Fn(u64)>>,
}

impl Package {
    /// The package whose `manifest.json` lies under `url`, with or without a trailing slash.
    #[must_use]
    pub fn at(url: &str) -> Self {
        let url = url.trim_end_matches(MANIFEST);
        Self {
            folder: url.trim_end_matches('/').to_owned(),
            cache: RequestCache::Default,
            asked: RefCell::default(),
            arriving: RefCell::default(),
            watcher: None,
        }
    }

    /// The same, without the browser's cache: for whoever keeps the chunks in another place.
    #[must_use]
    pub fn uncached(url: &str) -> Self {
        Self {
            cache: RequestCache::NoStore,
            ..Self::at(url)
        }
    }

    /// Calls `watcher` with the bytes of all chunks under way whenever more have come.
    #[must_use]
    pub fn watched(self, watcher: impl Fn(u64) + 'static) -> Self {
        Self {
            watcher: Some(Box::new(watcher)),
            ..self
        }
    }

    /// The manifest, if the host gives it so soon: for whoever has something to fall back on.
    ///
    /// # Errors
    /// [`SourceError`]; the host has not answered, or not all of it has come.
    pub async fn manifest_within(&self, patience_ms: i32) -> Result<Vec<u8>, SourceError> {
        let asked = within(patience_ms, self.manifest()).await;
        asked.unwrap_or_else(|| {
            Err(SourceError::Unreachable {
                what: format!("{}/{MANIFEST}", self.folder),
                reason: words(&silence(patience_ms)),
            })
        })
    }

    /// The bytes of a file, put into the empty `bytes`; at most one more than `most`, by which whoever checks the length sees that
    /// there are more.
    async fn fetch(
        &self,
        name: &str,
        cache: RequestCache,
        most: u64,
        mut bytes: Vec<u8>,
        mut arrived: impl FnMut(u64),
    ) -> Result<Vec<u8>, SourceError> {
        let what = format!("{}/{name}", self.folder);
        let unreachable = |error: JsValue| SourceError::Unreachable {
            what: what.clone(),
            reason: words(&error),
        };
        let init = RequestInit::new();
        init.set_cache(cache);
        let request = Request::new().map_err(unreachable)?;
        init.set_signal(Some(&request.0.signal()));
        let response = unless_silent(
            scope()
                .fetch_with_str_and_init(&what, &init)
                .unchecked_into(),
        )
        .await
        .map_err(|error| match never_fetched(&what, &scope().origin()) {
            Some(reason) => SourceError::Unfetchable {
                what: what.clone(),
                reason,
            },
            None => unreachable(error),
        })?;
        let response: Response = response.unchecked_into();
        match response.status() {
            _ if response.ok() => {}
            NOT_FOUND => return Err(SourceError::Missing { what }),
            status => return Err(SourceError::Refused { what, status }),
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let mut body = Body::of(&response);
        while let Some(piece) = body.next().await.map_err(unreachable)? {
            let start = bytes.len();
            let taken = (piece.length() as usize).min(most.saturating_add(1) - start);
            bytes.resize(start + taken, 0);
            piece.subarray(0, taken as u32).copy_to(&mut bytes[start..]);
            arrived(bytes.len() as u64);
            if bytes.len() > most {
                break;
            }
        }
        Ok(bytes)
    }

    /// Notes how much of a chunk has come, and tells the watcher about all of them.
    fn note(&self, index: usize, bytes: u64) {
        let mut arriving = self.arriving.borrow_mut();
        arriving.insert(index, bytes);
        if let Some(watcher) = &self.watcher {
            watcher(arriving.values().sum());
        }
    }
}

impl PackageSource for Package {
    /// Always asked of the host: a manifest changes under the same name, chunks do not.
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        let cache = RequestCache::NoCache;
        self.fetch(MANIFEST, cache, MOST_MANIFEST_BYTES, Vec::new(), |_| {})
            .await
    }

    async fn chunk(&self, index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        let is_first = self.asked.borrow_mut().insert(index);
        let cache = if is_first {
            self.cache
        } else {
            RequestCache::Reload
        };
        let length = entry.length;
        // Room for all of it at once: a vector that grows takes twice as much on the way. Where there is none, growing fails too.
        let mut room = Vec::new();
        room.try_reserve_exact(usize::try_from(length).unwrap_or(0))
            .ok();
        let arrived = |bytes| self.note(index, bytes);
        let fetched = self
            .fetch(&entry.path(), cache, length, room, arrived)
            .await;
        // From here on it is counted as right or not at all.
        self.arriving.borrow_mut().remove(&index);
        fetched
    }
}

/// A request, taken back when this is dropped: a host that is no longer waited for need not answer any more. One that has been
/// answered as a whole is left alone by that.
struct Request(AbortController);

impl Request {
    fn new() -> Result<Self, JsValue> {
        AbortController::new().map(Self)
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        self.0.abort();
    }
}
