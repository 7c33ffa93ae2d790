//! The shortened resize against the whole one.

use image::{Rgb, RgbImage};

use super::squash;
use crate::Levels;
use crate::decode::decode;
use crate::tests::{distinct, png};

/// Levels whose normalised value is the byte itself.
fn plain_levels() -> Levels {
    Levels([std::array::from_fn(|level| level as f32); 3])
}

/// The original's two resizes one after the other, with nothing left out: the oracle.
fn squash_in_full(picture: &RgbImage, side: usize) -> Vec<f32> {
    let shorter = picture.width().min(picture.height()) as usize;
    let resized_width = side * picture.width() as usize / shorter;
    let resized_height = side * picture.height() as usize / shorter;
    let plane = |channel: usize| -> Vec<Vec<u8>> {
        let rows = picture
            .rows()
            .map(|row| row.map(|pixel| pixel[channel]).collect());
        let wide: Vec<Vec<u8>> = rows
            .map(|row: Vec<u8>| bicubic(&row, resized_width))
            .collect();
        let columns = (0..resized_width).map(|x| wide.iter().map(|row| row[x]).collect());
        columns
            .map(|column: Vec<u8>| bicubic(&column, resized_height))
            .collect()
    };
    let mut pixels = Vec::new();
    for channel in 0..3 {
        let columns = plane(channel);
        for y in 0..side {
            for x in 0..side {
                let [(x0, x1, wx), (y0, y1, wy)] =
                    [(x, resized_width), (y, resized_height)].map(|(at, length)| {
                        let source = length as f64 / side as f64 * (at as f64 + 0.5) - 0.5;
                        let first = source.max(0.0) as usize;
                        (first, (first + 1).min(length - 1), source.max(0.0).fract())
                    });
                let at = |x: usize, y: usize| f64::from(columns[x][y]);
                let upper = (1.0 - wx) * at(x0, y0) + wx * at(x1, y0);
                let lower = (1.0 - wx) * at(x0, y1) + wx * at(x1, y1);
                pixels.push(((1.0 - wy) * upper + wy * lower) as f32);
            }
        }
    }
    pixels
}

/// One line through Pillow's bicubic.
fn bicubic(line: &[u8], length: usize) -> Vec<u8> {
    let kernel = |x: f64| match x.abs() {
        x if x < 1.0 => 1.5 * x.powi(3) - 2.5 * x.powi(2) + 1.0,
        x if x < 2.0 => -0.5 * x.powi(3) + 2.5 * x.powi(2) - 4.0 * x + 2.0,
        _ => 0.0,
    };
    let scale = line.len() as f64 / length as f64;
    let stretch = scale.max(1.0);
    let output = |at: usize| {
        let centre = (at as f64 + 0.5) * scale;
        let start = (centre - 2.0 * stretch + 0.5).max(0.0) as usize;
        let end = line.len().min((centre + 2.0 * stretch + 0.5) as usize);
        let weights: Vec<f64> = (start..end)
            .map(|input| kernel((input as f64 + 0.5 - centre) / stretch))
            .collect();
        let sum: f64 = weights.iter().sum();
        let fixed = |weight: f64| (weight / sum * f64::from(1 << 22)).round() as i64;
        let total: i64 = weights
            .iter()
            .zip(&line[start..])
            .map(|(&w, &v)| fixed(w) * i64::from(v))
            .sum();
        ((total + (1 << 21)) >> 22).clamp(0, 255) as u8
    };
    (0..length).map(output).collect()
}

#[test]
fn squash_leaves_out_only_what_nothing_depends_on() {
    for (width, height, side) in [
        (1, 1, 5),
        (3, 61, 7),
        (233, 2, 5),
        (11, 11, 13),
        (97, 41, 6),
        (40, 643, 8),
        (7, 8, 7),
    ] {
        let picture = distinct(width, height);
        let expected = squash_in_full(&picture, side);
        let rgb = decode(&png(&picture.into())).unwrap();
        let pixels = squash(&rgb, side, &plain_levels());
        assert_eq!(pixels.len(), expected.len());
        for (at, (value, expected)) in pixels.iter().zip(expected).enumerate() {
            // Source positions, 129 at most, are f32 here and f64 in the oracle: 1.5e-5 apart, on
            // steps of up to 255 levels.
            let limit = 4e-3;
            assert!(
                (value - expected).abs() <= limit,
                "{width}×{height} to {side}, value {at}: {value}, expected {expected}"
            );
        }
    }
}

#[test]
fn very_long_pictures_come_through_like_any_other() {
    let side = 224;
    for (width, height) in [(1, 10_000), (60_000, 1), (2, 30_011)] {
        let longer = width.max(height);
        let picture = RgbImage::from_fn(width, height, |x, y| {
            Rgb([(u64::from(x.max(y)) * 255 / u64::from(longer)) as u8; 3])
        });
        let rgb = decode(&png(&picture.into())).unwrap();
        let pixels = squash(&rgb, side, &plain_levels());
        assert_eq!(pixels.len(), 3 * side * side);
        for row in 0..side {
            for column in 0..side {
                let along = if width > height { column } else { row };
                let expected = (along as f32 + 0.5) * 255.0 / side as f32;
                let value = pixels[row * side + column];
                assert!(
                    (value - expected).abs() <= 1.5,
                    "{value}, expected {expected}"
                );
            }
        }
    }
}
