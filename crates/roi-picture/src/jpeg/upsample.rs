//! Rows of a subsampled component at the picture's full size: libjpeg's "fancy upsampling", a triangle filter.
//!
//! A sample lies in the middle of those that it stands for, so the nearest one counts three times as much as the next.
//!
//! Source: libjpeg-turbo 2.1, `jdsample.c`.

use super::frame::{Component, Sampling};
use super::scan::Plane;

/// How a component comes to full size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    /// It has it.
    Full,
    /// Two across.
    Across,
    /// Two down.
    Down,
    /// Two across and two down.
    Both,
    /// Each sample as often as it stands for.
    Repeat(Sampling),
}

/// A component's rows at full size.
pub(super) struct FullRows<'a> {
    component: &'a Component,
    plane: &'a Plane,
    filter: Filter,
    row: Vec<u8>,
}

impl<'a> FullRows<'a> {
    /// Of a component with its frame's greatest sampling.
    pub(super) fn new(component: &'a Component, plane: &'a Plane, most: Sampling) -> Self {
        let times = Sampling {
            across: most.across / component.sampling.across,
            down: most.down / component.sampling.down,
        };
        // Narrower ones are repeated.
        let is_wide = component.width > 2;
        let filter = match (times.across, times.down) {
            (1, 1) => Filter::Full,
            (2, 1) if is_wide => Filter::Across,
            (2, 2) if is_wide => Filter::Both,
            (1, 2) => Filter::Down,
            _ => Filter::Repeat(times),
        };
        Self {
            component,
            plane,
            filter,
            row: Vec::new(),
        }
    }

    /// Row `y` of the picture, at least as long as the picture is wide.
    pub(super) fn row(&mut self, y: usize) -> &[u8] {
        let stored = |y: usize| self.plane.row(self.component, y);
        // The nearest row and the one on the other side of row `y`; at the rim, the same again.
        let pair = || {
            let near = y / 2;
            let next = match y % 2 {
                0 => near.saturating_sub(1),
                _ => (near + 1).min(self.component.height - 1),
            };
            (stored(near), stored(next))
        };
        self.row.clear();
        match self.filter {
            Filter::Full => return stored(y),
            Filter::Across => {
                let sums = stored(y).iter().map(|&sample| u16::from(sample));
                doubled(sums, 1, &mut self.row);
            }
            Filter::Down => {
                let (near, next) = pair();
                let bias = if y.is_multiple_of(2) { 1 } else { 2 };
                let sums = near.iter().zip(next);
                let samples = sums.map(|(&near, &next)| (weighted(near, next) + bias) >> 2);
                self.row.extend(samples.map(|sample| sample as u8));
            }
            Filter::Both => {
                let (near, next) = pair();
                let sums = near.iter().zip(next);
                let sums = sums.map(|(&near, &next)| weighted(near, next));
                doubled(sums, 4, &mut self.row);
            }
            Filter::Repeat(times) => {
                let samples = stored(y / times.down).iter();
                let repeated = samples.flat_map(|&s| std::iter::repeat_n(s, times.across));
                self.row.extend(repeated);
            }
        }
        &self.row
    }
}

fn weighted(near: u8, next: u8) -> u16 {
    3 * u16::from(near) + u16::from(next)
}

/// Twice as many samples, from sums that are `scale` times a sample.
///
/// Rounding goes up and down by turns, so that it favours neither.
fn doubled(sums: impl ExactSizeIterator<Item = u16> + Clone, scale: u16, row: &mut Vec<u8>) {
    let shift = if scale == 1 { 2 } else { 4 };
    let (bias_left, bias_right) = if scale == 1 { (1, 2) } else { (8, 7) };
    // At the rim the sample stands alone, four times.
    let (alone_left, alone_right) = if scale == 1 { (0, 0) } else { (8, 7) };
    let n = sums.len();
    let before = std::iter::once(0).chain(sums.clone());
    let behind = sums.clone().skip(1).chain(std::iter::once(0));
    for (index, ((this, last), next)) in sums.zip(before).zip(behind).enumerate() {
        let left = match index {
            0 => 4 * this + alone_left,
            _ => 3 * this + last + bias_left,
        };
        let right = match index + 1 {
            end if end == n => 4 * this + alone_right,
            _ => 3 * this + next + bias_right,
        };
        row.push((left >> shift) as u8);
        row.push((right >> shift) as u8);
    }
}
