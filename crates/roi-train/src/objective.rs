//! What a model is asked to predict.

use crate::Stage;

/// What the loss is taken of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Objective {
    /// Each token of the answers from all that stands before it: what the original trains.
    #[default]
    Answers,
    /// All words that are said of a region from its vector alone, in no order: the vector goes through the decoder's last norm
    /// and its head, and the layers between take no part. How often each word is said in the batch is given. It teaches a
    /// tower and a region extractor that know nothing to see, at a third of the work, and in the decoder's own language; no
    /// decoder learns where to look until there is something to be seen.
    ///
    /// The answer to a question that introduces one region counts as said of that region, any other answer of none.
    Words,
    /// The sum of both, each the mean over its own tokens. A decoder that learns from answers alone makes region vectors so
    /// long that they lose what words taught; the words' part keeps them readable while the decoder learns to read them.
    Both,
}

impl Objective {
    pub(crate) fn has_answers(self) -> bool {
        self != Self::Words
    }

    pub(crate) fn has_words(self) -> bool {
        self != Self::Answers
    }
}

/// Which weights learn, and what from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aim {
    /// Which weights.
    pub stage: Stage,
    /// What from.
    pub objective: Objective,
}

impl From<Stage> for Aim {
    fn from(stage: Stage) -> Self {
        Self {
            stage,
            objective: Objective::default(),
        }
    }
}
