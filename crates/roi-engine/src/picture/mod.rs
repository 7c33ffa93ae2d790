//! A picture file to the numbers the vision tower takes.
//!
//! The model answers with the ids it was trained for only if the pixels agree almost to the last
//! bit, so every step follows the original's libraries rather than the nearest Rust crate: Pillow's
//! fixed-point bicubic, then a float bilinear squash to the square.
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/app.py`, `ConversationBot.init_inputs` (RGB, squash);
//! huggingface/transformers 4.28.1, `CLIPImageProcessor` (resize, rescale, normalise).
//! Differs: the picture is taken as shown, with its EXIF orientation applied.

mod decode;
mod resample;
#[cfg(test)]
mod tests;

use roi_geom::PictureSize;
use roi_weights::VisionConfig;

pub use decode::PictureError;

/// Decodes a PNG, JPEG or WebP file and prepares it for the vision tower.
///
/// Returns its size as shown and its pixels, `[3, S, S]` row-major with S the tower's
/// `image_size`: the whole picture squashed to a square, normalised by the tower's mean and
/// standard deviation.
///
/// # Errors
/// If the file is no such picture, is incomplete, or is larger than can be taken.
pub(crate) fn read(
    file: &[u8],
    vision: &VisionConfig,
) -> Result<(PictureSize, Vec<f32>), PictureError> {
    let picture = decode::decode(file)?;
    let levels = Levels::new(vision.image_mean, vision.image_std);
    let pixels = resample::squash(&picture, vision.image_size, &levels);
    Ok((picture.size, pixels))
}

/// Size of a picture as shown, for checks before a model is there. Decodes all of it, so that a damaged file is found.
///
/// # Errors
/// As when it becomes the picture of an engine.
pub fn picture_size(file: &[u8]) -> Result<PictureSize, PictureError> {
    decode::decode(file).map(|picture| picture.size)
}

/// 8-bit RGB, rows from the top, no padding.
struct Rgb {
    size: PictureSize,
    bytes: Vec<u8>,
}

/// The normalised value of each of the 256 levels, for red, green and blue.
struct Levels([[f32; 256]; 3]);

impl Levels {
    /// As NumPy computes them: scaled in f64, rounded to f32, then shifted and divided in f32.
    fn new(mean: [f32; 3], std: [f32; 3]) -> Self {
        Self(std::array::from_fn(|channel| {
            std::array::from_fn(|level| {
                let scaled = (level as f64 * (1.0 / 255.0)) as f32;
                (scaled - mean[channel]) / std[channel]
            })
        }))
    }
}
