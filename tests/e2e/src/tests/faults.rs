//! What breaks under the page costs nothing: it starts again, and everything a person made is still there.

use anyhow::{Context as _, Result};
use serde_json::json;

use super::browser;
use crate::golden::{ANSWER_TOKENS, Case};
use crate::page::Page;
use crate::site::Site;

#[test]
fn a_lost_device_loses_neither_picture_nor_boxes_nor_conversation() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_ready()?;
    page.set_scene(&case)?;
    page.set_greedy(ANSWER_TOKENS)?;
    let answer = page.ask(&turn.question)?;
    assert_eq!(answer, turn.greedy_text.trim());

    // Not waited for: the driver may lose its answer with the process.
    drop(
        page.session()
            .command("Browser.crashGpuProcess", &json!({})),
    );
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
