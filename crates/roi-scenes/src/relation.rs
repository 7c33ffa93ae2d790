//! Where one thing is from another, said only where nobody would say otherwise.

#[cfg(test)]
mod tests;

use roi_geom::BoxPx;

use crate::scene::Scene;

/// Where one thing is from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `left of`
    LeftOf,
    /// `right of`
    RightOf,
    /// `above`
    Above,
    /// `below`
    Below,
    /// `next to`, in whatever direction
    NextTo,
}

impl Relation {
    /// The four directions.
    pub const DIRECTIONS: [Self; 4] = [Self::LeftOf, Self::RightOf, Self::Above, Self::Below];

    /// The words between two noun phrases.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LeftOf => "left of",
            Self::RightOf => "right of",
            Self::Above => "above",
            Self::Below => "below",
            Self::NextTo => "next to",
        }
    }

    /// The direction back.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::LeftOf => Self::RightOf,
            Self::RightOf => Self::LeftOf,
            Self::Above => Self::Below,
            Self::Below => Self::Above,
            Self::NextTo => Self::NextTo,
        }
    }
}

impl Scene {
    /// In which direction object `a` clearly is from object `b`.
    pub fn direction(&self, a: usize, b: usize) -> Option<Relation> {
        /// How much further along than across.
        const SLANT: f64 = 1.8;
        /// Of half the sum of both extents: boxes may overlap by the rest.
        const APART: f64 = 0.8;
        let (from, to) = (self.objects[b].bounds, self.objects[a].bounds);
        let (dx, dy) = between_centres(from, to);
        let reach = |first: f64, second: f64| 0.5 * APART * (first + second);
        let across = reach(to.x2 - to.x1, from.x2 - from.x1);
        let along = reach(to.y2 - to.y1, from.y2 - from.y1);
        if dx.abs() >= SLANT * dy.abs() && dx.abs() >= across {
            Some(if dx < 0.0 {
                Relation::LeftOf
            } else {
                Relation::RightOf
            })
        } else if dy.abs() >= SLANT * dx.abs() && dy.abs() >= along {
            Some(if dy < 0.0 {
                Relation::Above
            } else {
                Relation::Below
            })
        } else {
            None
        }
    }

    /// Whether object `a` is next to object `b`; nothing when it can be said either way.
    pub fn is_next_to(&self, a: usize, b: usize) -> Option<bool> {
        const NEAR: f64 = 8.0;
        const FAR: f64 = 26.0;
        let gap = self.gap(a, b) / self.unit();
        if gap <= NEAR {
            Some(true)
        } else {
            (gap >= FAR).then_some(false)
        }
    }

    /// Whether somebody might say that `a` is in this relation to `b`.
    pub(crate) fn might_be(&self, a: usize, relation: Relation, b: usize) -> bool {
        /// A shift that still might be taken for the direction, in pixels of 224.
        const SLACK: f64 = 6.0;
        let (dx, dy) = between_centres(self.objects[b].bounds, self.objects[a].bounds);
        let slack = SLACK * self.unit();
        match relation {
            Relation::LeftOf => dx < slack,
            Relation::RightOf => dx > -slack,
            Relation::Above => dy < slack,
            Relation::Below => dy > -slack,
            Relation::NextTo => self.is_next_to(a, b) != Some(false),
        }
    }

    /// The nearest thing from which `of` lies in a clear direction, and that direction.
    pub fn neighbour(&self, of: usize) -> Option<(Relation, usize)> {
        (0..self.objects.len())
            .filter(|&other| other != of)
            .filter_map(|other| Some((self.direction(of, other)?, other)))
            .min_by(|&(_, a), &(_, b)| self.distance(of, a).total_cmp(&self.distance(of, b)))
    }

    /// Pixels a pixel of 224 is.
    pub(crate) fn unit(&self) -> f64 {
        f64::from(self.size.width) / f64::from(Self::SIDE)
    }

    /// Squared, between centres.
    fn distance(&self, a: usize, b: usize) -> f64 {
        let (dx, dy) = between_centres(self.objects[a].bounds, self.objects[b].bounds);
        dx * dx + dy * dy
    }

    /// The wider of the gaps between two boxes, across and down; 0 when they overlap.
    fn gap(&self, a: usize, b: usize) -> f64 {
        let (a, b) = (self.objects[a].bounds, self.objects[b].bounds);
        let across = (b.x1 - a.x2).max(a.x1 - b.x2);
        let down = (b.y1 - a.y2).max(a.y1 - b.y2);
        across.max(down).max(0.0)
    }
}

/// From the centre of one box to that of another.
pub(crate) fn between_centres(from: BoxPx, to: BoxPx) -> (f64, f64) {
    (
        (to.x1 + to.x2 - from.x1 - from.x2) / 2.0,
        (to.y1 + to.y2 - from.y1 - from.y2) / 2.0,
    )
}
