//! The list of models, what is done from it, and the field beneath it.

use anyhow::{Context as _, Result};
use serde_json::json;

use super::browser;
use super::keeping::{in_kept_chunks, kept_chunks};
use super::scenes::open_scene;
use crate::golden::Case;
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

#[test]
fn an_address_without_a_model_ends_nothing() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    page.wait_ready()?;
    open_scene(&page, "sample", "Things in the snow")?;
    page.type_into_setting("setting-max-new-tokens", "8")?;
    page.ask("What is <region1>?")?;
    page.show_models()?;
    page.type_into("model-url", "no-such-model/")?;
    page.click("model-open")?;
    page.wait_for("that there is no model", || {
        let said = page.error()?.unwrap_or_default();
        let is_ready = page.status()? == "ready";
        Ok((is_ready && said.contains("no-such-model")).then_some(()))
    })?;
    let buttons = page.session().find_all(".failure-actions button")?;
    assert_eq!(buttons.len(), 1, "there is nothing to be tried again");
    assert_eq!(page.texts("kept-open")?, ["In use"]);
    page.ask("What is <region2>?")?;
    Ok(())
}

#[test]
fn a_model_that_another_tab_opens_is_neither_checked_nor_deleted_and_questions_do_not_wait()
-> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    let opened_last = page.session().execute(
        "const url = new URL('quick-test-model', document.baseURI).href;
         localStorage.setItem('roichat-model-1', JSON.stringify({ url }));
         return localStorage.getItem('roichat-model-1');",
        &json!([]),
    )?;
    // Another tab that opens it for as long as this test wants.
    page.session().execute(
        "const name = 'roichat-package ' + new URL('quick-test-model', document.baseURI).href;
         navigator.locks.request(name, () => new Promise((end) => { window.endLock = end; }));",
        &json!([]),
    )?;
    page.show_models()?;
    page.wait_for("the model in the list", || {
        Ok(page.parts("kept-verify")?.into_iter().next())
    })?;
    for refused in ["kept-verify", "kept-remove"] {
        page.click(refused)?;
        page.wait_for("why nothing comes of it", || {
            let said = page.error()?.unwrap_or_default();
            Ok(said.contains("Another tab").then_some(()))
        })?;
        // Nothing waits for the other tab.
        let n_before = page.send_question(&turn.question)?;
        page.wait_for("an answer", || {
            let is_there = page.answers()?.len() > n_before && page.status()? == "ready";
            Ok(is_there.then_some(()))
        })?;
    }
    assert_eq!(page.parts("kept-model")?.len(), 1);
    // The next visit opens it all the same.
    let last = "return localStorage.getItem('roichat-model-1');";
    assert_eq!(page.session().execute(last, &json!([]))?, opened_last);

    page.session().execute("window.endLock();", &json!([]))?;
    page.click("kept-verify")?;
    page.wait_for("the check", || {
        let said = page.texts("kept-check")?;
        let is_over = said.iter().any(|text| text.contains("parts are right"));
        Ok(is_over.then_some(()))
    })
}

#[test]
fn a_check_tells_what_it_found() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_ready()?;
    page.show_models()?;
    let chunks = kept_chunks(&page)?;
    let check = |outcome: String| -> Result<()> {
        page.wait_for("the model in the list", || {
            Ok(page.parts("kept-verify")?.into_iter().next())
        })?;
        page.click("kept-verify")?;
        page.wait_for(&outcome, || {
            let said = page.texts("kept-check")?;
            Ok(said
                .iter()
                .any(|text| text.contains(&outcome))
                .then_some(()))
        })
    };
    let n_chunks = chunks.len();
    check(format!("All {n_chunks} parts are right"))?;

    let name = chunks.first().context("a chunk")?;
    let cut = format!(
        "const writable = await (await chunks.getFileHandle('{name}')).createWritable();
         await writable.write('something else');
         await writable.close();"
    );
    in_kept_chunks(&page, &cut)?;
    check(format!("1 of {n_chunks} parts were wrong"))?;
    assert!(!kept_chunks(&page)?.contains(name));

    page.wait_for("what is missing to be offered", || {
        Ok((page.texts("kept-open")? == ["Fetch what is missing"]).then_some(()))
    })?;
    page.click("kept-open")?;
    page.wait_for("all of it to be kept", || {
        Ok((page.texts("kept-open")? == ["In use"] && page.status()? == "ready").then_some(()))
    })?;
    assert_eq!(kept_chunks(&page)?, chunks);
    assert_eq!(page.texts("kept-check")?, [""], "nothing is wrong any more");
    Ok(())
}

#[test]
fn a_deleted_model_is_gone() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_ready()?;
    page.show_models()?;
    page.wait_for("the model in the list", || {
        Ok(page.parts("kept-remove")?.into_iter().next())
    })?;
    page.click("kept-remove")?;
    page.wait_for("an empty list", || {
        Ok(page.parts("kept-model")?.is_empty().then_some(()))
    })?;
    assert!(kept_chunks(&page)?.is_empty());
    Ok(())
}
