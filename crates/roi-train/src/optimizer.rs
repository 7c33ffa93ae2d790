//! AdamW. The moments lie beside the weights in the machine's memory, so that a checkpoint is a copy of vectors and a run
//! goes on to the last bit where it stopped.

#[cfg(test)]
mod tests;

use rayon::iter::{IntoParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

/// The constants of the update.
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

/// An optimizer for certain parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimizer {
    constants: AdamW,
    /// For each parameter.
    rules: Vec<Rule>,
}

/// What is particular to a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Whether weight decay pulls it to zero.
    pub decays: bool,
    /// Its share of the learning rate.
    pub rate_share: f64,
}

/// What an optimizer remembers of earlier steps; a value for each weight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// Updates so far.
    pub n_updates: u64,
    /// Running mean of each gradient.
    pub first: Vec<Vec<f32>>,
    /// Running mean of each gradient's square.
    pub second: Vec<Vec<f32>>,
}

impl Moments {
    /// Of nothing, for parameters of these lengths.
    #[must_use]
    pub fn new(lengths: &[usize]) -> Self {
        let zeros = || lengths.iter().map(|length| vec![0.0; *length]).collect();
        Self {
            n_updates: 0,
            first: zeros(),
            second: zeros(),
        }
    }
}

impl Optimizer {
    /// An optimizer for as many parameters as there are rules.
    #[must_use]
    pub fn new(constants: AdamW, rules: Vec<Rule>) -> Self {
        Self { constants, rules }
    }

    /// Updates all parameters by their gradients.
    ///
    /// Source: PyTorch 2.0, `torch/optim/adamw.py`, `_single_tensor_adamw`: decay first and apart from the gradient,
    /// moments corrected for their start at zero, epsilon outside the root.
    ///
    /// # Panics
    /// If there are not as many of each as parameters, or lengths differ.
    pub fn update(
        &self,
        rate: f64,
        parameters: &mut [Vec<f32>],
        gradients: &[Vec<f32>],
        moments: &mut Moments,
    ) {
        let n_parameters = self.rules.len();
        assert_eq!(parameters.len(), n_parameters, "parameters");
        assert_eq!(gradients.len(), n_parameters, "gradients");
        assert_eq!(moments.first.len(), n_parameters, "first moments");
        assert_eq!(moments.second.len(), n_parameters, "second moments");
        moments.n_updates += 1;
        let (n_updates, first, second) = (
            moments.n_updates,
            moments.first.par_iter_mut(),
            moments.second.par_iter_mut(),
        );
        // Each value is computed by itself, so threads change nothing.
        (parameters, gradients, first, second, &self.rules)
            .into_par_iter()
            .for_each(|(values, gradient, first, second, rule)| {
                let rate = rate * rule.rate_share;
                let update = Update::new(&self.constants, n_updates, rate, rule.decays);
                update.apply(values, gradient, first, second);
            });
    }
}

/// One step's constants as the arithmetic takes them.
struct Update {
    keep: f32,
    beta2: f32,
    first_share: f32,
    second_share: f32,
    step_size: f32,
    second_root: f32,
    epsilon: f32,
}

impl Update {
    fn new(constants: &AdamW, n_updates: u64, rate: f64, decays: bool) -> Self {
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

    fn apply(&self, values: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32]) {
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
