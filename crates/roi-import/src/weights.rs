//! The model's weights as they will be packed: the vision tower from its own folder, the rest from a merged checkpoint or
//! from a base and a delta added while they are read.
//!
//! For a package everything is rounded to f16 when it is read and sums are rounded to f16 again, because the original loads
//! all three folders in f16, whatever they are stored in.

#[cfg(test)]
mod tests;

use crate::ImportError;
use crate::checkpoint::Checkpoint;
use crate::tensor::{RowReader, Tensor};
use half::f16;
use half::slice::HalfFloatSliceExt;
use roi_weights::{TensorClass, TensorMismatch, TensorSpec};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

/// The tables that may have more rows in the delta than in the base: tokens were added.
const GROWING: [&str; 2] = ["model.embed_tokens.weight", "lm_head.weight"];
/// Tensors the delta stores in full, because the base has no such part.
const WHOLE: [&str; 2] = ["model.mm_projector.weight", "model.mm_projector.bias"];
const WHOLE_PART: &str = "spi_module";

/// Where the weights come from.
#[derive(Debug)]
pub struct Weights {
    /// LLaMA, when `model` is a delta.
    base: Option<Checkpoint>,
    /// The delta, or the merged checkpoint.
    model: Checkpoint,
    /// CLIP.
    vision: Checkpoint,
}

impl Weights {
    /// Puts opened folders together. Without `base`, `model` is a merged checkpoint.
    pub fn new(base: Option<Checkpoint>, model: Checkpoint, vision: Checkpoint) -> Self {
        Self {
            base,
            model,
            vision,
        }
    }

    /// The delta, or the merged checkpoint.
    pub fn model(&self) -> &Checkpoint {
        &self.model
    }

    /// The vision tower's folder.
    pub fn vision(&self) -> &Checkpoint {
        &self.vision
    }

    /// Checks that the checkpoints hold exactly `expected` and that base and delta can be added.
    ///
    /// The vision folder may hold more than the tower: CLIP's text half, layers behind the last one used.
    ///
    /// Source of the merge rule: jshilong/GPT4RoI 00273ad, `scripts/apply_delta.py`.
    ///
    /// # Errors
    /// Every difference at once.
    pub fn check(&self, expected: &[TensorSpec]) -> Result<(), CheckpointMismatch> {
        let names: BTreeSet<&str> = expected.iter().map(|spec| spec.name.as_str()).collect();
        let is_known = |(name, _): &(&str, &Tensor)| names.contains(name);
        let spec = |(name, tensor): (&str, &Tensor)| TensorSpec {
            name: name.to_owned(),
            shape: tensor.shape().to_vec(),
        };
        let of_vision =
            |(name, _): &(&str, &Tensor)| TensorClass::of(name) == Some(TensorClass::Vision);
        let vision = self
            .vision
            .tensors()
            .filter(of_vision)
            .filter(is_known)
            .map(spec);
        let model = self.model.tensors().filter(|(name, _)| !is_buffer(name));
        let mut mismatch = CheckpointMismatch {
            tensors: TensorMismatch::check(expected, vision.chain(model.clone().map(spec)))
                .err()
                .unwrap_or_default(),
            ..CheckpointMismatch::default()
        };
        if let Some(base) = &self.base {
            for (name, tensor) in model.filter(is_known) {
                match base.shape(name) {
                    None if is_whole(name) => {}
                    None => mismatch.not_in_base.push(name.to_owned()),
                    Some(found) if may_add(name, tensor.shape(), found) => {}
                    Some(found) => mismatch.unmergeable.push(Unmergeable {
                        name: name.to_owned(),
                        delta: tensor.shape().to_vec(),
                        base: found.to_vec(),
                    }),
                }
            }
        }
        if mismatch == CheckpointMismatch::default() {
            Ok(())
        } else {
            Err(mismatch)
        }
    }

    /// A reader of one tensor's rows; [`Weights::check`] has found the tensor.
    pub(crate) fn rows<'a>(&'a self, name: &'a str) -> Result<MergedRows<'a>, ImportError> {
        let missing = || ImportError::NoTensor {
            name: name.to_owned(),
        };
        let holder = self.holder(name);
        let tensor = holder.tensor(name).ok_or_else(missing)?;
        let reader = holder.rows(name).ok_or_else(missing)??;
        let base = match &self.base {
            Some(base) if TensorClass::of(name) != Some(TensorClass::Vision) => {
                match (base.tensor(name), base.rows(name)) {
                    (Some(tensor), Some(reader)) => {
                        let (rows, cols) = tensor.matrix();
                        Some(Base {
                            reader: reader?,
                            rows,
                            cols,
                            block: Vec::new(),
                        })
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let (_, cols) = tensor.matrix();
        Ok(MergedRows {
            reader,
            cols,
            base,
            block: Vec::new(),
        })
    }

    /// A whole tensor, row after row, for a model that goes on learning: as it is stored, or, if it is a sum, as the
    /// original rounds it. [`Weights::check`] has found the tensor.
    ///
    /// # Errors
    /// [`ImportError`] naming the file that cannot be read.
    pub fn values(&self, name: &str) -> Result<Vec<f32>, ImportError> {
        let holder = self.holder(name);
        let is_sum = self.base.is_some() && TensorClass::of(name) != Some(TensorClass::Vision);
        match holder.tensor(name) {
            Some(tensor) if is_sum => {
                let mut values = Vec::new();
                self.rows(name)?.read(0..tensor.matrix().0, &mut values)?;
                Ok(values)
            }
            _ => holder.values(name),
        }
    }

    fn holder(&self, name: &str) -> &Checkpoint {
        match TensorClass::of(name) {
            Some(TensorClass::Vision) => &self.vision,
            _ => &self.model,
        }
    }
}

/// Reads rows of one tensor of the model.
pub(crate) struct MergedRows<'a> {
    reader: RowReader<'a>,
    cols: u64,
    base: Option<Base<'a>>,
    block: Vec<f16>,
}

struct Base<'a> {
    reader: RowReader<'a>,
    rows: u64,
    cols: u64,
    block: Vec<f16>,
}

impl MergedRows<'_> {
    /// Replaces `out` with the rows `range`, row-major. Every value is one that f16 holds.
    pub(crate) fn read(
        &mut self,
        range: Range<u64>,
        out: &mut Vec<f32>,
    ) -> Result<(), ImportError> {
        self.reader.read(range.clone(), &mut self.block)?;
        out.clear();
        out.resize(self.block.len(), 0.0);
        self.block.convert_to_f32_slice(out);
        let Some(base) = &mut self.base else {
            return Ok(());
        };
        let shared = range.start.min(base.rows)..range.end.min(base.rows);
        base.reader.read(shared, &mut base.block)?;
        if base.block.is_empty() {
            return Ok(());
        }
        // The base is the top left block of a grown table, and the whole of every other tensor.
        let (cols, base_cols) = (row_length(self.cols), row_length(base.cols));
        for (row, base_row) in out
            .chunks_exact_mut(cols)
            .zip(base.block.chunks_exact(base_cols))
        {
            for (value, base) in row.iter_mut().zip(base_row) {
                *value += base.to_f32();
            }
        }
        self.block.convert_from_f32_slice(out);
        self.block.convert_to_f32_slice(out);
        Ok(())
    }
}

fn row_length(cols: u64) -> usize {
    usize::try_from(cols).expect("a block of rows was read into memory")
}

/// How checkpoints differ from what the model needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct CheckpointMismatch {
    /// Missing, unexpected and wrongly shaped tensors.
    pub tensors: TensorMismatch,
    /// Tensors of the delta that should be added to the base, which does not have them.
    pub not_in_base: Vec<String>,
    /// Tensors whose shapes in base and delta do not go together.
    pub unmergeable: Vec<Unmergeable>,
}

/// A tensor whose shapes in base and delta do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmergeable {
    /// The tensor.
    pub name: String,
    /// Its shape in the delta.
    pub delta: Vec<u64>,
    /// Its shape in the base.
    pub base: Vec<u64>,
}

impl fmt::Display for CheckpointMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let merge_problems = self.not_in_base.len() + self.unmergeable.len();
        let mut lines = Vec::new();
        if self.tensors != TensorMismatch::default() {
            lines.push(self.tensors.to_string());
        }
        if merge_problems > 0 {
            lines.push(format!(
                "base and delta do not go together in {merge_problems} tensors"
            ));
        }
        lines.extend(
            self.not_in_base
                .iter()
                .map(|name| format!("  not in the base: {name}")),
        );
        lines.extend(
            self.unmergeable
                .iter()
                .map(|Unmergeable { name, delta, base }| {
                    format!("  {name}: delta {delta:?}, base {base:?}")
                }),
        );
        f.write_str(&lines.join("\n"))
    }
}

/// Values that checkpoints store and models compute.
fn is_buffer(name: &str) -> bool {
    name.ends_with("rotary_emb.inv_freq") || name.ends_with("position_ids")
}

fn is_whole(name: &str) -> bool {
    WHOLE.contains(&name) || name.contains(WHOLE_PART)
}

fn may_add(name: &str, delta: &[u64], base: &[u64]) -> bool {
    let fits_inside =
        || delta.len() == base.len() && delta.iter().zip(base).all(|(delta, base)| base <= delta);
    delta == base || (GROWING.contains(&name) && fits_inside())
}
