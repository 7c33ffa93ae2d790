//! Reference activations, written by the original model.

use std::path::{Path, PathBuf};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use crate::Array;

/// The folder of the tiny reference checkpoint and what the original computes with it.
pub fn golden_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny-gpt4roi")
}

/// One file of reference activations.
pub struct Golden {
    name: String,
    bytes: Vec<u8>,
}

impl Golden {
    /// `expected/NAME.safetensors` of the reference checkpoint.
    ///
    /// # Panics
    /// When the file cannot be read.
    pub fn open(name: &str) -> Self {
        let path = golden_dir()
            .join("expected")
            .join(format!("{name}.safetensors"));
        let bytes =
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self {
            name: name.to_owned(),
            bytes,
        }
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, key: &str) -> bool {
        self.tensors().tensor(key).is_ok()
    }

    /// A tensor of f32 values.
    ///
    /// # Panics
    /// When there is none of this name and type.
    pub fn array(&self, key: &str) -> Array {
        let view = self.tensors();
        let view = self.view(&view, key, Dtype::F32);
        let values = view
            .data()
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        Array::new(view.shape(), values.collect())
    }

    /// A tensor of i32 values.
    ///
    /// # Panics
    /// When there is none of this name and type.
    pub fn numbers(&self, key: &str) -> Vec<i32> {
        let view = self.tensors();
        let view = self.view(&view, key, Dtype::I32);
        view.data()
            .chunks_exact(4)
            .map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect()
    }

    /// Token ids.
    ///
    /// # Panics
    /// As [`Golden::numbers`], and when one is negative.
    pub fn ids(&self, key: &str) -> Vec<u32> {
        self.numbers(key)
            .into_iter()
            .map(|id| u32::try_from(id).expect("an id is not negative"))
            .collect()
    }

    fn tensors(&self) -> SafeTensors<'_> {
        SafeTensors::deserialize(&self.bytes)
            .unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    fn view<'a>(&self, tensors: &SafeTensors<'a>, key: &str, dtype: Dtype) -> TensorView<'a> {
        let view = tensors
            .tensor(key)
            .unwrap_or_else(|error| panic!("{} {key}: {error}", self.name));
        assert_eq!(view.dtype(), dtype, "{} {key}", self.name);
        view
    }
}
