//! A model whose device is asked for faults after every step: a GPU's come to nobody by themselves, and what it computed
//! then is nothing to learn from.

use roi_platform::Compute;
use roi_train::{Example, Learner, Lesson, Model, TrainError};
use roi_weights::TensorSpec;

/// A model and the device it is on.
pub(super) struct Watched<'a> {
    model: Model,
    compute: &'a Compute,
}

impl<'a> Watched<'a> {
    pub(super) fn new(model: Model, compute: &'a Compute) -> Self {
        Self { model, compute }
    }

    pub(super) fn model(&self) -> &Model {
        &self.model
    }

    fn check(&self) -> Result<(), TrainError> {
        match self.compute.take_fault() {
            Some(fault) => Err(TrainError::Device {
                reason: fault.to_string(),
            }),
            None => Ok(()),
        }
    }
}

impl Learner for Watched<'_> {
    type Example = Example;

    fn specs(&self) -> Vec<TensorSpec> {
        self.model.specs()
    }

    fn frozen_sha256(&self) -> Result<String, TrainError> {
        self.model.frozen_sha256()
    }

    fn weights(&self) -> Result<Vec<Vec<f32>>, TrainError> {
        self.model.weights()
    }

    fn set_weights(&mut self, weights: &[Vec<f32>]) -> Result<(), TrainError> {
        self.model.set_weights(weights)
    }

    fn lesson(&mut self, batch: &[Example]) -> Result<Lesson, TrainError> {
        let lesson = self.model.lesson(batch);
        // A fault is the cause of whatever else went wrong.
        self.check()?;
        lesson
    }
}
