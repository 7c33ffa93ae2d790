//! A new version of the page is offered, and nobody is made to take it.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::browser;
use super::keeping::wait_page_kept;
use crate::golden::{ANSWER_TOKENS, Case};
use crate::page::Page;
use crate::site::Site;

/// Replaces `from` in one of the page's files.
fn replace(site: &Site, name: &str, from: &str, to: &str) -> Result<()> {
    let package = site.package()?;
    let file = package.parent().context("the page's folder")?.join(name);
    let text = fs::read_to_string(&file)?;
    ensure!(text.contains(from), "{name} has no {from}");
    fs::write(&file, text.replacen(from, to, 1))?;
    Ok(())
}

fn is_newer(page: &Page) -> Result<bool> {
    let script = "return document.body.dataset.version === 'newer';";
    let is_newer = page.session().execute(script, &json!([]))?;
    Ok(is_newer == json!(true))
}

#[test]
fn a_new_version_waits_until_it_is_wanted() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::with_package(|_| Ok(()))?;
    let address = site.with_quick_model();
    let page = Page::open(&browser, &address)?;
    page.wait_ready()?;
    wait_page_kept(&page)?;
    // From the second visit on the page is the kept one.
    page.session().open(&address)?;
    page.wait_ready()?;
    ensure!(page.parts("update")?.is_empty(), "nothing is new");

    replace(
        &site,
        "index.html",
        "<body>",
        "<body data-version=\"newer\">",
    )?;
    replace(
        &site,
        "service-worker.js",
        "VERSION = \"",
        "VERSION = \"newer-",
    )?;
    let look = "navigator.serviceWorker.getRegistration().then((found) => found.update());";
    page.session().execute(look, &json!([]))?;
    page.wait_for("the offer", || {
        Ok((!page.parts("update")?.is_empty()).then_some(()))
    })?;

    // Whoever has something else to do goes on, also over a reload.
    page.set_scene(&case)?;
    page.set_greedy(ANSWER_TOKENS)?;
    let answer = page.ask(&turn.question)?;
    page.session().open(&address)?;
    page.wait_ready()?;
    ensure!(!is_newer(&page)?, "a new version was forced");

    let take = page.session().find("[data-testid=update] button")?;
    page.session().click(&take)?;
    page.wait_for("the new version", || Ok(is_newer(&page)?.then_some(())))?;
    page.wait_ready()?;
    assert_eq!(page.answers()?, [answer]);
    ensure!(page.parts("update")?.is_empty(), "it has been taken");
    Ok(())
}
