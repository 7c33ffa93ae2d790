//! The goldens' pixels, and what both steps' tests need.

use std::path::PathBuf;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, Rgb, RgbImage};
use roi_geom::PictureSize;
use roi_weights::{Activation, VisionConfig};

use crate::read;

pub(crate) fn vision(image_size: usize) -> VisionConfig {
    VisionConfig {
        image_size,
        patch_size: 14,
        width: 64,
        layers: 12,
        heads: 4,
        mlp_width: 160,
        activation: Activation::QuickGelu,
        layer_norm_eps: 1e-5,
        image_mean: [0.48145466, 0.4578275, 0.40821073].map(|mean: f64| mean as f32),
        image_std: [0.26862954, 0.26130258, 0.27577711].map(|std: f64| std as f32),
        select_layer: -2,
        level_step: 3,
        n_levels: 4,
    }
}

fn golden(relative: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden/tiny-gpt4roi")
        .join(relative);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn png(picture: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    picture
        .write_with_encoder(PngEncoder::new(&mut file))
        .unwrap();
    file
}

/// A picture without symmetry.
pub(crate) fn distinct(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([
            (17 * x + 3) as u8,
            (29 * y + 5) as u8,
            (7 * x + 11 * y) as u8,
        ])
    })
}

#[test]
fn golden_pictures_give_the_originals_pixels_to_the_last_bit() {
    for name in ["single", "two_regions", "tall_many", "two_turns"] {
        let (_, pixels) = read(&golden(&format!("images/{name}.png")), &vision(224)).unwrap();
        let bytes = golden(&format!("expected/{name}.safetensors"));
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        let expected = file.tensor("pixel_values").unwrap();
        assert_eq!(expected.shape(), [3, 224, 224]);
        assert_eq!(pixels.len(), 3 * 224 * 224);
        let (expected, _) = expected.data().as_chunks::<4>();
        for (at, (value, expected)) in pixels.iter().zip(expected).enumerate() {
            assert_eq!(*value, f32::from_le_bytes(*expected), "{name}, value {at}");
        }
    }
}

#[test]
fn one_pixel_fills_the_square_with_its_normalised_colour() {
    let picture = RgbImage::from_pixel(1, 1, Rgb([0, 128, 255]));
    let (size, pixels) = read(&png(&picture.into()), &vision(7)).unwrap();
    assert_eq!(
        size,
        PictureSize {
            width: 1,
            height: 1
        }
    );
    let VisionConfig {
        image_mean,
        image_std,
        ..
    } = vision(7);
    for (channel, level) in [0.0, 128.0 / 255.0, 1.0].into_iter().enumerate() {
        let expected = (level - image_mean[channel]) / image_std[channel];
        for &value in &pixels[49 * channel..][..49] {
            assert!(
                (value - expected).abs() <= f32::EPSILON * 4.0,
                "{value}, {expected}"
            );
        }
    }
}
