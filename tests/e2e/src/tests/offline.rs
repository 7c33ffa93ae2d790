//! The page itself is kept also where keeping it failed at first.

use anyhow::Result;
use serde_json::json;

use super::browser;
use super::keeping::wait_page_kept;
use crate::page::Page;
use crate::site::Site;
use crate::webdriver::{Session, WebGpu};

/// A file that only an installed page needs.
const FILE: &str = "icons/icon-512.png";
/// A file that the page fetches late, if at all.
const LATE_FILE: &str = "roichat-scenes_bg.wasm";
/// No room for the engine's program.
const SMALL_QUOTA: u64 = 3_000_000;

fn wait_not_kept(page: &Page, words: &str) -> Result<()> {
    page.wait_for("what keeps the page from being kept", || {
        let said = page.texts("page-not-kept")?;
        Ok(said.iter().any(|said| said.contains(words)).then_some(()))
    })
}

fn is_kept(session: &Session, name: &str) -> Result<bool> {
    let script = "const [name, done] = arguments;
         caches.match(new URL(name, document.baseURI)).then((found) => done(found !== undefined));";
    let found = session.execute_async(script, &json!([name]))?;
    Ok(found == json!(true))
}

#[test]
fn a_page_that_could_not_be_kept_goes_on_with_what_is_missing() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let mut site = Site::with_package(|_| Ok(()))?;
    let address = site.with_quick_model();
    let (file, late) = (site.folder()?.join(FILE), site.folder()?.join(LATE_FILE));
    let aside = file.with_extension("aside");
    std::fs::rename(&file, &aside)?;
    let page = Page::open(&browser, &address)?;
    page.wait_ready()?;
    wait_not_kept(&page, "could not be fetched")?;
    assert!(is_kept(page.session(), LATE_FILE)?);

    // What is kept is not asked for again: the host has lost it.
    std::fs::remove_file(late)?;
    std::fs::rename(&aside, &file)?;
    wait_page_kept(&page)?;
    assert!(page.texts("page-not-kept")?.is_empty());

    site.stop();
    page.session().open(&address)?;
    page.wait_ready()
}

#[test]
fn a_browser_without_room_for_the_page_says_so_and_keeps_it_when_there_is() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let mut site = Site::with_package(|_| Ok(()))?;
    let address = site.with_quick_model();
    let page = Page::open_with(
        &browser,
        &format!("{}no-such-page", site.url()),
        WebGpu::Software,
    )?;
    let origin = site.url();
    let origin = origin.trim_end_matches('/');
    page.session().command(
        "Storage.overrideQuotaForOrigin",
        &json!({ "origin": origin, "quotaSize": SMALL_QUOTA }),
    )?;
    page.session().open(&address)?;
    page.wait_ready()?;
    wait_not_kept(&page, "no room")?;

    page.session().command(
        "Storage.overrideQuotaForOrigin",
        &json!({ "origin": origin }),
    )?;
    page.session()
        .execute("dispatchEvent(new Event('online'));", &json!([]))?;
    wait_page_kept(&page)?;
    page.session().open(&address)?;
    page.wait_ready()?;
    site.stop();
    page.session().open(&address)?;
    page.wait_ready()
}
