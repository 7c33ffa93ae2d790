//! What breaks under the page costs nothing: it starts again, and everything a person made is still there.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::browser;
use crate::golden::{ANSWER_TOKENS, Case};
use crate::page::Page;
use crate::site::Site;

#[test]
fn a_lost_device_loses_neither_picture_nor_boxes_nor_conversation() -> Result<()> {
    an_engine_that_fails_starts_again("for (const device of devices) device.destroy();")
}

#[test]
fn a_worker_that_ends_loses_neither_picture_nor_boxes_nor_conversation() -> Result<()> {
    an_engine_that_fails_starts_again("self.close();")
}

/// Asks, lets `fault` happen to the engine, and asks again.
fn an_engine_that_fails_starts_again(fault: &str) -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::with_engine_that(fault)?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    let answer = page.ask(&turn.question)?;

    page.session().execute(
        "new BroadcastChannel('test').postMessage(null);",
        &json!([]),
    )?;
    let said = page.wait_error()?;
    assert!(said.contains("starting again"), "{said}");
    page.wait_for(
        "the model",
        || Ok((page.status()? == "ready").then_some(())),
    )?;
    assert_eq!(page.answers()?, [answer.as_str()]);
    for (number, corners) in (1..).zip(&case.boxes_px) {
        assert_eq!(page.box_corners(number)?, *corners);
    }

    page.click("new-conversation")?;
    assert_eq!(page.ask(&turn.question)?, answer);
    Ok(())
}

/// Notes, at every change of the page, what it says it is doing and what is wrong, until it starts again.
const NOTE: &str = "
    window.noted = [];
    const note = () => {
        if (window.noted.some((text) => text.includes('starting again'))) return;
        for (const part of document.querySelectorAll('[data-testid=status], [data-testid=error]')) {
            const text = part.textContent.trim();
            if (text && !window.noted.includes(text)) window.noted.push(text);
        }
    };
    new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });";

#[test]
fn a_device_that_is_lost_in_the_middle_of_an_answer_is_said_to_be_and_nothing_else() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site =
        Site::with_engine_that_is_late_told("for (const device of devices) device.destroy();")?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    page.type_into_setting("setting-max-new-tokens", "1000")?;
    page.send_question(&turn.question)?;
    page.wait_for("the first words", || {
        let said = page.answers()?;
        Ok(said.iter().any(|text| !text.is_empty()).then_some(()))
    })?;
    page.session().execute(NOTE, &json!([]))?;
    page.session().execute(
        "new BroadcastChannel('test').postMessage(null);",
        &json!([]),
    )?;
    page.wait_for("the end of the device", || {
        let said = page.error()?.unwrap_or_default();
        Ok(said.contains("starting again").then_some(()))
    })?;
    let noted = page.session().execute("return window.noted;", &json!([]))?;
    let noted: Vec<String> = serde_json::from_value(noted)?;
    let is_premature = |said: &String| said == "ready" || said.contains("failed");
    ensure!(!noted.iter().any(is_premature), "{noted:?}");
    page.wait_for(
        "the model",
        || Ok((page.status()? == "ready").then_some(())),
    )?;
    page.wait_for("the question", || {
        Ok((page.field("question")? == turn.question).then_some(()))
    })
}

#[test]
fn a_browser_that_computes_wrongly_is_told_apart() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_shaders_misread("1.0 / sqrt(", "1.01 / sqrt(")?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    page.wait_ready()?;
    let said = page.wait_for("the check of the kernels", || {
        Ok(page.texts("miscomputes")?.into_iter().next())
    })?;
    assert!(
        said.contains("computes wrongly") && said.contains("rms_norm"),
        "{said}"
    );
    assert_eq!(page.texts("self-test")?, ["computes wrongly"]);
    let beside = page.session().text(&page.session().find(".adapter")?)?;
    assert!(beside.contains(" computes wrongly"), "{beside}");
    Ok(())
}

#[test]
fn an_idle_browser_is_checked_and_answers_at_once_all_the_same() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    let answer = page.ask(&turn.question)?;
    page.click("new-conversation")?;
    // Nobody can see a check begin, so this one is under way or, on a fast machine, over.
    std::thread::sleep(std::time::Duration::from_secs(12));
    assert_eq!(page.ask(&turn.question)?, answer);
    page.wait_for("groups of kernels that have passed", || {
        Ok(page.texts("self-test")?.into_iter().next())
    })?;
    assert!(page.texts("miscomputes")?.is_empty());
    Ok(())
}

#[test]
fn a_reload_loses_neither_picture_nor_boxes_nor_conversation() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::built()?;
    let address = site.with_quick_model();
    let page = Page::ready_to_ask(&browser, &address, &case)?;
    let answer = page.ask(&turn.question)?;
    // A question whose answer the reload cuts off.
    page.type_into_setting("setting-max-new-tokens", "1000")?;
    page.send_question("And <region2>?")?;

    page.session().open(&address)?;
    page.wait_for("the picture on the canvas", || {
        Ok(page.parts("box-1")?.into_iter().next())
    })?;
    assert_eq!(page.answers()?, [answer.as_str()]);
    for (number, corners) in (1..).zip(&case.boxes_px) {
        assert_eq!(page.box_corners(number)?, *corners);
    }
    assert_eq!(page.field("question")?, "And <region2>?");
    assert_eq!(page.field("setting-max-new-tokens")?, "1000");
    page.wait_ready()?;
    page.click("new-conversation")?;
    page.set_greedy(ANSWER_TOKENS)?;
    page.type_into("question", "")?;
    assert_eq!(page.ask(&turn.question)?, answer);
    Ok(())
}
