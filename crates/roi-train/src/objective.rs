//! What a model is asked to predict.

use std::collections::BTreeSet;

use roi_model::Precision;
use roi_weights::TensorClass;

use crate::{Config, Stage};

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

/// Which weights learn, what from, and how exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    /// Which weights.
    pub stage: Stage,
    /// What from.
    pub objective: Objective,
    /// Parts that stay as they are although the stage trains them.
    pub kept: BTreeSet<TensorClass>,
    /// What linear layers multiply in, forwards and backwards. Weights, sums over a batch and updates are f32.
    pub precision: Precision,
}

impl Aim {
    /// Whether it changes the tensor of this name: what the stage trains but what is kept, of which words alone leave out all
    /// that they do not go through. Weight decay, too, would change what is not learnt.
    #[must_use]
    pub fn trains(&self, name: &str) -> bool {
        let class = TensorClass::of(name);
        let is_in_words = match class {
            Some(TensorClass::Vision | TensorClass::Region | TensorClass::Head) => true,
            _ => name == "model.norm.weight",
        };
        let is_kept = class.is_some_and(|class| self.kept.contains(&class));
        self.stage.trains(name) && !is_kept && (self.objective.has_answers() || is_in_words)
    }
}

impl From<&Config> for Aim {
    fn from(config: &Config) -> Self {
        let kept = config.rates.iter().filter(|(_, share)| **share == 0.0);
        Self {
            stage: config.stage,
            objective: config.objective,
            kept: kept.map(|(class, _)| *class).collect(),
            precision: config.precision,
        }
    }
}

impl From<Stage> for Aim {
    fn from(stage: Stage) -> Self {
        Self {
            stage,
            objective: Objective::default(),
            kept: BTreeSet::new(),
            precision: Precision::F32,
        }
    }
}

#[cfg(test)]
mod tests {
    use roi_weights::TensorClass;

    use super::{Aim, Objective};
    use crate::Stage;

    fn aim(stage: Stage, objective: Objective) -> Aim {
        Aim {
            objective,
            ..stage.into()
        }
    }

    #[test]
    fn words_alone_train_only_what_they_go_through() {
        let trains = |objective, name| aim(Stage::Zero, objective).trains(name);
        for (name, by_words) in [
            ("vision_model.pre_layrnorm.bias", true),
            ("model.spi_module.roi_align.updims.bias", true),
            ("model.norm.weight", true),
            ("lm_head.weight", true),
            ("model.mm_projector.weight", false),
            ("model.embed_tokens.weight", false),
            ("model.layers.3.mlp.up_proj.weight", false),
        ] {
            assert_eq!(trains(Objective::Words, name), by_words, "{name}");
            assert!(trains(Objective::Both, name), "{name}");
            assert!(trains(Objective::Answers, name), "{name}");
        }
        let two = aim(Stage::Two, Objective::Words);
        assert!(!two.trains("vision_model.pre_layrnorm.bias"));
    }

    #[test]
    fn what_is_kept_is_not_trained_and_what_is_not_trained_is_not_so_by_being_kept() {
        let mut aim = Aim::from(Stage::Two);
        aim.kept = [TensorClass::Region, TensorClass::Head].into();
        for (name, is_trained) in [
            ("vision_model.pre_layrnorm.bias", false),
            ("model.spi_module.roi_align.updims.bias", false),
            ("model.mm_projector.weight", true),
            ("model.layers.3.mlp.up_proj.weight", true),
            ("lm_head.weight", false),
        ] {
            assert_eq!(aim.trains(name), is_trained, "{name}");
        }
    }
}
