//! The box tool under a real keyboard: keys mean the same wherever nobody else has a use for them.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::boxes::{SIZE_PX, image, said, wait_zoomed, with_scene};
use super::browser;
use crate::golden::Case;
use crate::page::Page;
use crate::site::Site;
use crate::webdriver::key;

/// The `data-testid` of what has the focus.
fn focused(page: &Page) -> Result<Value> {
    let script = "return document.activeElement.dataset.testid ?? null;";
    page.session().execute(script, &json!([]))
}

fn draw(page: &Page, number: usize, corners: [f64; 4]) -> Result<()> {
    page.drag_on_picture(corners, SIZE_PX)?;
    page.wait_for("the drawn box", || {
        Ok(page.parts(&format!("box-{number}"))?.into_iter().next())
    })?;
    Ok(())
}

/// Selects a box by the button in its row, which has the focus then.
pub(super) fn select_in_list(page: &Page, number: usize) -> Result<()> {
    let badge = format!("[data-testid=\"box-{number}\"] .badge");
    page.session().click(&page.session().find(&badge)?)
}

/// The size of the picture as the list of boxes says it.
fn picture_size(page: &Page) -> Result<String> {
    let caption = page.session().find(".boxes .caption")?;
    Ok(page.session().text(&caption)?.trim().to_owned())
}

/// Puts a white picture on the clipboard, as another program would.
fn copy_a_picture(page: &Page, width: u32, height: u32) -> Result<()> {
    let session = page.session();
    let allowed = json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] });
    session.command("Browser.grantPermissions", &allowed)?;
    let script = "const done = arguments[arguments.length - 1];
        const canvas = new OffscreenCanvas(arguments[0], arguments[1]);
        const context = canvas.getContext('2d');
        context.fillStyle = 'white';
        context.fillRect(0, 0, canvas.width, canvas.height);
        canvas.convertToBlob()
            .then((png) => navigator.clipboard.write([new ClipboardItem({ 'image/png': png })]))
            .then(() => done('written'), (error) => done(String(error)));";
    let outcome = session.execute_async(script, &json!([width, height]))?;
    ensure!(outcome == json!("written"), "{outcome}");
    Ok(())
}

#[test]
fn space_moves_the_view_whatever_was_pressed_before() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    for _ in 0..3 {
        let before = image(&page)?;
        page.click("zoom-in")?;
        wait_zoomed(&page, before)?;
    }
    assert_eq!(focused(&page)?, json!("zoom-in"));
    let before = image(&page)?;
    let canvas = page.session().rect(&page.part("canvas")?)?;
    let from = (
        canvas.x + canvas.width / 2.0,
        canvas.y + canvas.height / 2.0,
    );
    let to = (from.0 + 30.0, from.1 - 20.0);
    page.session().drag_holding(" ", from, to)?;
    let after = page.wait_for("another place of the picture", || {
        let now = image(&page)?;
        Ok(((now.x - before.x).abs() > 1.0).then_some(now))
    })?;
    let moved = (after.x - before.x, after.y - before.y);
    ensure!(
        (moved.0 - 30.0).abs() < 2.0 && (moved.1 + 20.0).abs() < 2.0,
        "moved by {moved:?}"
    );
    ensure!(
        (after.width - before.width).abs() < 0.1,
        "the button was pressed, too"
    );
    assert!(page.parts("box-4")?.is_empty());

    // Without the key a drag draws again.
    page.session().drag(from, to)?;
    page.wait_for("the drawn box", || {
        Ok(page.parts("box-4")?.into_iter().next())
    })?;
    Ok(())
}

#[test]
fn the_row_that_keeps_the_focus_after_a_removal_goes_on_with_the_box_it_now_shows() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    select_in_list(&page, 1)?;
    let press = |held: Option<&str>, pressed: &str| page.session().press(held, &[pressed]);
    press(None, key::DELETE)?;
    assert_eq!(
        said(&page)?,
        "Region 1 removed; regions 2 to 3 are now 1 to 2"
    );
    press(None, key::RIGHT)?;
    assert_eq!(said(&page)?, "Region 1 moved, 59, 170 to 101, 204");
    press(Some(key::CONTROL), "d")?;
    assert_eq!(said(&page)?, "Region 3 added, 67, 178 to 109, 212");
    press(Some(key::CONTROL), "z")?;
    assert_eq!(said(&page)?, "Undone: region 3 removed");
    press(None, key::RIGHT)?;
    assert_eq!(said(&page)?, "Region 1 moved, 60, 170 to 102, 204");
    press(None, key::DELETE)?;
    assert_eq!(said(&page)?, "Region 1 removed; region 2 is now 1");
    press(None, key::DELETE)?;
    assert_eq!(said(&page)?, "Region 1 removed");
    page.wait_for("the focus below the list", || {
        Ok((focused(&page)? == json!("add-box")).then_some(()))
    })?;
    press(Some(key::CONTROL), "z")?;
    assert_eq!(said(&page)?, "Undone: region 1 added, 152, 16 to 183, 49");
    Ok(())
}

#[test]
fn what_was_done_is_undone_from_any_button_but_not_from_text() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    draw(&page, 4, [110.0, 50.0, 140.0, 90.0])?;
    draw(&page, 5, [110.0, 100.0, 140.0, 140.0])?;
    // On the canvas a key acts once.
    page.session().press(Some(key::CONTROL), &["z"])?;
    assert_eq!(said(&page)?, "Undone: region 5 removed");
    assert_eq!(page.parts("box-4")?.len(), 1);

    page.click("zoom-in")?;
    assert_eq!(focused(&page)?, json!("zoom-in"));
    page.session().press(Some(key::CONTROL), &["z"])?;
    assert_eq!(said(&page)?, "Undone: region 4 removed");
    page.session().press(Some(key::CONTROL), &["y"])?;
    let heard = said(&page)?;
    ensure!(heard.starts_with("Redone: region 4 added"), "{heard}");
    page.click("add-box")?;
    page.click("zoom-in")?;
    page.session().press(None, &[key::DELETE])?;
    assert_eq!(said(&page)?, "Region 5 removed");

    page.type_into("question", "What?")?;
    page.session().press(Some(key::CONTROL), &["z"])?;
    page.session().press(None, &[key::DELETE])?;
    assert_eq!(page.parts("box-4")?.len(), 1, "the text was undone");

    page.click("keys")?;
    page.session().press(Some(key::CONTROL), &["z"])?;
    assert_eq!(page.parts("box-4")?.len(), 1, "a dialog is before it");
    Ok(())
}

#[test]
fn a_box_is_pasted_on_a_smaller_picture_that_a_button_opened() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    page.wait_ready()?;
    let large = Case::named("two_turns")?;
    page.choose_picture(&large.picture())?;
    page.draw_box(1, [500.0, 400.0, 600.0, 460.0], large.size_px)?;
    select_in_list(&page, 1)?;
    page.session().press(Some(key::CONTROL), &["c"])?;

    with_scene(&page)?;
    assert_eq!(focused(&page)?, json!("sample"));
    page.session().press(Some(key::CONTROL), &["v"])?;
    let pasted = "Region 4 added, 124, 164 to 224, 224";
    assert_eq!(said(&page)?, pasted);

    // And so it is on the canvas.
    page.session().press(None, &[key::DELETE])?;
    page.session().click(&page.part("canvas")?)?;
    page.session().press(Some(key::CONTROL), &["v"])?;
    assert_eq!(said(&page)?, pasted);
    assert!(page.parts("box-5")?.is_empty(), "pasted once");
    Ok(())
}

#[test]
fn what_was_copied_last_is_pasted_be_it_a_box_or_a_picture() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    let copy_third_box = || {
        page.drag_on_picture([165.0, 30.0, 165.0, 30.0], SIZE_PX)?;
        page.session().press(Some(key::CONTROL), &["c"])
    };
    copy_third_box()?;
    copy_a_picture(&page, 40, 30)?;
    page.session().press(Some(key::CONTROL), &["v"])?;
    page.wait_for("the pasted picture", || {
        Ok((picture_size(&page)? == "40 × 30 px").then_some(()))
    })?;

    with_scene(&page)?;
    copy_third_box()?;
    page.session().press(Some(key::CONTROL), &["v"])?;
    assert_eq!(said(&page)?, "Region 4 added, 160, 24 to 191, 57");
    assert_eq!(picture_size(&page)?, "224 × 224 px");

    // In a question it is text.
    page.type_into("question", "At ")?;
    page.session().press(Some(key::CONTROL), &["v"])?;
    assert_eq!(page.field("question")?, "At 152,16,183,49");
    assert!(page.parts("box-5")?.is_empty());
    Ok(())
}

#[test]
fn digits_on_the_canvas_name_regions_one_after_the_other() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    page.type_into("question", "Is bigger?")?;
    // The cursor is moved to before the last word.
    let area = page.part("question")?.to_json();
    let script = "arguments[0].setSelectionRange(3, 3);";
    page.session().execute(script, &json!([area]))?;
    page.drag_on_picture([165.0, 30.0, 165.0, 30.0], SIZE_PX)?;
    page.session().press(None, &["1", "2"])?;
    assert_eq!(page.field("question")?, "Is <region1><region2>bigger?");
    assert_eq!(focused(&page)?, json!("canvas"));
    assert_eq!(said(&page)?, "Region 2 inserted into the question");
    // There is no fourth box.
    page.session().press(None, &["4"])?;
    assert_eq!(page.field("question")?, "Is <region1><region2>bigger?");

    page.click("region-chip-3")?;
    assert_eq!(focused(&page)?, json!("question"));
    page.session().press(None, &[" "])?;
    assert_eq!(
        page.field("question")?,
        "Is <region1><region2><region3> bigger?"
    );
    Ok(())
}

#[test]
fn tab_goes_round_the_boxes_once_and_then_leaves_the_canvas() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    draw(&page, 4, [110.0, 50.0, 140.0, 90.0])?;
    for number in 1..=4 {
        page.session().press(None, &[key::TAB])?;
        let heard = said(&page)?;
        let wanted = format!("Region {number} selected");
        ensure!(heard.starts_with(&wanted), "{heard}, not {wanted}");
    }
    assert_eq!(focused(&page)?, json!("canvas"));
    page.session().press(None, &[key::TAB])?;
    ensure!(focused(&page)? != json!("canvas"), "the focus is trapped");
    Ok(())
}

#[test]
fn asking_about_a_box_forgets_nothing_that_was_done_to_it() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let case = Case::named("single")?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    let corners = page.box_corners(1)?;
    select_in_list(&page, 1)?;
    page.session()
        .press(None, &[key::RIGHT, key::RIGHT, key::RIGHT])?;
    page.ask("What is <region1>?")?;
    select_in_list(&page, 1)?;
    page.session().press(Some(key::CONTROL), &["z", "z", "z"])?;
    let heard = said(&page)?;
    ensure!(heard.starts_with("Undone: region 1 moved"), "{heard}");
    assert_eq!(page.box_corners(1)?, corners);
    // Before it was drawn nobody gets back: the question would name nothing.
    page.session().press(Some(key::CONTROL), &["z"; 12])?;
    assert_eq!(page.parts("box-1")?.len(), 1);
    let error = page.wait_error()?;
    ensure!(error.contains("Region 1 stays"), "{error}");
    Ok(())
}

#[test]
fn a_coordinate_is_taken_with_enter_and_taken_back_with_escape_and_a_digit_names_a_region()
-> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    let press = |keys: &[&str]| page.session().press(None, keys);
    let before = page.box_corners(3)?;
    page.click("box-3-x2")?;
    page.session().press(Some(key::CONTROL), &["a"])?;
    press(&["1", "7", "0"])?;
    assert_eq!(page.box_corners(3)?[2], 170.0);
    press(&[key::ESCAPE])?;
    assert_eq!(page.box_corners(3)?, before);
    press(&["x", key::ESCAPE])?;
    assert_eq!(page.field("box-3-x2")?, before[2].to_string());

    // With Enter the box is cut to the picture, and the field goes on.
    page.wait_for("the number selected", || {
        let script = "const field = document.activeElement;
            return field.selectionEnd - field.selectionStart === field.value.length;";
        let is_selected = page.session().execute(script, &json!([]))?;
        Ok((is_selected == json!(true)).then_some(()))
    })?;
    press(&["9", "9", "9", key::ENTER])?;
    assert_eq!(page.box_corners(3)?[2], SIZE_PX[0]);
    assert_eq!(focused(&page)?, json!("box-3-x2"));
    assert_eq!(said(&page)?, "Region 3 resized, 152, 16 to 224, 49");
    press(&[key::ESCAPE])?;
    assert_eq!(page.box_corners(3)?[2], SIZE_PX[0]);

    select_in_list(&page, 2)?;
    press(&["3", "1"])?;
    assert_eq!(page.field("question")?, "<region3><region1>");
    Ok(())
}
