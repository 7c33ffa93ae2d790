//! RefCOCO and RefCOCO+: each box alone is the question, an expression that singles it out the answer.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/single_img.py`, `RefCOCO` and `RefCOCOP`.

#[cfg(test)]
mod tests;

use std::path::Path;

use roi_prompt::Part;

use super::Pictures;
use super::mmdet::{Habits, Records};
use crate::formats::coco::{CocoFile, Image};
use crate::formats::read_json;
use crate::parts::{text, turn};
use crate::templates::{REFER_WITH_POSITION, REFER_WITHOUT_POSITION};
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// Words of the shortest expression that is used, as many as single spaces make them.
const MIN_WORDS: usize = 3;

/// Whether expressions may say where in the picture something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Positions {
    /// RefCOCO.
    Allowed,
    /// RefCOCO+.
    Forbidden,
}

/// The sets `RefCOCO` and `RefCOCOP`, from MDETR's `finetune_refcoco_train.json` and `finetune_refcoco+_train.json`.
pub struct RefCoco {
    positions: Positions,
    records: Records<()>,
}

impl RefCoco {
    /// Reads the annotations.
    ///
    /// # Errors
    /// If the file cannot be read, or no box in it counts.
    pub fn open(
        annotations: &Path,
        pictures: Pictures<'_>,
        positions: Positions,
    ) -> Result<Self, DataError> {
        let records = expressions(annotations, pictures, name(positions))?;
        Ok(Self { positions, records })
    }
}

fn name(positions: Positions) -> &'static str {
    match positions {
        Positions::Allowed => "RefCOCO",
        Positions::Forbidden => "RefCOCOP",
    }
}

/// The records of an MDETR file, where an image stands for an expression.
pub(super) fn expressions(
    annotations: &Path,
    pictures: Pictures<'_>,
    set: &'static str,
) -> Result<Records<()>, DataError> {
    let file: CocoFile = read_json(annotations)?;
    let habits = Habits {
        keeps_crowds: true,
        has_prefixed_names: true,
        max_boxes: 15,
        augments: false,
    };
    let expression = |image: &mut Image| {
        let expression = caption(image)?;
        let has_enough = expression.split(' ').count() >= MIN_WORDS;
        Ok(has_enough.then_some(expression))
    };
    Records::new(file, pictures, set, habits, expression, |_, _| Ok(()))
}

/// Takes an image's text.
pub(super) fn caption(image: &mut Image) -> Result<String, DataError> {
    let caption = image.caption.take();
    let caption = caption.filter(|caption| !caption.trim().is_empty());
    caption.ok_or_else(|| DataError::Record {
        problem: "it has no caption".to_owned(),
    })
}

impl Dataset for RefCoco {
    fn name(&self) -> &'static str {
        name(self.positions)
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
        let drawn = self.records.draw(visit, &mut visit.draw())?;
        let task = match self.positions {
            Positions::Allowed => REFER_WITH_POSITION,
            Positions::Forbidden => REFER_WITHOUT_POSITION,
        };
        let turns = (0..drawn.n_boxes()).map(|index| {
            let mut question = Vec::new();
            if index == 0 {
                question.extend([Part::Picture, text(task)]);
            }
            question.push(Part::Region(index));
            turn(question, &drawn.record.caption)
        });
        let turns = turns.collect();
        Ok(drawn.sample(turns))
    }
}
