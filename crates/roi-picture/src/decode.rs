//! Files to 8-bit RGB, as Pillow's `convert('RGB')` has it: alpha is dropped, not blended, and of
//! 16 bits the upper 8 are kept. Of grey ones, too, where Pillow makes everything above 255 white.

#[cfg(test)]
mod tests;

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};
use roi_geom::PictureSize;

use crate::Rgb;

/// Pixels of the largest picture that is taken.
const MAX_PIXELS: u64 = 100_000_000;
/// What a decoder may allocate: the largest picture at its widest, eight bytes a pixel.
const MAX_DECODER_BYTES: u64 = MAX_PIXELS * 8;

/// Why a file is no usable picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// There are no bytes.
    #[error("the picture file is empty")]
    Empty,
    /// Neither PNG nor JPEG nor WebP.
    #[error("the file is not a picture that can be read: it is neither PNG nor JPEG nor WebP")]
    UnknownFormat,
    /// More pixels than are taken; nothing was decoded.
    #[error(
        "the picture has {width}×{height} pixels, {:.2} megapixels; at most {} megapixels can be used",
        f64::from(*width) * f64::from(*height) / 1e6,
        limit / 1_000_000
    )]
    TooLarge {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// The most pixels that are taken.
        limit: u64,
    },
    /// The file announces rows or tables that no picture of that many pixels needs.
    #[error("decoding the {format} file takes more than {} MB; it is too large or damaged", limit_bytes / 1_000_000)]
    TooMuchMemory {
        /// `PNG`, `JPEG` or `WebP`.
        format: &'static str,
        /// The most that may be taken.
        limit_bytes: u64,
    },
    /// The file ends before its picture does.
    #[error("the {format} file is incomplete: it ends before its picture does")]
    Incomplete {
        /// `PNG`, `JPEG` or `WebP`.
        format: &'static str,
    },
    /// The file's contents make no picture.
    #[error("the {format} file is damaged or of an unsupported kind: {reason}")]
    Damaged {
        /// `PNG`, `JPEG` or `WebP`.
        format: &'static str,
        /// What the decoder says.
        reason: String,
    },
}

/// The picture as shown: EXIF orientation applied.
pub(crate) fn decode(file: &[u8]) -> Result<Rgb, PictureError> {
    let Opened {
        format,
        orientation,
        decoder,
    } = open(file)?;
    let mut picture =
        DynamicImage::from_decoder(decoder).map_err(|error| refusal(format, error))?;
    picture.apply_orientation(orientation);
    let size = PictureSize {
        width: picture.width(),
        height: picture.height(),
    };
    Ok(Rgb {
        size,
        bytes: rgb_bytes(picture),
    })
}

/// Size of the picture as shown, by what its file announces.
pub(crate) fn announced_size(file: &[u8]) -> Result<PictureSize, PictureError> {
    let opened = open(file)?;
    let (width, height) = opened.decoder.dimensions();
    let (width, height) = match opened.orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    };
    Ok(PictureSize { width, height })
}

/// A file whose header has been read.
struct Opened<'a> {
    format: &'static str,
    orientation: Orientation,
    decoder: Box<dyn ImageDecoder + 'a>,
}

fn open(file: &[u8]) -> Result<Opened<'_>, PictureError> {
    if file.is_empty() {
        return Err(PictureError::Empty);
    }
    let kind = image::guess_format(file).map_err(|_| PictureError::UnknownFormat)?;
    let format = match kind {
        ImageFormat::Png => "PNG",
        ImageFormat::Jpeg => "JPEG",
        ImageFormat::WebP => "WebP",
        _ => return Err(PictureError::UnknownFormat),
    };
    let refused = |error| refusal(format, error);

    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(file), kind);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge {
            width,
            height,
            limit: MAX_PIXELS,
        });
    }
    // One decoder fills what is missing with grey and reports success, another takes it for damage.
    let is_complete = match kind {
        ImageFormat::Jpeg => jpeg_is_complete(file),
        ImageFormat::WebP => webp_is_complete(file),
        _ => true,
    };
    if !is_complete {
        return Err(PictureError::Incomplete { format });
    }
    let orientation = decoder.orientation().map_err(refused)?;
    Ok(Opened {
        format,
        orientation,
        decoder: Box::new(decoder),
    })
}

fn refusal(format: &'static str, error: ImageError) -> PictureError {
    match error {
        ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            PictureError::Incomplete { format }
        }
        ImageError::Limits(_) => PictureError::TooMuchMemory {
            format,
            limit_bytes: MAX_DECODER_BYTES,
        },
        error => PictureError::Damaged {
            format,
            reason: error.to_string(),
        },
    }
}

fn rgb_bytes(picture: DynamicImage) -> Vec<u8> {
    match picture {
        DynamicImage::ImageRgb8(pixels) => pixels.into_raw(),
        DynamicImage::ImageRgba8(pixels) => colour(&pixels, |level| level),
        DynamicImage::ImageRgb16(pixels) => pixels.iter().map(|&level| upper(level)).collect(),
        DynamicImage::ImageRgba16(pixels) => colour(&pixels, upper),
        DynamicImage::ImageLuma8(pixels) => grey(&pixels, 1, |level| level),
        DynamicImage::ImageLumaA8(pixels) => grey(&pixels, 2, |level| level),
        DynamicImage::ImageLuma16(pixels) => grey(&pixels, 1, upper),
        DynamicImage::ImageLumaA16(pixels) => grey(&pixels, 2, upper),
        other => other.into_rgb8().into_raw(),
    }
}

fn upper(level: u16) -> u8 {
    level.to_be_bytes()[0]
}

fn colour<T: Copy>(rgba: &[T], byte: fn(T) -> u8) -> Vec<u8> {
    let (pixels, _) = rgba.as_chunks::<4>();
    pixels
        .iter()
        .flat_map(|&[r, g, b, _]| [r, g, b])
        .map(byte)
        .collect()
}

fn grey<T: Copy>(levels: &[T], n_channels: usize, byte: fn(T) -> u8) -> Vec<u8> {
    levels
        .iter()
        .step_by(n_channels)
        .flat_map(|&level| [byte(level); 3])
        .collect()
}

/// Whether the file's markers lead through all scans to its end marker.
///
/// Segments are skipped by their length, so that the end of a thumbnail inside one does not count.
/// Within a scan, `FF` before data is followed by `00`, and before a restart by `D0` to `D7`.
fn jpeg_is_complete(file: &[u8]) -> bool {
    const END: u8 = 0xd9;
    let mut at = 2;
    loop {
        let Some(found) = file
            .get(at..)
            .and_then(|rest| rest.iter().position(|&b| b == 0xff))
        else {
            return false;
        };
        at += found + 1;
        match file.get(at) {
            None => return false,
            Some(&END) => return true,
            // A fill byte: the marker's own FF is the next one.
            Some(0xff) => {}
            Some(0x00 | 0x01 | 0xd0..=0xd8) => at += 1,
            Some(_) => {
                let Some(&[high, low]) = file.get(at + 1..at + 3) else {
                    return false;
                };
                at += 1 + usize::from(u16::from_be_bytes([high, low]));
            }
        }
    }
}

/// Whether as many bytes are there as the RIFF header announces behind itself.
fn webp_is_complete(file: &[u8]) -> bool {
    let announced = file
        .get(4..8)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_le_bytes);
    announced.is_some_and(|length| file.len() as u64 >= 8 + u64::from(length))
}
