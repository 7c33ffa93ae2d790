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

/// A square of premultiplied red, green, blue, alpha in `0..=1`.
pub(crate) struct Texels {
    side: usize,
    texels: Vec<[f32; 4]>,
}

/// All cells, in the order of the table of glyphs.
pub(crate) fn cells() -> &'static [Cell] {
    static CELLS: OnceLock<Vec<Cell>> = OnceLock::new();
    CELLS.get_or_init(|| cut(include_bytes!("../assets/atlas.png")))
}

/// The atlas is part of the program: that it can be decoded and is large enough is an invariant.
fn cut(png: &[u8]) -> Vec<Cell> {
    let atlas = image::load_from_memory_with_format(png, image::ImageFormat::Png)
        .expect("the atlas is a PNG file")
        .into_rgba8();
    (0..glyphs().len())
        .map(|index| {
            let (left, top) = (index % COLUMNS * CELL, index / COLUMNS * CELL);
            Cell::new(Texels {
                side: CELL,
                texels: (0..CELL * CELL)
                    .map(|i| {
                        let (x, y) = (left + i % CELL, top + i / CELL);
                        premultiplied(atlas.get_pixel(x as u32, y as u32).0)
                    })
                    .collect(),
            })
        })
        .collect()
}

fn premultiplied([red, green, blue, alpha]: [u8; 4]) -> [f32; 4] {
    let alpha = f32::from(alpha) / 255.0;
    let [red, green, blue] = [red, green, blue].map(|level| f32::from(level) / 255.0 * alpha);
    [red, green, blue, alpha]
}

impl Cell {
    fn new(full: Texels) -> Self {
        let solid = || full.texels.iter().filter(|texel| texel[3] >= SOLID);
        let total: f32 = solid()
            .map(|&[red, green, blue, alpha]| brightness([red, green, blue]) / alpha)
            .sum();
        let mean = total / solid().count() as f32;

        let mut outline = Vec::new();
        for (y, row) in full.texels.chunks(CELL).enumerate() {
            let first = row.iter().position(|texel| texel[3] >= SOLID);
            let last = row.iter().rposition(|texel| texel[3] >= SOLID);
            if let (Some(first), Some(last)) = (first, last) {
                let half = CELL as f64 / 2.0;
                let y = y as f64 + 0.5 - half;
                outline.push([first as f64 + 0.5 - half, y]);
                outline.push([last as f64 + 0.5 - half, y]);
            }
        }
        let half = full.halved();
        let quarter = half.halved();
        Self {
            levels: [full, half, quarter],
            mean,
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
    fn halved(&self) -> Self {
        let side = self.side / 2;
        let texels = (0..side * side)
            .map(|i| {
                let (x, y) = (2 * (i % side), 2 * (i / side));
                let at = |dx, dy| self.texels[(y + dy) * self.side + x + dx];
                let four = [at(0, 0), at(1, 0), at(0, 1), at(1, 1)];
                std::array::from_fn(|c| four.iter().map(|texel| texel[c]).sum::<f32>() / 4.0)
            })
            .collect();
        Self { side, texels }
    }

    /// Bilinear value at a point about the centre, in texels of this copy; nothing outside.
    pub(crate) fn sample(&self, x: f64, y: f64) -> [f32; 4] {
        let half = self.side as f64 / 2.0;
        // Texel centres lie at half numbers.
        let (x, y) = (x + half - 0.5, y + half - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (fx, fy) = ((x - left) as f32, (y - top) as f32);
        let (left, top) = (left as i32, top as i32);
        let last = self.side as i32 - 1;
        if left < -1 || top < -1 || left > last || top > last {
            return [0.0; 4];
        }
        let at = |x: i32, y: i32| {
            let inside = (0..=last).contains(&x) && (0..=last).contains(&y);
            if inside {
                self.texels[y as usize * self.side + x as usize]
            } else {
                [0.0; 4]
            }
        };
        let (a, b) = (at(left, top), at(left + 1, top));
        let (c, d) = (at(left, top + 1), at(left + 1, top + 1));
        std::array::from_fn(|i| {
            let above = a[i] + (b[i] - a[i]) * fx;
            let below = c[i] + (d[i] - c[i]) * fx;
            above + (below - above) * fy
        })
    }
}
