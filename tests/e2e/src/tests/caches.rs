//! What is computed once is not computed again: the counters of the engine in the browser.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::browser;
use crate::engine::Engine;
use crate::golden::{ANSWER_TOKENS, Case};
use crate::site::Site;

#[test]
fn a_second_question_prefills_only_its_own_tokens() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_turns")?;
    let site = Site::built()?;
    let engine = Engine::start(&browser, &site)?;
    engine.load_model(&site)?;
    engine.set_picture(&case)?;
    let [first, second] = case.turns.as_slice() else {
        anyhow::bail!("two turns")
    };

    let turns = json!([{ "question": first.question }]);
    let done = engine.ask(&case.boxes_px, &turns, ANSWER_TOKENS)?;
    assert_eq!(done["text"].as_str().context("a text")?, first.greedy_text);
    assert_eq!(counters(&done), [1, 1, first.n_input_ids, 0]);

    let turns = json!([
        { "question": first.question, "answer": case.history_answer_used },
        { "question": second.question },
    ]);
    let done = engine.ask(&case.boxes_px, &turns, ANSWER_TOKENS)?;
    assert_eq!(done["text"].as_str().context("a text")?, second.greedy_text);
    let [pictures, regions, prefilled, reused] = counters(&done);
    // The second question names a second region; the first one's vector is still there.
    assert_eq!([pictures, regions], [0, 1]);
    assert_eq!(prefilled + reused, second.n_input_ids);
    // Everything up to the first answer, which was not the one now given, is the same.
    assert!(
        reused + 8 >= first.n_input_ids,
        "{reused} of {}",
        first.n_input_ids
    );

    let done = engine.ask(&case.boxes_px, &turns, ANSWER_TOKENS)?;
    let [pictures, regions, prefilled, reused] = counters(&done);
    assert_eq!([pictures, regions], [0, 0]);
    assert!(
        prefilled <= 1,
        "{prefilled} tokens of the same prompt again, {reused} reused"
    );
    Ok(())
}

#[test]
fn moving_one_of_two_boxes_encodes_one_region() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("two_regions")?;
    let question = &case.turns.first().context("a turn")?.question;
    let site = Site::built()?;
    let engine = Engine::start(&browser, &site)?;
    engine.load_model(&site)?;
    engine.set_picture(&case)?;
    let turns = json!([{ "question": question }]);
    let mut boxes = case.boxes_px.clone();
    let [pictures, regions, ..] = counters(&engine.ask(&boxes, &turns, 2)?);
    assert_eq!([pictures, regions], [1, 2]);

    let moved = boxes.last_mut().context("a box")?;
    moved[0] -= 7.5;
    let [pictures, regions, prefilled, reused] = counters(&engine.ask(&boxes, &turns, 2)?);
    assert_eq!([pictures, regions], [0, 1]);
    assert!(prefilled < reused, "{prefilled} prefilled, {reused} reused");
    Ok(())
}

/// Pictures encoded, regions encoded, tokens prefilled, tokens reused.
fn counters(done: &Value) -> [u64; 4] {
    let counters = &done["counters"];
    [
        "pictures_encoded",
        "regions_encoded",
        "tokens_prefilled",
        "tokens_reused",
    ]
    .map(|name| counters[name].as_u64().unwrap_or(u64::MAX))
}
