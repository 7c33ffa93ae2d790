//! What the sets that are read by mmdet's pipelines share: which pictures and boxes count, and what is drawn where nothing
//! is left of a record.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/stage2_data.py`, `CustomDataset` and its subclasses; open-mmlab/
//! mmdetection 2.x, `mmdet/datasets/coco.py`, `_filter_imgs` and `_parse_ann_info`, and `custom.py`, `_rand_another`.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::PathBuf;

use roi_geom::{BoxNorm, BoxPx, PictureSize};
use roi_picture::{Augmentation, Resampling};
use roi_prompt::Turn;

use super::Pictures;
use crate::draw::Draw;
use crate::formats::coco::{Annotation, CocoFile, Image};
use crate::formats::{file_below, missing};
use crate::square::Square;
use crate::{DataError, LeftOut, Sample, Visit};

/// The shorter edge of a picture that is used.
const MIN_PICTURE_EDGE: u32 = 32;
/// How many other records are tried where nothing is left of one.
const N_REDRAWS: usize = 10;

/// What a set does otherwise than the others.
pub(super) struct Habits {
    /// Boxes around crowds count too.
    pub(super) keeps_crowds: bool,
    /// Of a file's name only what stands behind its last underscore is its name in the folder.
    pub(super) has_prefixed_names: bool,
    /// The most boxes of one sample.
    pub(super) max_boxes: usize,
    /// Pictures are moved and mirrored.
    pub(super) augments: bool,
}

/// The records of one set; every box has something of type `T` to be said of it.
pub(super) struct Records<T> {
    records: Vec<Record<T>>,
    /// Records by their [`Record::shape`].
    by_shape: [Vec<usize>; 2],
    folder: PathBuf,
    square: Square,
    habits: Habits,
    pub(super) left_out: LeftOut,
}

pub(super) struct Record<T> {
    image_id: u64,
    file_name: String,
    size: PictureSize,
    /// The text of the whole picture.
    pub(super) caption: String,
    boxes: Vec<BoxPx>,
    said: Vec<T>,
}

impl<T> Record<T> {
    /// 1 if the picture is wider than it is high, else 0.
    fn shape(&self) -> usize {
        usize::from(self.size.width > self.size.height)
    }
}

/// A record at one visit: its boxes in the order they are talked about.
pub(super) struct Drawn<'a, T> {
    pub(super) record: &'a Record<T>,
    picture: PathBuf,
    augmentation: Augmentation,
    boxes: Vec<(BoxNorm, usize)>,
}

impl<'a, T> Drawn<'a, T> {
    pub(super) fn n_boxes(&self) -> usize {
        self.boxes.len()
    }

    /// What is said of each box.
    pub(super) fn said(&self) -> impl Iterator<Item = &'a T> + use<'a, '_, T> {
        let record = self.record;
        self.boxes.iter().map(|(_, number)| &record.said[*number])
    }

    pub(super) fn sample(self, turns: Vec<Turn>) -> Sample {
        Sample {
            picture: self.picture,
            resampling: Resampling::OpenCv,
            augmentation: self.augmentation,
            boxes: self.boxes.into_iter().map(|(b, _)| b).collect(),
            stated_size: Some(self.record.size),
            turns,
        }
    }
}

/// Whether two entries are of one picture and say the same of it.
fn is_same<T>(a: Option<&Record<T>>, b: Option<&Record<T>>) -> bool {
    let said = |record: &Record<T>| {
        (
            record.size,
            record.file_name.clone(),
            record.caption.clone(),
        )
    };
    a.map(said) == b.map(said)
}

impl<T> Records<T> {
    /// Sorts a file's boxes to their pictures and leaves out what does not count.
    ///
    /// `caption` gives a picture's text, none to leave the picture out; `said` is what there is to say of a box.
    pub(super) fn new(
        file: CocoFile,
        pictures: Pictures<'_>,
        set: &'static str,
        habits: Habits,
        caption: impl Fn(&mut Image) -> Result<Option<String>, DataError>,
        said: impl Fn(&mut Annotation, &str) -> Result<T, DataError>,
    ) -> Result<Self, DataError> {
        let mut left_out = LeftOut::default();
        let CocoFile {
            images,
            annotations,
            ..
        } = file;
        left_out.broken.add_all(images.broken.clone());
        left_out.broken.add_all(annotations.broken);
        let mut records: Vec<Option<Record<T>>> = Vec::with_capacity(images.whole.len());
        let mut by_id = HashMap::with_capacity(images.whole.len());
        for mut image in images.whole {
            let name = |id: u64| move || format!("image {id}");
            let is_small = image.width.min(image.height) < MIN_PICTURE_EDGE;
            let caption = match caption(&mut image) {
                Ok(caption) => caption.filter(|_| !is_small),
                Err(error) => {
                    left_out.broken.add(name(image.id), &error);
                    by_id.insert(image.id, records.len());
                    records.push(None);
                    continue;
                }
            };
            let id = image.id;
            left_out.n_excluded += u64::from(caption.is_none());
            let record = caption.map(|caption| Record {
                image_id: image.id,
                size: image.size(),
                file_name: image.file_name,
                caption,
                boxes: Vec::new(),
                said: Vec::new(),
            });
            let Some(&first) = by_id.get(&id) else {
                by_id.insert(id, records.len());
                records.push(record);
                continue;
            };
            let problem = "another image has the same id".to_owned();
            let error = DataError::Record { problem };
            left_out.broken.add(name(id), &error);
            // Which of two the boxes belong to nobody can tell.
            if !is_same(records[first].as_ref(), record.as_ref()) && records[first].take().is_some()
            {
                left_out.broken.add(name(id), &error);
            }
        }
        let mut is_annotated = vec![false; records.len()];
        for mut annotation in annotations.whole {
            let name = |id: u64| move || format!("annotation {id}");
            let Some(&index) = by_id.get(&annotation.image_id) else {
                let error = missing("image", annotation.image_id, &images.broken);
                left_out.broken.add(name(annotation.id), &error);
                continue;
            };
            is_annotated[index] = true;
            let Some(record) = &mut records[index] else {
                continue;
            };
            if !counts(&annotation, record.size, habits.keeps_crowds) {
                left_out.n_excluded += 1;
                continue;
            }
            match said(&mut annotation, &record.caption) {
                Ok(said) => {
                    record.boxes.push(annotation.bbox.edges());
                    record.said.push(said);
                }
                Err(error) => left_out.broken.add(name(annotation.id), &error),
            }
        }
        // What was said of the others' boxes is counted.
        let is_bare = |(record, is_annotated): &(&Option<Record<T>>, &bool)| {
            record.is_some() && !**is_annotated
        };
        let bare = records.iter().zip(&is_annotated).filter(is_bare);
        left_out.n_excluded += bare.count() as u64;
        let records: Vec<Record<T>> = records
            .into_iter()
            .flatten()
            .filter(|record| !record.boxes.is_empty())
            .collect();
        if records.is_empty() {
            return Err(left_out.all_of(set));
        }
        let mut by_shape = [Vec::new(), Vec::new()];
        for (index, record) in records.iter().enumerate() {
            by_shape[record.shape()].push(index);
        }
        Ok(Self {
            records,
            by_shape,
            folder: pictures.folder.to_owned(),
            square: Square::new(pictures.side),
            habits,
            left_out,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn name(&self, index: usize) -> String {
        match self.records.get(index) {
            Some(record) => format!("image {} ({})", record.image_id, record.file_name),
            None => format!("record {index}"),
        }
    }

    /// The record's boxes at this visit, or those of one like it if none of its own is large enough.
    pub(super) fn draw(&self, visit: Visit, draw: &mut Draw) -> Result<Drawn<'_, T>, DataError> {
        let record = self.records.get(visit.index);
        let record = record.ok_or(DataError::Dangling {
            what: "record",
            id: visit.index as u64,
        })?;
        if let Some(drawn) = self.try_draw(record, draw)? {
            return Ok(drawn);
        }
        for _ in 0..N_REDRAWS {
            let like = draw.pick(&self.by_shape[record.shape()]);
            // A broken record is reported at its own visits.
            if let Some(&index) = like
                && let Ok(Some(drawn)) = self.try_draw(&self.records[index], draw)
            {
                return Ok(drawn);
            }
        }
        Err(DataError::NoBoxLeft { redrawn: N_REDRAWS })
    }

    fn try_draw<'a>(
        &self,
        record: &'a Record<T>,
        draw: &mut Draw,
    ) -> Result<Option<Drawn<'a, T>>, DataError> {
        let name = record.file_name.as_str();
        let picture = match name.rsplit_once('_') {
            Some((_, name)) if self.habits.has_prefixed_names => file_below(&self.folder, name)?,
            _ => file_below(&self.folder, name)?,
        };
        let (mut boxes, augmentation) = if self.habits.augments {
            self.square.fit_augmented(&record.boxes, record.size, draw)
        } else {
            let boxes = self.square.fit(&record.boxes, record.size);
            (boxes, Augmentation::NONE)
        };
        draw.shuffle(&mut boxes);
        boxes.truncate(self.habits.max_boxes);
        let drawn = Drawn {
            record,
            picture,
            augmentation,
            boxes,
        };
        Ok((drawn.n_boxes() > 0).then_some(drawn))
    }
}

/// Whether a box is one to learn from.
fn counts(annotation: &Annotation, picture: PictureSize, keeps_crowds: bool) -> bool {
    let b = annotation.bbox;
    let (right, bottom) = (b.x + b.width, b.y + b.height);
    let inside_x = right.min(picture.width.into()) - b.x.max(0.0);
    let inside_y = bottom.min(picture.height.into()) - b.y.max(0.0);
    !annotation.ignore
        && (keeps_crowds || !annotation.iscrowd)
        && inside_x > 0.0
        && inside_y > 0.0
        && annotation.area > 0.0
        && b.width >= 1.0
        && b.height >= 1.0
}
