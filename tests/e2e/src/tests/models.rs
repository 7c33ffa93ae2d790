//! The list of models and the field beneath it.

use anyhow::{Context as _, Result};

use super::browser;
use super::keeping::{in_kept_chunks, kept_chunks};
use crate::page::Page;
use crate::site::Site;

/// Waits until there is one kept model, and its button says so.
fn wait_offered(page: &Page, words: &str) -> Result<()> {
    page.wait_for(words, || {
        Ok((page.texts("kept-open")? == [words]).then_some(()))
    })
}

#[test]
fn the_list_tells_what_another_tab_has_done_meanwhile() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    page.wait_ready()?;
    wait_offered(&page, "In use")?;
    // As another tab that checks it drops what is wrong.
    let name = kept_chunks(&page)?.pop().context("a chunk")?;
    in_kept_chunks(&page, &format!("await chunks.removeEntry('{name}');"))?;
    page.show_models()?;
    wait_offered(&page, "Fetch what is missing")
}

#[test]
fn what_is_no_address_of_a_host_is_refused_at_once_and_the_model_stays() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    page.wait_ready()?;
    page.show_models()?;
    for typed in ["javascript:alert(1)", "file:///etc", "https://"] {
        page.type_into("model-url", typed)?;
        page.click("model-open")?;
        page.wait_for("that it is none", || {
            let said = page.error()?.unwrap_or_default();
            Ok(said
                .contains(&format!("“{typed}” is not the address"))
                .then_some(()))
        })?;
        assert_eq!(page.field("model-url")?, typed);
        assert_eq!(page.status()?, "ready");
        let buttons = page.session().find_all(".failure-actions button")?;
        assert_eq!(buttons.len(), 1, "there is nothing to be tried again");
    }
    Ok(())
}
