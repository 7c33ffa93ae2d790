//! A contact sheet: scenes side by side with their boxes and a caption under each, to be looked at
//! by people.

mod letters;
#[cfg(test)]
mod tests;

use roi_geom::{BoxPx, PictureSize};

use crate::canvas::Picture;
use crate::language;
use crate::scene::Scene;

/// Colours of boxes and their captions, in turn; readable on white.
const INKS: [[u8; 3]; 9] = [
    [200, 0, 0],
    [0, 90, 200],
    [0, 130, 40],
    [160, 0, 160],
    [170, 90, 0],
    [0, 120, 130],
    [90, 60, 200],
    [200, 0, 110],
    [80, 80, 80],
];
const EMPTY_INK: [u8; 3] = [0, 0, 0];
const PAIR_INK: [u8; 3] = [120, 120, 0];
/// A line of text and the space below it.
const LINE: u32 = letters::HEIGHT + 3;

/// Draws scenes in rows of `columns`, each as wide as its picture enlarged twice, since text under
/// it needs the room. Boxes and captions of one thing have one colour; black boxes hold nothing.
pub fn sheet(scenes: &[Scene], columns: u32) -> Picture {
    const ENLARGED: u32 = 2;
    const GAP: u32 = 8;
    let side = scenes.iter().map(|s| s.size.width).max().unwrap_or(0) * ENLARGED;
    let n_lines = scenes
        .iter()
        .map(|s| s.objects.len() + 2)
        .max()
        .unwrap_or(0) as u32;
    let cell = (side + GAP, side + n_lines * LINE + GAP);
    let columns = columns.clamp(1, (scenes.len() as u32).max(1));
    let rows = (scenes.len() as u32).div_ceil(columns);
    let mut sheet = Sheet::white(columns * cell.0, rows * cell.1);
    for (index, scene) in (0..).zip(scenes) {
        let (left, top) = (index % columns * cell.0, index / columns * cell.1);
        sheet.picture(&scene.draw(), left, top, ENLARGED);
        let mut line = top + side + 2;
        let whole = language::whole_caption(scene).text;
        sheet.text(&whole, [left, line], side, EMPTY_INK);
        let enlarged = f64::from(ENLARGED);
        for ((i, object), ink) in scene.objects.iter().enumerate().zip(INKS) {
            line += LINE;
            let captions = language::captions(scene, i);
            let caption = &captions[i % captions.len()];
            sheet.text(&format!("{} {caption}", i + 1), [left, line], side, ink);
            sheet.frame(object.bounds, left, top, enlarged, ink);
        }
        for &empty in &scene.empty {
            sheet.frame(empty, left, top, enlarged, EMPTY_INK);
        }
        for pair in &scene.pairs {
            sheet.frame(pair.bounds, left, top, enlarged, PAIR_INK);
        }
    }
    sheet.0
}

struct Sheet(Picture);

impl Sheet {
    fn white(width: u32, height: u32) -> Self {
        Self(Picture {
            size: PictureSize { width, height },
            rgb: vec![255; 3 * width as usize * height as usize],
        })
    }

    fn set(&mut self, x: u32, y: u32, ink: [u8; 3]) {
        let PictureSize { width, height } = self.0.size;
        if x < width && y < height {
            let at = 3 * (y as usize * width as usize + x as usize);
            self.0.rgb[at..at + 3].copy_from_slice(&ink);
        }
    }

    fn picture(&mut self, picture: &Picture, left: u32, top: u32, enlarged: u32) {
        let PictureSize { width, height } = picture.size;
        for y in 0..height * enlarged {
            for x in 0..width * enlarged {
                let at = 3 * ((y / enlarged) as usize * width as usize + (x / enlarged) as usize);
                let ink = [picture.rgb[at], picture.rgb[at + 1], picture.rgb[at + 2]];
                self.set(left + x, top + y, ink);
            }
        }
    }

    /// The outline of a box, just outside it.
    fn frame(&mut self, bounds: BoxPx, left: u32, top: u32, enlarged: f64, ink: [u8; 3]) {
        let [x1, y1, x2, y2] = <[f64; 4]>::from(bounds).map(|edge| (edge * enlarged) as u32);
        for x in x1..x2 {
            self.set(left + x, top + y1, ink);
            self.set(left + x, top + y2 - 1, ink);
        }
        for y in y1..y2 {
            self.set(left + x1, top + y, ink);
            self.set(left + x2 - 1, top + y, ink);
        }
    }

    /// One line; what does not fit is cut off.
    fn text(&mut self, text: &str, [left, top]: [u32; 2], room: u32, ink: [u8; 3]) {
        for (index, letter) in (0..room / letters::ADVANCE).zip(text.chars()) {
            for (column, bits) in (0..).zip(letters::columns(letter)) {
                for row in (0..letters::HEIGHT).filter(|row| bits >> row & 1 == 1) {
                    self.set(left + index * letters::ADVANCE + column, top + row, ink);
                }
            }
        }
    }
}
