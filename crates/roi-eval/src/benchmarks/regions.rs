//! Boxes of COCO's family of files that can be asked about, picture by picture.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use roi_data::DataError;
use roi_data::formats::coco::{Annotation, CocoFile, Image};
use roi_data::formats::{file_below, missing};
use roi_geom::{BoxPx, PictureSize};

use crate::left_out::LeftOut;
use crate::task::{Task, asked};

/// A box and its picture.
pub(super) struct Region {
    pub(super) picture_name: String,
    picture: PathBuf,
    stated_size: PictureSize,
    pub(super) edges: BoxPx,
    pub(super) annotation: Annotation,
    /// The caption of the picture, which in MDETR's files is the box's expression.
    pub(super) expression: Option<String>,
}

impl Region {
    pub(super) fn task(&self, id: String, question: &str) -> Task {
        Task {
            id,
            picture_name: self.picture_name.clone(),
            picture: self.picture.clone(),
            boxes: vec![self.edges],
            stated_size: Some(self.stated_size),
            turns: asked(question),
            continuations: Vec::new(),
        }
    }
}

/// What differs between the files.
#[derive(Clone, Copy)]
pub(super) struct Habits {
    /// Boxes around crowds count too.
    pub(super) keeps_crowds: bool,
    /// Where no picture has a file's whole name, what stands behind its last underscore is tried.
    pub(super) has_prefixed_names: bool,
}

/// All boxes of a file, in the order of their pictures and then of the file.
pub(super) fn regions(
    file: CocoFile,
    folder: &Path,
    habits: Habits,
    left_out: &mut LeftOut,
) -> Vec<Region> {
    left_out.add_unread(&file.images.broken);
    left_out.add_unread(&file.annotations.broken);
    let mut by_id: HashMap<u64, usize> = HashMap::with_capacity(file.images.len());
    for (image, index) in file.images.iter().zip(0..) {
        if by_id.insert(image.id, index).is_some() {
            left_out.add_broken(
                format!("image {}", image.id),
                "another image has the same id; the later one is taken",
            );
        }
    }
    let mut annotations: Vec<Vec<Annotation>> = file.images.iter().map(|_| Vec::new()).collect();
    for annotation in file.annotations {
        match by_id.get(&annotation.image_id) {
            Some(&index) => annotations[index].push(annotation),
            None => {
                let error = missing("image", annotation.image_id, &file.images.broken);
                left_out.add_broken(name(&annotation), error);
            }
        }
    }
    let mut regions = Vec::new();
    for (image, annotations) in file.images.into_iter().zip(annotations) {
        let found = find(folder, &image.file_name, habits.has_prefixed_names);
        for annotation in annotations {
            if !counts(&annotation, &image, habits.keeps_crowds) {
                left_out.n_excluded += 1;
                continue;
            }
            match &found {
                Ok((picture_name, picture)) => regions.push(Region {
                    picture_name: picture_name.clone(),
                    picture: picture.clone(),
                    stated_size: image.size(),
                    edges: annotation.bbox.edges(),
                    annotation,
                    expression: image.caption.clone(),
                }),
                Err(error) => left_out.add_broken(name(&annotation), error),
            }
        }
    }
    regions
}

pub(super) fn name(annotation: &Annotation) -> String {
    format!("annotation {}", annotation.id)
}

/// A picture's name and path.
fn find(
    folder: &Path,
    name: &str,
    has_prefixed_names: bool,
) -> Result<(String, PathBuf), DataError> {
    let whole = file_below(folder, name).map(|path| (name.to_owned(), path));
    match (whole, name.rsplit_once('_')) {
        (Err(error), Some((_, end))) if has_prefixed_names => match file_below(folder, end) {
            Ok(path) => Ok((end.to_owned(), path)),
            Err(_) => Err(error),
        },
        (whole, _) => whole,
    }
}

/// Whether a box is one to ask about; the rules are those of the sets that are trained on.
fn counts(annotation: &Annotation, image: &Image, keeps_crowds: bool) -> bool {
    let b = annotation.bbox;
    !annotation.ignore
        && (keeps_crowds || !annotation.iscrowd)
        && annotation.area > 0.0
        && b.width >= 1.0
        && b.height >= 1.0
        && b.edges().clipped(image.size()).is_ok()
}
