//! Files to 8-bit RGB, as Pillow's `convert('RGB')` has it: alpha is dropped, not blended, and of
//! 16 bits the upper 8 are kept. Of grey ones, too, where Pillow makes everything above 255 white.

#[cfg(test)]
mod tests;

use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};
use roi_geom::PictureSize;

use crate::Rgb;
use crate::jpeg::{self, JpegError};

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
    let (orientation, mut picture) = match open(file)? {
        Opened::Jpeg { orientation } => {
            let Rgb { size, bytes } = jpeg::decode(file).map_err(jpeg_refusal)?;
            if orientation == Orientation::NoTransforms {
                return Ok(Rgb { size, bytes });
            }
            let pixels = RgbImage::from_raw(size.width, size.height, bytes);
            let pixels = pixels.ok_or(PictureError::Incomplete { format: JPEG })?;
            (orientation, pixels.into())
        }
        Opened::Other {
            format,
            orientation,
            decoder,
        } => {
            let picture = DynamicImage::from_decoder(decoder);
            let picture = picture.map_err(|error| refusal(format, error))?;
            (orientation, picture)
        }
    };
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
    let (orientation, (width, height)) = match open(file)? {
        Opened::Jpeg { orientation } => {
            let PictureSize { width, height } = jpeg::announced(file).map_err(jpeg_refusal)?.size;
            (orientation, (width, height))
        }
        Opened::Other {
            orientation,
            decoder,
            ..
        } => (orientation, decoder.dimensions()),
    };
    let (width, height) = match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => (height, width),
        _ => (width, height),
    };
    Ok(PictureSize { width, height })
}

const JPEG: &str = "JPEG";

/// A file whose header has been read.
enum Opened<'a> {
    /// Which this crate decodes itself.
    Jpeg { orientation: Orientation },
    /// PNG or WebP, of which every decoder makes the same.
    Other {
        format: &'static str,
        orientation: Orientation,
        decoder: Box<dyn ImageDecoder + 'a>,
    },
}

fn open(file: &[u8]) -> Result<Opened<'_>, PictureError> {
    if file.is_empty() {
        return Err(PictureError::Empty);
    }
    let kind = image::guess_format(file).map_err(|_| PictureError::UnknownFormat)?;
    let format = match kind {
        ImageFormat::Jpeg => return open_jpeg(file),
        ImageFormat::Png => "PNG",
        ImageFormat::WebP => "WebP",
        _ => return Err(PictureError::UnknownFormat),
    };
    let refused = |error| refusal(format, error);

    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    let mut reader = ImageReader::with_format(Cursor::new(file), kind);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    check_pixels(decoder.dimensions())?;
    // The decoder takes what is missing for damage.
    if kind == ImageFormat::WebP && !webp_is_complete(file) {
        return Err(PictureError::Incomplete { format });
    }
    let orientation = decoder.orientation().map_err(refused)?;
    Ok(Opened::Other {
        format,
        orientation,
        decoder: Box::new(decoder),
    })
}

fn open_jpeg(file: &[u8]) -> Result<Opened<'_>, PictureError> {
    let announced = jpeg::announced(file).map_err(jpeg_refusal)?;
    check_pixels((announced.size.width, announced.size.height))?;
    let orientation = announced.exif.and_then(Orientation::from_exif_chunk);
    Ok(Opened::Jpeg {
        orientation: orientation.unwrap_or(Orientation::NoTransforms),
    })
}

fn check_pixels((width, height): (u32, u32)) -> Result<(), PictureError> {
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge {
            width,
            height,
            limit: MAX_PIXELS,
        });
    }
    Ok(())
}

fn jpeg_refusal(error: JpegError) -> PictureError {
    match error {
        JpegError::Incomplete => PictureError::Incomplete { format: JPEG },
        JpegError::Damaged(_) | JpegError::Unsupported(_) => PictureError::Damaged {
            format: JPEG,
            reason: error.to_string(),
        },
    }
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

/// Whether as many bytes are there as the RIFF header announces behind itself.
fn webp_is_complete(file: &[u8]) -> bool {
    let announced = file
        .get(4..8)
        .and_then(|bytes| bytes.try_into().ok())
        .map(u32::from_le_bytes);
    announced.is_some_and(|length| file.len() as u64 >= 8 + u64::from(length))
}
