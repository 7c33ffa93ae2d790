//! What the page shows fits, on any screen and under fingers, however much of it there is.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;
use xtask::model::copy_folder;

use super::boxes::{SIZE_PX, with_scene};
use super::browser;
use super::interruptions::Stage;
use crate::golden::Case;
use crate::page::Page;
use crate::site::{QUICK_TEST_MODEL, Site};

/// From a telephone to a desk's largest screen, in CSS pixels.
const SCREENS: [[u32; 2]; 8] = [
    [320, 568],
    [360, 740],
    [768, 1024],
    [1119, 800],
    [1120, 800],
    [1280, 720],
    [1366, 1024],
    [3840, 2160],
];

/// As long as an address of a published model.
const LONG_FOLDER: &str = "models/of/some/organisation/a-model-with-a-name-of-ordinary-length-q4";

/// What does not fit, in words; `arguments[0]` stands in a field for the longest coordinate of a large photograph.
const MISFITS: &str = "const misfits = [];
    const expect = (fits, what) => { if (!fits) misfits.push(what); };
    const root = document.documentElement;
    expect(root.scrollWidth <= root.clientWidth, `the page is ${root.scrollWidth} wide`);
    for (const part of document.querySelectorAll('.side, .chat, .models, .chips'))
        expect(part.scrollWidth <= part.clientWidth, `${part.className}: ${part.scrollWidth} in ${part.clientWidth}`);
    const field = document.querySelector('[data-testid=\"box-80-x2\"]');
    const value = field.value;
    field.value = arguments[0];
    expect(field.scrollWidth <= field.clientWidth, `a coordinate: ${field.scrollWidth} in ${field.clientWidth}`);
    field.value = value;
    const bottom = (part) => document.querySelector(part).getBoundingClientRect().bottom;
    expect(bottom('[data-testid=\"send\"]') <= bottom('.chat'), 'Send is outside of its card');
    if (innerWidth >= 1120)
        expect(bottom('.chat') <= innerHeight, `the card ends at ${bottom('.chat')} of ${innerHeight}`);
    return misfits;";

/// A window of this size, under a mouse or under fingers.
fn show_on(page: &Page, [width, height]: [u32; 2], has_fingers: bool) -> Result<()> {
    let session = page.session();
    let touch = json!({ "enabled": has_fingers, "maxTouchPoints": 5 });
    session.command("Emulation.setTouchEmulationEnabled", &touch)?;
    let screen =
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    session.command("Emulation.setDeviceMetricsOverride", &screen)?;
    let script = "return [innerWidth, innerHeight, matchMedia('(pointer: coarse)').matches];";
    page.wait_for("the other screen", || {
        let shown = session.execute(script, &json!([]))?;
        Ok((shown == json!([width, height, has_fingers])).then_some(()))
    })
}

/// Adds boxes until there are as many.
fn add_boxes(page: &Page, n_boxes: usize) -> Result<()> {
    // Many clicks of a driver take their time, and each scrolls.
    let script = "for (let n = 3; n < arguments[0]; n += 1)
        document.querySelector('[data-testid=\"add-box\"]').click();";
    page.session().execute(script, &json!([n_boxes]))?;
    page.wait_for("the last box", || {
        Ok(page.parts(&format!("box-{n_boxes}"))?.into_iter().next())
    })?;
    Ok(())
}

#[test]
fn many_boxes_and_a_long_address_fit_on_every_screen() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_package(|package| {
        let root = package.parent().context("a folder around the package")?;
        copy_folder(&root.join(QUICK_TEST_MODEL), &root.join(LONG_FOLDER))
    })?;
    let page = Page::open(&browser, &format!("{}?model={LONG_FOLDER}", site.url()))?;
    with_scene(&page)?;
    add_boxes(&page, 80)?;
    page.show_models()?;
    page.wait_for("the kept model", || {
        Ok(page.parts("kept-model")?.into_iter().next())
    })?;
    for has_fingers in [false, true] {
        for screen in SCREENS {
            show_on(&page, screen, has_fingers)?;
            let misfits = page.session().execute(MISFITS, &json!(["12345.5"]))?;
            ensure!(
                misfits == json!([]),
                "{screen:?}, fingers: {has_fingers}: {misfits}"
            );
        }
    }
    Ok(())
}

#[test]
fn the_list_shows_the_row_of_the_box_that_gets_selected() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    with_scene(&page)?;
    let wait_in_sight = |number: usize| {
        let script = "const sides = (part) => document.querySelector(part).getBoundingClientRect();
            const [row, list] = [sides(`[data-testid='box-${arguments[0]}']`), sides('.side')];
            return row.top >= list.top && row.bottom <= list.bottom;";
        page.wait_for(&format!("the row of box {number} in sight"), || {
            let is_in_sight = page.session().execute(script, &json!([number]))?;
            Ok((is_in_sight == json!(true)).then_some(()))
        })
    };
    show_on(&page, [1400, 700], false)?;
    add_boxes(&page, 12)?;
    wait_in_sight(12)?;
    // A click on the first box, where no other one lies.
    page.drag_on_picture([30.0, 100.0, 30.0, 100.0], SIZE_PX)?;
    wait_in_sight(1)
}

#[test]
fn the_bar_of_a_telephone_is_as_high_before_the_model_is_there_as_after() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_slow_chunks(None, 100)?;
    let page = Page::open(&browser, &site.with_test_model())?;
    show_on(&page, [360, 740], true)?;
    page.wait_for("some progress of the model", || {
        let said = page.texts("progress")?.into_iter().next();
        Ok(said.filter(|said| said.starts_with("Loading the model")))
    })?;
    let height = || {
        let script = "return document.querySelector('header').offsetHeight;";
        page.session().execute(script, &json!([]))
    };
    let before = height()?;
    site.hurry();
    page.wait_ready()?;
    assert_eq!(height()?, before);
    Ok(())
}

#[test]
fn a_long_conversation_scrolls_by_itself_and_not_with_what_is_around_it() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let stage = Stage::set(&browser, &Case::named("two_regions")?)?;
    let page = &stage.page;
    show_on(page, [1280, 720], false)?;
    for count in 1..=10 {
        page.send_question("What is <region1>?")?;
        stage.wait_asked(count)?;
        stage.answer("A kite.")?;
        stage.wait_answers(&vec!["A kite."; count])?;
    }
    let script = "return ['.transcript', '.chat'].map((part) => {
            const { scrollHeight, clientHeight } = document.querySelector(part);
            return scrollHeight > clientHeight;
        });";
    let scrolls = page.session().execute(script, &json!([]))?;
    assert_eq!(scrolls, json!([true, false]), "conversation, its card");
    Ok(())
}
