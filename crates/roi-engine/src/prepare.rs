//! Compiles what an answer needs before anything is asked.
//!
//! A GPU compiles a kernel when it is first launched, and the decode step is recorded when it first
//! runs. Left to the first question, both would stand between it and its first word.

use roi_model::Gpt4Roi;
use roi_protocol::Event;

use crate::EngineError;
use crate::host::Host;
use crate::session::{Memory, finished};

/// What is run: a prompt, a step.
const PARTS: u32 = 2;

/// Tokens of a prompt that takes the same kernels as any longer one.
const PROMPT_TOKENS: usize = 8;

/// Runs the decoder once on nothing in particular, and returns its memory, emptied.
///
/// # Errors
/// [`EngineError`] when the device refuses a kernel or a logit is not a number.
pub(crate) async fn decoder(
    model: &Gpt4Roi,
    host: &Host,
    events: &mut dyn FnMut(Event),
) -> Result<Memory, EngineError> {
    let mut compiled = |done| events(Event::Compiling { done, total: PARTS });
    compiled(0);
    let mut memory = Memory::new(model);
    let ids = [model.config().tokens.bos; PROMPT_TOKENS];
    let embeds = model.embed_text(&ids);
    let logits = model.prefill(embeds, &mut memory.cache);
    host.unless_faulty(memory.cache.choose_greedy(logits).await)?;
    compiled(1);
    let logits = model.step(&mut memory.cache);
    finished(&logits, host).await?;
    compiled(PARTS);
    memory.truncate(0);
    Ok(memory)
}
