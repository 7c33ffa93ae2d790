//! RefCOCOg: a region's description is asked for, its long expression is the answer.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/stage2_data.py`, `RefCOCOG`.

#[cfg(test)]
mod tests;

use std::path::Path;

use super::Pictures;
use super::mmdet::Records;
use super::refcoco::expressions;
use super::vg::describe_each;
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// The set `RefCOCOG`, from MDETR's `finetune_refcocog_train.json`.
pub struct RefCocoG {
    records: Records<()>,
}

impl RefCocoG {
    const NAME: &str = "RefCOCOG";

    /// Reads the annotations.
    ///
    /// # Errors
    /// If the file cannot be read, or no box in it counts.
    pub fn open(annotations: &Path, pictures: Pictures<'_>) -> Result<Self, DataError> {
        let records = expressions(annotations, pictures, Self::NAME)?;
        Ok(Self { records })
    }
}

impl Dataset for RefCocoG {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn len(&self) -> usize {
        self.records.len()
    }

    fn record_name(&self, index: usize) -> String {
        self.records.name(index)
    }

    fn left_out(&self) -> &LeftOut {
        &self.records.left_out
    }

    fn sample(&self, visit: Visit) -> Result<Sample, DataError> {
        let mut draw = visit.draw();
        let drawn = self.records.draw(visit, &mut draw)?;
        let expression = drawn.record.caption.as_str();
        let turns = describe_each((0..drawn.n_boxes()).map(|_| expression), &mut draw);
        Ok(drawn.sample(turns))
    }
}
