//! Addresses of packages: the one that the page's own address asks for, and one that a person types.

use leptos::prelude::*;
use roi_words::Trouble;

use super::Session;
use crate::failure::Place;

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

impl Session {
    /// Opens the package at an address that a person has typed, as the page's own address completes it. If it is none, says so, and
    /// all stays as it was. Gives whether it is one.
    pub(crate) fn open_address(self, typed: &str) -> bool {
        match absolute(typed) {
            Ok(url) => self.open_package(url),
            Err(trouble) => {
                self.fail(Place::Model, trouble);
                return false;
            }
        }
        true
    }
}

/// The address as the page's own completes it, if a package can be there: on a host, or where the page itself is.
fn absolute(model: &str) -> Result<String, Trouble> {
    let base = document().base_uri().ok().flatten().unwrap_or_default();
    let page_scheme = web_sys::Url::new(&base).map(|base| base.protocol());
    let url = web_sys::Url::new_with_base(model, &base).ok();
    url.filter(|url| {
        let scheme = url.protocol();
        ["https:", "http:"].contains(&scheme.as_str()) || page_scheme == Ok(scheme)
    })
    .map(|url| url.href())
    .ok_or_else(|| Trouble::NotAnAddress(model.to_owned()))
}
