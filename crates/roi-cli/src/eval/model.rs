//! The model behind a benchmark's questions.

use roi_engine::EngineError;
use roi_eval::{AnswerError, Answerer, Likelihood, Question};
use roi_protocol::GenerateOptions;

use crate::session::Session;

/// An open package that answers under fixed options.
pub(super) struct Model {
    session: Session,
    options: GenerateOptions,
}

impl Model {
    pub(super) fn new(session: Session, options: GenerateOptions) -> Self {
        Self { session, options }
    }

    /// Puts the question's picture in front of the model. The same picture again costs nothing.
    fn look(&mut self, question: &Question<'_>) -> Result<(), AnswerError> {
        self.session.blank_regions(question.zero_regions);
        self.session
            .set_picture(question.picture)
            .map_err(answer_error)?;
        Ok(())
    }
}

impl Answerer for Model {
    fn device(&self) -> String {
        let device = self.session.engine().device();
        format!("{}: {}", device.kind, device.name)
    }

    fn answer(&mut self, question: &Question<'_>) -> Result<String, AnswerError> {
        self.look(question)?;
        let answer = self
            .session
            .ask(question.boxes, question.turns, &self.options, |_| true)
            .map_err(answer_error)?;
        Ok(answer.answer)
    }

    fn likelihoods(
        &mut self,
        question: &Question<'_>,
        continuations: &[String],
    ) -> Result<Vec<Likelihood>, AnswerError> {
        self.look(question)?;
        let found = self
            .session
            .likelihoods(question.boxes, question.turns, &self.options, continuations)
            .map_err(answer_error)?;
        let found = found.into_iter().map(|found| Likelihood {
            log_probability: found.log_probability,
            n_tokens: found.n_tokens,
        });
        Ok(found.collect())
    }
}

/// A picture, box or text that cannot be used costs its own question only.
fn answer_error(error: anyhow::Error) -> AnswerError {
    match error.downcast_ref::<EngineError>() {
        Some(EngineError::Picture(_) | EngineError::Region { .. } | EngineError::Prompt(_)) => {
            AnswerError::Refused {
                reason: crate::sentence(&error),
            }
        }
        _ => AnswerError::Failed(error.into()),
    }
}
