//! Which package the page's address asks for.

use leptos::prelude::*;
use roi_words::Trouble;

/// The package that lies beside the page.
const DEFAULT_MODEL: &str = "model/";

/// The absolute address of the package that the page's own address names with `?model=`, if it names one.
///
/// # Errors
/// What was given is no address.
pub(super) fn requested_model() -> Result<Option<String>, Trouble> {
    let location = window().location();
    let asked = location
        .search()
        .and_then(|search| web_sys::UrlSearchParams::new_with_str(&search))
        .ok()
        .and_then(|parameters| parameters.get("model"))
        .filter(|model| !model.is_empty());
    asked.map(|model| absolute(&model)).transpose()
}

/// The absolute address of the package beside the page.
///
/// # Errors
/// The page itself has no address.
pub(super) fn default_model() -> Result<String, Trouble> {
    absolute(DEFAULT_MODEL)
}

fn absolute(model: &str) -> Result<String, Trouble> {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base(model, &base)
        .map(|url| url.href())
        .map_err(|_| Trouble::NotAnAddress(model.to_owned()))
}
