//! Conversations about boxes, in this project's own form: what a user of the page asks, and what is right.

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use roi_geom::BoxNorm;
use roi_picture::{Augmentation, Resampling};
use roi_prompt::{Question, Turn};

use super::messages::{IMAGE, exchanges};
use crate::formats::regions::RegionRecord;
use crate::formats::{Entries, announced_size, file_below, read_json};
use crate::parts::turn;
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// The set `region_chat`, from a list of [`RegionRecord`]s.
pub struct RegionChat {
    records: Vec<RegionRecord>,
    folder: PathBuf,
    left_out: LeftOut,
}

impl RegionChat {
    const NAME: &str = "region_chat";

    /// Reads the conversations.
    ///
    /// # Errors
    /// If the file cannot be read or has no usable conversation.
    pub fn open(conversations: &Path, pictures: &Path) -> Result<Self, DataError> {
        let all: Entries<RegionRecord> = read_json(conversations)?;
        let mut left_out = LeftOut::default();
        left_out.broken.add_all(all.broken);
        let mut records = Vec::with_capacity(all.whole.len());
        for record in all.whole {
            match exchanges(&record.conversations) {
                Ok(_) => records.push(record),
                Err(error) => left_out.broken.add(|| record.id.clone(), &error),
            }
        }
        if records.is_empty() {
            return Err(left_out.all_of(Self::NAME));
        }
        Ok(Self {
            records,
            folder: pictures.to_owned(),
            left_out,
        })
    }
}

impl Dataset for RegionChat {
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

    /// Questions are as a person types them: the overview sentence and the vectors of regions come of themselves.
    fn sample(&self, visit: Visit) -> Result<Sample, DataError> {
        let record = self.records.get(visit.index);
        let record = record.ok_or(DataError::Dangling {
            what: "record",
            id: visit.index as u64,
        })?;
        let picture = file_below(&self.folder, &record.image)?;
        let size = announced_size(&picture)?;
        let boxes = record.boxes.iter().zip(1..).map(|(edges, number)| {
            let edges = edges.normalised(size);
            edges.map_err(|source| DataError::Box { number, source })
        });
        let boxes: Vec<BoxNorm> = boxes.collect::<Result<_, _>>()?;
        let pairs = exchanges(&record.conversations)?;
        let turns = pairs.iter().map(|[question, answer]| {
            let typed = question.value.replacen(IMAGE, "", 1);
            turn(Question::Typed(typed), &answer.value)
        });
        let turns: Vec<Turn> = turns.collect();
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
