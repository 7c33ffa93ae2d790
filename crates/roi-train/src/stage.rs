//! What is learnt when.

use roi_weights::TensorClass;

/// A stage of training. Each starts from the weights the one before leaves behind.
///
/// Source: jshilong/GPT4RoI 00273ad, `gpt4roi/train/train.py`, `train`: stage 1 is what `ONLY_SPI`
/// turns on. The original has no stage 0; it starts from published weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Everything, from nothing.
    Zero,
    /// The region extractor alone.
    One,
    /// Everything but the vision tower.
    Two,
}

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 3] = [Self::Zero, Self::One, Self::Two];

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u32 {
        match self {
            Self::Zero => 0,
            Self::One => 1,
            Self::Two => 2,
        }
    }

    /// Whether it changes the tensor of this name.
    #[must_use]
    pub fn trains(self, name: &str) -> bool {
        let Some(class) = TensorClass::of(name) else {
            return false;
        };
        match self {
            Self::Zero => true,
            Self::One => class == TensorClass::Region,
            Self::Two => class != TensorClass::Vision,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stage;

    #[test]
    fn stages_train_what_the_original_does() {
        let cases = [
            ("vision_model.pre_layrnorm.bias", [true, false, false]),
            ("model.spi_module.roi_align.updims.bias", [true, true, true]),
            ("model.mm_projector.weight", [true, false, true]),
            ("model.embed_tokens.weight", [true, false, true]),
            ("model.layers.3.mlp.up_proj.weight", [true, false, true]),
            ("model.norm.weight", [true, false, true]),
            ("lm_head.weight", [true, false, true]),
            ("model.layers", [false, false, false]),
        ];
        for (name, expected) in cases {
            assert_eq!(
                Stage::ALL.map(|stage| stage.trains(name)),
                expected,
                "{name}"
            );
        }
    }
}
