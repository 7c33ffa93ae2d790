//! JPEG files as libjpeg-turbo decodes them with its defaults, to the last bit: Pillow, which the original reads pictures
//! with, is built on it.
//!
//! The standard leaves the inverse transform's rounding and the filling-in of subsampled colours to the decoder. Decoders that
//! choose otherwise differ by a few levels here and there, which is nothing to look at, and enough to turn an answer.
//!
//! Source: ITU-T T.81 (the format); libjpeg-turbo 2.1 `jidctint.c`, `jdsample.c`, `jdcolor.c`, `jdapimin.c` (what it leaves
//! open); Pillow 9.5 `JpegImagePlugin.py`, `Convert.c` (four components).
//! Differs: a file that breaks off or contradicts itself is refused, not filled up; nor are arithmetic coding, lossless and
//! 12-bit files read.

mod bits;
mod colour;
mod frame;
mod huffman;
mod idct;
mod scan;
mod segments;
#[cfg(test)]
mod tests;
mod upsample;

use roi_geom::PictureSize;

use crate::Rgb;
use colour::ColourSpace;
use frame::Frame;
use segments::{Segment, Segments};

/// Why a JPEG file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JpegError {
    /// It ends before its picture does.
    #[error("it ends before its picture does")]
    Incomplete,
    /// It contradicts itself.
    #[error("{0}")]
    Damaged(&'static str),
    /// It is of a kind that is not read.
    #[error("{0}")]
    Unsupported(&'static str),
}

/// What a file says of its picture before its data begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Announced<'a> {
    /// As stored, before it is turned upright.
    pub(crate) size: PictureSize,
    /// The EXIF block, without its name.
    pub(crate) exif: Option<&'a [u8]>,
}

/// Reads the file up to its frame's header.
pub(crate) fn announced(file: &[u8]) -> Result<Announced<'_>, JpegError> {
    let mut exif = None;
    for segment in Segments::of(file)? {
        match segment? {
            Segment::Exif(block) => exif = exif.or(Some(block)),
            Segment::Frame { marker, body } => {
                let frame = Frame::parse(marker, body)?;
                return Ok(Announced {
                    size: frame.size,
                    exif,
                });
            }
            Segment::Scan { .. } => {
                return Err(JpegError::Damaged("its data come before their header"));
            }
            _ => {}
        }
    }
    Err(JpegError::Incomplete)
}

/// The picture as stored. Its size should have been looked at before: this takes up to three bytes a pixel for the result and
/// six for what lies between.
pub(crate) fn decode(file: &[u8]) -> Result<Rgb, JpegError> {
    let mut state = scan::Decoding::of(file);
    let mut hints = colour::Hints::default();
    for segment in Segments::of(file)? {
        match segment? {
            Segment::Exif(_) | Segment::Other => {}
            Segment::Jfif => hints.has_jfif = true,
            Segment::Adobe { transform } => hints.adobe_transform = Some(transform),
            Segment::QuantTables(body) => state.quant_tables(body)?,
            Segment::HuffmanTables(body) => state.huffman_tables(body)?,
            Segment::RestartInterval(interval) => state.restart_interval = interval,
            Segment::Frame { marker, body } => state.begin(Frame::parse(marker, body)?)?,
            Segment::Scan { body, data } => state.scan(body, data)?,
        }
    }
    let (frame, planes) = state.finish()?;
    let space = ColourSpace::of(&frame, hints)?;
    Ok(space.picture(&frame, &planes))
}
