//! From pieces of tensors to a model.
//!
//! Pieces come in any order, as chunks arrive. A tensor is finished as soon as its last byte is
//! there, so that nothing of it lingers on the host; the eyes can be had before the decoder.

use std::collections::HashMap;

use burn::tensor::{Device, Tensor, TensorData};
use roi_kernels::ops::noise::noise;
use roi_kernels::{Matrix, MatrixError, MatrixUpload};
use roi_weights::{
    Layout, ModelConfig, TensorClass, TensorEntry, TensorSpec, expected_tensors, matrix_shape,
    part_name, source_name,
};

use crate::ModelError;
use crate::decoder::Decoder;
use crate::footprint::Footprint;
use crate::model::{Eyes, Gpt4Roi};
use crate::weights::Weights;

#[cfg(test)]
mod tests;

/// Takes the bytes of a package's tensors and makes the model.
pub struct ModelLoader {
    config: ModelConfig,
    device: Device,
    slots: Vec<Slot>,
    /// Indices of the stored tensors that make up a whole one, in the order of their rows.
    parts: HashMap<String, Vec<usize>>,
    footprint: Footprint,
    bytes_per_token: u64,
    layout_per_token: Layout,
    eyes: Option<Eyes>,
}

/// One stored tensor on its way.
struct Slot {
    name: String,
    shape: [usize; 2],
    length: u64,
    written: u64,
    state: State,
}

enum State {
    /// A matrix, in its place or on the way there. The upload starts with its first byte.
    Upload {
        layout: Layout,
        upload: Option<Box<MatrixUpload>>,
    },
    /// A matrix with all its bytes.
    Matrix(Matrix),
    /// Bytes of f32 values.
    Values(Vec<u8>),
    /// In the model.
    Taken,
}

impl ModelLoader {
    /// A loader for the tensors of a package.
    ///
    /// # Errors
    /// [`ModelError`] when no model has this configuration or the tensors are not its tensors.
    pub fn new(
        config: &ModelConfig,
        entries: &[TensorEntry],
        device: &Device,
    ) -> Result<Self, ModelError> {
        config.check()?;
        let specs = expected_tensors(config);
        let parts = group_parts(&specs, entries)?;
        for spec in &specs {
            let entries = parts
                .get(&spec.name)
                .into_iter()
                .flatten()
                .map(|&index| &entries[index]);
            check_parts(spec, entries.collect())?;
        }
        let read_per_token = || {
            let is_read = |entry: &&TensorEntry| is_read_per_token(source_name(&entry.name));
            entries.iter().filter(is_read)
        };
        Ok(Self {
            config: config.clone(),
            device: device.clone(),
            slots: entries.iter().map(Slot::new).collect::<Result<_, _>>()?,
            parts,
            footprint: Footprint::of(config, entries),
            bytes_per_token: read_per_token().map(|entry| entry.length).sum(),
            layout_per_token: most_common_layout(read_per_token()),
            eyes: None,
        })
    }

    /// About how much of the device's memory the model takes, with the longest conversation it was made for.
    pub fn footprint(&self) -> Footprint {
        self.footprint
    }

    /// Bytes of weights that every new token will read: the decoder's layers and the head.
    pub fn bytes_per_token(&self) -> u64 {
        self.bytes_per_token
    }

    /// How most of those bytes are laid out.
    pub fn layout_per_token(&self) -> Layout {
        self.layout_per_token
    }

    /// Takes `bytes` that stand at `offset` of tensor `tensor`, an index into the entries. Offsets
    /// are multiples of 4, and no byte is written twice.
    ///
    /// # Errors
    /// [`ModelError`] when there is no such place.
    pub fn write(&mut self, tensor: usize, offset: u64, bytes: &[u8]) -> Result<(), ModelError> {
        let count = self.slots.len();
        let slot = self.slots.get_mut(tensor).ok_or(ModelError::TensorIndex {
            index: tensor,
            count,
        })?;
        slot.write(offset, bytes, &self.device)
    }

    /// Gives every tensor its bytes at once: pseudo-random matrices, and ones for everything that
    /// scales or is added.
    pub(crate) fn fill_with_noise(&mut self) {
        for (slot, seed) in self.slots.iter_mut().zip(1..) {
            slot.written = slot.length;
            slot.state = match &slot.state {
                State::Upload { layout, .. } => {
                    let [rows, cols] = slot.shape;
                    State::Matrix(noise(*layout, rows, cols, seed, &self.device))
                }
                _ => State::Values(1.0f32.to_le_bytes().repeat(slot.length as usize / 4)),
            };
        }
    }

    /// Whether [`ModelLoader::eyes`] can be had: all tensors of the part that looks at the picture are complete.
    pub fn has_eyes(&self) -> bool {
        self.eyes.is_some() || self.check_complete(Eyes::owns).is_ok()
    }

    /// The part of the model that looks at the picture, as soon as its tensors are complete.
    ///
    /// # Errors
    /// [`ModelError`] when bytes are missing.
    pub fn eyes(&mut self) -> Result<Eyes, ModelError> {
        if let Some(eyes) = &self.eyes {
            return Ok(eyes.clone());
        }
        let config = self.config.clone();
        self.check_complete(Eyes::owns)?;
        let eyes = Eyes::load(&config, self)?;
        Ok(self.eyes.insert(eyes).clone())
    }

    /// The model.
    ///
    /// # Errors
    /// [`ModelError`] when bytes are missing.
    pub fn finish(mut self) -> Result<Gpt4Roi, ModelError> {
        let eyes = self.eyes()?;
        let config = self.config.clone();
        self.check_complete(|_| true)?;
        let decoder = Decoder::load(&config.decoder, &mut self)?;
        Ok(Gpt4Roi::new(
            config,
            eyes,
            decoder,
            self.footprint.weight_bytes,
            self.bytes_per_token,
        ))
    }

    fn check_complete(&self, wanted: impl Fn(&str) -> bool) -> Result<(), ModelError> {
        self.slots
            .iter()
            .filter(|slot| wanted(&slot.name))
            .try_for_each(Slot::check_complete)
    }

    fn indices(&self, name: &str) -> Result<Vec<usize>, ModelError> {
        self.parts
            .get(name)
            .cloned()
            .ok_or_else(|| ModelError::MissingTensor {
                name: name.to_owned(),
            })
    }
}

/// Finished tensors; each can be taken once.
impl Weights for ModelLoader {
    fn device(&self) -> Device {
        self.device.clone()
    }

    fn parts(&mut self, name: &str) -> Result<Vec<Matrix>, ModelError> {
        let indices = self.indices(name)?.into_iter();
        let matrices = indices.map(|index| {
            let slot = &mut self.slots[index];
            match std::mem::replace(&mut slot.state, State::Taken) {
                State::Matrix(matrix) => Ok(matrix),
                _ => Err(slot.incomplete()),
            }
        });
        matrices.collect()
    }

    fn table(&mut self, name: &str) -> Result<Tensor<2>, ModelError> {
        let indices = self.indices(name)?;
        let mut values = Vec::new();
        let mut shape = [0, 0];
        for index in indices {
            let slot = &mut self.slots[index];
            let State::Values(bytes) = std::mem::replace(&mut slot.state, State::Taken) else {
                return Err(slot.incomplete());
            };
            values.extend(
                bytes
                    .chunks_exact(4)
                    .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
            );
            shape = [shape[0] + slot.shape[0], slot.shape[1]];
        }
        Ok(Tensor::from_data(
            TensorData::new(values, shape),
            &self.device,
        ))
    }
}

impl Slot {
    fn new(entry: &TensorEntry) -> Result<Self, ModelError> {
        let name = entry.name.clone();
        // A shape that overflows is nowhere near the one expected, and has been refused.
        let (rows, cols) = matrix_shape(&entry.shape).unwrap_or_default();
        let length = entry.layout.byte_len(rows, cols);
        let state = if is_matrix(source_name(&name), &entry.shape) {
            State::Upload {
                layout: entry.layout,
                upload: None,
            }
        } else if entry.layout == Layout::F32 {
            State::Values(vec![0; length as usize])
        } else {
            return Err(ModelError::NotF32 {
                name,
                found: entry.layout,
            });
        };
        Ok(Self {
            name,
            shape: [rows as usize, cols as usize],
            length,
            written: 0,
            state,
        })
    }

    fn write(&mut self, offset: u64, bytes: &[u8], device: &Device) -> Result<(), ModelError> {
        let name = &self.name;
        let failed = |source| ModelError::Bytes {
            name: name.clone(),
            source,
        };
        let end = offset.saturating_add(bytes.len() as u64);
        let out_of_range = MatrixError::OutOfRange {
            offset,
            end,
            length: self.length,
        };
        if end > self.length || self.written + bytes.len() as u64 > self.length {
            return Err(failed(out_of_range));
        }
        self.written += bytes.len() as u64;
        let complete = self.written == self.length;
        match &mut self.state {
            State::Values(values) => values[offset as usize..end as usize].copy_from_slice(bytes),
            State::Upload { layout, upload } => {
                let [rows, cols] = self.shape;
                let mut current = match upload.take() {
                    Some(upload) => upload,
                    None => Box::new(MatrixUpload::new(*layout, rows, cols, device)),
                };
                current.write(offset, bytes).map_err(failed)?;
                if complete {
                    self.state = State::Matrix(current.finish().map_err(failed)?);
                } else {
                    *upload = Some(current);
                }
            }
            // All bytes are there, so there is room for none.
            State::Matrix(_) | State::Taken => {}
        }
        Ok(())
    }

    fn check_complete(&self) -> Result<(), ModelError> {
        if self.written == self.length {
            Ok(())
        } else {
            Err(self.incomplete())
        }
    }

    fn incomplete(&self) -> ModelError {
        let source = MatrixError::Incomplete {
            expected: self.length,
            found: self.written,
        };
        ModelError::Bytes {
            name: self.name.clone(),
            source,
        }
    }
}

/// Whether every new token reads the whole tensor.
pub(crate) fn is_read_per_token(name: &str) -> bool {
    matches!(
        TensorClass::of(name),
        Some(TensorClass::Decoder | TensorClass::Head)
    )
}

/// The layout of most bytes.
fn most_common_layout<'a>(entries: impl Iterator<Item = &'a TensorEntry>) -> Layout {
    let mut bytes: HashMap<Layout, u64> = HashMap::new();
    for entry in entries {
        *bytes.entry(entry.layout).or_default() += entry.length;
    }
    let most = bytes.into_iter().max_by_key(|&(_, bytes)| bytes);
    most.map_or(Layout::F32, |(layout, _)| layout)
}

/// Whether a tensor is multiplied with, and not added or scaled by.
pub(crate) fn is_matrix(name: &str, shape: &[u64]) -> bool {
    shape.len() >= 2 && !name.ends_with("position_embedding.weight")
}

/// Indices of the entries that make up each of the model's tensors.
fn group_parts(
    specs: &[TensorSpec],
    entries: &[TensorEntry],
) -> Result<HashMap<String, Vec<usize>>, ModelError> {
    let mut parts: HashMap<String, Vec<usize>> = specs
        .iter()
        .map(|spec| (spec.name.clone(), Vec::new()))
        .collect();
    for (index, entry) in entries.iter().enumerate() {
        let unexpected = || ModelError::UnexpectedTensor {
            name: entry.name.clone(),
        };
        let source = source_name(&entry.name);
        let group = parts.get_mut(source).ok_or_else(unexpected)?;
        let whole = group.is_empty() && entry.name == source;
        let next_part = entry.name == part_name(source, group.len())
            // A whole tensor has no further parts.
            && group.first().is_none_or(|&first| entries[first].name != source);
        if !whole && !next_part {
            return Err(unexpected());
        }
        group.push(index);
    }
    Ok(parts)
}

fn check_parts(spec: &TensorSpec, entries: Vec<&TensorEntry>) -> Result<(), ModelError> {
    let Some(first) = entries.first() else {
        return Err(ModelError::MissingTensor {
            name: spec.name.clone(),
        });
    };
    let mut found = first.shape.clone();
    for entry in &entries[1..] {
        let same_rows = !entry.shape.is_empty() && entry.shape.get(1..) == found.get(1..);
        if !same_rows {
            let (expected, found) = (spec.shape.clone(), entry.shape.clone());
            return Err(ModelError::Shape {
                name: entry.name.clone(),
                expected,
                found,
            });
        }
        found[0] = found[0].saturating_add(entry.shape[0]);
    }
    if found != spec.shape {
        return Err(ModelError::Shape {
            name: spec.name.clone(),
            expected: spec.shape.clone(),
            found,
        });
    }
    Ok(())
}
