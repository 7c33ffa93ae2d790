//! Flickr30k Entities: the picture is described by its regions, then each region's phrase is found in the description.
//!
//! Boxes and phrases are permuted together; the original once permuted the phrases alone.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/stage2_data.py`, `Flickr30k`.

#[cfg(test)]
mod tests;

use std::path::Path;

use super::Pictures;
use super::mmdet::{Habits, Records};
use super::refcoco::caption;
use crate::formats::coco::{Annotation, CocoFile};
use crate::formats::read_json;
use crate::parts::{filled, listed, text, turn};
use crate::templates::{DESCRIBE_REGIONS, LOCATE_PHRASE};
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// The set `flickr30k`, from MDETR's `final_flickr_mergedGT_train.json`.
pub struct Flickr30k {
    records: Records<String>,
}

impl Flickr30k {
    const NAME: &str = "flickr30k";

    /// Reads the annotations.
    ///
    /// # Errors
    /// If the file cannot be read, or no box in it counts.
    pub fn open(annotations: &Path, pictures: Pictures<'_>) -> Result<Self, DataError> {
        let file: CocoFile = read_json(annotations)?;
        let habits = Habits {
            keeps_crowds: false,
            has_prefixed_names: false,
            max_boxes: 150,
            augments: false,
        };
        let records = Records::new(
            file,
            pictures,
            Self::NAME,
            habits,
            |image| caption(image).map(Some),
            phrase,
        )?;
        Ok(Self { records })
    }
}

/// The first part of the caption that speaks of the box.
fn phrase(annotation: &mut Annotation, caption: &str) -> Result<String, DataError> {
    let spans = annotation.tokens_positive.as_deref();
    let first = spans.and_then(<[_]>::first);
    let phrase = first.and_then(|span| span.of(caption));
    let problem = || match first {
        None => "it points to no part of the caption".to_owned(),
        Some(span) => format!(
            "it points to characters {} to {} of a caption of {}",
            span.start,
            span.end,
            caption.chars().count()
        ),
    };
    let phrase = phrase.map(str::to_owned);
    phrase.ok_or_else(|| DataError::Record { problem: problem() })
}

impl Dataset for Flickr30k {
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
        let template = draw.pick(&DESCRIBE_REGIONS).copied().unwrap_or_default();
        let regions = listed(0..drawn.n_boxes(), ",").chain([text(",")]);
        let mut turns = vec![turn(filled(template, regions), &drawn.record.caption)];
        for (phrase, number) in drawn.said().zip(1..) {
            let template = draw.pick(&LOCATE_PHRASE).copied().unwrap_or_default();
            let question = filled(template, [text(format!("region {number}"))]);
            turns.push(turn(question, phrase));
        }
        Ok(drawn.sample(turns))
    }
}
