//! What a press on the picture is doing, and the arithmetic of each kind of drag.

use crate::{BoxPx, CanvasPx, Handle, PictureSize, PointPx};

/// A press that has not been released.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Gesture {
    /// Spanning a new box from `from`; nothing is drawn until the press has travelled.
    Draw {
        start: CanvasPx,
        from: PointPx,
        drawn: Option<BoxPx>,
        /// Whether a click may select instead of draw.
        can_select: bool,
    },
    /// Carrying a box; `again` when the press found it selected already.
    Move {
        index: usize,
        start: CanvasPx,
        from: PointPx,
        before: BoxPx,
        again: bool,
        moved: bool,
    },
    /// Pulling at one handle of the selected box.
    Resize {
        index: usize,
        handle: Handle,
        start: CanvasPx,
        before: BoxPx,
    },
}

/// The smallest box of whole pixels that holds both points; `None` if that has no area.
pub(crate) fn spanned(a: PointPx, b: PointPx) -> Option<BoxPx> {
    let x1 = a.x.min(b.x).floor();
    let y1 = a.y.min(b.y).floor();
    let x2 = a.x.max(b.x).ceil();
    let y2 = a.y.max(b.y).ceil();
    (x1 < x2 && y1 < y2).then_some(BoxPx { x1, y1, x2, y2 })
}

/// The box shifted by whole pixels, no further than the picture's rim.
pub(crate) fn moved_by(before: BoxPx, dx: f64, dy: f64, picture: PictureSize) -> BoxPx {
    let b = before.sorted();
    let shift = |wanted: f64, low: f64, high: f64, limit: f64| {
        // A typed box may stand over the rim; then the least shift is not below zero.
        wanted
            .round()
            .min((limit - high).max(0.0))
            .max((-low).min(0.0))
    };
    let dx = shift(dx, b.x1, b.x2, f64::from(picture.width));
    let dy = shift(dy, b.y1, b.y2, f64::from(picture.height));
    BoxPx {
        x1: b.x1 + dx,
        y1: b.y1 + dy,
        x2: b.x2 + dx,
        y2: b.y2 + dy,
    }
}

/// The box with the edges of `handle` at the whole pixel nearest to `to`. An edge may be pulled
/// across the opposite one; the box keeps at least one pixel of width and height.
pub(crate) fn resized_to(
    before: BoxPx,
    handle: Handle,
    to: PointPx,
    picture: PictureSize,
) -> BoxPx {
    let b = before.sorted();
    let (x1, x2) = pulled(b.x1, b.x2, handle.across(), to.x, f64::from(picture.width));
    let (y1, y2) = pulled(b.y1, b.y2, handle.down(), to.y, f64::from(picture.height));
    BoxPx { x1, y1, x2, y2 }
}

fn pulled(low: f64, high: f64, side: i8, to: f64, limit: f64) -> (f64, f64) {
    let fixed = match side {
        -1 => high,
        1 => low,
        _ => return (low, high),
    };
    let mut edge = to.clamp(0.0, limit).round();
    if (edge - fixed).abs() < 1.0 {
        // Towards the side the edge comes from, unless the picture ends there.
        let outwards = f64::from(side);
        let is_room = (0.0..=limit).contains(&(fixed + outwards));
        edge = if is_room {
            fixed + outwards
        } else {
            fixed - outwards
        };
    }
    (edge.min(fixed), edge.max(fixed))
}
