//! Visual-7W's pointing questions: which of four regions is meant.
//!
//! The original's repository has nothing for this set; wording and order are this project's own.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use roi_geom::{BoxNorm, BoxPx};
use roi_picture::{Augmentation, Resampling};

use crate::formats::v7w::{V7wFile, V7wQuestion};
use crate::formats::{file_below, read_json};
use crate::parts::{filled, listed, text, turn};
use crate::templates::POINT;
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// The set `v7w`, from `dataset_v7w_pointing.json`.
pub struct Visual7W {
    questions: Vec<Pointing>,
    folder: PathBuf,
    left_out: LeftOut,
}

struct Pointing {
    qa_id: u64,
    file_name: String,
    question: String,
    /// The right one first.
    boxes: Vec<BoxPx>,
}

impl Visual7W {
    const NAME: &str = "v7w";

    /// Reads the questions of one split: `train`, `val` or `test`.
    ///
    /// # Errors
    /// If the file cannot be read, or has no usable question of that split.
    pub fn open(questions: &Path, pictures: &Path, split: &str) -> Result<Self, DataError> {
        let file: V7wFile = read_json(questions)?;
        let boxes: HashMap<u64, BoxPx> = file.boxes.iter().map(|b| (b.box_id, b.edges())).collect();
        let mut left_out = LeftOut::default();
        let mut questions = Vec::new();
        for image in file.images {
            if image.split != split {
                continue;
            }
            for asked in image.qa_pairs {
                let qa_id = asked.qa_id;
                match pointing(asked, &image.filename, &boxes) {
                    Ok(pointing) => questions.push(pointing),
                    Err(error) => left_out.broken.add(|| format!("question {qa_id}"), &error),
                }
            }
        }
        if questions.is_empty() {
            return Err(left_out.all_of(Self::NAME));
        }
        Ok(Self {
            questions,
            folder: pictures.to_owned(),
            left_out,
        })
    }
}

fn pointing(
    asked: V7wQuestion,
    file_name: &str,
    boxes: &HashMap<u64, BoxPx>,
) -> Result<Pointing, DataError> {
    if asked.question.trim().is_empty() {
        return Err(DataError::Record {
            problem: "it has no words".to_owned(),
        });
    }
    let edges = |&id: &u64| {
        let edges = boxes.get(&id).copied();
        edges.ok_or(DataError::Dangling { what: "box", id })
    };
    let choices = [asked.answer].into_iter().chain(asked.multiple_choices);
    let boxes: Vec<BoxPx> = choices.map(|id| edges(&id)).collect::<Result<_, _>>()?;
    if boxes.len() < 2 {
        return Err(DataError::Record {
            problem: "there is nothing to choose from".to_owned(),
        });
    }
    Ok(Pointing {
        qa_id: asked.qa_id,
        file_name: file_name.to_owned(),
        question: asked.question,
        boxes,
    })
}

impl Dataset for Visual7W {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn len(&self) -> usize {
        self.questions.len()
    }

    fn record_name(&self, index: usize) -> String {
        match self.questions.get(index) {
            Some(asked) => format!("question {} ({})", asked.qa_id, asked.file_name),
            None => format!("record {index}"),
        }
    }

    fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// Boxes stand in an order drawn at each visit; the answer is the right one's `regionK`.
    fn sample(&self, visit: Visit) -> Result<Sample, DataError> {
        let asked = self.questions.get(visit.index);
        let asked = asked.ok_or(DataError::Dangling {
            what: "record",
            id: visit.index as u64,
        })?;
        let picture = file_below(&self.folder, &asked.file_name)?;
        let size = super::announced_size(&picture)?;
        let mut order: Vec<usize> = (0..asked.boxes.len()).collect();
        visit.draw().shuffle(&mut order);
        let boxes = order.iter().map(|&number| {
            let edges = asked.boxes[number].normalised(size);
            edges.map_err(|source| DataError::Box {
                number: number + 1,
                source,
            })
        });
        let boxes: Vec<BoxNorm> = boxes.collect::<Result<_, _>>()?;
        let right = order.iter().position(|&number| number == 0).unwrap_or(0);
        let mut question = vec![text(&asked.question)];
        question.extend(filled(POINT, listed(boxes.len())));
        Ok(Sample {
            picture,
            resampling: Resampling::Pillow,
            augmentation: Augmentation::NONE,
            boxes,
            turns: vec![turn(question, format!("region{}", right + 1))],
        })
    }
}
