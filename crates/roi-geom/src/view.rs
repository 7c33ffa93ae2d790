//! Where the picture lies on the drawing surface, and the two conversions between them.
//!
//! The surface is measured in CSS pixels. How many device pixels stand behind one of them matters
//! to whoever paints, never to where a box is, so the device pixel ratio does not appear here.

use crate::{BoxPx, PictureSize};

/// A point of the drawing surface in CSS pixels from its top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CanvasPx {
    /// Rightwards.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// A point of the picture in its own pixels; `0, 0` is the outer corner of the first pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PointPx {
    /// Rightwards.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// An upright rectangle of the drawing surface.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CanvasRect {
    /// Its top left corner.
    pub corner: CanvasPx,
    /// Extent to the right, in CSS pixels.
    pub width: f64,
    /// Extent downwards, in CSS pixels.
    pub height: f64,
}

/// Places a picture on a drawing surface: one scale for both axes, then a shift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewTransform {
    scale: f64,
    origin: CanvasPx,
}

impl CanvasPx {
    /// The point at these coordinates.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Length of the way to another point, in CSS pixels.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

impl PointPx {
    /// The point at these coordinates.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The nearest point inside the picture or on its rim.
    pub fn clamped(self, picture: PictureSize) -> Self {
        Self {
            x: self.x.clamp(0.0, f64::from(picture.width)),
            y: self.y.clamp(0.0, f64::from(picture.height)),
        }
    }
}

impl ViewTransform {
    /// A picture drawn `scale` CSS pixels per picture pixel, its top left corner at `origin`.
    ///
    /// # Panics
    /// If `scale` is not a positive finite number: no such view can be drawn.
    pub fn new(scale: f64, origin: CanvasPx) -> Self {
        assert!(
            scale.is_finite() && scale > 0.0,
            "a view needs a positive scale, not {scale}"
        );
        Self { scale, origin }
    }

    /// The largest view of the whole picture, not above `max_scale`, that fits into `width` ×
    /// `height` CSS pixels, at the surface's top left corner. Room of less than a pixel counts as
    /// one, so that a surface still being laid out has a view too.
    pub fn fit(picture: PictureSize, width: f64, height: f64, max_scale: f64) -> Self {
        let across = width.max(1.0) / f64::from(picture.width.max(1));
        let down = height.max(1.0) / f64::from(picture.height.max(1));
        Self::new(across.min(down).min(max_scale), CanvasPx::default())
    }

    /// CSS pixels per picture pixel.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// The picture's point under a point of the surface; it may lie outside the picture.
    pub fn image_from_canvas(&self, at: CanvasPx) -> PointPx {
        PointPx {
            x: (at.x - self.origin.x) / self.scale,
            y: (at.y - self.origin.y) / self.scale,
        }
    }

    /// Where a point of the picture is drawn.
    pub fn canvas_from_image(&self, at: PointPx) -> CanvasPx {
        CanvasPx {
            x: at.x * self.scale + self.origin.x,
            y: at.y * self.scale + self.origin.y,
        }
    }

    /// Where a box is drawn; its corners may come in any order.
    pub fn canvas_from_box(&self, found: BoxPx) -> CanvasRect {
        let sorted = found.sorted();
        let corner = self.canvas_from_image(PointPx::new(sorted.x1, sorted.y1));
        CanvasRect {
            corner,
            width: (sorted.x2 - sorted.x1) * self.scale,
            height: (sorted.y2 - sorted.y1) * self.scale,
        }
    }

    /// Where the whole picture is drawn.
    pub fn canvas_from_picture(&self, picture: PictureSize) -> CanvasRect {
        let (width, height) = (f64::from(picture.width), f64::from(picture.height));
        self.canvas_from_box(BoxPx::new(0.0, 0.0, width, height))
    }
}

#[cfg(test)]
mod tests;
