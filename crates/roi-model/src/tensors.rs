//! A model from tensors by name: what learning builds for every step.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor};
use roi_kernels::{Matrix, Precision};
use roi_weights::{ModelConfig, TensorSpec, expected_tensors, matrix_shape};

use crate::ModelError;
use crate::decoder::Decoder;
use crate::load::is_read_per_token;
use crate::model::{Eyes, Gpt4Roi};
use crate::weights::Weights;

#[cfg(test)]
mod tests;

impl Gpt4Roi {
    /// The model whose weights are these tensors, which it shares with the caller. `find` gives a
    /// checkpoint's tensor by name as a matrix, see [`matrix_shape`]; all of them are on `device`.
    /// Linear layers multiply in numbers of `precision`; convolutions, attention, norms and sums are in f32.
    ///
    /// What the model computes has gradients with respect to those that autodiff tracks. Building
    /// it computes a little already (the class token with its position), so such a model serves
    /// one backward pass.
    ///
    /// # Errors
    /// [`ModelError`] when no model has this configuration, or a tensor is missing or has another
    /// shape.
    pub fn from_tensors(
        config: &ModelConfig,
        device: &Device,
        precision: Precision,
        find: impl Fn(&str) -> Option<Tensor<2>>,
    ) -> Result<Self, ModelError> {
        config.check()?;
        let specs = expected_tensors(config);
        let mut named = NamedTensors {
            device: device.clone(),
            precision,
            tensors: HashMap::with_capacity(specs.len()),
        };
        let (mut weight_bytes, mut bytes_per_token) = (0, 0);
        for spec in specs {
            let tensor = find(&spec.name).ok_or_else(|| ModelError::MissingTensor {
                name: spec.name.clone(),
            })?;
            let length = checked_elements(&spec, &tensor)? * size_of::<f32>() as u64;
            weight_bytes += length;
            if is_read_per_token(&spec.name) {
                bytes_per_token += length;
            }
            named.tensors.insert(spec.name, tensor);
        }
        let eyes = Eyes::load(config, &mut named)?;
        let decoder = Decoder::load(&config.decoder, &mut named)?;
        Ok(Self::new(
            config.clone(),
            eyes,
            decoder,
            weight_bytes,
            bytes_per_token,
        ))
    }
}

/// Dense tensors, each shaped as [`matrix_shape`] says.
struct NamedTensors {
    device: Device,
    precision: Precision,
    tensors: HashMap<String, Tensor<2>>,
}

impl Weights for NamedTensors {
    fn device(&self) -> Device {
        self.device.clone()
    }

    fn parts(&mut self, name: &str) -> Result<Vec<Matrix>, ModelError> {
        let matrix = Matrix::from_tensor(self.table(name)?);
        Ok(vec![matrix.multiplied_in(self.precision)])
    }

    fn table(&mut self, name: &str) -> Result<Tensor<2>, ModelError> {
        let tensor = self.tensors.get(name).cloned();
        tensor.ok_or_else(|| ModelError::MissingTensor {
            name: name.to_owned(),
        })
    }
}

/// How many values a tensor has, if it has its shape.
fn checked_elements(spec: &TensorSpec, tensor: &Tensor<2>) -> Result<u64, ModelError> {
    let found = tensor.dims().map(|length| length as u64);
    match matrix_shape(&spec.shape) {
        Some((rows, cols)) if found == [rows, cols] => Ok(rows * cols),
        _ => Err(ModelError::Shape {
            name: spec.name.clone(),
            expected: spec.shape.clone(),
            found: found.to_vec(),
        }),
    }
}
