//! What lies under the pointer: a handle of the selected box, a box, or nothing.

use crate::{BoxPx, CanvasPx, PointPx, ViewTransform};

/// One of the eight places by which a box is resized.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handle {
    /// Top left corner.
    NorthWest,
    /// Middle of the top edge.
    North,
    /// Top right corner.
    NorthEast,
    /// Middle of the right edge.
    East,
    /// Bottom right corner.
    SouthEast,
    /// Middle of the bottom edge.
    South,
    /// Bottom left corner.
    SouthWest,
    /// Middle of the left edge.
    West,
}

impl Handle {
    /// All of them, corners first: of two equally near, a corner is the better guess.
    pub const ALL: [Self; 8] = [
        Self::NorthWest,
        Self::NorthEast,
        Self::SouthEast,
        Self::SouthWest,
        Self::North,
        Self::East,
        Self::South,
        Self::West,
    ];

    /// −1 where the handle moves the left edge, 1 the right one, 0 neither.
    pub fn across(self) -> i8 {
        match self {
            Self::NorthWest | Self::West | Self::SouthWest => -1,
            Self::NorthEast | Self::East | Self::SouthEast => 1,
            Self::North | Self::South => 0,
        }
    }

    /// −1 where the handle moves the top edge, 1 the bottom one, 0 neither.
    pub fn down(self) -> i8 {
        match self {
            Self::NorthWest | Self::North | Self::NorthEast => -1,
            Self::SouthWest | Self::South | Self::SouthEast => 1,
            Self::East | Self::West => 0,
        }
    }

    /// Where the handle sits on a box.
    pub fn on(self, found: BoxPx) -> PointPx {
        let sorted = found.sorted();
        let between = |low: f64, high: f64, side: i8| match side {
            -1 => low,
            1 => high,
            _ => f64::midpoint(low, high),
        };
        PointPx {
            x: between(sorted.x1, sorted.x2, self.across()),
            y: between(sorted.y1, sorted.y2, self.down()),
        }
    }
}

/// What a press at one point would take hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// A handle of the selected box.
    Handle(Handle),
    /// The inside of the box with this index.
    Inside(usize),
    /// No box is there.
    Nothing,
}

/// The handle of a box that a press at `at` takes hold of, `reach` CSS pixels around each.
///
/// Inside the box the reach shrinks to a quarter of its side, so that a box smaller than its own
/// handles can still be moved by its middle.
pub fn handle_at(found: BoxPx, view: &ViewTransform, at: CanvasPx, reach: f64) -> Option<Handle> {
    let area = view.canvas_from_box(found);
    let is_inside = (0.0..=area.width).contains(&(at.x - area.corner.x))
        && (0.0..=area.height).contains(&(at.y - area.corner.y));
    let (reach_x, reach_y) = if is_inside {
        (reach.min(area.width / 4.0), reach.min(area.height / 4.0))
    } else {
        (reach, reach)
    };
    let in_reach = Handle::ALL.into_iter().filter_map(|handle| {
        let place = view.canvas_from_image(handle.on(found));
        let is_in_reach = (place.x - at.x).abs() <= reach_x && (place.y - at.y).abs() <= reach_y;
        is_in_reach.then(|| (handle, place.distance(at)))
    });
    in_reach
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(handle, _)| handle)
}

/// Indices of the boxes that contain a point, smallest area first; equal ones latest first,
/// because later boxes are drawn on top.
pub fn boxes_at(boxes: &[BoxPx], at: PointPx) -> Vec<usize> {
    let mut found: Vec<usize> = (0..boxes.len())
        .filter(|&index| {
            let b = boxes[index].sorted();
            (b.x1..=b.x2).contains(&at.x) && (b.y1..=b.y2).contains(&at.y)
        })
        .collect();
    found.sort_by(|&a, &b| boxes[a].area().total_cmp(&boxes[b].area()).then(b.cmp(&a)));
    found
}

#[cfg(test)]
mod tests;
