//! The two box types and the one road between them: sort the corners, clip, divide.

use serde::{Deserialize, Serialize};

/// Width and height of a picture in pixels, after its EXIF orientation has been applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PictureSize {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// A box in pixels of the picture as shown. Coordinates are edges, not pixel centres: the whole
/// picture is `0, 0, width, height`. Corners may come in any order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 4]", into = "[f64; 4]")]
pub struct BoxPx {
    /// One vertical edge.
    pub x1: f64,
    /// One horizontal edge.
    pub y1: f64,
    /// The other vertical edge.
    pub x2: f64,
    /// The other horizontal edge.
    pub y2: f64,
}

/// A box as fractions of the picture: `0 ≤ x1 < x2 ≤ 1` and `0 ≤ y1 < y2 ≤ 1`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoxNorm {
    /// Left edge.
    pub x1: f32,
    /// Top edge.
    pub y1: f32,
    /// Right edge.
    pub x2: f32,
    /// Bottom edge.
    pub y2: f32,
}

/// Why a box cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BoxError {
    /// A coordinate is NaN or infinite.
    #[error("box {0} has a coordinate that is not a finite number")]
    NotFinite(BoxPx),
    /// Nothing of the box is left inside the picture.
    #[error("box {found} has no area inside the {}×{} picture", picture.width, picture.height)]
    Empty {
        /// The box as given.
        found: BoxPx,
        /// The picture it was to lie in.
        picture: PictureSize,
    },
}

impl BoxPx {
    /// The box between two corners, in any order.
    pub const fn new(x1: f64, y1: f64, x2: f64, y2: f64) -> Self {
        Self { x1, y1, x2, y2 }
    }

    /// The same box with `x1 ≤ x2` and `y1 ≤ y2`.
    pub fn sorted(self) -> Self {
        Self {
            x1: self.x1.min(self.x2),
            y1: self.y1.min(self.y2),
            x2: self.x1.max(self.x2),
            y2: self.y1.max(self.y2),
        }
    }

    /// Width times height in square pixels.
    pub fn area(self) -> f64 {
        (self.x2 - self.x1).abs() * (self.y2 - self.y1).abs()
    }

    /// Sorts the corners and clips the box to the picture.
    ///
    /// # Errors
    /// [`BoxError::NotFinite`] for NaN or infinity; [`BoxError::Empty`] when no area is left.
    pub fn clipped(self, picture: PictureSize) -> Result<Self, BoxError> {
        let sorted = self.finite()?.sorted();
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        let inside = Self {
            x1: sorted.x1.clamp(0.0, width),
            y1: sorted.y1.clamp(0.0, height),
            x2: sorted.x2.clamp(0.0, width),
            y2: sorted.y2.clamp(0.0, height),
        };
        if inside.x1 < inside.x2 && inside.y1 < inside.y2 {
            Ok(inside)
        } else {
            Err(BoxError::Empty {
                found: self,
                picture,
            })
        }
    }

    /// Sorts the corners and shifts the box no further than it takes to lie in the picture. What is larger than the picture is
    /// cut to its size.
    ///
    /// # Errors
    /// [`BoxError::NotFinite`] for NaN or infinity; [`BoxError::Empty`] when the box has no area anywhere.
    pub fn shifted_into(self, picture: PictureSize) -> Result<Self, BoxError> {
        let sorted = self.finite()?.sorted();
        let within = |low: f64, high: f64, limit: f64| {
            let length = high - low;
            if low < 0.0 || length >= limit {
                (0.0, length.min(limit))
            } else if high > limit {
                (limit - length, limit)
            } else {
                (low, high)
            }
        };
        let (x1, x2) = within(sorted.x1, sorted.x2, f64::from(picture.width));
        let (y1, y2) = within(sorted.y1, sorted.y2, f64::from(picture.height));
        let shifted = Self { x1, y1, x2, y2 };
        shifted.clipped(picture).map_err(|_| BoxError::Empty {
            found: self,
            picture,
        })
    }

    fn finite(self) -> Result<Self, BoxError> {
        let is_finite = <[f64; 4]>::from(self).iter().all(|c| c.is_finite());
        is_finite.then_some(self).ok_or(BoxError::NotFinite(self))
    }

    /// The box as fractions of the picture, clipped to it. Divides in f64 and rounds once, as the
    /// original demo does.
    ///
    /// # Errors
    /// As [`BoxPx::clipped`]; also when the box is so thin that rounding leaves no area.
    pub fn normalised(self, picture: PictureSize) -> Result<BoxNorm, BoxError> {
        let inside = self.clipped(picture)?;
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        let norm = BoxNorm {
            x1: (inside.x1 / width) as f32,
            y1: (inside.y1 / height) as f32,
            x2: (inside.x2 / width) as f32,
            y2: (inside.y2 / height) as f32,
        };
        if norm.x1 < norm.x2 && norm.y1 < norm.y2 {
            Ok(norm)
        } else {
            Err(BoxError::Empty {
                found: self,
                picture,
            })
        }
    }
}

impl std::fmt::Display for BoxPx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{},{},{},{}", self.x1, self.y1, self.x2, self.y2)
    }
}

impl From<[f64; 4]> for BoxPx {
    fn from([x1, y1, x2, y2]: [f64; 4]) -> Self {
        Self { x1, y1, x2, y2 }
    }
}

impl From<BoxPx> for [f64; 4] {
    fn from(b: BoxPx) -> Self {
        [b.x1, b.y1, b.x2, b.y2]
    }
}
