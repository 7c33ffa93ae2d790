//! What a loss says about each weight.

use burn::tensor::Tensor;

use crate::TrainError;
use crate::parameters::read;

/// The loss's derivative with respect to every tensor that a stage trains, in the order of a
/// package. A tensor that took no part has zeros.
#[derive(Clone, Debug)]
pub struct Gradients {
    entries: Vec<(String, Tensor<2>)>,
}

impl Gradients {
    pub(crate) fn new(entries: Vec<(String, Tensor<2>)>) -> Self {
        Self { entries }
    }

    /// Gradients with the names of their tensors, each of its tensor's shape.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor<2>)> {
        let entries = self.entries.iter();
        entries.map(|(name, gradient)| (name.as_str(), gradient))
    }

    /// The gradient of the tensor of this name, if it is trained.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tensor<2>> {
        let mut entries = self.iter();
        entries.find_map(|(found, gradient)| (found == name).then_some(gradient))
    }

    /// Each gradient's values, row after row, in the order of [`Self::iter`].
    ///
    /// # Errors
    /// [`TrainError::Read`].
    pub fn into_values(self) -> Result<Vec<Vec<f32>>, TrainError> {
        let entries = self.entries.into_iter();
        entries
            .map(|(name, gradient)| read(&name, gradient))
            .collect()
    }

    /// The sum with gradients of the same tensors, on the device of these.
    pub(crate) fn plus(self, other: Self) -> Self {
        let pairs = self.entries.into_iter().zip(other.entries);
        let entries = pairs.map(|((name, left), (other, right))| {
            assert_eq!(name, other, "gradients of different tensors");
            let device = left.device();
            (name, left + right.to_device(&device))
        });
        Self::new(entries.collect())
    }
}
