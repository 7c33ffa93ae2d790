//! The box tool under real hands: what is drawn is where the picture shows it, at any zoom.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::box_keys::select_in_list;
use super::browser;
use crate::page::Page;
use crate::site::Site;
use crate::webdriver::{Rect, key};

/// Size of the sample scene.
pub(super) const SIZE_PX: [f64; 2] = [224.0, 224.0];

/// Opens the sample scene, which comes with three boxes, on a page that has come to rest.
pub(super) fn with_scene(page: &Page) -> Result<()> {
    // What the page says while it loads moves the picture.
    page.wait_ready()?;
    page.click("sample")?;
    page.wait_for("its third box", || {
        Ok(page.parts("box-3")?.into_iter().next())
    })?;
    Ok(())
}

/// What was said last of the boxes.
pub(super) fn said(page: &Page) -> Result<String> {
    page.session().text(&page.part("announcement")?)
}

/// Where the whole image is in the window, however much of it is seen.
pub(super) fn image(page: &Page) -> Result<Rect> {
    page.session().rect(&page.session().find(".frame img")?)
}

/// Where a point of the picture is in the window at any zoom.
fn on_image(page: &Page, point_px: [f64; 2]) -> Result<(f64, f64)> {
    let image = image(page)?;
    Ok((
        image.x + point_px[0] / SIZE_PX[0] * image.width,
        image.y + point_px[1] / SIZE_PX[1] * image.height,
    ))
}

fn turn_wheel(page: &Page, at: (f64, f64), delta_y: f64) -> Result<Value> {
    let wheel =
        json!({ "type": "mouseWheel", "x": at.0, "y": at.1, "deltaX": 0, "deltaY": delta_y });
    page.session().command("Input.dispatchMouseEvent", &wheel)
}

fn touch(page: &Page, kind: &str, points: &[(f64, f64)]) -> Result<Value> {
    let points: Vec<Value> = points
        .iter()
        .enumerate()
        .map(|(id, &(x, y))| json!({ "id": id, "x": x, "y": y }))
        .collect();
    let touches = json!({ "type": kind, "touchPoints": points });
    page.session().command("Input.dispatchTouchEvent", &touches)
}

/// Waits until the size of the image is no longer `before`.
pub(super) fn wait_zoomed(page: &Page, before: Rect) -> Result<Rect> {
    page.wait_for("another size of the picture", || {
        let now = image(page)?;
        Ok(((now.width - before.width).abs() > 1.0).then_some(now))
    })
}

/// Pointers stand on whole pixels of the screen, which are smaller than those of the scene.
fn ensure_near(found: [f64; 4], wanted: [f64; 4]) -> Result<()> {
    let is_near = found.iter().zip(wanted).all(|(a, b)| (a - b).abs() <= 1.0);
    ensure!(is_near, "the box is {found:?}, not {wanted:?}");
    Ok(())
}

#[test]
fn two_clicks_draw_a_box_and_it_is_said() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    page.drag_on_picture([120.0, 60.0, 120.0, 60.0], SIZE_PX)?;
    page.drag_on_picture([200.0, 150.0, 200.0, 150.0], SIZE_PX)?;
    page.wait_for("the drawn box", || {
        Ok(page.parts("box-4")?.into_iter().next())
    })?;
    ensure_near(page.box_corners(4)?, [120.0, 60.0, 200.0, 150.0])?;
    let heard = said(&page)?;
    ensure!(heard.starts_with("Region 4 added"), "{heard}");

    // That it is selected now does not keep the next click from beginning another one, which Escape gives up.
    page.drag_on_picture([120.0, 20.0, 120.0, 20.0], SIZE_PX)?;
    let heard = said(&page)?;
    ensure!(heard.starts_with("Box begun"), "{heard}");
    page.session().press(None, &[key::ESCAPE])?;
    assert_eq!(said(&page)?, "Box given up");
    assert!(page.parts("box-5")?.is_empty());
    Ok(())
}

#[test]
fn zooming_keeps_what_is_under_the_pointer_and_boxes_are_drawn_where_they_are_seen() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    let fitted = image(&page)?;
    let at = page.on_picture([120.0, 60.0], SIZE_PX)?;
    turn_wheel(&page, at, -240.0)?;
    wait_zoomed(&page, fitted)?;
    let now = on_image(&page, [120.0, 60.0])?;
    ensure!(
        (now.0 - at.0).abs() < 1.0 && (now.1 - at.1).abs() < 1.0,
        "{at:?} went to {now:?}"
    );
    let stage = page.session().rect(&page.session().find(".stage")?)?;
    let canvas = page.session().rect(&page.part("canvas")?)?;
    ensure!(
        canvas.width <= stage.width && canvas.height <= stage.height,
        "{canvas:?} does not fit into {stage:?}"
    );

    let (from, to) = (
        on_image(&page, [110.0, 50.0])?,
        on_image(&page, [140.0, 90.0])?,
    );
    page.session().drag(from, to)?;
    page.wait_for("the drawn box", || {
        Ok(page.parts("box-4")?.into_iter().next())
    })?;
    ensure_near(page.box_corners(4)?, [110.0, 50.0, 140.0, 90.0])?;

    page.click("zoom-fit")?;
    page.wait_for("the whole picture", || {
        Ok(((image(&page)?.width - fitted.width).abs() < 0.1).then_some(()))
    })
}

#[test]
fn two_fingers_zoom_and_draw_nothing() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    let fitted = image(&page)?;
    let (left, right) = (
        page.on_picture([110.0, 60.0], SIZE_PX)?,
        page.on_picture([140.0, 60.0], SIZE_PX)?,
    );
    touch(&page, "touchStart", &[left])?;
    // The first finger has begun to draw when the second one lands.
    touch(&page, "touchMove", &[(left.0 - 20.0, left.1 + 20.0)])?;
    touch(
        &page,
        "touchStart",
        &[(left.0 - 20.0, left.1 + 20.0), right],
    )?;
    touch(
        &page,
        "touchMove",
        &[(left.0 - 60.0, left.1 + 20.0), (right.0 + 40.0, right.1)],
    )?;
    touch(&page, "touchEnd", &[])?;
    let zoomed = wait_zoomed(&page, fitted)?;
    ensure!(
        zoomed.width > 1.3 * fitted.width,
        "{fitted:?} to {zoomed:?}"
    );
    assert!(page.parts("box-4")?.is_empty());
    Ok(())
}

#[test]
fn pointing_at_a_box_lights_its_chip_and_the_question_mark_shows_the_keys() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    // A click selects the box, and the pointer stays.
    page.drag_on_picture([165.0, 30.0, 165.0, 30.0], SIZE_PX)?;
    let class = page
        .session()
        .property(&page.part("region-chip-3")?, "className")?;
    let class = class.as_str().context("a class")?;
    ensure!(class.split(' ').any(|name| name == "lit"), "{class}");

    let is_open = || page.session().property(&page.part("keys-dialog")?, "open");
    assert_eq!(is_open()?, json!(false));
    page.session().press(None, &["?"])?;
    assert_eq!(is_open()?, json!(true));
    page.session().press(None, &[key::ESCAPE])?;
    assert_eq!(is_open()?, json!(false));
    page.type_into("question", "What is this?")?;
    assert_eq!(
        is_open()?,
        json!(false),
        "a question mark in a question is one"
    );
    Ok(())
}

#[test]
fn the_list_takes_the_keys_of_the_canvas_and_says_what_they_did() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    let last = page.session().find("[data-testid=\"box-3\"] .badge")?;
    page.session().click(&last)?;
    page.session().press(None, &[key::RIGHT])?;
    assert_eq!(said(&page)?, "Region 3 moved, 153, 16 to 184, 49");
    page.session().press(Some(key::CONTROL), &["z"])?;
    assert_eq!(said(&page)?, "Undone: region 3 moved, 152, 16 to 183, 49");
    page.session().press(None, &[key::DELETE])?;
    assert_eq!(said(&page)?, "Region 3 removed");
    // The row is gone; the focus is on the button below the list, where keys mean the same, and makes a box.
    page.wait_for("the focus beside the list", || {
        let focused = "return document.activeElement.dataset.testid;";
        let focused = page.session().execute(focused, &json!([]))?;
        Ok((focused == json!("add-box")).then_some(()))
    })?;
    page.session().press(Some(key::CONTROL), &["z"])?;
    assert_eq!(said(&page)?, "Undone: region 3 added, 152, 16 to 183, 49");
    page.session().press(None, &[key::ENTER])?;
    assert_eq!(said(&page)?, "Region 4 added, 56, 56 to 168, 168");
    page.session().press(None, &[key::RIGHT])?;
    assert_eq!(said(&page)?, "Region 4 moved, 57, 56 to 169, 168");
    Ok(())
}

/// Presses the middle button, moves, and releases it.
fn drag_with_middle_button(page: &Page, from: (f64, f64), to: (f64, f64)) -> Result<()> {
    for (kind, (x, y), buttons) in [
        ("mouseMoved", from, 0),
        ("mousePressed", from, 4),
        ("mouseMoved", to, 4),
        ("mouseReleased", to, 0),
    ] {
        let event = json!({
            "type": kind, "x": x, "y": y, "button": "middle", "buttons": buttons, "clickCount": 1,
        });
        page.session().command("Input.dispatchMouseEvent", &event)?;
    }
    Ok(())
}

#[test]
fn a_box_comes_and_goes_only_where_a_person_means_it() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    with_scene(&page)?;
    select_in_list(&page, 3)?;
    page.session().press(Some(key::CONTROL), &["c"])?;
    let fitted = image(&page)?;
    page.click("zoom-in")?;
    let before = wait_zoomed(&page, fitted)?;
    // A middle button that is released pastes on some systems.
    let from = page.on_picture([100.0, 100.0], SIZE_PX)?;
    drag_with_middle_button(&page, from, (from.0 + 30.0, from.1 + 20.0))?;
    page.wait_for("another place of the picture", || {
        let now = image(&page)?;
        let by = (now.x - before.x).abs() + (now.y - before.y).abs();
        Ok((by > 1.0).then_some(()))
    })?;
    page.session().press(Some(key::CONTROL), &["v"])?;
    page.wait_for("the pasted box", || {
        Ok(page.parts("box-4")?.into_iter().next())
    })?;
    assert!(page.parts("box-5")?.is_empty());

    // Text that is copied takes the place of the box.
    page.type_into("question", "some text")?;
    page.session().press(Some(key::CONTROL), &["a", "c"])?;
    let focus = |css: &str| {
        let part = page.session().find(css)?.to_json();
        page.session()
            .execute("arguments[0].focus();", &json!([part]))
    };
    focus("canvas")?;
    page.session().press(Some(key::CONTROL), &["v"])?;
    assert!(page.parts("box-5")?.is_empty());

    // Whoever reads the conversation removes no box.
    focus("[role=\"log\"]")?;
    page.session().press(None, &[key::DELETE])?;
    assert_eq!(page.parts("box-4")?.len(), 1);
    focus("canvas")?;
    page.session().press(None, &[key::DELETE])?;
    page.wait_for("three boxes", || {
        Ok(page.parts("box-4")?.is_empty().then_some(()))
    })
}
