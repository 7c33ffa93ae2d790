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
use crate::formats::{announced_size, file_below, missing, read_json};
use crate::parts::{filled, listed, text, turn};
use crate::templates::{POINT, POINT_BETWEEN};
use crate::{DataError, Dataset, LeftOut, Sample, Visit};

/// The set `v7w`, from `dataset_v7w_pointing.json`: a record is a picture with all its questions.
pub struct Visual7W {
    pictures: Vec<PictureQuestions>,
    folder: PathBuf,
    left_out: LeftOut,
}

struct PictureQuestions {
    file_name: String,
    /// One or more.
    questions: Vec<Pointing>,
}

struct Pointing {
    question: String,
    /// The right one first.
    boxes: Vec<ChoiceBox>,
}

/// A box that may be right.
#[derive(Clone, Copy)]
struct ChoiceBox {
    /// What the file calls it.
    id: u64,
    edges: BoxPx,
}

impl Visual7W {
    const NAME: &str = "v7w";

    /// Reads the questions of one split: `train`, `val` or `test`.
    ///
    /// # Errors
    /// If the file cannot be read, or has no usable question of that split.
    pub fn open(questions: &Path, pictures: &Path, split: &str) -> Result<Self, DataError> {
        let file: V7wFile = read_json(questions)?;
        // None for an id that two different boxes have.
        let mut boxes: HashMap<u64, Option<BoxPx>> = HashMap::with_capacity(file.boxes.len());
        for edges_of in file.boxes.iter() {
            let edges = edges_of.edges();
            boxes
                .entry(edges_of.box_id)
                .and_modify(|known| *known = known.filter(|known| *known == edges))
                .or_insert(Some(edges));
        }
        let box_of = |id: u64| match boxes.get(&id) {
            Some(&Some(edges)) => Ok(ChoiceBox { id, edges }),
            Some(None) => Err(DataError::Record {
                problem: format!("two boxes have the id {id}"),
            }),
            None => Err(missing("box", id, &file.boxes.broken)),
        };
        let mut left_out = LeftOut::default();
        left_out.broken.add_all(file.images.broken);
        left_out.broken.add_all(file.boxes.broken.clone());
        let mut records = Vec::new();
        for image in file.images.whole {
            if image.split != split {
                continue;
            }
            left_out.broken.add_all(image.qa_pairs.broken);
            let mut questions = Vec::with_capacity(image.qa_pairs.whole.len());
            for asked in image.qa_pairs.whole {
                let qa_id = asked.qa_id;
                match pointing(asked, box_of) {
                    Ok(pointing) => questions.push(pointing),
                    Err(error) => left_out.broken.add(|| format!("question {qa_id}"), &error),
                }
            }
            if !questions.is_empty() {
                let file_name = image.filename;
                records.push(PictureQuestions {
                    file_name,
                    questions,
                });
            }
        }
        if records.is_empty() {
            return Err(left_out.all_of(Self::NAME));
        }
        Ok(Self {
            pictures: records,
            folder: pictures.to_owned(),
            left_out,
        })
    }
}

fn pointing(
    asked: V7wQuestion,
    box_of: impl Fn(u64) -> Result<ChoiceBox, DataError>,
) -> Result<Pointing, DataError> {
    if asked.question.trim().is_empty() {
        return Err(DataError::Record {
            problem: "it has no words".to_owned(),
        });
    }
    let choices = [asked.answer].into_iter().chain(asked.multiple_choices);
    let boxes: Vec<ChoiceBox> = choices.map(box_of).collect::<Result<_, _>>()?;
    if boxes.len() < 2 {
        return Err(DataError::Record {
            problem: "there is nothing to choose from".to_owned(),
        });
    }
    Ok(Pointing {
        question: asked.question,
        boxes,
    })
}

impl Dataset for Visual7W {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn len(&self) -> usize {
        self.pictures.len()
    }

    fn record_name(&self, index: usize) -> String {
        match self.pictures.get(index) {
            Some(picture) => format!("picture {}", picture.file_name),
            None => format!("record {index}"),
        }
    }

    fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    /// Questions, and the boxes of each, stand in an order drawn at each visit; the answer is the right one's `regionK`. A box
    /// that several questions have keeps the number it was first given.
    fn sample(&self, visit: Visit) -> Result<Sample, DataError> {
        let record = self.pictures.get(visit.index);
        let record = record.ok_or(DataError::Dangling {
            what: "record",
            id: visit.index as u64,
        })?;
        let picture = file_below(&self.folder, &record.file_name)?;
        let size = announced_size(&picture)?;
        let mut draw = visit.draw();
        let mut order: Vec<&Pointing> = record.questions.iter().collect();
        draw.shuffle(&mut order);
        let mut known: Vec<u64> = Vec::new();
        let mut boxes: Vec<BoxNorm> = Vec::new();
        let mut turns = Vec::with_capacity(order.len());
        for asked in order {
            let mut choices = asked.boxes.clone();
            draw.shuffle(&mut choices);
            let mut regions = Vec::with_capacity(choices.len());
            for choice in choices {
                let region = match known.iter().position(|&id| id == choice.id) {
                    Some(region) => region,
                    None => {
                        let edges = choice.edges.normalised(size);
                        boxes.push(edges.map_err(|source| DataError::Box {
                            number: known.len() + 1,
                            source,
                        })?);
                        known.push(choice.id);
                        known.len() - 1
                    }
                };
                regions.push(region);
            }
            let right = known.iter().position(|&id| id == asked.boxes[0].id);
            let mut question = filled(POINT, listed(regions, POINT_BETWEEN));
            question.push(text(&asked.question));
            turns.push(turn(question, format!("region{}", right.unwrap_or(0) + 1)));
        }
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
