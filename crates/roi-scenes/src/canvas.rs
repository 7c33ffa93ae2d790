//! The picture while it is painted: background, then things from the back to the front, each with a
//! soft shadow.

use roi_geom::PictureSize;

use crate::sprite::Sprite;

/// A finished picture: 8-bit red, green, blue, rows from the top, no padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its size.
    pub size: PictureSize,
    /// `3 · width · height` bytes.
    pub rgb: Vec<u8>,
}

/// Red, green, blue in `0..=1`.
pub(crate) struct Canvas {
    side: usize,
    pixels: Vec<[f32; 3]>,
}

impl Canvas {
    pub(crate) fn new(side: usize, pixels: Vec<[f32; 3]>) -> Self {
        assert_eq!(pixels.len(), side * side, "one colour a pixel");
        Self { side, pixels }
    }

    /// Puts a sprite with its upper left corner there; what lies outside is cut off.
    pub(crate) fn put(&mut self, sprite: &Sprite, left: i32, top: i32) {
        for (y, row) in (top..).zip(sprite.pixels.chunks(sprite.width)) {
            for (x, &[red, green, blue, alpha]) in (left..).zip(row) {
                if let Some(under) = self.at(x, y)
                    && alpha > 0.0
                {
                    let over = [red, green, blue];
                    *under = std::array::from_fn(|c| over[c] + under[c] * (1.0 - alpha));
                }
            }
        }
    }

    /// Darkens the ground below and right of where the sprite will stand.
    pub(crate) fn shade(&mut self, sprite: &Sprite, left: i32, top: i32) {
        const DARKNESS: f32 = 0.38;
        let unit = self.side as f32 / 224.0;
        let radius = (2.0 * unit).max(1.0) as usize;
        let (aside, below) = ((2.0 * unit) as i32, (3.0 * unit) as i32);
        // Two passes of a box reach twice its radius.
        let margin = 2 * radius;
        let (width, height) = (sprite.width + 2 * margin, sprite.height + 2 * margin);
        let mut mask = vec![0.0_f32; width * height];
        for (row, from) in mask[margin * width..]
            .chunks_mut(width)
            .zip(sprite.pixels.chunks(sprite.width))
        {
            for (to, pixel) in row[margin..].iter_mut().zip(from) {
                *to = pixel[3];
            }
        }
        for _ in 0..2 {
            mask = blurred_rows_turned(&mask, width, radius);
            mask = blurred_rows_turned(&mask, height, radius);
        }
        let (left, top) = (left + aside - margin as i32, top + below - margin as i32);
        for (y, row) in (top..).zip(mask.chunks(width)) {
            for (x, &shadow) in (left..).zip(row) {
                if let Some(under) = self.at(x, y) {
                    *under = under.map(|level| level * (1.0 - DARKNESS * shadow));
                }
            }
        }
    }

    pub(crate) fn finish(self) -> Picture {
        let side = self.side as u32;
        Picture {
            size: PictureSize {
                width: side,
                height: side,
            },
            rgb: self
                .pixels
                .into_iter()
                .flatten()
                .map(|level| (level.clamp(0.0, 1.0) * 255.0 + 0.5) as u8)
                .collect(),
        }
    }

    fn at(&mut self, x: i32, y: i32) -> Option<&mut [f32; 3]> {
        let inside = 0..self.side as i32;
        (inside.contains(&x) && inside.contains(&y))
            .then(|| &mut self.pixels[y as usize * self.side + x as usize])
    }
}

/// Means over `2 · radius + 1` neighbours along each row, written with rows and columns exchanged,
/// so that doing it twice blurs both ways. What lies outside counts as nothing.
fn blurred_rows_turned(mask: &[f32], width: usize, radius: usize) -> Vec<f32> {
    let height = mask.len() / width;
    let share = 1.0 / (2 * radius + 1) as f32;
    let mut turned = vec![0.0; mask.len()];
    for (y, row) in mask.chunks(width).enumerate() {
        let mut sum: f32 = row.iter().take(radius).sum();
        for x in 0..width {
            sum += row.get(x + radius).copied().unwrap_or(0.0);
            turned[x * height + y] = sum * share;
            if x >= radius {
                sum -= row[x - radius];
            }
        }
    }
    turned
}
