//! While a model arrives: what is said of it, and what can be done already.

use anyhow::{Context as _, Result};
use serde_json::json;

use super::browser;
use super::keeping::{kept_chunks, last_chunk};
use crate::golden::{ANSWER_TOKENS, Case};
use crate::page::Page;
use crate::site::Site;

/// Slow enough that no chunk of the test model is whole before a test gives up.
const SLOW_BYTES_PER_SECOND: u64 = 100;

#[test]
fn progress_moves_before_the_first_chunk_is_whole() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_slow_chunks(None, SLOW_BYTES_PER_SECOND)?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_for("some progress of the model", || {
        let said = page.texts("progress")?.into_iter().next();
        if !said.is_some_and(|said| said.starts_with("Loading the model")) {
            return Ok(None);
        }
        let script = "return document.querySelector('progress')?.value ?? 0;";
        let share = page.session().execute(script, &json!([]))?;
        Ok(share.as_f64().filter(|share| *share > 0.0))
    })?;
    let kept = kept_chunks(&page)?;
    assert!(kept.is_empty(), "too late: {kept:?}");
    Ok(())
}

#[test]
fn a_picture_is_read_while_the_decoder_is_still_arriving() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let last = last_chunk(&Site::built_package()?)?;
    let site = Site::with_slow_chunks(Some(&last), SLOW_BYTES_PER_SECOND)?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.set_scene(&case)?;
    page.wait_for("the picture to be read", || {
        Ok(page.parts("picture-ahead")?.into_iter().next())
    })?;
    assert_eq!(page.status()?, "loading");

    site.hurry();
    page.wait_ready()?;
    page.set_greedy(ANSWER_TOKENS)?;
    assert_eq!(page.ask(&turn.question)?, turn.greedy_text.trim());
    Ok(())
}

#[test]
fn a_model_in_a_folder_on_the_disk_is_opened() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    page.wait_ready()?;
    page.show_models()?;
    let folder = Site::built_package()?;
    page.session()
        .send_keys(&page.part("model-folder-files")?, &folder.to_string_lossy())?;
    page.wait_for("the model of the folder", || {
        let script = "return document.querySelector('header .model')?.textContent ?? '';";
        let shown = page.session().execute(script, &json!([]))?;
        let is_there = shown
            .as_str()
            .is_some_and(|text| text.contains("tiny-gpt4roi"));
        Ok((is_there && page.status()? == "ready").then_some(()))
    })?;
    page.set_scene(&case)?;
    page.set_greedy(ANSWER_TOKENS)?;
    assert_eq!(page.ask(&turn.question)?, turn.greedy_text.trim());
    Ok(())
}
