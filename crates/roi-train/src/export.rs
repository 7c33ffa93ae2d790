//! A trained model written as GPT4RoI's are published, so that whatever takes a published one takes it: `roichat convert`,
//! a further stage of training, PyTorch.
//!
//! Weights alone are in it. Training that goes on from here starts with a fresh optimizer, and the index says so.

mod place;
mod settings;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use half::f16;
use roi_weights::{ModelConfig, TensorClass, TensorSpec, expected_tensors};
use safetensors::tensor::{Dtype, TensorView};
use serde::{Deserialize, Serialize};

use crate::TrainError;
use crate::disk::{remove_folder, sync_folder, unfinished, write_durably};
use crate::tokenizer_files::TokenizerFiles;
use place::Place;

/// Files of weights are no larger, unless a single tensor is.
const MAX_SHARD_BYTES: usize = 16 << 20;
/// Bytes of a file's header besides its entries, and of an entry besides its name.
const HEADER_BYTES: usize = 64;
const ENTRY_BYTES: usize = 120;
/// The vision tower's folder within the model's.
pub(crate) const VISION: &str = "clip";
const INDEX: &str = "model.safetensors.index.json";
const LICENCE: &str = "LICENSE";
/// Beginning of what the index says of itself.
const MARK: &str = "roichat: weights only";

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// As they are.
    F32,
    /// Rounded to half precision, in half the bytes.
    F16,
}

/// A model without its weights.
#[derive(Clone, Debug)]
pub struct ModelFolder<'a> {
    /// Every size.
    pub config: &'a ModelConfig,
    /// The tokenizer.
    pub tokenizer: &'a TokenizerFiles,
    /// The licence of the weights, where there is one.
    pub licence: Option<&'a [u8]>,
}

/// The part of an index that is used here.
#[derive(Serialize, Deserialize)]
struct Index {
    metadata: IndexMetadata,
    weight_map: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
struct IndexMetadata {
    total_size: u64,
    #[serde(default)]
    contents: String,
}

impl Precision {
    fn bytes(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 => 2,
        }
    }

    /// The name in settings.
    fn name(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::F16 => "float16",
        }
    }

    fn dtype(self) -> Dtype {
        match self {
            Self::F32 => Dtype::F32,
            Self::F16 => Dtype::F16,
        }
    }

    /// The bytes of values, or the first value that it cannot hold or that is no number.
    fn encode(self, values: &[f32]) -> Result<Vec<u8>, f32> {
        if let Some(value) = values.iter().find(|value| !value.is_finite()) {
            return Err(*value);
        }
        match self {
            Self::F32 => Ok(values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect()),
            Self::F16 => {
                let halves = values.iter().map(|value| (value, f16::from_f32(*value)));
                let mut bytes = Vec::with_capacity(values.len() * 2);
                for (value, half) in halves {
                    if half.is_infinite() {
                        return Err(*value);
                    }
                    bytes.extend(half.to_le_bytes());
                }
                Ok(bytes)
            }
        }
    }
}

impl ModelFolder<'_> {
    /// Whether a model can be written to `dir`, for whoever wants to know before it has been trained.
    ///
    /// # Errors
    /// [`TrainError::Occupied`] if something else is there.
    pub fn expect_free(dir: &Path) -> Result<(), TrainError> {
        place::expect_free(dir)
    }

    /// Writes the model to `dir`, with the vision tower in its folder `clip`. `values` gives each tensor's values.
    ///
    /// The folder is there whole or not at all. One that an earlier export wrote is replaced, and until then stays as it is:
    /// whatever moment the program is killed at, the next export finds one of the two whole.
    ///
    /// # Errors
    /// [`TrainError`]: a folder of something else, a value that is no number or beyond half precision, what `values` says, a full disk.
    pub fn write(
        &self,
        dir: &Path,
        precision: Precision,
        mut values: impl FnMut(&str) -> Result<Vec<f32>, TrainError>,
    ) -> Result<(), TrainError> {
        let place = Place::open(dir)?;
        let beside = unfinished(place.dir());
        let written = remove_folder(&beside)
            .map_err(|source| TrainError::Io {
                path: beside.clone(),
                source,
            })
            .and_then(|()| self.write_into(&beside, precision, &mut values));
        if written.is_err() {
            // The first error says what is wrong; what cannot be removed is when there is a next time.
            drop(remove_folder(&beside));
        }
        written?;
        place.take(&beside)
    }

    fn write_into(
        &self,
        dir: &Path,
        precision: Precision,
        values: &mut dyn FnMut(&str) -> Result<Vec<f32>, TrainError>,
    ) -> Result<(), TrainError> {
        let folder = Folder::create(dir)?;
        for (name, bytes) in self.tokenizer.iter() {
            folder.write(name, bytes)?;
        }
        if let Some(licence) = self.licence {
            folder.write(LICENCE, licence)?;
        }
        folder.write_json(
            "config.json",
            &settings::model(self.config, precision.name()),
        )?;
        if let Some(generation) = settings::generation(self.config) {
            folder.write_json("generation_config.json", &generation)?;
        }
        let vision = Folder::create(&dir.join(VISION))?;
        vision.write_json(
            "config.json",
            &settings::vision(self.config, precision.name()),
        )?;
        vision.write_json(
            "preprocessor_config.json",
            &settings::preprocessor(&self.config.vision),
        )?;
        let (tower, rest): (Vec<_>, Vec<_>) = expected_tensors(self.config)
            .into_iter()
            .partition(|spec| TensorClass::of(&spec.name) == Some(TensorClass::Vision));
        vision.write_weights(&tower, precision, values)?;
        folder.write_weights(&rest, precision, values)?;
        vision.sync()?;
        folder.sync()
    }
}

/// Whether the folder is one that [`ModelFolder::write`] wrote.
fn is_export(dir: &Path) -> bool {
    let index = fs::read(dir.join(INDEX)).ok();
    index
        .and_then(|bytes| serde_json::from_slice::<Index>(&bytes).ok())
        .is_some_and(|index| index.metadata.contents.starts_with(MARK))
}

/// A folder that is being filled.
struct Folder(PathBuf);

impl Folder {
    fn create(path: &Path) -> Result<Self, TrainError> {
        match fs::create_dir_all(path) {
            Ok(()) => Ok(Self(path.to_owned())),
            Err(source) => Err(TrainError::Io {
                path: path.to_owned(),
                source,
            }),
        }
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), TrainError> {
        let path = self.0.join(name);
        write_durably(&path, bytes, |path| File::create(path))
            .map_err(|source| TrainError::Io { path, source })
    }

    fn write_json(&self, name: &str, value: &serde_json::Value) -> Result<(), TrainError> {
        self.write(name, format!("{value:#}\n").as_bytes())
    }

    fn sync(&self) -> Result<(), TrainError> {
        sync_folder(&self.0).map_err(|source| TrainError::Io {
            path: self.0.clone(),
            source,
        })
    }

    /// Files of weights and their index.
    fn write_weights(
        &self,
        specs: &[TensorSpec],
        precision: Precision,
        values: &mut dyn FnMut(&str) -> Result<Vec<f32>, TrainError>,
    ) -> Result<(), TrainError> {
        let shards = shards(specs, precision.bytes());
        let mut index = Index {
            metadata: IndexMetadata {
                total_size: 0,
                contents: format!(
                    "{MARK}, in {}; training that goes on from here starts with a fresh optimizer",
                    precision.name()
                ),
            },
            weight_map: BTreeMap::new(),
        };
        for (number, shard) in (1..).zip(&shards) {
            let file = format!("model-{number:05}-of-{:05}.safetensors", shards.len());
            let mut encoded = Vec::new();
            for spec in *shard {
                let refused = |value: f32| {
                    let name = spec.name.clone();
                    match value.is_finite() {
                        true => TrainError::BeyondHalf { name, value },
                        false => TrainError::NoWeight { name, value },
                    }
                };
                let bytes = precision.encode(&values(&spec.name)?).map_err(refused)?;
                index.metadata.total_size += bytes.len() as u64;
                index.weight_map.insert(spec.name.clone(), file.clone());
                encoded.push(bytes);
            }
            self.write(&file, &serialize(shard, precision, &encoded)?)?;
        }
        let bytes = serde_json::to_vec_pretty(&index).expect("an index is plain data");
        self.write(INDEX, &bytes)
    }
}

/// Tensors file by file, in their order.
fn shards(specs: &[TensorSpec], value_bytes: usize) -> Vec<&[TensorSpec]> {
    let bytes = |spec: &TensorSpec| {
        let n_values = spec.shape.iter().product::<u64>() as usize;
        n_values * value_bytes + spec.name.len() + ENTRY_BYTES
    };
    let mut shards = Vec::new();
    let (mut start, mut used) = (0, HEADER_BYTES);
    for (place, spec) in specs.iter().enumerate() {
        if place > start && used + bytes(spec) > MAX_SHARD_BYTES {
            shards.push(&specs[start..place]);
            (start, used) = (place, HEADER_BYTES);
        }
        used += bytes(spec);
    }
    shards.push(&specs[start..]);
    shards
}

fn serialize(
    specs: &[TensorSpec],
    precision: Precision,
    encoded: &[Vec<u8>],
) -> Result<Vec<u8>, TrainError> {
    let mut views = Vec::new();
    for (spec, bytes) in specs.iter().zip(encoded) {
        let shape = spec.shape.iter().map(|side| *side as usize).collect();
        let view = TensorView::new(precision.dtype(), shape, bytes).map_err(|_| {
            TrainError::ValueCount {
                name: spec.name.clone(),
                expected: spec.shape.iter().product::<u64>() as usize,
                found: bytes.len() / precision.bytes(),
            }
        })?;
        views.push((spec.name.as_str(), view));
    }
    // transformers refuses files that do not say whose tensors they hold.
    let metadata = [("format".to_owned(), "pt".to_owned())].into();
    Ok(safetensors::serialize(views, Some(metadata)).expect("names and numbers are plain data"))
}
