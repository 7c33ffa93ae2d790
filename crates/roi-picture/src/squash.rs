//! The two resizes between a picture and the square the vision tower sees.
//!
//! First the shorter edge becomes S, by Pillow's bicubic on bytes: windows that grow when the
//! picture shrinks, weights in fixed point with 22 fractional bits, columns before rows, each pass
//! rounded to bytes. Then the longer edge is squashed to S on the normalised floats, bilinear with
//! half-pixel centres and no antialiasing.
//!
//! The second resize looks at two neighbours per output and no more, so the first computes only
//! those: at most 2·S columns and 2·S rows however long the picture is. Rows pass through a window
//! as tall as the filter. A picture of 1×10 000 pixels, which Pillow would take through one of
//! 224×2 240 000, costs what any other does.
//!
//! Source: python-pillow/Pillow 9.5, `src/libImaging/Resample.c`; pytorch/pytorch 2.0,
//! `aten/src/ATen/native/UpSample.h` (source coordinates).
//! Differs: a pass that changes no size is run like any other; its weights are 0 and 1.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::{Levels, Rgb};

const FRACTION_BITS: u32 = 32 - 8 - 2;
/// Pillow's `BICUBIC`.
const CUBIC_A: f64 = -0.5;
const CUBIC_SUPPORT: f64 = 2.0;

/// The picture as `[3, side, side]` of normalised values.
pub(super) fn squash(picture: &Rgb, side: usize, levels: &Levels) -> Vec<f32> {
    let [width, height] = [picture.size.width, picture.size.height];
    let shorter = width.min(height);
    let columns = Axis::new(width, shorter, side);
    let rows = Axis::new(height, shorter, side);
    let resized = resize(picture, &columns.filters, &rows.filters);

    let row_bytes = 3 * columns.filters.len();
    let mut pixels = Vec::with_capacity(3 * side * side);
    for (channel, level) in levels.0.iter().enumerate() {
        let value = |row: usize, column: usize| {
            level[usize::from(resized[row * row_bytes + 3 * column + channel])]
        };
        for y in &rows.taps {
            for x in &columns.taps {
                let upper = x.blend(value(y.first, x.first), value(y.first, x.second));
                let lower = x.blend(value(y.second, x.first), value(y.second, x.second));
                pixels.push(y.blend(upper, lower));
            }
        }
    }
    pixels
}

/// How one axis gets from the picture's length to the square's.
struct Axis {
    /// Filters for those positions of the first resize that the second looks at, ascending.
    filters: Vec<Filter>,
    /// For each output, what it takes of them.
    taps: Vec<Tap>,
}

/// Two neighbouring entries of [`Axis::filters`] and the second one's weight.
struct Tap {
    first: usize,
    second: usize,
    weight: f32,
}

impl Tap {
    /// With one rounding fewer, as the original's compiled kernel has it.
    fn blend(&self, first: f32, second: f32) -> f32 {
        (1.0 - self.weight).mul_add(first, self.weight * second)
    }
}

impl Axis {
    fn new(length: u32, shorter: u32, side: usize) -> Self {
        let resized = side as u64 * u64::from(length) / u64::from(shorter);
        let scale = resized as f32 / side as f32;
        let mut positions = Vec::new();
        // The picture's longer edge is not shorter than `side`, so each output looks at least one
        // position further than the one before, and positions come in ascending order.
        let mut index_of = |position: u64| {
            if positions.last() != Some(&position) {
                positions.push(position);
            }
            positions.len() - 1
        };
        let taps = (0..side)
            .map(|output| {
                let source = (scale * (output as f32 + 0.5) - 0.5).max(0.0);
                let last = resized - 1;
                let first = (source as u64).min(last);
                Tap {
                    first: index_of(first),
                    second: index_of((first + 1).min(last)),
                    weight: (source - first as f32).clamp(0.0, 1.0),
                }
            })
            .collect();
        let filters = positions
            .into_iter()
            .map(|position| Filter::new(position, length, resized))
            .collect();
        Self { filters, taps }
    }
}

/// One output position of the first resize: weights of the inputs from `start` on.
struct Filter {
    start: usize,
    weights: Vec<i32>,
}

impl Filter {
    fn new(position: u64, length: u32, resized: u64) -> Self {
        let scale = f64::from(length) / resized as f64;
        let stretch = scale.max(1.0);
        let support = CUBIC_SUPPORT * stretch;
        let centre = (position as f64 + 0.5) * scale;
        // Casts towards zero, which also clips the lower end.
        let start = (centre - support + 0.5) as usize;
        let end = ((centre + support + 0.5) as usize).min(length as usize);
        let weights: Vec<f64> = (start..end)
            .map(|input| cubic((input as f64 - centre + 0.5) * (1.0 / stretch)))
            .collect();
        let sum: f64 = weights.iter().sum();
        let fixed = |weight: f64| {
            let scaled = weight / sum * f64::from(1 << FRACTION_BITS);
            (scaled + 0.5f64.copysign(scaled)) as i32
        };
        Self {
            start,
            weights: weights.into_iter().map(fixed).collect(),
        }
    }

    fn end(&self) -> usize {
        self.start + self.weights.len()
    }
}

/// Where a sum of weighted bytes starts, so that cutting off the fraction rounds.
const HALF: i32 = 1 << (FRACTION_BITS - 1);

fn byte_of(sum: i32) -> u8 {
    (sum >> FRACTION_BITS).clamp(0, 255) as u8
}

fn cubic(x: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        ((CUBIC_A + 2.0) * x - (CUBIC_A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * CUBIC_A
    } else {
        0.0
    }
}

/// RGB bytes at the given columns and rows of the first resize, `columns.len()` pixels a row.
fn resize(picture: &Rgb, columns: &[Filter], rows: &[Filter]) -> Vec<u8> {
    let row_bytes = 3 * columns.len();
    let mut resized = Vec::with_capacity(row_bytes * rows.len());
    // Input rows from `first` on, resized along x; both ends only move down.
    let mut window: VecDeque<Vec<u8>> = VecDeque::new();
    let mut first = 0;
    for filter in rows {
        while first < filter.start {
            window.pop_front();
            first += 1;
        }
        while first + window.len() < filter.end() {
            window.push_back(resize_row(picture, first + window.len(), columns));
        }
        let mut sums = vec![HALF; row_bytes];
        for (row, &weight) in window.iter().zip(&filter.weights) {
            for (sum, &input) in sums.iter_mut().zip(row) {
                *sum += weight * i32::from(input);
            }
        }
        resized.extend(sums.into_iter().map(byte_of));
    }
    resized
}

fn resize_row(picture: &Rgb, row: usize, columns: &[Filter]) -> Vec<u8> {
    let width = picture.size.width as usize;
    let (pixels, _) = picture.bytes[3 * width * row..][..3 * width].as_chunks::<3>();
    columns
        .iter()
        .flat_map(|filter| {
            let mut sums = [HALF; 3];
            for (pixel, &weight) in pixels[filter.start..].iter().zip(&filter.weights) {
                for (sum, &input) in sums.iter_mut().zip(pixel) {
                    *sum += weight * i32::from(input);
                }
            }
            sums.map(byte_of)
        })
        .collect()
}
