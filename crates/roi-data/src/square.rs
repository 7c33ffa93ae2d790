//! Boxes on their way into the tower's square, as mmdet's pipelines take them there: in f32, with what is too small dropped.
//!
//! Source: open-mmlab/mmdetection 2.x, `mmdet/datasets/pipelines/transforms.py`, `Resize`, `RandomShift`, `RandomFlip`;
//! jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/single_img.py` and `stage2_data.py` (which boxes are kept).

#[cfg(test)]
mod tests;

use roi_geom::{BoxNorm, BoxPx, PictureSize};
use roi_picture::Augmentation;

use crate::draw::Draw;

/// The square's edge that the limits below are stated for; other squares scale them.
const STATED_SIDE: f32 = 224.0;
/// What must be exceeded by both edges of a box that is kept.
const MIN_EDGE: f32 = 2.0;
/// The same for a box that was moved.
const MIN_MOVED_EDGE: f32 = 1.0;
/// How far a picture is moved at most.
const MAX_SHIFT: f32 = 32.0;

/// Edges in pixels of the square.
#[derive(Clone, Copy)]
struct SquareBox {
    x1: f32,
    y1: f32,
    x2: f32,
    y2: f32,
}

impl SquareBox {
    fn exceeds(&self, edge: f32) -> bool {
        self.x2 - self.x1 > edge && self.y2 - self.y1 > edge
    }

    fn clipped(self, side: f32) -> Self {
        let clip = |edge: f32| edge.clamp(0.0, side);
        Self {
            x1: clip(self.x1),
            y1: clip(self.y1),
            x2: clip(self.x2),
            y2: clip(self.y2),
        }
    }
}

/// A square of `side` pixels that pictures are squashed to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Square {
    side: f32,
}

impl Square {
    pub(crate) fn new(side: usize) -> Self {
        Self { side: side as f32 }
    }

    /// The boxes of a picture that are left, each with its number among those given.
    pub(crate) fn fit(&self, boxes: &[BoxPx], picture: PictureSize) -> Vec<(BoxNorm, usize)> {
        self.finish(self.resized(boxes, picture), false)
    }

    /// The same for a picture that is moved and mirrored by chance, a half each.
    pub(crate) fn fit_augmented(
        &self,
        boxes: &[BoxPx],
        picture: PictureSize,
        draw: &mut Draw,
    ) -> (Vec<(BoxNorm, usize)>, Augmentation) {
        let mut boxes = self.resized(boxes, picture);
        let mut shift = (0, 0);
        if draw.is_heads() {
            let most = (MAX_SHIFT * self.scale()).round() as usize;
            let mut along = || draw.below(2 * most + 1) as i32 - most as i32;
            let drawn = (along(), along());
            let moved = self.moved(&boxes, drawn);
            if !moved.is_empty() {
                (boxes, shift) = (moved, drawn);
            }
        }
        let flip = draw.is_heads();
        (self.finish(boxes, flip), Augmentation { shift, flip })
    }

    fn scale(&self) -> f32 {
        self.side / STATED_SIDE
    }

    fn resized(&self, boxes: &[BoxPx], picture: PictureSize) -> Vec<(SquareBox, usize)> {
        let factor = |edge: u32| (f64::from(self.side) / f64::from(edge)) as f32;
        let (across, down) = (factor(picture.width), factor(picture.height));
        let resized = boxes.iter().map(|b| {
            let scaled = SquareBox {
                x1: b.x1 as f32 * across,
                y1: b.y1 as f32 * down,
                x2: b.x2 as f32 * across,
                y2: b.y2 as f32 * down,
            };
            scaled.clipped(self.side)
        });
        resized.zip(0..).collect()
    }

    fn moved(
        &self,
        boxes: &[(SquareBox, usize)],
        (right, down): (i32, i32),
    ) -> Vec<(SquareBox, usize)> {
        let (right, down) = (right as f32, down as f32);
        let moved = boxes.iter().map(|&(b, number)| {
            let moved = SquareBox {
                x1: b.x1 + right,
                y1: b.y1 + down,
                x2: b.x2 + right,
                y2: b.y2 + down,
            };
            (moved.clipped(self.side), number)
        });
        moved
            .filter(|(b, _)| b.exceeds(MIN_MOVED_EDGE * self.scale()))
            .collect()
    }

    fn finish(&self, boxes: Vec<(SquareBox, usize)>, flip: bool) -> Vec<(BoxNorm, usize)> {
        let side = self.side;
        let kept = boxes
            .into_iter()
            .filter(|(b, _)| b.exceeds(MIN_EDGE * self.scale()));
        kept.map(|(b, number)| {
            let (x1, x2) = match flip {
                true => (side - b.x2, side - b.x1),
                false => (b.x1, b.x2),
            };
            let fractions = BoxNorm {
                x1: x1 / side,
                y1: b.y1 / side,
                x2: x2 / side,
                y2: b.y2 / side,
            };
            (fractions, number)
        })
        .collect()
    }
}
