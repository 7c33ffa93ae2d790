//! Giving a person a file: what the page made goes where the browser puts downloads.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, HtmlAnchorElement, Url};

/// How long a browser may take to begin reading the file.
const PATIENCE: Duration = Duration::from_secs(60);
/// Letters of a name that came from elsewhere.
const LONGEST_NAME: usize = 60;

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

/// A file's name from a picture's: without its extension and without what file systems refuse.
pub(crate) fn file_name(picture: &str, extension: &str) -> String {
    let stem = match picture.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 4 => stem,
        _ => picture,
    };
    let letters = stem.chars().take(LONGEST_NAME).map(|letter| {
        if letter.is_alphanumeric() || letter == '-' {
            letter
        } else {
            '-'
        }
    });
    let stem: String = letters.collect();
    format!("roichat-{}.{extension}", stem.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_is_named_after_its_picture() {
        assert_eq!(file_name("street.jpg", "json"), "roichat-street.json");
        assert_eq!(
            file_name("Things in the snow", "png"),
            "roichat-Things-in-the-snow.png"
        );
        assert_eq!(
            file_name("v1.final version", "png"),
            "roichat-v1-final-version.png"
        );
    }

    #[test]
    fn a_name_from_elsewhere_is_harmless() {
        assert_eq!(
            file_name("../../etc/passwd\0.png", "json"),
            "roichat-etc-passwd.json"
        );
        assert_eq!(
            file_name(&"ä".repeat(101), "json").chars().count(),
            8 + 60 + 5
        );
    }
}
