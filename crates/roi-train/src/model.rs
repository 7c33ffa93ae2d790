//! The model as a run drives it: a batch goes through [`step`], its gradients come back as plain vectors.

#[cfg(test)]
mod tests;

use burn::tensor::{Tensor, TensorData};
use roi_weights::{TensorSpec, sha256_hex};

use crate::learner::{Learner, Lesson};
use crate::step::step;
use crate::{Aim, Example, Parameters, TrainError, Workers};

/// A GPT4RoI that learns.
#[derive(Debug)]
pub struct Model {
    parameters: Parameters,
    aim: Aim,
    workers: Workers,
    /// SHA-256 of whatever else examples depend on, as the tokenizer.
    surroundings: String,
}

impl Model {
    /// A model that learns what `aim` says. `surroundings` is a hash of what its examples are made by, so that a run does
    /// not go on with another tokenizer.
    #[must_use]
    pub fn new(
        parameters: Parameters,
        aim: impl Into<Aim>,
        workers: Workers,
        surroundings: String,
    ) -> Self {
        Self {
            parameters,
            aim: aim.into(),
            workers,
            surroundings,
        }
    }

    /// All its weights as they are now.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The tensors that learn, or those that do not.
    fn tensors(&self, learn: bool) -> impl Iterator<Item = &TensorSpec> {
        let specs = self.parameters.specs().iter();
        specs.filter(move |spec| self.aim.trains(&spec.name) == learn)
    }
}

impl Learner for Model {
    type Example = Example;

    fn specs(&self) -> Vec<TensorSpec> {
        self.tensors(true).cloned().collect()
    }

    fn frozen_sha256(&self) -> Result<String, TrainError> {
        let mut hashes = self.surroundings.clone();
        for spec in self.tensors(false) {
            let hash = self.parameters.hash(&spec.name)?;
            hashes.push_str(&format!("\n{} {hash}", spec.name));
        }
        Ok(sha256_hex(hashes.as_bytes()))
    }

    fn weights(&self) -> Result<Vec<Vec<f32>>, TrainError> {
        self.tensors(true)
            .map(|spec| self.parameters.values(&spec.name))
            .collect()
    }

    fn set_weights(&mut self, weights: &[Vec<f32>]) -> Result<(), TrainError> {
        for (spec, values) in self.specs().iter().zip(weights) {
            let old = self.parameters.get(&spec.name);
            let shape = old.map_or([0, 0], |tensor| tensor.dims());
            if shape[0] * shape[1] != values.len() {
                return Err(TrainError::ValueCount {
                    name: spec.name.clone(),
                    expected: shape[0] * shape[1],
                    found: values.len(),
                });
            }
            let data = TensorData::new(values.clone(), shape);
            let tensor = Tensor::from_data(data, self.parameters.device());
            self.parameters.set(&spec.name, tensor)?;
        }
        Ok(())
    }

    fn lesson(&mut self, batch: &[Example]) -> Result<Lesson, TrainError> {
        let step = step(&self.parameters, self.aim.clone(), batch, &self.workers)?;
        Ok(Lesson {
            loss: step.loss,
            n_targets: step.n_targets,
            n_tokens: step.n_tokens,
            gradients: step.gradients.into_values()?,
        })
    }
}
