//! The page answers what the original answers.

use anyhow::{Context as _, Result, ensure};

use super::browser;
use crate::golden::{ANSWER_TOKENS, Case};
use crate::page::Page;
use crate::site::Site;

#[test]
fn a_drawn_box_and_a_typed_question_get_the_originals_answer() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_ready()?;
    assert!(!page.adapter()?.is_empty());

    page.set_scene(&case)?;
    page.set_greedy(ANSWER_TOKENS)?;
    let answer = page.ask(&turn.question)?;
    assert_eq!(answer, turn.greedy_text.trim());
    Ok(())
}

#[test]
fn a_box_is_where_the_mouse_drew_it() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("tall_many")?;
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_quick_model())?;
    page.wait_ready()?;
    page.choose_picture(&case.picture())?;

    // Drawn from the lower right corner to the upper left one.
    page.drag_on_picture([140.0, 300.0, 30.0, 60.0], case.size_px)?;
    page.wait_for("box 1", || Ok(page.parts("box-1")?.into_iter().next()))?;
    let corners = page.box_corners(1)?;
    for (corner, drawn) in corners.into_iter().zip([30.0, 60.0, 140.0, 300.0]) {
        // The mouse moves by whole CSS pixels, each at most a few pixels of this small picture.
        ensure!((corner - drawn).abs() <= 2.0, "{corners:?}");
    }
    Ok(())
}

#[test]
fn stop_ends_an_answer_and_the_next_question_is_answered() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("single")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::built()?;
    let page = Page::open(&browser, &site.with_test_model())?;
    page.wait_ready()?;
    page.set_scene(&case)?;

    // More tokens than the model has positions for, so that only Stop ends it early.
    page.set_greedy(1500)?;
    let n_before = page.send_question(&turn.question)?;
    page.wait_for("the first words", || {
        let answers = page.answers()?;
        Ok(answers
            .into_iter()
            .nth(n_before)
            .filter(|text| !text.is_empty()))
    })?;
    page.click("stop")?;
    let stopped = page.wait_answer(n_before)?;
    let conversation = page.session().find("[role=\"log\"]")?;
    assert!(page.session().text(&conversation)?.contains("stopped"));
    let shared = stopped
        .chars()
        .zip(turn.greedy_text.trim().chars())
        .take_while(|(a, b)| a == b)
        .count();
    let shorter = stopped
        .chars()
        .count()
        .min(turn.greedy_text.trim().chars().count());
    assert!(
        shared + 1 >= shorter,
        "{stopped:?} does not begin like {:?}",
        turn.greedy_text
    );

    page.set_greedy(3)?;
    assert!(!page.ask("And now?")?.is_empty());
    Ok(())
}

#[test]
fn the_address_can_name_another_package() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let site = Site::with_package(|package| {
        Ok(std::fs::rename(
            package,
            package.with_file_name("elsewhere"),
        )?)
    })?;
    let page = Page::open(&browser, &format!("{}?model=elsewhere", site.url()))?;
    page.wait_ready()
}

#[test]
fn the_last_question_can_be_asked_again_and_changed() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("single")?;
    let turn = case.turns.first().context("a turn")?;
    let site = Site::built()?;
    let page = Page::ready_to_ask(&browser, &site.with_quick_model(), &case)?;
    let answer = page.ask(&turn.question)?;

    page.type_into("question", "a draft")?;
    page.click("ask-again")?;
    assert_eq!(page.wait_answer(0)?, answer);
    assert_eq!(page.answers()?.len(), 1);
    assert_eq!(page.field("question")?, "a draft");

    page.click("edit-question")?;
    page.wait_for("the question back in its field", || {
        Ok((page.field("question")? == turn.question).then_some(()))
    })?;
    assert_eq!(page.answers()?, [answer]);
    page.send_question("And what is above <region1>?")?;
    page.wait_for("another exchange in its place", || {
        let questions = page.session().find_all(".question-said")?;
        let [question] = &questions[..] else {
            return Ok(None);
        };
        Ok(page
            .session()
            .text(question)?
            .contains("above")
            .then_some(()))
    })?;
    page.wait_answer(0)?;
    assert_eq!(page.answers()?.len(), 1);
    assert_eq!(page.field("question")?, "a draft");
    Ok(())
}
