//! Where conversations lie in this browser: their words as text in its local storage, which is written at once, and the
//! pictures they are about as files in its cache storage, which has room for them.
//!
//! Each conversation has a key of its own, so that two tabs of the page do not overwrite each other's list.

use js_sys::{Array, JSON, JsString, Promise, Reflect};
use leptos::prelude::*;
use roi_words::Unkept;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Cache, Request, Response};

use crate::engine_link::error_text;

/// Key of a conversation, before its id; the number is the version of what the text means.
const CONVERSATION: &str = "roichat-conversation-1-";
/// Name of the cache.
const CACHE: &str = "roichat-session";
/// Address of a picture in the cache, before its number.
const PICTURE: &str = "./session/picture-";
/// Where the one picture was when there was one conversation.
const ONLY_PICTURE: &str = "./session/picture";

/// Key of a conversation.
pub(super) fn conversation_key(id: u64) -> String {
    format!("{CONVERSATION}{id}")
}

/// Ids of all kept conversations, the latest first.
pub(super) fn conversation_ids() -> Vec<u64> {
    let Some(storage) = window().local_storage().ok().flatten() else {
        return Vec::new();
    };
    let n_keys = storage.length().unwrap_or(0);
    let keys = (0..n_keys).filter_map(|place| storage.key(place).ok().flatten());
    let mut ids: Vec<u64> = keys
        .filter_map(|key| key.strip_prefix(CONVERSATION)?.parse().ok())
        .collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids
}

/// What lies under a key, if it is what is looked for.
pub(super) fn read<T: DeserializeOwned>(key: &str) -> Option<T> {
    parsed(&read_text(key)?)
}

/// What a text of [`write`]'s means.
pub(super) fn parsed<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_wasm_bindgen::from_value(JSON::parse(text).ok()?).ok()
}

/// The text under a key.
pub(crate) fn read_text(key: &str) -> Option<String> {
    window().local_storage().ok()??.get_item(key).ok()?
}

/// How the text under a key begins, by which one writing of a conversation differs from another: all of it is long, and would have to
/// be held on to be compared.
pub(super) fn opening(key: &str) -> Option<String> {
    const LENGTH: u32 = 48;
    let storage = window().local_storage().ok()??;
    let text: JsString = Reflect::get(&storage, &key.into()).ok()?.dyn_into().ok()?;
    Some(text.slice(0, LENGTH).into())
}

/// Whether anything lies under a key.
pub(super) fn has(key: &str) -> bool {
    let storage = window().local_storage().ok().flatten();
    storage.is_some_and(|storage| Reflect::has(&storage, &key.into()).unwrap_or(false))
}

/// Puts a value under a key.
///
/// # Errors
/// There is no room for it, or the browser lets this page keep nothing.
pub(super) fn write<T: Serialize>(key: &str, value: &T) -> Result<(), StorageError> {
    let value = value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(JsValue::from)?;
    let storage = window()
        .local_storage()?
        .ok_or(StorageError(Unkept::NothingKept))?;
    // The text never comes here: that of a long conversation would make the page's memory grow, which never shrinks.
    Reflect::set(&storage, &key.into(), &JSON::stringify(&value)?.into())?;
    Ok(())
}

/// Puts a text under a key.
///
/// # Errors
/// As [`write`].
pub(crate) fn write_text(key: &str, text: &str) -> Result<(), StorageError> {
    match window().local_storage()? {
        Some(storage) => Ok(storage.set_item(key, text)?),
        None => Err(StorageError(Unkept::NothingKept)),
    }
}

/// Removes what lies under a key.
pub(super) fn remove(key: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // What cannot be removed was not there either: the browser keeps nothing for this page.
        storage.remove_item(key).ok();
    }
}

/// The picture of this number, or the only one there was.
pub(super) async fn picture(number: Option<u64>) -> Option<Blob> {
    let found = cache().await.ok()?.match_with_str(&address(number));
    let response: Response = JsFuture::from(found).await.ok()?.dyn_into().ok()?;
    let blob = JsFuture::from(response.blob().ok()?).await.ok()?;
    blob.dyn_into().ok()
}

/// Keeps a picture.
///
/// # Errors
/// There is no room for it, or the browser lets this page keep nothing.
pub(super) async fn put_picture(number: u64, file: &Blob) -> Result<(), StorageError> {
    let response = Response::new_with_opt_blob(Some(file))?;
    let kept = cache()
        .await?
        .put_with_str(&address(Some(number)), &response);
    JsFuture::from(kept).await?;
    Ok(())
}

/// Drops a picture.
///
/// # Errors
/// The browser lets this page keep nothing.
pub(super) async fn drop_picture(number: Option<u64>) -> Result<(), StorageError> {
    let dropped = cache().await?.delete_with_str(&address(number));
    JsFuture::from(dropped).await?;
    Ok(())
}

/// Numbers of all kept pictures.
///
/// # Errors
/// The browser lets this page keep nothing.
pub(super) async fn picture_numbers() -> Result<Vec<u64>, StorageError> {
    let keys: Array = JsFuture::from(cache().await?.keys()).await?.dyn_into()?;
    let numbers = keys.iter().filter_map(|key| {
        let url = key.dyn_into::<Request>().ok()?.url();
        let (_, number) = url.rsplit_once(PICTURE.trim_start_matches('.'))?;
        number.parse().ok()
    });
    Ok(numbers.collect())
}

/// The browser did not keep something, or did not tell of what it keeps.
#[derive(Debug)]
pub(crate) struct StorageError(pub(super) Unkept);

impl From<JsValue> for StorageError {
    /// What browsers say of a full storage is meant for programmers.
    fn from(error: JsValue) -> Self {
        let is_full = error
            .dyn_ref::<js_sys::Error>()
            .is_some_and(|error| error.name() == "QuotaExceededError");
        Self(if is_full {
            Unkept::NoRoom
        } else {
            Unkept::Said(error_text(&error))
        })
    }
}

async fn cache() -> Result<Cache, JsValue> {
    let opened: Promise = window().caches()?.open(CACHE);
    Ok(JsFuture::from(opened).await?.unchecked_into())
}

fn address(number: Option<u64>) -> String {
    match number {
        Some(number) => format!("{PICTURE}{number}"),
        None => ONLY_PICTURE.to_owned(),
    }
}
