//! The next visit opens the model that the last one did.

use anyhow::{Result, ensure};
use serde_json::json;
use xtask::setup::Browser;

use super::browser;
use crate::page::Page;
use crate::site::Site;

/// Waits until the reference checkpoint's package is open.
fn wait_test_model(page: &Page) -> Result<()> {
    wait_model(page, "tiny-gpt4roi")
}

/// Waits until the page is ready with a model whose name has `part` in it.
fn wait_model(page: &Page, part: &str) -> Result<()> {
    page.wait_for(part, || {
        let script = "return document.querySelector('header .model')?.textContent ?? '';";
        let shown = page.session().execute(script, &json!([]))?;
        let is_there = shown.as_str().is_some_and(|text| text.contains(part));
        Ok((is_there && page.status()? == "ready").then_some(()))
    })
}

/// A visit by somebody who has never been here, with the page's own model open.
fn first_visit(browser: &Browser, site: &Site) -> Result<Page> {
    let page = Page::open(browser, &site.url())?;
    wait_model(&page, "demo")?;
    Ok(page)
}

/// Puts the test model into a folder of the browser's own, which it hands out like one on the disk, and has the picker of folders
/// choose it.
fn show_folder(page: &Page) -> Result<()> {
    let script = "const done = arguments[0];
        (async () => {
          const root = await navigator.storage.getDirectory();
          const folder = await root.getDirectoryHandle('my-model', { create: true });
          const put = async (folder, name, path) => {
            const bytes = await (await fetch('test-model/' + path)).arrayBuffer();
            const file = await (await folder.getFileHandle(name, { create: true })).createWritable();
            await file.write(bytes);
            await file.close();
            return bytes;
          };
          const manifest = JSON.parse(new TextDecoder().decode(await put(folder, 'manifest.json', 'manifest.json')));
          const chunks = await folder.getDirectoryHandle('chunks', { create: true });
          for (const { sha256 } of manifest.chunks) await put(chunks, sha256, 'chunks/' + sha256);
          window.showDirectoryPicker = async () => folder;
        })().then(() => done(''), (error) => done('failed: ' + error));";
    let failed = page.session().execute_async(script, &json!([]))?;
    ensure!(failed == json!(""), "{failed}");
    Ok(())
}

#[test]
fn a_model_that_was_opened_by_its_address_is_opened_again() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = first_visit(&browser, &site)?;
    page.show_models()?;
    page.type_into("model-url", "test-model/")?;
    page.click("model-open")?;
    wait_test_model(&page)?;

    page.session().open(&site.url())?;
    wait_test_model(&page)?;

    // Whoever deletes it does not want it back.
    page.show_models()?;
    let opened = page.field("model-url")?;
    ensure!(opened.is_empty(), "{opened}");
    page.wait_for("the model in the list", || {
        let addresses = page.parts("kept-model")?;
        for (place, address) in addresses.iter().enumerate() {
            if page.session().text(address)?.contains("test-model") {
                let removes = page.parts("kept-remove")?;
                page.session().click(&removes[place])?;
                return Ok(Some(()));
            }
        }
        Ok(None)
    })?;
    page.session().open(&site.url())?;
    wait_model(&page, "demo")
}

#[test]
fn a_folder_is_opened_again_and_asked_for_where_the_browser_wants_that() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = first_visit(&browser, &site)?;
    show_folder(&page)?;
    page.show_models()?;
    page.click("model-folder")?;
    wait_test_model(&page)?;

    // It is kept behind the page's back.
    page.wait_for("the folder to be kept", || {
        let last = "return localStorage.getItem('roichat-model-1');";
        let last = page.session().execute(last, &json!([]))?;
        Ok(last
            .as_str()
            .filter(|last| last.contains("folder"))
            .map(|_| ()))
    })?;
    page.session().open(&site.url())?;
    wait_test_model(&page)?;

    let asking = "FileSystemHandle.prototype.queryPermission = async () => 'prompt';
        FileSystemHandle.prototype.requestPermission = async () => navigator.userActivation.isActive ? 'granted' : 'prompt';";
    page.session().command(
        "Page.addScriptToEvaluateOnNewDocument",
        &json!({ "source": asking }),
    )?;
    page.session().open(&site.url())?;
    let error = page.wait_error()?;
    ensure!(error.contains("my-model"), "{error}");
    let again = page.session().find(".failure-actions button")?;
    page.session().click(&again)?;
    wait_test_model(&page)
}
