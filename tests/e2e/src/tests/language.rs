//! The language of the page: chosen by a person, kept, and never that of what the model is asked.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::browser;
use super::scenes::open_scene;
use crate::page::Page;
use crate::site::Site;
use crate::webdriver::WebGpu;

/// Chooses a language by its tag, as a person does.
fn choose(page: &Page, tag: &str) -> Result<()> {
    let option = format!("[data-testid=\"language\"] option[value=\"{tag}\"]");
    page.session().click(&page.session().find(&option)?)
}

/// What shows the language: that of the document, the chosen one, a button and what is read aloud of a part.
fn spoken(page: &Page) -> Result<Value> {
    let script = "const part = (id) => document.querySelector(`[data-testid='${id}']`);
        return [
            document.documentElement.lang,
            part('language')?.value,
            part('send')?.textContent.trim(),
            part('question')?.labels[0].textContent,
        ];";
    page.session().execute(script, &json!([]))
}

/// Waits until the page shows this and nothing else.
fn wait_spoken(page: &Page, what: &str, expected: &Value) -> Result<()> {
    page.wait_for(what, || Ok((spoken(page)? == *expected).then_some(())))
}

#[test]
fn a_chosen_language_is_spoken_at_once_and_after_a_reload() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let english = json!(["en", "en", "Send", "Question"]);
    let japanese = json!(["ja", "ja", "送信", "質問"]);
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    wait_spoken(&page, "English, which the browser prefers", &english)?;

    choose(&page, "ja")?;
    wait_spoken(&page, "Japanese", &japanese)?;
    page.session().open(&site.with_quick_model())?;
    wait_spoken(&page, "Japanese after a reload", &japanese)?;

    choose(&page, "en")?;
    wait_spoken(&page, "English again", &english)?;
    page.session().open(&site.with_quick_model())?;
    wait_spoken(&page, "English after a reload", &english)?;
    page.wait_ready()
}

#[test]
fn a_button_in_japanese_asks_in_english() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open(&browser, &site.url())?;
    page.wait_ready()?;
    open_scene(&page, "sample", "Things in the snow")?;
    choose(&page, "ja")?;
    page.wait_for("the scene's name in Japanese", || {
        let shown = page.session().find_all("img[alt=\"雪の中のもの\"]")?;
        Ok((!shown.is_empty()).then_some(()))
    })?;

    let label = page.session().text(&page.part("suggestion")?)?;
    ensure!(label.contains("何色"), "{label}");
    page.click("suggestion")?;
    page.wait_for("the question", || {
        let log = page.session().find("[role=\"log\"]")?;
        let said = page.session().text(&log)?;
        Ok(said.contains("What colour is <region1>?").then_some(()))
    })
}

#[test]
fn why_there_is_no_engine_is_told_in_japanese_too() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::built()?;
    let page = Page::open_with(&browser, &site.with_quick_model(), WebGpu::Absent)?;
    page.wait_error()?;
    choose(&page, "ja")?;
    page.wait_for("the reason in Japanese", || {
        let said = page.texts("error")?;
        Ok(said
            .concat()
            .contains("WebGPU で使えるグラフィックスアダプターがありません")
            .then_some(()))
    })
}
