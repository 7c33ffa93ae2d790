//! A picture file to the numbers the vision tower takes.
//!
//! The model answers with the ids it was trained for only if the pixels agree almost to the last
//! bit, so every step follows the original's libraries rather than the nearest Rust crate. For
//! questions that is Pillow's fixed-point bicubic, then a float bilinear squash to the square; most
//! training sets go through OpenCV's bilinear on bytes instead ([`Resampling`]).
//!
//! Source: jshilong/GPT4RoI 00273ad, `gpt4roi/app.py`, `ConversationBot.init_inputs` (RGB, squash);
//! huggingface/transformers 4.28.1, `CLIPImageProcessor` (resize, rescale, normalise).
//! Differs: the picture is taken as shown, with its EXIF orientation applied.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test fails by panicking"))]

mod augment;
mod bilinear;
mod decode;
mod jpeg;
mod squash;
#[cfg(test)]
mod tests;

use roi_geom::PictureSize;
use roi_weights::VisionConfig;

pub use augment::Augmentation;
pub use decode::PictureError;

/// By whose arithmetic a picture becomes the tower's square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resampling {
    /// Pillow's bicubic on the shorter edge, then a bilinear squash: questions, LLaVA-150K and VCR.
    Pillow,
    /// OpenCV's bilinear on bytes, without antialiasing: the sets read by mmdet's pipelines.
    OpenCv,
}

/// Decodes a PNG, JPEG or WebP file and prepares it for the vision tower, as for a question.
///
/// Returns its size as shown and its pixels, `[3, S, S]` row-major with S the tower's
/// `image_size`: the whole picture squashed to a square, normalised by the tower's mean and
/// standard deviation.
///
/// # Errors
/// If the file is no such picture, is incomplete, or is larger than can be taken.
pub fn read(file: &[u8], vision: &VisionConfig) -> Result<(PictureSize, Vec<f32>), PictureError> {
    read_for_training(file, vision, Resampling::Pillow, Augmentation::NONE)
}

/// The same by either arithmetic, then shifted and flipped.
///
/// # Errors
/// As [`read`].
pub fn read_for_training(
    file: &[u8],
    vision: &VisionConfig,
    resampling: Resampling,
    augmentation: Augmentation,
) -> Result<(PictureSize, Vec<f32>), PictureError> {
    let picture = decode::decode(file)?;
    let (mean, std, side) = (vision.image_mean, vision.image_std, vision.image_size);
    let (pixels, levels) = match resampling {
        Resampling::Pillow => {
            let levels = Levels::of_clip(mean, std);
            (squash::squash(&picture, side, &levels), levels)
        }
        Resampling::OpenCv => {
            let levels = Levels::of_mmdet(mean, std);
            (bilinear::resize(&picture, side, &levels), levels)
        }
    };
    let pixels = augmentation.apply(pixels, side, levels.black());
    Ok((picture.size, pixels))
}

/// A picture as shown: its size and its 8-bit RGB, `[height, width, 3]`, rows from the top.
///
/// # Errors
/// As [`read`].
pub fn rgb(file: &[u8]) -> Result<(PictureSize, Vec<u8>), PictureError> {
    decode::decode(file).map(|picture| (picture.size, picture.bytes))
}

/// Size of a picture as shown, for checks before a model is there. Decodes all of it, so that a damaged file is found.
///
/// # Errors
/// As when it becomes the picture of an engine.
pub fn picture_size(file: &[u8]) -> Result<PictureSize, PictureError> {
    decode::decode(file).map(|picture| picture.size)
}

/// The same by what the file announces, for a caller that decodes it later: damage behind the header goes unnoticed.
///
/// # Errors
/// If the header is not one of a picture that can be taken.
pub fn announced_size(file: &[u8]) -> Result<PictureSize, PictureError> {
    decode::announced_size(file)
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
    fn of_clip(mean: [f32; 3], std: [f32; 3]) -> Self {
        Self(std::array::from_fn(|channel| {
            std::array::from_fn(|level| {
                let scaled = (level as f64 * (1.0 / 255.0)) as f32;
                (scaled - mean[channel]) / std[channel]
            })
        }))
    }

    /// As mmcv computes them: shifted in f32, then multiplied by a reciprocal taken in f64.
    ///
    /// Source: open-mmlab/mmcv 1.4.7, `mmcv/image/photometric.py`, `imnormalize_`.
    fn of_mmdet(mean: [f32; 3], std: [f32; 3]) -> Self {
        let of_255 = |fraction: f32| (f64::from(fraction) * 255.0) as f32;
        Self(std::array::from_fn(|channel| {
            let mean = of_255(mean[channel]);
            let reciprocal = (1.0 / f64::from(of_255(std[channel]))) as f32;
            std::array::from_fn(|level| (level as f32 - mean) * reciprocal)
        }))
    }

    /// What pixels without a picture hold.
    fn black(&self) -> [f32; 3] {
        self.0.map(|levels| levels[0])
    }
}
