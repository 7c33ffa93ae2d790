//! The model as a run drives it: what a batch says of its weights comes back as plain vectors.

#[cfg(test)]
mod tests;

use burn::tensor::{Device, Tensor, TensorData};
use roi_weights::{TensorSpec, sha256_hex};

use crate::learner::{Learner, Lesson};
use crate::step::shared_step;
use crate::{Aim, Example, Parameters, TrainError, Workers};

/// A GPT4RoI that learns.
#[derive(Debug)]
pub struct Model {
    /// The same weights on each device.
    replicas: Vec<Parameters>,
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
            replicas: vec![parameters],
            aim: aim.into(),
            workers,
            surroundings,
        }
    }

    /// Has further devices share the examples of each batch. There should be as many workers as devices.
    #[must_use]
    pub fn shared_with<'a>(mut self, devices: impl IntoIterator<Item = &'a Device>) -> Self {
        for device in devices {
            let replica = self.parameters().on(device);
            self.replicas.push(replica);
        }
        self
    }

    /// All its weights as they are now.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.replicas[0]
    }

    /// The tensors that learn, or those that do not.
    fn tensors(&self, learn: bool) -> impl Iterator<Item = &TensorSpec> {
        let specs = self.parameters().specs().iter();
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
            let hash = self.parameters().hash(&spec.name)?;
            hashes.push_str(&format!("\n{} {hash}", spec.name));
        }
        Ok(sha256_hex(hashes.as_bytes()))
    }

    fn weights(&self) -> Result<Vec<Vec<f32>>, TrainError> {
        self.tensors(true)
            .map(|spec| self.parameters().values(&spec.name))
            .collect()
    }

    fn set_weights(&mut self, weights: &[Vec<f32>]) -> Result<(), TrainError> {
        for (spec, values) in self.specs().iter().zip(weights) {
            let old = self.parameters().get(&spec.name);
            let shape = old.map_or([0, 0], |tensor| tensor.dims());
            if shape[0] * shape[1] != values.len() {
                return Err(TrainError::ValueCount {
                    name: spec.name.clone(),
                    expected: shape[0] * shape[1],
                    found: values.len(),
                });
            }
            for replica in &mut self.replicas {
                let data = TensorData::new(values.clone(), shape);
                let tensor = Tensor::from_data(data, replica.device());
                replica.set(&spec.name, tensor)?;
            }
        }
        Ok(())
    }

    fn lesson(&mut self, batch: &[Example]) -> Result<Lesson, TrainError> {
        let step = shared_step(&self.replicas, &self.aim, batch, &self.workers)?;
        Ok(Lesson {
            loss: step.loss,
            n_targets: step.n_targets,
            n_tokens: step.n_tokens,
            gradients: step.gradients.into_values()?,
        })
    }
}
