//! VCR, of which one record is looked at in three ways: with all objects listed, with the one object that question and answer
//! share, and with each object where the question mentions it.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/vcr.py`, `VCRDataset`, `SingleVCRDataset`, `MultiVCRDataset`.
//! Differs: wording is drawn at each visit, not once a run; all mentions of a `single_vcr` object are rewritten.

mod numbers;
#[cfg(test)]
mod tests;
mod views;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use roi_geom::BoxNorm;
use roi_picture::{Augmentation, Resampling};
use roi_prompt::Turn;

use crate::formats::vcr::{VcrMetadata, VcrRecord, records};
use crate::formats::{file_below, read_json};
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// One of the three ways to look at a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VcrView {
    /// `vcr`: all objects are listed before the question.
    All {
        /// As the original does by mistake: an object is called by the class of the next one, and records that mention the
        /// last object are left out.
        off_by_one: bool,
    },
    /// `single_vcr`: one object, in question and answer.
    Single,
    /// `multi_vcr`: every object where the question mentions it, twice if it is mentioned twice.
    Multi,
}

/// All records of a file, for any number of views.
#[derive(Debug)]
pub struct VcrRecords {
    records: Vec<VcrRecord>,
    folder: PathBuf,
    left_out: LeftOut,
}

impl VcrRecords {
    /// Reads `train.jsonl` or `val.jsonl`; pictures and their metadata lie below `folder`.
    ///
    /// # Errors
    /// If the file cannot be read or has no record.
    pub fn open(lines: &Path, folder: &Path) -> Result<Arc<Self>, DataError> {
        let mut left_out = LeftOut::default();
        let mut kept = Vec::new();
        for record in records(lines)? {
            match record {
                Ok(record) => kept.push(record),
                Err(error @ DataError::Io { .. }) => return Err(error),
                Err(error) => {
                    let name = || match &error {
                        DataError::JsonLine { line, .. } => format!("line {line}"),
                        _ => "a line".to_owned(),
                    };
                    left_out.broken.add(name, &error);
                }
            }
        }
        if kept.is_empty() {
            return Err(left_out.all_of("vcr"));
        }
        Ok(Arc::new(Self {
            records: kept,
            folder: folder.to_owned(),
            left_out,
        }))
    }

    pub(super) fn records(&self) -> &[VcrRecord] {
        &self.records
    }

    pub(super) fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// What is said about some of a record's objects, counted from zero, with its picture and their boxes.
    pub(super) fn sample(
        &self,
        record: &VcrRecord,
        objects: &[usize],
        turns: Vec<Turn>,
    ) -> Result<Sample, DataError> {
        let picture = file_below(&self.folder, &record.img_fn)?;
        let metadata: VcrMetadata = read_json(&file_below(&self.folder, &record.metadata_fn)?)?;
        let size = metadata.size(&picture)?;
        let edges = |&object: &usize| -> Result<BoxNorm, DataError> {
            let found = metadata.boxes.get(object).ok_or(DataError::Dangling {
                what: "box",
                id: object as u64 + 1,
            })?;
            found
                .edges
                .normalised(size)
                .map_err(|source| DataError::Box {
                    number: object + 1,
                    source,
                })
        };
        Ok(Sample {
            picture,
            resampling: Resampling::Pillow,
            augmentation: Augmentation::NONE,
            boxes: objects.iter().map(edges).collect::<Result<_, _>>()?,
            stated_size: metadata.stated_size(),
            turns,
        })
    }
}

/// A view of the records, with those that it has something to say about.
pub struct Vcr {
    view: VcrView,
    all: Arc<VcrRecords>,
    usable: Vec<usize>,
    left_out: LeftOut,
}

impl Vcr {
    /// Chooses the records.
    ///
    /// # Errors
    /// If there is none for this view.
    pub fn new(all: Arc<VcrRecords>, view: VcrView) -> Result<Self, DataError> {
        let mut left_out = all.left_out.clone();
        let usable: Vec<usize> = (0..all.records.len())
            .filter(|&index| views::is_usable(&all.records[index], view))
            .collect();
        left_out.n_excluded += (all.records.len() - usable.len()) as u64;
        if usable.is_empty() {
            return Err(left_out.all_of(name(view)));
        }
        Ok(Self {
            view,
            all,
            usable,
            left_out,
        })
    }

    fn record(&self, index: usize) -> Option<&VcrRecord> {
        self.usable.get(index).map(|&at| &self.all.records[at])
    }
}

fn name(view: VcrView) -> &'static str {
    match view {
        VcrView::All { .. } => "vcr",
        VcrView::Single => "single_vcr",
        VcrView::Multi => "multi_vcr",
    }
}

impl Dataset for Vcr {
    fn name(&self) -> &'static str {
        name(self.view)
    }

    fn len(&self) -> usize {
        self.usable.len()
    }

    fn record_name(&self, index: usize) -> String {
        match self.record(index) {
            Some(record) => format!("{} ({})", record.annot_id, record.img_fn),
            None => format!("record {index}"),
        }
    }

    fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    fn sample(&self, visit: Visit) -> Result<Sample, DataError> {
        let record = self.record(visit.index).ok_or(DataError::Dangling {
            what: "record",
            id: visit.index as u64,
        })?;
        let view = views::look(record, self.view, &mut visit.draw());
        let (objects, turns) = view.ok_or_else(|| DataError::Record {
            problem: "it mentions an object that it does not have".to_owned(),
        })?;
        self.all.sample(record, &objects, turns)
    }
}
