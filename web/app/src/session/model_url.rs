//! Which package the page opens.

use leptos::prelude::*;

use crate::trouble::Trouble;

/// The package that lies beside the page.
const DEFAULT_MODEL: &str = "model/";

/// The absolute address of the package that the page's own address names with `?model=`, else of
/// the one beside the page.
///
/// # Errors
/// What was given is no address.
pub(super) fn requested_model() -> Result<String, Trouble> {
    let location = window().location();
    let asked = location
        .search()
        .and_then(|search| web_sys::UrlSearchParams::new_with_str(&search))
        .ok()
        .and_then(|parameters| parameters.get("model"))
        .filter(|model| !model.is_empty());
    let model = asked.as_deref().unwrap_or(DEFAULT_MODEL);
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    web_sys::Url::new_with_base(model, &base)
        .map(|url| url.href())
        .map_err(|_| Trouble::NotAnAddress(model.to_owned()))
}
