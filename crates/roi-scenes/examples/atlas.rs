//! Makes the atlas from the font: `cargo run -p roi-scenes --example atlas -- NotoColorEmoji.ttf OUT.png`.
//!
//! The font's bitmaps are averaged down to the atlas's cells in the order of `assets/glyphs.tsv`,
//! whose groups are checked against Unicode's. Colours are rounded to 5 bits and opacity to 4:
//! nobody sees it at these sizes, and the file is half as large.

use std::process::ExitCode;

use image::imageops::FilterType;
use image::{ImageEncoder, Rgba, RgbaImage, imageops};

/// Of the atlas, as in `src/atlas.rs`.
const CELL: u32 = 96;
const COLUMNS: u32 = 12;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [font, out] = arguments.as_slice() else {
        eprintln!("atlas: say which font and where the atlas goes");
        return ExitCode::FAILURE;
    };
    match make(font, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atlas: {error}");
            ExitCode::FAILURE
        }
    }
}

fn make(font: &str, out: &str) -> Result<(), Box<dyn std::error::Error>> {
    let font = std::fs::read(font)?;
    let face = ttf_parser::Face::parse(&font, 0)?;
    let glyphs = roi_scenes::glyphs();
    let rows = (glyphs.len() as u32).div_ceil(COLUMNS);
    let mut atlas = RgbaImage::new(COLUMNS * CELL, rows * CELL);
    for (index, glyph) in (0..).zip(glyphs) {
        check_group(glyph)?;
        let id = face
            .glyph_index(glyph.glyph)
            .ok_or_else(|| format!("the font has no {}", glyph.name))?;
        let bitmap = face
            .glyph_raster_image(id, u16::MAX)
            .ok_or_else(|| format!("the font has no bitmap of {}", glyph.name))?;
        let cell = cell(&image::load_from_memory(bitmap.data)?.into_rgba8());
        let (left, top) = (index % COLUMNS * CELL, index / COLUMNS * CELL);
        imageops::replace(&mut atlas, &cell, left.into(), top.into());
    }

    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new_with_quality(
        &mut png,
        image::codecs::png::CompressionType::Best,
        image::codecs::png::FilterType::Adaptive,
    )
    .write_image(
        &atlas,
        atlas.width(),
        atlas.height(),
        image::ExtendedColorType::Rgba8,
    )?;
    std::fs::write(out, png)?;
    Ok(())
}

/// The whole bitmap in the middle of a cell, its longer side filling it.
fn cell(bitmap: &RgbaImage) -> RgbaImage {
    let (width, height) = bitmap.dimensions();
    let longer = width.max(height);
    let mut square = image::Rgba32FImage::new(longer, longer);
    let (left, top) = ((longer - width) / 2, (longer - height) / 2);
    for (x, y, pixel) in bitmap.enumerate_pixels() {
        let alpha = f32::from(pixel[3]) / 255.0;
        let [red, green, blue] = [0, 1, 2].map(|c| f32::from(pixel[c]) / 255.0 * alpha);
        square.put_pixel(left + x, top + y, Rgba([red, green, blue, alpha]));
    }
    let small = imageops::resize(&square, CELL, CELL, FilterType::CatmullRom);
    RgbaImage::from_fn(CELL, CELL, |x, y| {
        let pixel = small.get_pixel(x, y);
        let alpha = round(pixel[3], 15);
        if alpha == 0 {
            return Rgba([0; 4]);
        }
        let [red, green, blue] = [0, 1, 2].map(|c| round(pixel[c] / pixel[3], 31));
        Rgba([red, green, blue, alpha])
    })
}

/// A value in `0..=1` rounded to one of `steps + 1` levels.
fn round(value: f32, steps: u8) -> u8 {
    let step = (value.clamp(0.0, 1.0) * f32::from(steps)).round();
    (step * 255.0 / f32::from(steps)).round() as u8
}

fn check_group(glyph: &roi_scenes::Glyph) -> Result<(), Box<dyn std::error::Error>> {
    let text = glyph.glyph.to_string();
    let emoji = emojis::get(&text)
        .or_else(|| emojis::get(&format!("{text}\u{fe0f}")))
        .ok_or_else(|| format!("{} is no emoji", glyph.name))?;
    let group = match emoji.group() {
        emojis::Group::SmileysAndEmotion => "smileys and emotion",
        emojis::Group::PeopleAndBody => "people and body",
        emojis::Group::AnimalsAndNature => "animals and nature",
        emojis::Group::FoodAndDrink => "food and drink",
        emojis::Group::TravelAndPlaces => "travel and places",
        emojis::Group::Activities => "activities",
        emojis::Group::Objects => "objects",
        emojis::Group::Symbols => "symbols",
        emojis::Group::Flags => "flags",
    };
    if group == glyph.group {
        Ok(())
    } else {
        Err(format!(
            "{} is in the group {group}, not {}",
            glyph.name, glyph.group
        )
        .into())
    }
}
