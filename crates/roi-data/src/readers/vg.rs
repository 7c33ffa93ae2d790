//! Visual Genome: a region's description is asked for and given.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/stage2_data.py`, `VGDATA`.

#[cfg(test)]
mod tests;

use std::path::Path;

use roi_prompt::{Part, Turn};

use super::Pictures;
use super::mmdet::{Habits, Records};
use crate::draw::Draw;
use crate::formats::coco::CocoFile;
use crate::formats::read_json;
use crate::parts::{filled, turn};
use crate::templates::DESCRIBE_REGION;
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// The set `VGDATA`, from GRiT's `train.json`, in which each box has its caption.
pub struct VisualGenome {
    records: Records<String>,
}

impl VisualGenome {
    const NAME: &str = "VGDATA";

    /// Reads the annotations.
    ///
    /// # Errors
    /// If the file cannot be read, or no box in it counts.
    pub fn open(annotations: &Path, pictures: Pictures<'_>) -> Result<Self, DataError> {
        let file: CocoFile = read_json(annotations)?;
        let habits = Habits {
            keeps_crowds: false,
            has_prefixed_names: false,
            max_boxes: 15,
            augments: false,
        };
        let records = Records::new(
            file,
            pictures,
            Self::NAME,
            habits,
            |_| Ok(Some(String::new())),
            |annotation, _| {
                let caption = annotation.caption.take();
                let caption = caption.filter(|caption| !caption.trim().is_empty());
                caption.ok_or_else(|| DataError::Record {
                    problem: "it has no caption".to_owned(),
                })
            },
        )?;
        Ok(Self { records })
    }
}

/// A turn for each box: its description.
pub(super) fn describe_each<'a>(
    descriptions: impl Iterator<Item = &'a str>,
    draw: &mut Draw,
) -> Vec<Turn> {
    let turn = |(description, index): (&str, usize)| {
        let template = draw.pick(&DESCRIBE_REGION).copied().unwrap_or_default();
        turn(filled(template, Part::introduced(index)), description)
    };
    descriptions.zip(0..).map(turn).collect()
}

impl Dataset for VisualGenome {
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
        let turns = describe_each(drawn.said().map(String::as_str), &mut draw);
        Ok(drawn.sample(turns))
    }
}
