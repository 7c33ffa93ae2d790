//! OpenCV's bilinear resize on bytes: weights in fixed point with 11 fractional bits, no antialiasing.
//!
//! Columns first, in whole numbers; rows then drop bits before and after they are weighted, as the vector code of every
//! build does, and a shrink to exactly half each way is a mean of four.
//!
//! Source: opencv/opencv 4.x, `modules/imgproc/src/resize.cpp`, `resizeGeneric_`, `HResizeLinear`, `VResizeLinear`,
//! `ResizeAreaFast_` (which `INTER_LINEAR` becomes at half size).

#[cfg(test)]
mod tests;

use crate::{Levels, Rgb};

const FRACTION_BITS: u32 = 11;
const ONE: f32 = (1 << FRACTION_BITS) as f32;

/// Two neighbours and their weights.
struct Tap {
    first: usize,
    second: usize,
    weights: [i32; 2],
}

/// The picture as `[3, side, side]` of normalised values.
pub(crate) fn resize(picture: &Rgb, side: usize, levels: &Levels) -> Vec<f32> {
    let resized = resize_bytes(picture, side);
    let mut pixels = Vec::with_capacity(3 * side * side);
    for (channel, level) in levels.0.iter().enumerate() {
        let values = resized.iter().skip(channel).step_by(3);
        pixels.extend(values.map(|&byte| level[usize::from(byte)]));
    }
    pixels
}

/// The square as RGB bytes.
fn resize_bytes(picture: &Rgb, side: usize) -> Vec<u8> {
    let [width, height] = [picture.size.width, picture.size.height].map(|edge| edge as usize);
    if (width, height) == (side, side) {
        return picture.bytes.clone();
    }
    if (width, height) == (2 * side, 2 * side) {
        return half(picture, side);
    }
    let columns = taps(width, side, true);
    let row_at = |y: usize| -> Vec<i32> {
        let row = &picture.bytes[3 * width * y..][..3 * width];
        let value = |x: usize, channel: usize| i32::from(row[3 * x + channel]);
        columns
            .iter()
            .flat_map(|tap| {
                let [first, second] = tap.weights;
                [0, 1, 2].map(|channel| {
                    value(tap.first, channel) * first + value(tap.second, channel) * second
                })
            })
            .collect()
    };
    let mut resized = Vec::with_capacity(3 * side * side);
    for tap in taps(height, side, false) {
        let [first, second] = tap.weights;
        let below = row_at(tap.second);
        for (upper, lower) in row_at(tap.first).into_iter().zip(below) {
            let sum = ((first * (upper >> 4)) >> 16) + ((second * (lower >> 4)) >> 16);
            resized.push(((sum + 2) >> 2).clamp(0, 255) as u8);
        }
    }
    resized
}

fn half(picture: &Rgb, side: usize) -> Vec<u8> {
    let row_bytes = 6 * side;
    let mut resized = Vec::with_capacity(3 * side * side);
    for rows in picture.bytes.chunks_exact(2 * row_bytes) {
        let (upper, lower) = rows.split_at(row_bytes);
        for (upper, lower) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for channel in 0..3 {
                let four = [
                    upper[channel],
                    upper[channel + 3],
                    lower[channel],
                    lower[channel + 3],
                ];
                let sum: u16 = four.into_iter().map(u16::from).sum();
                resized.push(((sum + 2) >> 2) as u8);
            }
        }
    }
    resized
}

/// Where each output looks along one axis, at half-pixel centres.
///
/// Beyond the first and last pixel, columns take that pixel alone, rows the same row twice at their weights.
fn taps(length: usize, side: usize, are_columns: bool) -> Vec<Tap> {
    // Twice inverted, as the original has it.
    let scale = 1.0 / (side as f64 / length as f64);
    let last = length as i64 - 1;
    let inside = |at: i64| usize::try_from(at.clamp(0, last)).unwrap_or(0);
    (0..side)
        .map(|output| {
            let source = ((output as f64 + 0.5) * scale - 0.5) as f32;
            let floor = source.floor() as i64;
            let fraction = if are_columns && !(0..last).contains(&floor) {
                0.0
            } else {
                source - floor as f32
            };
            let fixed = |weight: f32| (weight * ONE).round_ties_even() as i32;
            Tap {
                first: inside(floor),
                second: inside(floor + 1),
                weights: [fixed(1.0 - fraction), fixed(fraction)],
            }
        })
        .collect()
}
