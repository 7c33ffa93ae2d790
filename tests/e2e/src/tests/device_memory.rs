//! The memory of the graphics card is given back by those who have had it.

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::browser;
use crate::engine::Engine;
use crate::golden::{ANSWER_TOKENS, Case};
use crate::site::{QUICK_TEST_MODEL, Site, TEST_MODEL};

/// Whether each buffer that tensors have had is destroyed, in the order in which they were made.
fn destroyed(engine: &Engine) -> Result<Vec<bool>> {
    Ok(serde_json::from_value(engine.told()?)?)
}

#[test]
fn a_model_that_another_takes_the_place_of_leaves_no_buffer_behind() -> Result<()> {
    let Some((browser, _turn)) = browser() else {
        return Ok(());
    };
    let case = Case::named("single")?;
    let turn = case.turns.first().context("a turn")?;
    let turns = json!([{ "question": turn.question }]);
    let site = Site::with_buffers_told()?;
    let engine = Engine::start(&browser, &site)?;
    let mut of_models_before = 0;
    // The last one a second time, too.
    for model in [TEST_MODEL, QUICK_TEST_MODEL, TEST_MODEL, TEST_MODEL] {
        engine.load(&site, model)?;
        engine.set_picture(&case)?;
        let answer = engine.ask(&case.boxes_px, &turns, ANSWER_TOKENS)?;
        if model == TEST_MODEL {
            assert_eq!(answer["text"], turn.greedy_text.as_str());
        }
        let now = destroyed(&engine)?;
        let (before, since) = now.split_at(of_models_before);
        let n_left = before.iter().filter(|is_destroyed| !**is_destroyed).count();
        ensure!(n_left == 0, "{n_left} of {} are left", before.len());
        ensure!(since.contains(&false), "{model} has no buffer");
        of_models_before = now.len();
    }
    Ok(())
}
