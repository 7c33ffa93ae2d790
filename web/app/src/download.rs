//! Giving a person a file: what the page made goes where the browser puts downloads.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

/// How long a browser may take to begin reading the file.
const PATIENCE: Duration = Duration::from_secs(60);

/// Hands `file` to the browser under a name.
///
/// # Errors
/// The browser refuses.
pub(crate) fn download(file: &Blob, name: &str) -> Result<(), JsValue> {
    let url = Url::create_object_url_with_blob(file)?;
    let link: HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    set_timeout(
        move || {
            // An address that is already gone is as good as revoked.
            Url::revoke_object_url(&url).ok();
        },
        PATIENCE,
    );
    Ok(())
}
