//! Whoever uses the page by keys goes on where they are: a button that goes out of use as it is pressed hands the focus on.

use anyhow::Result;
use serde_json::{Value, json};

use super::browser;
use super::interruptions::Stage;
use crate::golden::Case;
use crate::page::Page;
use crate::webdriver::key;

/// Presses a button by a key, so often in a row.
fn press(page: &Page, css: &str, times: usize) -> Result<()> {
    let button = page.session().find(css)?.to_json();
    let focus = "arguments[0].focus();";
    page.session().execute(focus, &json!([button]))?;
    page.session().press(None, &vec![key::ENTER; times])
}

fn of_test_id(test_id: &str) -> String {
    format!("[data-testid=\"{test_id}\"]")
}

/// Waits until the part of this `data-testid`, or else of this id, has the focus.
fn wait_focused(page: &Page, wanted: &str) -> Result<()> {
    let script = "const focused = document.activeElement;
        return focused.dataset.testid ?? (focused.id || focused.tagName);";
    let mut found = Value::Null;
    let outcome = page.wait_for(&format!("the focus on {wanted}"), || {
        found = page.session().execute(script, &json!([]))?;
        Ok((found == wanted).then_some(()))
    });
    outcome.map_err(|error| error.context(format!("the focus is on {found}")))
}

#[test]
fn a_button_that_goes_out_of_use_hands_the_focus_on() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::set(&browser, &case)?;
    let page = &stage.page;
    let press_part = |test_id: &str| press(page, &of_test_id(test_id), 1);

    // The box drawn last is the selected one.
    for (count, button) in (1..).zip(["quick-describe", "quick-why", "quick-compare"]) {
        press_part(button)?;
        wait_focused(page, "question")?;
        stage.wait_asked(count)?;
        stage.answer("A kite.")?;
        stage.wait_answers(&vec!["A kite."; count])?;
    }
    page.type_into("question", "What is it?")?;
    press_part("ask-every-region")?;
    wait_focused(page, "question")?;
    stage.wait_asked(4)?;
    press_part("stop")?;
    wait_focused(page, "question")?;
    page.wait_ready()?;
    page.type_into("question", "What is <region9>?")?;
    page.click("send")?;
    page.wait_for("why it is not asked", || {
        Ok(page.parts("error")?.into_iter().next())
    })?;
    press(page, ".failure .quiet", 1)?;
    wait_focused(page, "question")?;
    press_part("new-conversation")?;
    wait_focused(page, "question")?;

    press_part("zoom-in")?;
    wait_focused(page, "zoom-in")?;
    press_part("zoom-fit")?;
    wait_focused(page, "canvas")?;
    // More often than there is something to undo and to redo.
    for button in ["[aria-label=\"Undo\"]", "[aria-label=\"Redo\"]"] {
        press(page, button, 40)?;
        wait_focused(page, "canvas")?;
    }

    page.click("conversations")?;
    page.wait_for("two conversations", || {
        Ok(page.parts("conversation-2")?.into_iter().next())
    })?;
    press(
        page,
        "li:nth-child(2) [data-testid=\"delete-conversation\"]",
        1,
    )?;
    page.wait_for("one conversation", || {
        Ok(page.parts("conversation-2")?.is_empty().then_some(()))
    })?;
    wait_focused(page, "delete-conversation")?;
    page.wait_for("the button that brings it back", || {
        let button = page.session().rect(&page.part("undo-delete")?)?;
        Ok((button.height > 0.0).then_some(()))
    })?;
    for button in ["undo-delete", "clear-all"] {
        press_part(button)?;
        wait_focused(page, "conversation-menu")?;
    }
    Ok(())
}
