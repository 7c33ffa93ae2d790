//! LLaVA-Instruct-150K with a detector's boxes: in half of the visits the first question opens with what was found where.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/det_llava.py`, `DetLLava`.

mod classes;
mod detections;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use roi_geom::BoxNorm;
use roi_picture::{Augmentation, Resampling};
use roi_prompt::{Part, Turn};

use super::messages::{IMAGE, exchanges};
use crate::draw::Draw;
use crate::formats::llava::LlavaRecord;
use crate::formats::{Entries, file_below, read_json};
use crate::parts::{filled, text, turn};
use crate::templates::{IS_THERE, IT_IS_NOT_THERE, IT_IS_THERE, MAY_FEATURE, REGIONS_FOLLOW};
use crate::{DataError, Dataset, LeftOut, Sample, Visit};
pub use classes::ClassNames;
pub use detections::{DetectionFile, read_detections};
use detections::{Found, last_part};

/// When the two questions about what is visible are asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ExtraQuestions {
    /// At the end of each sample with boxes.
    #[default]
    Asked,
    /// As the original does by mistake: a visit adds its two to the stored record, so that they are met at later visits,
    /// two more at each. Depends on the visits before, and so on nothing but the epoch.
    AskedLater,
    /// Never.
    Left,
}

/// The set `det_llava`, from `llava_instruct_150k.json` and a detector's boxes.
pub struct DetLlava {
    records: Vec<LlavaRecord>,
    found: HashMap<String, Vec<Found>>,
    classes: ClassNames,
    folder: PathBuf,
    extra: ExtraQuestions,
    left_out: LeftOut,
}

impl DetLlava {
    const NAME: &str = "det_llava";

    /// Reads the conversations.
    ///
    /// # Errors
    /// If a file cannot be read, no conversation is usable, or there are detections and none of them is: a label without a
    /// class name makes one unusable.
    pub fn open(
        conversations: &Path,
        pictures: &Path,
        detections: DetectionFile,
        classes: ClassNames,
        extra: ExtraQuestions,
    ) -> Result<Self, DataError> {
        let all: Entries<LlavaRecord> = read_json(conversations)?;
        let mut left_out = LeftOut::default();
        left_out.broken.add_all(all.broken);
        let mut records = Vec::with_capacity(all.whole.len());
        for record in all.whole {
            match exchanges(&record.conversations) {
                Ok(_) => records.push(record),
                Err(error) => left_out.broken.add(|| record.id.clone(), &error),
            }
        }
        let (found, broken) = detections.by_file(&classes);
        let has_none = found.is_empty() && broken.count > 0;
        left_out.broken.add_all(broken);
        if records.is_empty() || has_none {
            return Err(left_out.all_of(Self::NAME));
        }
        Ok(Self {
            records,
            found,
            classes,
            folder: pictures.to_owned(),
            extra,
            left_out,
        })
    }

    /// The two questions that a visit makes up: about any class, and about one with the other answer.
    fn extra_questions(&self, found: &[Found], draw: &mut Draw) -> Vec<Turn> {
        let visible: BTreeSet<usize> = found.iter().map(|found| found.label).collect();
        let any = draw.below(self.classes.len());
        let is_visible = visible.contains(&any);
        let hidden = self.classes.len().saturating_sub(visible.len());
        let other = match is_visible {
            false => visible.iter().nth(draw.below(visible.len())).copied(),
            true => (0..self.classes.len())
                .filter(|class| !visible.contains(class))
                .nth(draw.below(hidden)),
        };
        let mut ask = |class: usize, is_visible: bool| {
            let question = draw.pick(&IS_THERE).copied().unwrap_or_default();
            let answers = if is_visible {
                &IT_IS_THERE
            } else {
                &IT_IS_NOT_THERE
            };
            let answer = draw.pick(answers).copied().unwrap_or_default();
            let name = self.classes.name(class);
            turn(
                vec![text(question.replacen("{}", name, 1))],
                answer.replacen("{}", name, 1),
            )
        };
        let first = ask(any, is_visible);
        let second = other.map(|other| ask(other, !is_visible));
        [first].into_iter().chain(second).collect()
    }

    /// Whether this visit shows boxes, and what it draws after that.
    fn start(visit: Visit) -> (bool, Draw) {
        let mut draw = visit.draw();
        (draw.is_heads(), draw)
    }
}

/// The overview sentence where the record has `<image>`, with what was found behind it.
fn first_question(value: &str, found: &[Found], classes: &ClassNames) -> Vec<Part> {
    let (before, after) = value.split_once(IMAGE).unwrap_or(("", value));
    let mut parts = vec![text(before)];
    parts.extend(Part::overview());
    if !found.is_empty() {
        parts.push(text(REGIONS_FOLLOW));
        for (found, index) in found.iter().zip(0..) {
            parts.push(Part::Region(index));
            parts.extend(filled(MAY_FEATURE, [text(classes.name(found.label))]));
        }
    }
    parts.push(text(after));
    parts
}

impl Dataset for DetLlava {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn len(&self) -> usize {
        self.records.len()
    }

    fn record_name(&self, index: usize) -> String {
        match self.records.get(index) {
            Some(record) => format!("{} ({})", record.id, record.image),
            None => format!("record {index}"),
        }
    }

    fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    fn sample(&self, visit: Visit) -> Result<Sample, DataError> {
        let record = self.records.get(visit.index);
        let record = record.ok_or(DataError::Dangling {
            what: "record",
            id: visit.index as u64,
        })?;
        let picture = file_below(&self.folder, &record.image)?;
        let all = self.found.get(last_part(&record.image));
        let all = all.ok_or_else(|| DataError::Record {
            problem: format!("the detector's file has nothing about {}", record.image),
        })?;
        let (shows_boxes, mut draw) = Self::start(visit);
        let found = if shows_boxes { all.as_slice() } else { &[] };

        let turns = exchanges(&record.conversations)?;
        let turns = turns.iter().zip(0..).map(|([question, answer], index)| {
            let question = match index {
                0 => first_question(&question.value, found, &self.classes),
                _ => vec![text(&question.value)],
            };
            turn(question, &answer.value)
        });
        let mut turns: Vec<Turn> = turns.collect();
        match self.extra {
            ExtraQuestions::Asked if !found.is_empty() => {
                turns.extend(self.extra_questions(found, &mut draw));
            }
            ExtraQuestions::AskedLater => {
                for epoch in 0..visit.epoch {
                    let (showed_boxes, mut draw) = Self::start(Visit { epoch, ..visit });
                    if showed_boxes && !all.is_empty() {
                        turns.extend(self.extra_questions(all, &mut draw));
                    }
                }
            }
            _ => {}
        }
        let boxes: Vec<BoxNorm> = found.iter().map(|found| found.edges).collect();
        Ok(Sample {
            picture,
            resampling: Resampling::Pillow,
            augmentation: Augmentation::NONE,
            boxes,
            stated_size: None,
            turns,
        })
    }
}
