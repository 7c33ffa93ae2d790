//! AdamW: every weight by itself.

/// The constants of the update.
///
/// Source: PyTorch 2.0, `torch/optim/adamw.py`, `_single_tensor_adamw`: decay first and apart from the gradient, moments
/// corrected for their start at zero, epsilon outside the root.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamW {
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment.
    pub beta2: f64,
    /// Added to the root of the second moment.
    pub epsilon: f64,
    /// Share of a weight that a step at rate 1 takes away.
    pub weight_decay: f64,
}

/// One step's constants as the arithmetic takes them.
pub(super) struct Update {
    keep: f32,
    beta2: f32,
    first_share: f32,
    second_share: f32,
    step_size: f32,
    second_root: f32,
    epsilon: f32,
}

impl Update {
    pub(super) fn new(constants: &AdamW, n_updates: u64, rate: f64, decays: bool) -> Self {
        let AdamW {
            beta1,
            beta2,
            epsilon,
            weight_decay,
        } = *constants;
        // Powers beyond what f64 resolves are 0 anyway.
        let power = i32::try_from(n_updates).unwrap_or(i32::MAX);
        let decay = if decays { rate * weight_decay } else { 0.0 };
        Self {
            keep: (1.0 - decay) as f32,
            beta2: beta2 as f32,
            first_share: (1.0 - beta1) as f32,
            second_share: (1.0 - beta2) as f32,
            step_size: (rate / (1.0 - beta1.powi(power))) as f32,
            second_root: (1.0 - beta2.powi(power)).sqrt() as f32,
            epsilon: epsilon as f32,
        }
    }

    pub(super) fn apply(
        &self,
        values: &mut [f32],
        gradient: &[f32],
        first: &mut [f32],
        second: &mut [f32],
    ) {
        assert_eq!(values.len(), gradient.len(), "a gradient's length");
        assert_eq!(values.len(), first.len(), "a moment's length");
        assert_eq!(values.len(), second.len(), "a moment's length");
        for (((value, gradient), first), second) in
            values.iter_mut().zip(gradient).zip(first).zip(second)
        {
            *first += (gradient - *first) * self.first_share;
            *second = *second * self.beta2 + gradient * gradient * self.second_share;
            let root = second.sqrt() / self.second_root + self.epsilon;
            *value = *value * self.keep - self.step_size * (*first / root);
        }
    }
}
