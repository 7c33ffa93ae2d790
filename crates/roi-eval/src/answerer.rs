//! What a benchmark asks through: a model behind two calls.
//!
//! Benchmarks know no device and no tensor. Whoever has a model implements [`Answerer`]; tests
//! implement it with a table.

use roi_geom::BoxPx;
use roi_protocol::Turn;

/// One question with all it refers to.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The picture's file: PNG, JPEG or WebP. Successive questions often share it.
    pub picture: &'a [u8],
    /// Box `k` of this list is `<region(k+1)>`, in pixels of the picture as shown.
    pub boxes: &'a [BoxPx],
    /// The conversation; every turn but the last has its answer, the last is to be answered.
    pub turns: &'a [Turn],
    /// A control: all region vectors are zeros, so that only picture and words can help.
    pub zero_regions: bool,
}

/// How likely a text is as the answer.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Likelihood {
    /// Sum of the natural logarithms of its tokens' probabilities.
    pub log_probability: f64,
    /// How many tokens that is.
    pub n_tokens: u32,
}

impl Likelihood {
    /// The mean over its tokens, so that long texts are not at a disadvantage; none without a
    /// token or where the sum is no number.
    #[must_use]
    pub fn per_token(self) -> Option<f64> {
        let mean = self.log_probability / f64::from(self.n_tokens);
        mean.is_finite().then_some(mean)
    }
}

/// Something that answers questions about pictures.
pub trait Answerer {
    /// The device that gave the last answer, for reports.
    fn device(&self) -> String;

    /// The answer to the last turn, without the role's label and the end mark.
    ///
    /// # Errors
    /// [`AnswerError`].
    fn answer(&mut self, question: &Question<'_>) -> Result<String, AnswerError>;

    /// How likely each of these texts is as the answer to the last turn: the text stands where the
    /// model's own answer would, behind the role's label, and its end is not counted.
    ///
    /// # Errors
    /// [`AnswerError`].
    fn likelihoods(
        &mut self,
        question: &Question<'_>,
        continuations: &[String],
    ) -> Result<Vec<Likelihood>, AnswerError>;
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// This question cannot be asked; the next one can.
    #[error("{reason}")]
    Refused {
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing can be asked any more.
    #[error("{0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}
