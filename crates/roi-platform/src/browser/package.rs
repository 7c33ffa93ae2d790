//! A package on a static host.

use std::cell::RefCell;
use std::collections::BTreeSet;

use js_sys::Uint8Array;
use roi_weights::{ChunkEntry, PackageSource, SourceError};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestInit, Response};

use super::{scope, words};

const NOT_FOUND: u16 = 404;

/// A package under a URL.
#[derive(Debug)]
pub struct Package {
    folder: String,
    /// How chunks are asked for the first time.
    cache: RequestCache,
    /// Chunks asked for before: when one is asked for again, the browser's copy of it was bad.
    asked: RefCell<BTreeSet<usize>>,
}

impl Package {
    /// The package whose `manifest.json` lies under `url`, with or without a trailing slash.
    #[must_use]
    pub fn at(url: &str) -> Self {
        let url = url.trim_end_matches("manifest.json");
        Self {
            folder: url.trim_end_matches('/').to_owned(),
            cache: RequestCache::Default,
            asked: RefCell::default(),
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

    async fn fetch(&self, name: &str, cache: RequestCache) -> Result<Vec<u8>, SourceError> {
        let what = format!("{}/{name}", self.folder);
        let init = RequestInit::new();
        init.set_cache(cache);
        let unreachable = |error: wasm_bindgen::JsValue| SourceError::Unreachable {
            what: what.clone(),
            reason: words(&error),
        };
        let response = JsFuture::from(scope().fetch_with_str_and_init(&what, &init))
            .await
            .map_err(unreachable)?;
        let response: Response = response.unchecked_into();
        match response.status() {
            _ if response.ok() => {}
            NOT_FOUND => return Err(SourceError::Missing { what }),
            status => return Err(SourceError::Refused { what, status }),
        }
        let body = response.array_buffer().map_err(unreachable)?;
        let buffer = JsFuture::from(body).await.map_err(unreachable)?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }
}

impl PackageSource for Package {
    /// Always asked of the host: a manifest changes under the same name, chunks do not.
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        self.fetch("manifest.json", RequestCache::NoCache).await
    }

    async fn chunk(&self, index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        let is_first = self.asked.borrow_mut().insert(index);
        let cache = if is_first {
            self.cache
        } else {
            RequestCache::Reload
        };
        self.fetch(&entry.path(), cache).await
    }
}
