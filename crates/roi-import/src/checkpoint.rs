//! A folder of weights in one of the layouts Hugging Face publishes: one file or several with an index, safetensors or
//! PyTorch. Opening reads headers only.

#[cfg(test)]
mod tests;

use crate::ImportError;
use crate::tensor::{RowReader, Tensor};
use crate::{safetensors_file, torch};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

/// The files looked for, in the order transformers prefers them.
const LAYOUTS: [(&str, &str); 2] = [
    ("model.safetensors", "model.safetensors.index.json"),
    ("pytorch_model.bin", "pytorch_model.bin.index.json"),
];

/// The tensors of a folder.
#[derive(Debug)]
pub struct Checkpoint {
    files: Vec<WeightsFile>,
    /// Where each tensor is, as an index into `files`.
    tensors: BTreeMap<String, (usize, Tensor)>,
}

#[derive(Debug)]
struct WeightsFile {
    path: PathBuf,
    file: File,
}

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

impl Checkpoint {
    /// Opens the weights in `dir` and reads which tensors each file holds.
    ///
    /// # Errors
    /// [`ImportError`] naming the file or folder when there are no weights, when a file is malformed or truncated, or
    /// when the index names files or tensors that do not exist.
    pub fn open(dir: &Path) -> Result<Self, ImportError> {
        for (single, index) in LAYOUTS {
            let single = dir.join(single);
            if single.is_file() {
                return Self::open_single(single);
            }
            let index = dir.join(index);
            if index.is_file() {
                return Self::open_sharded(dir, &index);
            }
        }
        Err(ImportError::NoWeights {
            dir: dir.to_owned(),
        })
    }

    /// Opens one file of weights, whatever it is called.
    ///
    /// # Errors
    /// [`ImportError`] naming the file when it is malformed or truncated.
    pub fn open_file(path: &Path) -> Result<Self, ImportError> {
        Self::open_single(path.to_owned())
    }

    fn open_single(path: PathBuf) -> Result<Self, ImportError> {
        let (file, tensors) = open_file(path)?;
        let tensors = tensors
            .into_iter()
            .map(|(name, tensor)| (name, (0, tensor)))
            .collect();
        Ok(Self {
            files: vec![file],
            tensors,
        })
    }

    fn open_sharded(dir: &Path, index_path: &Path) -> Result<Self, ImportError> {
        let index: Index = crate::read_json(index_path)?;
        let mut shards: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (tensor, file) in &index.weight_map {
            shards.entry(file).or_default().push(tensor);
        }
        let mut problems = Vec::new();
        let mut files = Vec::new();
        let mut tensors = BTreeMap::new();
        for (name, promised) in shards {
            // An index must not lead out of its folder.
            let path = dir.join(name);
            if Path::new(name).file_name() != Some(name.as_ref()) {
                problems.push(format!("{name:?} is not the name of a file in this folder"));
                continue;
            }
            if !path.is_file() {
                problems.push(format!(
                    "{name} is missing, which should hold {} tensors",
                    promised.len()
                ));
                continue;
            }
            let (file, found) = open_file(path)?;
            for tensor in promised {
                if !found.contains_key(tensor) {
                    problems.push(format!("{name} does not hold {tensor}"));
                }
            }
            // Like the original loader, take what a shard holds beyond its index; the index decides between two shards.
            for (tensor, view) in found {
                let place = index.weight_map.get(&tensor);
                if place.is_none_or(|place| place == name) {
                    tensors.insert(tensor, (files.len(), view));
                }
            }
            files.push(file);
        }
        if !problems.is_empty() {
            return Err(ImportError::WrongIndex {
                path: index_path.to_owned(),
                problems,
            });
        }
        Ok(Self { files, tensors })
    }

    /// Names and tensors, by name.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, &Tensor)> + Clone {
        self.tensors
            .iter()
            .map(|(name, (_, tensor))| (name.as_str(), tensor))
    }

    /// The tensor of this name.
    pub fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.get(name).map(|(_, tensor)| tensor)
    }

    /// The shape of the tensor of this name.
    pub fn shape(&self, name: &str) -> Option<&[u64]> {
        self.tensor(name).map(Tensor::shape)
    }

    /// Bytes of all its files.
    ///
    /// # Errors
    /// [`ImportError::Io`] naming the file whose size cannot be read.
    pub fn total_bytes(&self) -> Result<u64, ImportError> {
        self.files
            .iter()
            .try_fold(0, |total, WeightsFile { path, file }| {
                let length = file
                    .metadata()
                    .map_err(|source| ImportError::Io {
                        path: path.clone(),
                        source,
                    })?
                    .len();
                Ok(total + length)
            })
    }

    /// A tensor's values as they are stored, row after row.
    ///
    /// # Errors
    /// [`ImportError::NoTensor`], and failures to read.
    pub fn values(&self, name: &str) -> Result<Vec<f32>, ImportError> {
        let (Some(tensor), Some(reader)) = (self.tensor(name), self.rows(name)) else {
            return Err(ImportError::NoTensor {
                name: name.to_owned(),
            });
        };
        let mut values = Vec::new();
        reader?.read(0..tensor.matrix().0, &mut values)?;
        Ok(values)
    }

    /// A reader of one tensor's rows, `None` when there is no such tensor.
    pub(crate) fn rows<'a>(&'a self, name: &'a str) -> Option<Result<RowReader<'a>, ImportError>> {
        let (file, tensor) = self.tensors.get(name)?;
        let WeightsFile { path, file } = &self.files[*file];
        Some(RowReader::new(name, path, file, tensor))
    }
}

fn open_file(path: PathBuf) -> Result<(WeightsFile, BTreeMap<String, Tensor>), ImportError> {
    let file = File::open(&path).map_err(|source| ImportError::Io {
        path: path.clone(),
        source,
    })?;
    let tensors = if path
        .extension()
        .is_some_and(|extension| extension == "safetensors")
    {
        safetensors_file::tensors(&path, &file)?
    } else {
        torch::tensors(&path, &file)?
    };
    Ok((WeightsFile { path, file }, tensors))
}
