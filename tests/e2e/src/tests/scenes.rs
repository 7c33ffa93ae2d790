//! What the page shows somebody who brings nothing: scenes, questions, and a model that knows the answers.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::browser;
use super::interruptions::Stage;
use crate::golden::Case;
use crate::page::Page;
use crate::site::Site;

/// Opens a part's picture and waits until it stands there with its boxes.
pub(super) fn open_scene(page: &Page, part: &str, name: &str) -> Result<()> {
    page.wait_for("its button", || Ok(page.parts(part)?.into_iter().next()))?;
    page.click(part)?;
    page.wait_for("the scene", || {
        let shown = page.session().find_all(&format!("img[alt^=\"{name}\"]"))?;
        Ok((!shown.is_empty()).then_some(()))
    })?;
    page.wait_for("its third box", || {
        Ok(page.parts("box-3")?.into_iter().next())
    })?;
    Ok(())
}

#[test]
fn the_pages_own_model_knows_what_is_in_a_sample_scene() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    page.wait_ready()?;
    let about = page.session().text(&page.part("about")?)?;
    ensure!(about.to_lowercase().contains("photographs"), "{about}");

    open_scene(&page, "sample", "Things in the snow")?;
    page.type_into_setting("setting-temperature", "0")?;
    let answer = page.ask("What colour is <region1>?")?;
    assert_eq!(answer, "It is red.");
    let answer = page.ask("What colour is <region2>?")?;
    assert_eq!(answer, "It is purple.");
    Ok(())
}

#[test]
fn who_opens_a_sample_goes_on_with_the_picture() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    open_scene(&page, "sample", "Things in the snow")?;
    page.wait_for("the focus on the canvas", || {
        let focused = page
            .session()
            .execute("return document.activeElement.dataset.testid;", &json!([]))?;
        Ok((focused == "canvas").then_some(()))
    })
}

#[test]
fn pictures_that_change_faster_than_they_are_shown_do_no_harm() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    // Whose engine looks at nothing, so that none of the pictures takes long.
    let stage = Stage::set(&browser, &Case::named("two_regions")?)?;
    let page = &stage.page;
    let script = "const done = arguments[0];
        const samples = document.querySelectorAll('[data-testid=\"sample\"]');
        (async () => {
            for (let n = 0; n < 120; n += 1) {
                samples[n % 2].click();
                await new Promise((next) => setTimeout(next, n % 12));
            }
            return samples.length;
        })().then(done);";
    let n_samples = page.session().execute_async(script, &json!([]))?;
    assert_eq!(n_samples, json!(2));
    open_scene(page, "sample", "Things in the snow")?;
    let console = page.session().console();
    ensure!(!console.contains("unreachable"), "{console}");
    Ok(())
}

#[test]
fn a_new_scene_comes_with_boxes_and_questions_to_begin_with() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    page.wait_ready()?;
    open_scene(&page, "new-scene", "Scene ")?;

    page.type_into_setting("setting-temperature", "0")?;
    let questions = page.parts("suggestion")?;
    let first = questions.first().context("a suggested question")?;
    let asked = page.session().text(first)?;
    page.session().click(first)?;
    let answer = page.wait_answer(0)?;
    // Every answer of its training begins so, whichever scene it is: "It has many colours."
    ensure!(
        answer.starts_with("It ") || answer.starts_with("There "),
        "{answer}"
    );
    let conversation = page.session().find("[role=\"log\"]")?;
    ensure!(page.session().text(&conversation)?.contains(asked.trim()));
    Ok(())
}
