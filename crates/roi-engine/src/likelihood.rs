//! How likely a given text is as an answer: for choosing among answers that are known.

use roi_prompt::PromptError;

use crate::cache::{cells, n_reusable};
use crate::engine::{conversation, normalised, placeholders, prompt_turns, sight};
use crate::session::{Memory, values};
use crate::{Engine, EngineError, Question};

/// How likely a text is as an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likelihood {
    /// Sum of the natural logarithms of its tokens' probabilities.
    pub log_probability: f64,
    /// How many tokens that is.
    pub n_tokens: u32,
}

impl Engine {
    /// How likely each of `texts` is as the answer to the last turn. It stands where the answer would, behind `Assistant:` and
    /// tokenized as in a conversation; what ends it is not counted. An answer that the last turn has is not looked at. What the
    /// texts have in common with each other and with the question before is read once.
    ///
    /// # Errors
    /// [`EngineError`]; also when a text makes the conversation longer than the model can read.
    pub async fn likelihoods(
        &mut self,
        question: Question<'_>,
        texts: &[String],
    ) -> Result<Vec<Likelihood>, EngineError> {
        let loaded = self.loaded.as_mut().ok_or(EngineError::NoModel)?;
        let seen = loaded.seen.as_mut().ok_or(EngineError::NoPicture)?;
        let (model, host) = (&loaded.model, &self.host);
        let norms = normalised(question.boxes, seen.size)?;
        let sight = sight(self.has_blank_regions, question.options.compat.f16_boxes);
        let limit = model.config().decoder.max_positions;
        let mut turns = prompt_turns(question.turns);
        let mut conversations = Vec::with_capacity(texts.len());
        for text in texts {
            if let Some(last) = turns.last_mut() {
                last.answer = Some(text.clone());
            }
            let answered = conversation(&question, &turns, model).answered(&loaded.tokenizer)?;
            let tokens = answered.ids.len();
            if tokens > limit {
                return Err(PromptError::TooLong { tokens, limit }.into());
            }
            conversations.push(answered);
        }
        // Taken out, so that a failure leaves nothing half-written behind.
        let mut memory = match loaded.memory.take() {
            Some(memory) => memory,
            None => Memory::new(model),
        };
        let mut found = Vec::with_capacity(texts.len());
        for answered in conversations {
            if answered.answer.is_empty() {
                found.push(Likelihood {
                    log_probability: 0.0,
                    n_tokens: 0,
                });
                continue;
            }
            let mentioned: Vec<_> = answered.regions.iter().map(|&index| norms[index]).collect();
            let (keys, vectors, _) = seen.regions(&mentioned, sight, model, host).await?;
            let wanted = cells(&answered.ids, placeholders(model), seen.id, &keys);
            // What a position says is about the token behind it.
            let said_at = answered.answer.start - 1..answered.answer.end - 1;
            let n_reused = n_reusable(&memory.cells, &wanted).min(said_at.start);
            memory.truncate(n_reused);
            let image_tokens = &seen.picture.image_tokens;
            let rest = n_reused..wanted.len();
            let embeds = model.embed_prompt(&answered.ids, rest, image_tokens, &vectors)?;
            let positions: Vec<_> = said_at.map(|index| index - n_reused).collect();
            let logits = model.logits_behind(embeds, &positions, &mut memory.cache);
            memory.cells.extend_from_slice(&wanted[n_reused..]);
            let targets = &answered.ids[answered.answer];
            let [_, vocab_rows] = logits.dims();
            let logits = values(logits, host).await?;
            let log_probabilities = logits
                .chunks_exact(vocab_rows)
                .zip(targets)
                .map(|(row, &id)| log_probability(row, id as usize));
            found.push(Likelihood {
                log_probability: log_probabilities.sum(),
                n_tokens: u32::try_from(targets.len()).unwrap_or(u32::MAX),
            });
        }
        loaded.memory = Some(memory);
        Ok(found)
    }
}

/// The logarithm of the softmax at `id`, which is below the row's length.
fn log_probability(logits: &[f32], id: usize) -> f64 {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f64 = logits.iter().map(|&x| f64::from(x - most).exp()).sum();
    f64::from(logits[id] - most) - sum.ln()
}

#[cfg(test)]
mod tests {
    use super::log_probability;

    #[test]
    fn probabilities_of_all_ids_add_up_to_one_whatever_is_added_to_the_logits() {
        for shift in [-800.0, 0.0, 900.0] {
            let logits = [0.5, -2.0, 3.0, 0.0].map(|x| x + shift);
            let sum: f64 = (0..4).map(|id| log_probability(&logits, id).exp()).sum();
            // Each logit is rounded to f32 next to 900, by 3e-5 at most.
            assert!((sum - 1.0).abs() < 1e-9, "{sum}");
            let apart = log_probability(&logits, 2) - log_probability(&logits, 1);
            assert!((apart - 5.0).abs() < 1e-4, "{apart}");
        }
    }
}
