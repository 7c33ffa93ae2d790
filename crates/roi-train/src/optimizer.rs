//! How weights follow their gradients. What is remembered of earlier steps lies beside the weights in the machine's memory,
//! so that a checkpoint is a copy of vectors and a run goes on to the last bit where it stopped.

mod adamw;
mod muon;
#[cfg(test)]
mod tests;

use rayon::iter::{IntoParallelIterator, IntoParallelRefMutIterator, ParallelIterator};

pub use self::adamw::AdamW;
use self::adamw::Update;
pub use self::muon::Muon;
use crate::TrainError;

/// An optimizer for certain parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimizer {
    adam: AdamW,
    muon: Muon,
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
    /// How it is updated.
    pub method: Method,
}

/// How a parameter is updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Each weight by itself.
    AdamW,
    /// As a matrix.
    Muon {
        /// Rows of the matrix: the layer's outputs.
        rows: usize,
    },
}

/// What an optimizer remembers of earlier steps; a value for each weight.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Moments {
    /// Updates so far.
    pub n_updates: u64,
    /// Running mean of each gradient.
    pub first: Vec<Vec<f32>>,
    /// Running mean of each gradient's square; zero where the method does not ask for it.
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
    pub fn new(adam: AdamW, muon: Muon, rules: Vec<Rule>) -> Self {
        Self { adam, muon, rules }
    }

    /// Updates all parameters by their gradients.
    ///
    /// # Errors
    /// [`TrainError::Read`] when the device that multiplies matrices fails.
    ///
    /// # Panics
    /// If there are not as many of each as parameters, or lengths differ.
    pub fn update(
        &self,
        rate: f64,
        parameters: &mut [Vec<f32>],
        gradients: &[Vec<f32>],
        moments: &mut Moments,
    ) -> Result<(), TrainError> {
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
        // Each parameter is updated by itself, so threads change nothing.
        (parameters, gradients, first, second, &self.rules)
            .into_par_iter()
            .try_for_each(|(values, gradient, first, second, rule)| {
                let rate = rate * rule.rate_share;
                match rule.method {
                    Method::AdamW => {
                        let update = Update::new(&self.adam, n_updates, rate, rule.decays);
                        update.apply(values, gradient, first, second);
                        Ok(())
                    }
                    Method::Muon { rows } => {
                        self.muon
                            .apply(rate, rule.decays, rows, values, gradient, first)
                    }
                }
            })
    }
}
