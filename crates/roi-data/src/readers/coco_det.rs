//! COCO detection: each box alone is the question, its class the answer.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/single_img.py`, `CocoDet`.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::Path;

use roi_prompt::Part;

use super::Pictures;
use super::mmdet::{Habits, Records};
use crate::formats::coco::CocoFile;
use crate::formats::{Entries, missing, read_json};
use crate::parts::{filled, text, turn};
use crate::templates::NAME_THE_CLASS;
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// The set `coco_det`, from `instances_train2017.json` or a file like it.
pub struct CocoDet {
    classes: Vec<String>,
    records: Records<usize>,
}

impl CocoDet {
    const NAME: &str = "coco_det";

    /// Reads the annotations. Classes are the file's own categories, in its order.
    ///
    /// # Errors
    /// If the file cannot be read, or no box in it counts.
    pub fn open(annotations: &Path, pictures: Pictures<'_>) -> Result<Self, DataError> {
        let mut file: CocoFile = read_json(annotations)?;
        let Entries {
            whole: categories,
            broken,
        } = std::mem::take(&mut file.categories);
        let by_id: HashMap<u64, usize> = categories.iter().map(|c| c.id).zip(0..).collect();
        let habits = Habits {
            keeps_crowds: false,
            has_prefixed_names: false,
            max_boxes: 100,
            augments: true,
        };
        let mut records = Records::new(
            file,
            pictures,
            Self::NAME,
            habits,
            |_| Ok(Some(String::new())),
            |annotation, _| {
                let id = annotation.category_id;
                let class = by_id.get(&id).copied();
                class.ok_or_else(|| missing("category", id, &broken))
            },
        )?;
        records.left_out.broken.add_all(broken);
        Ok(Self {
            classes: categories.into_iter().map(|c| c.name).collect(),
            records,
        })
    }
}

impl Dataset for CocoDet {
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
        let drawn = self.records.draw(visit, &mut visit.draw())?;
        let turns = drawn.said().zip(0..).map(|(&class, index)| {
            let mut question = Vec::new();
            if index == 0 {
                question.push(Part::Picture);
                question.extend(filled(NAME_THE_CLASS, [text(self.classes.join(", "))]));
            }
            question.push(Part::Region(index));
            turn(question, &self.classes[class])
        });
        let turns = turns.collect();
        Ok(drawn.sample(turns))
    }
}
