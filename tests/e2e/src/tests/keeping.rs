//! What was fetched once stays: it is not fetched again, works without a host, and heals.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::browser;
use crate::golden::{ANSWER_TOKENS, Case};
use crate::page::Page;
use crate::site::Site;

/// Runs in the page: `body` with the folder of kept chunks as `chunks`.
pub(super) fn in_kept_chunks(page: &Page, body: &str) -> Result<serde_json::Value> {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         (async () => {{
           const root = await navigator.storage.getDirectory();
           const chunks = await (await root.getDirectoryHandle('roichat')).getDirectoryHandle('chunks');
           {body}
         }})().then(done, (error) => done('failed: ' + error));"
    );
    let found = page.session().execute_async(&script, &json!([]))?;
    ensure!(
        !found
            .as_str()
            .is_some_and(|text| text.starts_with("failed")),
        "{found}"
    );
    Ok(found)
}

/// Sorted names of the kept chunks.
pub(super) fn kept_chunks(page: &Page) -> Result<Vec<String>> {
    let names = in_kept_chunks(
        page,
        "const names = [];
         for await (const name of chunks.keys()) names.push(name);
         return names.sort();",
    )?;
    Ok(serde_json::from_value(names)?)
}

fn chunks_of(package: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(package.join("chunks"))? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// The chunk that is asked for last.
pub(super) fn last_chunk(package: &Path) -> Result<String> {
    let manifest = std::fs::read(package.join("manifest.json"))?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest)?;
    let last = manifest["chunks"]
        .as_array()
        .and_then(|chunks| chunks.last());
    let name = last.and_then(|chunk| chunk["sha256"].as_str());
    Ok(name.context("a chunk")?.to_owned())
}

/// Waits until the page itself needs its host no more.
pub(super) fn wait_page_kept(page: &Page) -> Result<()> {
    page.wait_for("the page to be kept", || {
        let script = "const done = arguments[0];
             navigator.serviceWorker.getRegistration()
               .then((found) => done(found?.active?.state === 'activated'), () => done(false));";
        let is_kept = page.session().execute_async(script, &json!([]))?;
        Ok((is_kept == json!(true)).then_some(()))
    })
}

#[test]
fn the_page_and_its_model_work_without_a_host() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let mut chunks = Vec::new();
    let site = Site::with_package(|package| {
        chunks = chunks_of(package)?;
        Ok(())
    })?;
    let address = site.with_test_model();
    let page = Page::open(&browser, &address)?;
    page.wait_ready()?;
    assert_eq!(kept_chunks(&page)?, chunks);
    wait_page_kept(&page)?;

    drop(site);
    page.session().open(&address)?;
    page.wait_ready()?;
    page.set_scene(&case)?;
    page.set_greedy(ANSWER_TOKENS)?;
    assert_eq!(page.ask(&turn.question)?, turn.greedy_text.trim());
    Ok(())
}

#[test]
fn a_download_goes_on_with_what_is_missing() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_package(|_| Ok(()))?;
    let package = site.package()?;
    let aside = tempfile::tempdir()?;
    let folder = package.join("chunks");
    let chunks = chunks_of(&package)?;
    let late = last_chunk(&package)?;
    std::fs::rename(folder.join(&late), aside.path().join(&late))?;
    // While a host says that a chunk does not exist, nothing goes on by itself.
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_error()?;
    let early = kept_chunks(&page)?;
    assert!(!early.is_empty() && !early.contains(&late), "{early:?}");
    // One that did not open is not in use.
    page.wait_for("the model to be offered", || {
        Ok((page.texts("kept-open")? == ["Open"]).then_some(()))
    })?;

    // What is kept is not asked for again: the host has lost it.
    std::fs::rename(aside.path().join(&late), folder.join(&late))?;
    for name in &early {
        std::fs::remove_file(folder.join(name))?;
    }
    page.session().open(&site.with_test_model())?;
    page.wait_ready()?;
    assert_eq!(kept_chunks(&page)?, chunks);
    Ok(())
}

#[test]
fn an_unreachable_host_is_tried_again() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let mut site = Site::with_package(|_| Ok(()))?;
    let page = Page::open(&browser, &site.url())?;
    page.wait_ready()?;
    let another = site.with_test_model();
    site.stop();
    // The page is there, this model is not.
    page.session().open(&another)?;
    let error = page.wait_error()?;
    assert!(error.contains("next attempt"), "{error}");
    site.start_again()?;
    page.wait_for(
        "the model",
        || Ok((page.status()? == "ready").then_some(())),
    )?;
    assert_eq!(page.error()?, None);
    Ok(())
}

#[test]
fn a_kept_chunk_that_has_changed_is_fetched_again() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_ready()?;
    let name = kept_chunks(&page)?.pop().context("a chunk")?;
    let flip = format!(
        "const handle = await chunks.getFileHandle('{name}');
         const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
         bytes[bytes.length >> 1] ^= 1;
         const writable = await handle.createWritable();
         await writable.write(bytes);
         await writable.close();"
    );
    in_kept_chunks(&page, &flip)?;
    let hash = format!(
        "const handle = await chunks.getFileHandle('{name}');
         const bytes = await (await handle.getFile()).arrayBuffer();
         const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
         return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');"
    );
    assert_ne!(in_kept_chunks(&page, &hash)?, json!(name));

    page.session().open(&site.with_test_model())?;
    page.wait_ready()?;
    assert_eq!(in_kept_chunks(&page, &hash)?, json!(name));
    Ok(())
}

#[test]
fn a_second_tab_waits_for_the_same_model_and_for_no_other() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_ready()?;
    // Another tab that opens a model for as long as this test wants.
    page.session().execute(
        "const name = 'roichat-package ' + new URL('model/', document.baseURI).href;
         navigator.locks.request(name, () => new Promise((end) => { window.endLock = end; }));",
        &json!([]),
    )?;
    page.show_models()?;
    page.type_into("model-url", "model/")?;
    page.click("model-open")?;
    page.wait_for("the page to say that it waits", || {
        let said = page.texts("progress")?;
        Ok(said
            .iter()
            .any(|text| text.contains("another tab"))
            .then_some(()))
    })?;
    page.type_into("model-url", "quick-test-model/")?;
    page.click("model-open")?;
    page.wait_ready()?;

    page.session().execute("window.endLock();", &json!([]))?;
    page.type_into("model-url", "model/")?;
    page.click("model-open")?;
    page.wait_for("all models in the list", || {
        Ok((page.parts("kept-model")?.len() == 3).then_some(()))
    })?;
    page.wait_ready()
}

#[test]
fn a_host_that_never_answers_is_not_waited_for_where_the_model_is_kept() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    // A host without which nothing works is given up after a minute.
    let mut site = Site::with_endless_minutes()?;
    let address = site.with_quick_model();
    let page = Page::open(&browser, &address)?;
    page.wait_ready()?;
    wait_page_kept(&page)?;
    site.fall_silent()?;
    page.session().open(&address)?;
    page.wait_ready()
}

#[test]
fn a_browser_that_refuses_a_file_once_keeps_it_all_the_same() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_reluctant_storage()?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_ready()?;
    assert_eq!(kept_chunks(&page)?, chunks_of(&site.package()?)?);
    let notices = page.texts("notice")?;
    assert!(notices.is_empty(), "{notices:?}");
    Ok(())
}

#[test]
fn a_browser_that_stores_nothing_says_so_and_answers() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::without_storage()?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    page.wait_ready()?;
    let notices = page.texts("notice")?;
    assert!(
        notices.iter().any(|text| text.contains("not kept")),
        "{notices:?}"
    );
    Ok(())
}

#[test]
fn what_a_model_needs_and_what_there_is_is_shown() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_slow_chunks(None, 100)?;
    let page = Page::open(&browser, &site.with_test_model())?;
    let said = page.wait_for("what the model needs", || {
        let said = page.texts("preflight")?;
        Ok(said.into_iter().find(|text| text.contains("tokens/s")))
    })?;
    for part in [
        "are kept here",
        "free",
        "there is room",
        "the adapter takes",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    site.hurry();
    page.wait_ready()?;
    assert!(page.parts("preflight")?.is_empty());
    page.wait_for("that all of it is kept by now", || {
        let said = page.texts("model-needs")?.concat();
        let is_all_kept = said.split_once(", of which ").is_some_and(|(size, rest)| {
            let kept = rest.split_once(" are kept here");
            kept.is_some_and(|(kept, _)| size.ends_with(kept))
        });
        Ok(is_all_kept.then_some(()))
    })
}

#[test]
fn a_newer_model_is_switched_to_when_all_of_it_is_there() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let mut site = Site::with_package(|_| Ok(()))?;
    let (package, address) = (site.package()?, site.with_test_model());
    let page = Page::open(&browser, &address)?;
    page.wait_ready()?;
    wait_page_kept(&page)?;

    // The host has a newer model, but not yet all of it.
    std::fs::remove_dir_all(&package)?;
    xtask::model::copy_trained(&package)?;
    let (chunks, late) = (chunks_of(&package)?, last_chunk(&package)?);
    let aside = tempfile::tempdir()?;
    std::fs::rename(package.join("chunks").join(&late), aside.path().join(&late))?;
    page.session().open(&address)?;
    page.wait_ready()?;
    wait_newer_refused(&page)?;
    page.set_scene(&case)?;
    page.set_greedy(ANSWER_TOKENS)?;
    assert_eq!(page.ask(&turn.question)?, turn.greedy_text.trim());

    site.stop();
    page.session().open(&address)?;
    page.wait_ready()?;

    // What has arrived of it meanwhile is not asked for again: the host has lost it.
    let kept = kept_chunks(&page)?;
    let early: Vec<_> = chunks.iter().filter(|&name| kept.contains(name)).collect();
    assert!(!early.is_empty() && early.len() < chunks.len(), "{early:?}");
    for name in early {
        std::fs::remove_file(package.join("chunks").join(name))?;
    }
    std::fs::copy(aside.path().join(&late), package.join("chunks").join(&late))?;
    site.start_again()?;
    page.session().open(&address)?;
    page.wait_ready()?;
    assert_eq!(kept_chunks(&page)?, chunks);
    Ok(())
}

/// Waits until the page says that the host's model is of no use.
fn wait_newer_refused(page: &Page) -> Result<()> {
    page.wait_for("the notice of the newer version", || {
        let said = page.texts("notice")?;
        Ok(said
            .iter()
            .any(|text| text.contains("newer version"))
            .then_some(()))
    })
}

#[test]
fn a_damaged_manifest_takes_no_kept_model_away() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_package(|_| Ok(()))?;
    let (address, manifest) = (
        site.with_test_model(),
        site.package()?.join("manifest.json"),
    );
    let page = Page::open(&browser, &address)?;
    page.wait_ready()?;
    let kept = kept_chunks(&page)?;
    // What a host says that answers everything with its first page.
    std::fs::write(&manifest, "<!doctype html><title>Welcome</title>")?;
    page.session().open(&address)?;
    page.wait_ready()?;
    wait_newer_refused(&page)?;
    assert_eq!(kept_chunks(&page)?, kept);
    Ok(())
}
