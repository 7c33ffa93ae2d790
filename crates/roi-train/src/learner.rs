//! What a run drives: something that learns, and something to learn from. The loop knows no model and no data set, so that
//! its promises are tested in milliseconds.

use roi_weights::TensorSpec;

use crate::TrainError;

/// A model that learns. Its weights lie with the run and are handed to it after each update.
pub trait Learner {
    /// What it learns from.
    type Example: Send;

    /// The tensors that learn, always in the same order.
    fn specs(&self) -> Vec<TensorSpec>;

    /// SHA-256 of the tensors that do not learn.
    ///
    /// # Errors
    /// If they cannot be read.
    fn frozen_sha256(&self) -> Result<String, TrainError>;

    /// Values of the tensors that learn, in the order of [`Self::specs`].
    ///
    /// # Errors
    /// If they cannot be read.
    fn weights(&self) -> Result<Vec<Vec<f32>>, TrainError>;

    /// Takes other values.
    ///
    /// # Errors
    /// If they are not of the right number.
    fn set_weights(&mut self, weights: &[Vec<f32>]) -> Result<(), TrainError>;

    /// Loss and gradients of some examples. The same examples give the same bits.
    ///
    /// # Errors
    /// If an example does not fit the model, or the device fails.
    fn lesson(&mut self, batch: &[Self::Example]) -> Result<Lesson, TrainError>;
}

/// What some examples say.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Cross-entropy in nats, the mean over all labelled tokens.
    pub loss: f64,
    /// Labelled tokens.
    pub n_targets: usize,
    /// Tokens.
    pub n_tokens: usize,
    /// The loss's gradients, in the order of [`Learner::specs`].
    pub gradients: Vec<Vec<f32>>,
}

/// An endless stream of examples, epoch after epoch, in which every place can be looked at by itself.
pub trait Examples: Sync {
    /// What is learnt from.
    type Example: Send;

    /// Places of an epoch.
    fn epoch_len(&self) -> u64;

    /// SHA-256 of what they are read from, in hex. Another one means that a place may hold another example.
    fn source_sha256(&self) -> &str;

    /// The example at a place, read and decoded. The same place gives the same example.
    ///
    /// # Errors
    /// [`Broken`]; the next place is then looked at.
    fn get(&self, position: u64) -> Result<Named<Self::Example>, Broken>;
}

/// An example and what it is called in messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<E> {
    /// What it is called.
    pub name: String,
    /// The example.
    pub example: E,
}

/// An example that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// What it is called in messages.
    pub name: String,
    /// What is wrong with it.
    pub problem: String,
}
