//! Which part of the picture is seen, and how large: zooming and panning.
//!
//! A page gives the picture a room. The whole picture fits into it at first, in its middle; zoomed
//! in, it is larger than the room and the rest is cut off. The drawing surface is always what is
//! seen of the picture and nothing beside it, so it never grows beyond the room, however large the
//! picture is.
//!
//! Nowhere is there ever more room beside the picture than beside the whole one. So what is under
//! the pointer stays there however far one zooms in, the picture cannot be lost, and zooming out
//! leads back to where it was without a jump.

use crate::{BoxPx, CanvasPx, PictureSize, PointPx, ViewTransform};

/// Small pictures are enlarged up to this to fill the room, in CSS pixels per picture pixel: beyond
/// it one sees nothing but pixels.
const MAX_FIT_SCALE: f64 = 4.0;

/// Nobody needs a pixel larger than this many CSS pixels to place an edge on its rim.
const MAX_SCALE: f64 = 16.0;

/// What one step of a key or a button enlarges by.
const ZOOM_STEP: f64 = 1.25;

/// How far from the room's rim a box is that was brought into sight, in CSS pixels.
const REVEAL_MARGIN: f64 = 24.0;

/// A point of the room in CSS pixels from its top left corner. The room stays where it is while the
/// surface in it grows and shrinks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RoomPx {
    /// Rightwards.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// How much room the page gives, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoomSize {
    /// Extent to the right.
    pub width: f64,
    /// Extent downwards.
    pub height: f64,
}

/// An upright rectangle of the room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoomRect {
    /// Its top left corner.
    pub corner: RoomPx,
    /// Its extent.
    pub size: RoomSize,
}

/// How one picture is seen in its room.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    picture: PictureSize,
    room: RoomSize,
    /// CSS pixels per picture pixel.
    scale: f64,
    /// Where the picture's top left corner is, seen or not.
    corner: RoomPx,
}

impl RoomPx {
    /// The point at these coordinates.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Length of the way to another point, in CSS pixels.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The point half way to another one.
    pub fn midpoint(self, other: Self) -> Self {
        Self::new(
            f64::midpoint(self.x, other.x),
            f64::midpoint(self.y, other.y),
        )
    }
}

impl RoomSize {
    /// Room of this extent. Less than a pixel counts as one, so that a page still being laid out
    /// has a view too.
    pub fn new(width: f64, height: f64) -> Self {
        Self {
            width: width.max(1.0),
            height: height.max(1.0),
        }
    }

    fn middle(self) -> RoomPx {
        RoomPx::new(self.width / 2.0, self.height / 2.0)
    }
}

impl Viewport {
    /// The whole picture, as large as the room allows.
    pub fn new(picture: PictureSize, room: RoomSize) -> Self {
        let mut viewport = Self {
            picture,
            room,
            scale: 1.0,
            corner: RoomPx::default(),
        };
        viewport.fit();
        viewport
    }

    /// CSS pixels per picture pixel.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// Whether the whole picture is seen.
    pub fn is_fitted(&self) -> bool {
        self.scale <= self.fit_scale()
    }

    /// Whether [`Viewport::zoom_in`] would change anything.
    pub fn can_zoom_in(&self) -> bool {
        self.scale < MAX_SCALE
    }

    /// What is seen of the picture: where the drawing surface is.
    pub fn surface(&self) -> RoomRect {
        let (left, right) = seen(self.corner.x, self.extent_x(), self.room.width);
        let (top, bottom) = seen(self.corner.y, self.extent_y(), self.room.height);
        RoomRect {
            corner: RoomPx::new(left, top),
            size: RoomSize {
                width: right - left,
                height: bottom - top,
            },
        }
    }

    /// Where the picture lies on the drawing surface.
    pub fn view(&self) -> ViewTransform {
        ViewTransform::new(self.scale, self.canvas_from_room(self.corner))
    }

    /// The point of the drawing surface at a point of the room.
    pub fn canvas_from_room(&self, at: RoomPx) -> CanvasPx {
        let surface = self.surface().corner;
        CanvasPx::new(at.x - surface.x, at.y - surface.y)
    }

    /// The picture's point at a point of the room; it may lie outside the picture.
    pub fn image_from_room(&self, at: RoomPx) -> PointPx {
        PointPx::new(
            (at.x - self.corner.x) / self.scale,
            (at.y - self.corner.y) / self.scale,
        )
    }

    /// The room has another size now. A picture seen as a whole still is; else what was in the
    /// middle stays there.
    pub fn resize(&mut self, room: RoomSize) {
        let is_fitted = self.is_fitted();
        let middle = self.image_from_room(self.room.middle());
        self.room = room;
        if is_fitted {
            self.fit();
        } else {
            self.show(middle, room.middle(), self.scale);
        }
    }

    /// Back to the whole picture.
    pub fn fit(&mut self) {
        self.scale = self.fit_scale();
        self.keep_in_sight();
    }

    /// Enlarges by `factor`, within the limits. The picture's point at `about` stays there; on the
    /// way back, as far as there is not too much room beside the picture. A factor that is no
    /// positive number is ignored.
    pub fn zoom_by(&mut self, factor: f64, about: RoomPx) {
        if factor.is_finite() && factor > 0.0 {
            let fixed = self.image_from_room(about);
            self.show(fixed, about, self.scale * factor);
        }
    }

    /// One step nearer, about the room's middle.
    pub fn zoom_in(&mut self) {
        self.zoom_by(ZOOM_STEP, self.room.middle());
    }

    /// One step back, about the room's middle.
    pub fn zoom_out(&mut self) {
        self.zoom_by(ZOOM_STEP.recip(), self.room.middle());
    }

    /// Moves the picture by these CSS pixels, as far as there is not too much room beside it.
    pub fn pan_by(&mut self, dx: f64, dy: f64) {
        if dx.is_finite() && dy.is_finite() {
            self.corner = RoomPx::new(self.corner.x + dx, self.corner.y + dy);
            self.keep_in_sight();
        }
    }

    /// Whether any of a box is in sight.
    pub fn sees(&self, found: BoxPx) -> bool {
        let (area, seen) = (self.view().canvas_from_box(found), self.surface().size);
        area.corner.x < seen.width
            && area.corner.y < seen.height
            && area.corner.x + area.width > 0.0
            && area.corner.y + area.height > 0.0
    }

    /// Moves the picture as little as brings a box into sight; of one that is larger than the room,
    /// as much as there is room for.
    pub fn reveal(&mut self, found: BoxPx) {
        let b = found.sorted();
        let shift = |low: f64, high: f64, corner: f64, room: f64| {
            let (low, high) = (low * self.scale + corner, high * self.scale + corner);
            let margin = REVEAL_MARGIN.min((room - (high - low)) / 2.0).max(0.0);
            let (at_low, at_high) = (margin - low, room - margin - high);
            if high - low > room {
                // Its nearer end, unless it goes through the whole room.
                at_low.min(0.0) + at_high.max(0.0)
            } else {
                at_low.max(0.0) + at_high.min(0.0)
            }
        };
        let dx = shift(b.x1, b.x2, self.corner.x, self.room.width);
        let dy = shift(b.y1, b.y2, self.corner.y, self.room.height);
        self.pan_by(dx, dy);
    }

    fn fit_scale(&self) -> f64 {
        let RoomSize { width, height } = self.room;
        ViewTransform::fit(self.picture, width, height, MAX_FIT_SCALE).scale()
    }

    /// Puts a point of the picture at a point of the room, at this scale, as far as the limits allow.
    fn show(&mut self, point: PointPx, at: RoomPx, scale: f64) {
        self.scale = scale.min(MAX_SCALE).max(self.fit_scale());
        self.corner = RoomPx::new(at.x - point.x * self.scale, at.y - point.y * self.scale);
        self.keep_in_sight();
    }

    fn keep_in_sight(&mut self) {
        let whole = self.fit_scale() / self.scale;
        self.corner = RoomPx::new(
            in_sight(self.corner.x, self.extent_x(), whole, self.room.width),
            in_sight(self.corner.y, self.extent_y(), whole, self.room.height),
        );
    }

    fn extent_x(&self) -> f64 {
        f64::from(self.picture.width.max(1)) * self.scale
    }

    fn extent_y(&self) -> f64 {
        f64::from(self.picture.height.max(1)) * self.scale
    }
}

/// The nearest place along one side at which there is not too much room on either end. `whole` is
/// the part of the extent that the whole picture had.
fn in_sight(start: f64, extent: f64, whole: f64, room: f64) -> f64 {
    let margin = ((room - extent * whole) / 2.0).max(0.0);
    start.max(room - margin - extent).min(margin)
}

/// Where along one side the picture begins and ends to be seen.
fn seen(start: f64, extent: f64, room: f64) -> (f64, f64) {
    (start.max(0.0), (start + extent).min(room))
}

#[cfg(test)]
mod tests;
