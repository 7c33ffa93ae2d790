//! What every training set's record becomes: one picture, its boxes, and a conversation about them.

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use roi_geom::{BoxNorm, PictureSize};
use roi_picture::{Augmentation, Resampling};
use roi_prompt::{Conversation, Habits, Turn};
use roi_weights::VisionConfig;

use crate::DataError;

/// A record ready to be learnt from. Its conversation holds each box's vector once, in the order of `boxes`.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The picture's file.
    pub picture: PathBuf,
    /// By whose arithmetic it becomes the tower's square.
    pub resampling: Resampling,
    /// What is then done to it.
    pub augmentation: Augmentation,
    /// Fractions of the square as it is after `augmentation`.
    pub boxes: Vec<BoxNorm>,
    /// The picture's size as the set states it, where the boxes are fractions of that.
    pub stated_size: Option<PictureSize>,
    /// Questions and answers, oldest first; every question has its answer.
    pub turns: Vec<Turn>,
}

impl Sample {
    /// The conversation, for a tower that turns a picture into `n_image_tokens` tokens.
    pub fn conversation(&self, n_image_tokens: usize) -> Conversation<'_> {
        Conversation {
            turns: &self.turns,
            n_boxes: self.boxes.len(),
            n_image_tokens,
            habits: Habits::default(),
        }
    }

    /// The picture's pixels for the tower, `[3, S, S]` row-major, normalised.
    ///
    /// # Errors
    /// If the file cannot be read, is no picture, or is one of another shape than the set states: boxes would lie elsewhere in it.
    pub fn pixels(&self, vision: &VisionConfig) -> Result<Vec<f32>, DataError> {
        let file = std::fs::read(&self.picture).map_err(|source| DataError::Io {
            path: self.picture.clone(),
            source,
        })?;
        let (size, pixels) =
            roi_picture::read_for_training(&file, vision, self.resampling, self.augmentation)
                .map_err(|source| DataError::Picture {
                    path: self.picture.clone(),
                    source,
                })?;
        match self.stated_size {
            Some(stated) if !has_shape_of(size, stated) => Err(DataError::Shape {
                path: self.picture.clone(),
                stated,
                found: size,
            }),
            _ => Ok(pixels),
        }
    }
}

/// Whether fractions of one picture are the same places in the other: it is a larger or smaller copy, to within the pixel that
/// rounding takes from its edges.
fn has_shape_of(one: PictureSize, other: PictureSize) -> bool {
    let [w1, h1, w2, h2] = [one.width, one.height, other.width, other.height].map(u64::from);
    (w1 * h2).abs_diff(w2 * h1) < (w1 + h1).max(w2 + h2)
}
