//! From components to red, green and blue.
//!
//! Source: libjpeg-turbo 2.1, `jdapimin.c`, `default_decompress_parms` (which space it is), `jdcolor.c` (YCbCr); Pillow 9.5,
//! `JpegImagePlugin.py` (inks are stored inverted), `Convert.c`, `cmyk2rgb`.

use super::JpegError;
use super::frame::Frame;
use super::scan::Plane;
use super::upsample::FullRows;
use crate::Rgb;

/// What segments say of the colours.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hints {
    pub(super) has_jfif: bool,
    pub(super) adobe_transform: Option<u8>,
}

/// What the components are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColourSpace {
    Grey,
    Rgb,
    YCbCr,
    /// Inverted, as Adobe's programs store it.
    Cmyk,
    /// The first three of the inks as YCbCr.
    Ycck,
}

impl ColourSpace {
    pub(super) fn of(frame: &Frame, hints: Hints) -> Result<Self, JpegError> {
        let ids: Vec<u8> = frame.components.iter().map(|c| c.id).collect();
        Ok(match (ids.len(), hints.adobe_transform) {
            (1, _) => Self::Grey,
            (3, _) if hints.has_jfif => Self::YCbCr,
            (3, Some(0)) => Self::Rgb,
            (3, None) if ids == *b"RGB" => Self::Rgb,
            (3, _) => Self::YCbCr,
            (4, None | Some(0)) => Self::Cmyk,
            (4, _) => Self::Ycck,
            _ => {
                return Err(JpegError::Unsupported(
                    "it has neither one nor three nor four components",
                ));
            }
        })
    }

    /// The picture from the samples of each of its components.
    pub(super) fn picture(self, frame: &Frame, planes: &[Plane]) -> Rgb {
        let (width, height) = (frame.size.width as usize, frame.size.height as usize);
        let parts = frame.components.iter().zip(planes);
        let mut parts: Vec<FullRows<'_>> = parts
            .map(|(component, plane)| FullRows::new(component, plane, frame.most))
            .collect();
        let mut bytes = Vec::with_capacity(3 * width * height);
        for y in 0..height {
            let rows: Vec<&[u8]> = parts.iter_mut().map(|part| part.row(y)).collect();
            let level = |part: usize, x: usize| rows[part][x];
            for x in 0..width {
                bytes.extend(match self {
                    Self::Grey => [level(0, x); 3],
                    Self::Rgb => [level(0, x), level(1, x), level(2, x)],
                    Self::YCbCr => rgb_of_ycc(level(0, x), level(1, x), level(2, x)),
                    Self::Cmyk => {
                        let inks = [level(0, x), level(1, x), level(2, x)];
                        rgb_of_inks(inks.map(|ink| 255 - ink), 255 - level(3, x))
                    }
                    Self::Ycck => {
                        // YCbCr is of the inks' complements, which are what is stored.
                        let inks = rgb_of_ycc(level(0, x), level(1, x), level(2, x));
                        rgb_of_inks(inks, 255 - level(3, x))
                    }
                });
            }
        }
        Rgb {
            size: frame.size,
            bytes,
        }
    }
}

/// Numbers with 16 bits behind the point.
const fn fixed(value: f64) -> i32 {
    (value * 65536.0 + 0.5) as i32
}

fn rgb_of_ycc(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + ((fixed(1.402) * cr + HALF) >> 16);
    let green = y + ((-fixed(0.344_14) * cb - fixed(0.714_14) * cr + HALF) >> 16);
    let blue = y + ((fixed(1.772) * cb + HALF) >> 16);
    [red, green, blue].map(|level| level.clamp(0, 255) as u8)
}

/// Of cyan, magenta and yellow with black over them, 255 being all of an ink.
fn rgb_of_inks(inks: [u8; 3], black: u8) -> [u8; 3] {
    let left = 255 - i32::from(black);
    inks.map(|ink| {
        let product = i32::from(ink) * left + 128;
        let covered = ((product >> 8) + product) >> 8;
        (left - covered).clamp(0, 255) as u8
    })
}
