//! Moving and mirroring a prepared picture, as COCO detection's training does.
//!
//! Done on the normalised square: moving and mirroring touch no value, so that this equals the original's order, in which
//! normalising comes last.
//!
//! Source: open-mmlab/mmdetection 2.x, `mmdet/datasets/pipelines/transforms.py`, `RandomShift` and `RandomFlip`.

#[cfg(test)]
mod tests;

/// What is done to a picture after it became a square, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Augmentation {
    /// Columns to the right and rows down, in pixels of the square; what is uncovered becomes black.
    pub shift: (i32, i32),
    /// Whether left and right are exchanged.
    pub flip: bool,
}

impl Augmentation {
    /// The picture as it is.
    pub const NONE: Self = Self {
        shift: (0, 0),
        flip: false,
    };

    /// `pixels` are `[3, side, side]`; `black` is each channel's value where no picture is.
    pub(crate) fn apply(self, pixels: Vec<f32>, side: usize, black: [f32; 3]) -> Vec<f32> {
        if self == Self::NONE {
            return pixels;
        }
        let (right, down) = self.shift;
        let source = |at: usize, shift: i32| {
            let moved = at as i64 - i64::from(shift);
            usize::try_from(moved).ok().filter(|&moved| moved < side)
        };
        let mut augmented = Vec::with_capacity(pixels.len());
        for (plane, black) in pixels.chunks_exact(side * side).zip(black) {
            for y in 0..side {
                let row = source(y, down).map(|y| &plane[side * y..][..side]);
                for x in 0..side {
                    let x = if self.flip { side - 1 - x } else { x };
                    let value = row.zip(source(x, right)).map(|(row, x)| row[x]);
                    augmented.push(value.unwrap_or(black));
                }
            }
        }
        augmented
    }
}
