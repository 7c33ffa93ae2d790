//! What has been written and not asked yet stays what it is, whatever becomes of boxes and of the page.

use anyhow::{Result, ensure};

use super::browser;
use super::conversations::press_in_menu;
use super::interruptions::Stage;
use crate::golden::Case;
use crate::page::Page;
use crate::webdriver::key;

/// Waits until these are the question in the field and those beside it.
fn wait_unsent(page: &Page, question: &str, set_aside: &[&str]) -> Result<()> {
    page.wait_for(&format!("{question} and {set_aside:?}"), || {
        let is_there =
            page.field("question")? == question && page.texts("set-aside-question")? == set_aside;
        Ok(is_there.then_some(()))
    })
}

#[test]
fn questions_that_are_not_asked_yet_go_on_naming_their_boxes() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::set(&browser, &case)?;
    let page = &stage.page;
    page.send_question("And <region2>?")?;
    stage.wait_asked(1)?;
    page.type_into("question", "Is <region2> big, or <region3>?")?;
    stage.stop_engine()?;
    let before = ("Is <region2> big, or <region3>?", ["And <region2>?"]);
    wait_unsent(page, before.0, &before.1)?;

    page.click("box-1-delete")?;
    // There was no third box.
    wait_unsent(page, "Is <region1> big, or <region3>?", &["And <region1>?"])?;
    assert_eq!(page.box_corners(1)?, case.boxes_px[1]);
    page.session().press(Some(key::CONTROL), &["z"])?;
    wait_unsent(page, before.0, &before.1)?;
    page.session().press(Some(key::CONTROL), &["y"])?;
    wait_unsent(page, "Is <region1> big, or <region3>?", &["And <region1>?"])?;
    page.session().press(Some(key::CONTROL), &["z"])?;
    wait_unsent(page, before.0, &before.1)?;

    // The one that they name stays as long as they do.
    page.click("box-2-delete")?;
    let error = page.wait_error()?;
    ensure!(error.contains("Region 2 stays"), "{error}");
    assert_eq!(page.box_corners(2)?, case.boxes_px[1]);
    page.click("drop-set-aside")?;
    page.type_into("question", "Is it big?")?;
    page.click("box-2-delete")?;
    page.wait_for("one box", || {
        Ok(page.parts("box-2")?.is_empty().then_some(()))
    })
}

#[test]
fn the_last_question_is_still_being_changed_for_whoever_comes_back() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let stage = Stage::with_an_answer(&browser, &case)?;
    let page = &stage.page;
    page.type_into("question", "a draft")?;
    page.click("edit-question")?;
    page.wait_for("the question in the field", || {
        Ok((page.field("question")? == "What is <region1>?").then_some(()))
    })?;
    page.type_into("question", "What is <region2>?")?;
    // Nor does it matter that another conversation comes between.
    page.click("new-conversation")?;
    wait_unsent(page, "a draft", &[])?;
    press_in_menu(page, "conversation-2")?;
    stage.wait_answers(&["A kite."])?;
    wait_unsent(page, "What is <region2>?", &[])?;
    page.session().open(&stage.address)?;
    stage.wait_answers(&["A kite."])?;
    wait_unsent(page, "What is <region2>?", &[])?;
    ensure!(page.texts("editing")?[0].contains("changing the last question"));

    stage.listen()?;
    page.click("send")?;
    assert_eq!(stage.wait_asked(1)?["question"], "What is <region2>?");
    stage.answer("The sea.")?;
    stage.wait_answers(&["The sea."])?;
    wait_unsent(page, "a draft", &[])
}
