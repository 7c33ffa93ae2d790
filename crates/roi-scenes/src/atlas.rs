//! The pictures of the glyphs: one image, cut into cells, ready to be drawn from at any size.
//!
//! Texels are premultiplied, so that averaging does not bleed the colour of what is transparent.
//! Halved copies are kept, so that a thing drawn small averages four texels and not a few of
//! thousands.

#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use crate::glyphs::glyphs;
use crate::palette::brightness;

/// Side of a cell of the atlas in pixels.
pub(crate) const CELL: usize = 96;
/// Cells in a row of the atlas.
const COLUMNS: usize = 12;
/// A glyph's parts below this opacity are no part of its outline.
pub(crate) const SOLID: f32 = 0.5;

/// A glyph's picture at full, half and quarter size.
pub(crate) struct Cell {
    levels: [Texels; 3],
    /// Mean brightness of what is solid, in `0..=1`.
    pub(crate) mean: f32,
    /// Leftmost and rightmost solid points of each row, about the cell's centre, in texels.
    pub(crate) outline: Vec<[f64; 2]>,
}

/// A square of premultiplied red, green, blue, alpha in `0..=1`, with a border of nothing, so that
/// a sample near the edge needs no special case.
pub(crate) struct Texels {
    side: usize,
    texels: Vec<[f32; 4]>,
}

/// Width of the border of nothing in texels.
const BORDER: usize = 2;

/// The cell of a glyph, by its index in the table. Each is made ready when it is first needed.
pub(crate) fn cell(glyph: usize) -> &'static Cell {
    static CELLS: OnceLock<Vec<OnceLock<Cell>>> = OnceLock::new();
    let cells = CELLS.get_or_init(|| glyphs().iter().map(|_| OnceLock::new()).collect());
    cells[glyph].get_or_init(|| Cell::cut(atlas(), glyph))
}

/// The atlas is part of the program: that it can be decoded and is large enough is an invariant.
fn atlas() -> &'static image::RgbaImage {
    static ATLAS: OnceLock<image::RgbaImage> = OnceLock::new();
    ATLAS.get_or_init(|| {
        let png = include_bytes!("../assets/atlas.png");
        image::load_from_memory_with_format(png, image::ImageFormat::Png)
            .expect("the atlas is a PNG file")
            .into_rgba8()
    })
}

fn premultiplied([red, green, blue, alpha]: [u8; 4]) -> [f32; 4] {
    let alpha = f32::from(alpha) / 255.0;
    let [red, green, blue] = [red, green, blue].map(|level| f32::from(level) / 255.0 * alpha);
    [red, green, blue, alpha]
}

impl Cell {
    fn cut(atlas: &image::RgbaImage, glyph: usize) -> Self {
        let (left, top) = (glyph % COLUMNS * CELL, glyph / COLUMNS * CELL);
        let full = Texels::new(CELL, |x, y| {
            premultiplied(atlas.get_pixel((left + x) as u32, (top + y) as u32).0)
        });

        let mut total = 0.0;
        let mut n_solid = 0.0;
        let mut outline = Vec::new();
        for y in 0..CELL {
            let is_solid = |&x: &usize| full.at(x, y)[3] >= SOLID;
            for x in (0..CELL).filter(is_solid) {
                let [red, green, blue, alpha] = full.at(x, y);
                total += brightness([red, green, blue]) / alpha;
                n_solid += 1.0;
            }
            let ends = [(0..CELL).find(is_solid), (0..CELL).rfind(is_solid)];
            let about_centre = |at: usize| at as f64 + 0.5 - CELL as f64 / 2.0;
            outline.extend(ends.into_iter().flatten().map(|x| [x, y].map(about_centre)));
        }
        let half = full.halved();
        let quarter = half.halved();
        Self {
            levels: [full, half, quarter],
            mean: total / n_solid,
            outline,
        }
    }

    /// The copy to draw from at `scale` pixels a texel, and its side in parts of the full side.
    pub(crate) fn level(&self, scale: f64) -> (&Texels, f64) {
        let [full, half, quarter] = &self.levels;
        if scale > 0.5 {
            (full, 1.0)
        } else if scale > 0.25 {
            (half, 0.5)
        } else {
            (quarter, 0.25)
        }
    }
}

impl Texels {
    fn new(side: usize, texel: impl Fn(usize, usize) -> [f32; 4]) -> Self {
        let stride = side + 2 * BORDER;
        let mut texels = vec![[0.0; 4]; stride * stride];
        for y in 0..side {
            for x in 0..side {
                texels[(y + BORDER) * stride + x + BORDER] = texel(x, y);
            }
        }
        Self { side, texels }
    }

    fn at(&self, x: usize, y: usize) -> [f32; 4] {
        self.texels[(y + BORDER) * (self.side + 2 * BORDER) + x + BORDER]
    }

    fn halved(&self) -> Self {
        Self::new(self.side / 2, |x, y| {
            let (x, y) = (2 * x, 2 * y);
            let four = [(x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)].map(|(x, y)| self.at(x, y));
            std::array::from_fn(|c| four.iter().map(|texel| texel[c]).sum::<f32>() / 4.0)
        })
    }

    /// Bilinear value at a point about the centre, in texels of this copy; nothing outside.
    pub(crate) fn sample(&self, x: f32, y: f32) -> [f32; 4] {
        // Texel centres lie at half numbers.
        let shift = self.side as f32 / 2.0 + BORDER as f32 - 0.5;
        let (x, y) = (x + shift, y + shift);
        let end = (self.side + 2 * BORDER - 1) as f32;
        if !(x >= 0.0 && y >= 0.0 && x < end && y < end) {
            return [0.0; 4];
        }
        let (left, top) = (x as usize, y as usize);
        let (fx, fy) = (x - left as f32, y - top as f32);
        let stride = self.side + 2 * BORDER;
        let above = &self.texels[top * stride + left..][..2];
        let below = &self.texels[(top + 1) * stride + left..][..2];
        std::array::from_fn(|c| {
            let upper = above[0][c] + (above[1][c] - above[0][c]) * fx;
            let lower = below[0][c] + (below[1][c] - below[0][c]) * fx;
            upper + (lower - upper) * fy
        })
    }
}
