//! Where a model's weights come from: a package's finished tensors, or tensors by name.
//!
//! The parts of the model are loaded through this one door, so that a model that learns is built by
//! the same code as one that answers.

use burn::tensor::{Device, Tensor};
use roi_kernels::Matrix;

use crate::ModelError;

/// Weights by their names in checkpoints.
pub(crate) trait Weights {
    /// Where the weights are.
    fn device(&self) -> Device;

    /// The matrices that make up a tensor `[N, K]`, in the order of its rows.
    fn parts(&mut self, name: &str) -> Result<Vec<Matrix>, ModelError>;

    /// f32 values in rows.
    fn table(&mut self, name: &str) -> Result<Tensor<2>, ModelError>;

    /// Values without rows.
    fn vector(&mut self, name: &str) -> Result<Tensor<1>, ModelError> {
        let table = self.table(name)?;
        let [rows, cols] = table.dims();
        Ok(table.reshape([rows * cols]))
    }

    /// A matrix `[N, K]`, its parts stacked.
    fn matrix(&mut self, name: &str) -> Result<Matrix, ModelError> {
        self.stacked(&[name.to_owned()])
    }

    /// Matrices of equal width as one, the rows of the first on top.
    fn stacked(&mut self, names: &[String]) -> Result<Matrix, ModelError> {
        let mut matrices: Vec<Matrix> = Vec::new();
        for name in names {
            for matrix in self.parts(name)? {
                let found = matrix.layout();
                let expected = matrices.first().map_or(found, Matrix::layout);
                if found != expected {
                    return Err(ModelError::MixedLayouts {
                        name: name.clone(),
                        expected,
                        found,
                    });
                }
                matrices.push(matrix);
            }
        }
        Ok(Matrix::stack(matrices))
    }
}
