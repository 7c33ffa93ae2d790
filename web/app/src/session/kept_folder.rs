//! The folder on the disk that was opened last. A browser gives its handle out again at another visit, if it was put into the one
//! kind of storage that takes handles.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "roichat";
const STORE: &str = "folders";
const KEY: &str = "last";

/// Keeps a folder's handle in place of the one before.
///
/// # Errors
/// What the browser says.
pub(super) async fn put(handle: &JsValue) -> Result<(), JsValue> {
    let store = store(IdbTransactionMode::Readwrite).await?;
    result(&store.put_with_key(handle, &KEY.into())?).await?;
    Ok(())
}

/// The kept handle, if there is one.
pub(super) async fn get() -> Option<JsValue> {
    let store = store(IdbTransactionMode::Readonly).await.ok()?;
    let handle = result(&store.get(&KEY.into()).ok()?).await.ok()?;
    handle.is_object().then_some(handle)
}

/// Whether the page may read a folder now. What is no handle is read without asking.
pub(super) async fn may_read(folder: &JsValue) -> bool {
    permission(folder, "queryPermission").await
}

/// Asks the person whether the page may read a folder, if it may not already. Only an answer to a press or a key is given.
pub(super) async fn ask_to_read(folder: &JsValue) -> bool {
    permission(folder, "requestPermission").await
}

async fn permission(folder: &JsValue, method: &str) -> bool {
    let Some(method) = Reflect::get(folder, &method.into())
        .ok()
        .and_then(|method| method.dyn_into::<Function>().ok())
    else {
        return true;
    };
    let how = Object::new();
    Reflect::set(&how, &"mode".into(), &"read".into()).ok();
    match method.call1(folder, &how) {
        Ok(asked) => JsFuture::from(asked.unchecked_into::<Promise>())
            .await
            .is_ok_and(|state| state == "granted"),
        Err(_) => false,
    }
}

async fn store(mode: IdbTransactionMode) -> Result<IdbObjectStore, JsValue> {
    let factory = window().indexed_db()?.ok_or(JsValue::UNDEFINED)?;
    let opening = factory.open_with_u32(DATABASE, 1)?;
    let request: IdbRequest = opening.clone().unchecked_into();
    let make_store = Closure::once_into_js({
        let request = request.clone();
        move || -> Result<(), JsValue> {
            let database: IdbDatabase = request.result()?.unchecked_into();
            database.create_object_store(STORE)?;
            Ok(())
        }
    });
    opening.set_onupgradeneeded(Some(make_store.unchecked_ref()));
    let database: IdbDatabase = result(&request).await?.unchecked_into();
    database
        .transaction_with_str_and_mode(STORE, mode)?
        .object_store(STORE)
}

/// What a request comes to.
async fn result(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let done = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    JsFuture::from(done).await?;
    request.result()
}
