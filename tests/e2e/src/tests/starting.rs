//! Before the page and its engine run: what is said and shown of their programs on a slow line, and where they do not come.

use anyhow::{Result, ensure};
use serde_json::json;

use super::browser;
use crate::page::Page;
use crate::site::{ENGINE_PROGRAM, Site};

/// Slow enough that a program is on its way for as long as a test looks.
const SLOW_BYTES_PER_SECOND: u64 = 200_000;

/// How far the bar is that a selector finds; nothing where there is none, or it is not told.
fn share(page: &Page, bar: &str) -> Result<Option<f64>> {
    let script = "const bar = document.querySelector(arguments[0]);
         return bar?.hasAttribute('value') ? bar.value : null;";
    let share = page.session().execute(script, &json!([bar]))?;
    Ok(share.as_f64())
}

/// Waits until a bar has moved twice.
fn wait_moving(page: &Page, bar: &str) -> Result<()> {
    let mut before = 0.0;
    let mut moves = 0;
    page.wait_for("a bar that moves", || {
        if let Some(now) = share(page, bar)?
            && now > before
        {
            ensure!(now < 1.0, "it is there already");
            before = now;
            moves += 1;
        }
        Ok((moves >= 2).then_some(()))
    })
}

/// Waits until the model can be asked, whatever went wrong before.
fn wait_healed(page: &Page) -> Result<()> {
    page.wait_for("the model", || {
        let is_ready = page.status().is_ok_and(|status| status == "ready");
        Ok(is_ready.then_some(()))
    })?;
    assert_eq!(page.error()?, None);
    Ok(())
}

fn wait_progress(page: &Page, words: &str) -> Result<()> {
    page.wait_for(words, || {
        let said = page.texts("progress")?;
        Ok(said.iter().any(|said| said.contains(words)).then_some(()))
    })
}

#[test]
fn the_page_tells_how_much_of_its_own_program_has_come() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_slow_file(&Site::page_program()?, SLOW_BYTES_PER_SECOND)?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    wait_moving(&page, "[data-testid=startup] progress")?;
    let said = page.texts("startup")?.concat();
    assert!(said.contains("Loading the page"), "{said}");

    site.hurry();
    page.wait_ready()?;
    assert!(page.parts("startup")?.is_empty(), "it has started");
    let console = page.session().console();
    assert!(!console.contains("Content Security Policy"), "{console}");
    Ok(())
}

#[test]
fn a_page_whose_program_did_not_come_says_so_and_starts_when_it_does() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_package(|_| Ok(()))?;
    let program = site.folder()?.join(Site::page_program()?);
    let aside = program.with_extension("aside");
    std::fs::rename(&program, &aside)?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    page.wait_for("that it is said", || {
        let script = "window.isSameVisit = true;
             return document.querySelector('[data-testid=startup-delayed]')?.hidden === false;";
        let is_said = page.session().execute(script, &json!([]))?;
        Ok((is_said == json!(true)).then_some(()))
    })?;
    // Nothing is to be seen as long as the style sheet is on its way.
    page.wait_for("the words to be seen", || {
        let script = r"return /could not be loaded. It is tried again in \d+ s/.test(document.body.innerText);";
        let is_seen = page.session().execute(script, &json!([]))?;
        Ok((is_seen == json!(true)).then_some(()))
    })?;

    std::fs::rename(&aside, &program)?;
    page.wait_ready()?;
    let is_same = page
        .session()
        .execute("return window.isSameVisit === true;", &json!([]))?;
    assert_eq!(is_same, json!(true));
    Ok(())
}

#[test]
fn progress_moves_while_the_engines_program_arrives() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_slow_file(ENGINE_PROGRAM, SLOW_BYTES_PER_SECOND)?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    wait_progress(&page, "Loading the engine: ")?;
    wait_moving(&page, ".bar progress")?;
    site.hurry();
    page.wait_ready()
}

#[test]
fn an_engine_whose_program_did_not_come_starts_when_it_does() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_package(|_| Ok(()))?;
    let program = site.folder()?.join(ENGINE_PROGRAM);
    let aside = program.with_extension("aside");
    std::fs::rename(&program, &aside)?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    let said = page.wait_error()?;
    assert!(
        said.contains("could not be loaded") && said.contains("next attempt"),
        "{said}"
    );
    std::fs::rename(&aside, &program)?;
    wait_healed(&page)
}

#[test]
fn a_worker_that_ends_while_its_program_arrives_is_started_again() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_slow_engine_that("self.close();", SLOW_BYTES_PER_SECOND)?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    wait_progress(&page, "Loading the engine: ")?;
    page.session().execute(
        "new BroadcastChannel('test').postMessage(null);",
        &json!([]),
    )?;
    let said = page.wait_error()?;
    assert!(said.contains("next attempt"), "{said}");
    site.hurry();
    wait_healed(&page)
}

#[test]
fn a_browser_that_refuses_locks_runs_the_engine_all_the_same() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_locks_refused()?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    page.wait_ready()
}
