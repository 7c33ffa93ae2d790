//! A model's weights as learning changes them: f32 tensors by name, in the order of a package.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor, TensorData};
use roi_weights::{
    Manifest, ModelConfig, PackageSource, PieceTarget, TensorSpec, expected_tensors, matrix_shape,
    sha256_hex, source_name, verify_chunk,
};

use crate::TrainError;

#[cfg(test)]
mod tests;

/// Every weight of a model. Clones share the values, which are never written in place.
#[derive(Clone, Debug)]
pub struct Parameters {
    config: ModelConfig,
    device: Device,
    specs: Vec<TensorSpec>,
    tensors: Vec<Tensor<2>>,
    places: HashMap<String, usize>,
}

impl Parameters {
    /// Weights on `device`, which `values` gives tensor by tensor, row after row.
    ///
    /// # Errors
    /// [`TrainError`] when no model has this configuration, `values` fails, or gives too many or
    /// too few.
    pub fn new(
        config: &ModelConfig,
        device: &Device,
        mut values: impl FnMut(&TensorSpec) -> Result<Vec<f32>, TrainError>,
    ) -> Result<Self, TrainError> {
        config.check()?;
        // Weights are data; autodiff tracks only what a step makes of them.
        let device = device.clone().without_autodiff();
        let specs = expected_tensors(config);
        let tensors = specs
            .iter()
            .map(|spec| tensor(&spec.name, values(spec)?, matrix(spec), &device));
        let tensors = tensors.collect::<Result<_, _>>()?;
        let places = specs
            .iter()
            .enumerate()
            .map(|(place, spec)| (spec.name.clone(), place));
        Ok(Self {
            config: config.clone(),
            places: places.collect(),
            device,
            tensors,
            specs,
        })
    }

    /// The weights of a package, each chunk checked before it is used. Quantised weights come out
    /// as what they stand for.
    ///
    /// # Errors
    /// [`TrainError`] when a part of the package is missing or damaged.
    pub async fn from_package(
        source: &impl PackageSource,
        device: &Device,
    ) -> Result<Self, TrainError> {
        let manifest = Manifest::parse(&source.manifest().await?)?;
        let mut stored: Vec<Vec<u8>> = manifest
            .tensors
            .iter()
            .map(|entry| vec![0; entry.length as usize])
            .collect();
        for (index, entry) in manifest.chunks.iter().enumerate() {
            let bytes = source.chunk(index, entry).await?;
            verify_chunk(index, entry, &bytes)?;
            for piece in manifest.pieces(index) {
                if let PieceTarget::Tensor(tensor) = piece.target {
                    let start = piece.target_offset as usize;
                    let end = start + piece.chunk_range.len();
                    stored[tensor][start..end].copy_from_slice(&bytes[piece.chunk_range]);
                }
            }
        }
        // The parts of a large tensor stand in the order of their rows.
        let mut whole: HashMap<String, Vec<f32>> = HashMap::new();
        for (entry, bytes) in manifest.tensors.iter().zip(&mut stored) {
            let (rows, cols) = entry.matrix();
            let bytes = std::mem::take(bytes);
            let values = entry
                .layout
                .decode(rows as usize, cols as usize, &bytes)
                .map_err(|source| TrainError::Layout {
                    name: entry.name.clone(),
                    source,
                })?;
            let name = source_name(&entry.name).to_owned();
            whole.entry(name).or_default().extend(values);
        }
        Self::new(&manifest.config, device, |spec| {
            Ok(whole.remove(&spec.name).unwrap_or_default())
        })
    }

    /// The same weights on another device.
    #[must_use]
    pub fn on(&self, device: &Device) -> Self {
        let device = device.clone().without_autodiff();
        let tensors = self.tensors.iter();
        Self {
            tensors: tensors
                .map(|tensor| tensor.clone().to_device(&device))
                .collect(),
            device,
            config: self.config.clone(),
            specs: self.specs.clone(),
            places: self.places.clone(),
        }
    }

    /// Every size of the model.
    #[must_use]
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// Where the weights are.
    #[must_use]
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Names and shapes of all tensors, in the order of a package.
    #[must_use]
    pub fn specs(&self) -> &[TensorSpec] {
        &self.specs
    }

    /// All tensors with their names, in the order of a package.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Tensor<2>)> {
        let names = self.specs.iter().map(|spec| spec.name.as_str());
        names.zip(&self.tensors)
    }

    /// A tensor as a matrix, see [`matrix_shape`].
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Tensor<2>> {
        self.places.get(name).map(|&place| &self.tensors[place])
    }

    /// Puts another tensor in the place of one.
    ///
    /// # Errors
    /// [`TrainError::NoSuchTensor`], [`TrainError::TensorShape`].
    pub fn set(&mut self, name: &str, tensor: Tensor<2>) -> Result<(), TrainError> {
        let place = self.place(name)?;
        let (expected, found) = (self.tensors[place].dims(), tensor.dims());
        if found != expected {
            return Err(TrainError::TensorShape {
                name: name.to_owned(),
                expected,
                found,
            });
        }
        self.tensors[place] = tensor;
        Ok(())
    }

    /// Puts values, row after row, in the place of a tensor's.
    ///
    /// # Errors
    /// [`TrainError::NoSuchTensor`], [`TrainError::ValueCount`].
    pub fn set_values(&mut self, name: &str, values: Vec<f32>) -> Result<(), TrainError> {
        let place = self.place(name)?;
        let shape = self.tensors[place].dims();
        self.tensors[place] = tensor(name, values, shape, &self.device)?;
        Ok(())
    }

    /// A tensor's values, row after row.
    ///
    /// # Errors
    /// [`TrainError::NoSuchTensor`], [`TrainError::Read`].
    pub fn values(&self, name: &str) -> Result<Vec<f32>, TrainError> {
        read(name, self.tensors[self.place(name)?].clone())
    }

    /// SHA-256 of a tensor's values as little-endian f32: equal exactly when no bit of it changed.
    ///
    /// # Errors
    /// As [`Self::values`].
    pub fn hash(&self, name: &str) -> Result<String, TrainError> {
        let values = self.values(name)?.into_iter();
        Ok(sha256_hex(
            &values.flat_map(f32::to_le_bytes).collect::<Vec<_>>(),
        ))
    }

    /// The index of a tensor among [`Self::specs`].
    pub(crate) fn place(&self, name: &str) -> Result<usize, TrainError> {
        let place = self.places.get(name).copied();
        place.ok_or_else(|| TrainError::NoSuchTensor {
            name: name.to_owned(),
        })
    }
}

/// Rows and columns of a tensor of a checked configuration.
fn matrix(spec: &TensorSpec) -> [usize; 2] {
    let (rows, cols) = matrix_shape(&spec.shape).unwrap_or_default();
    [rows as usize, cols as usize]
}

fn tensor(
    name: &str,
    values: Vec<f32>,
    shape: [usize; 2],
    device: &Device,
) -> Result<Tensor<2>, TrainError> {
    let (expected, found) = (shape[0] * shape[1], values.len());
    if found == expected {
        Ok(Tensor::from_data(TensorData::new(values, shape), device))
    } else {
        Err(TrainError::ValueCount {
            name: name.to_owned(),
            expected,
            found,
        })
    }
}

/// A tensor's values, row after row.
pub(crate) fn read<const D: usize>(what: &str, tensor: Tensor<D>) -> Result<Vec<f32>, TrainError> {
    let failed = |reason: String| TrainError::Read {
        what: what.to_owned(),
        reason,
    };
    let data = tensor.try_into_data();
    let data = data.map_err(|error| failed(error.to_string()))?;
    data.try_into_vec()
        .map_err(|error| failed(error.to_string()))
}
