//! Twin of `shaders/shuffle.wgsl`.

use super::resize::at;

/// A level of the pyramid: values `[C, height, width]`.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    /// Channel after channel, row after row.
    pub values: &'a [f32],
    /// Height and width.
    pub size: [usize; 2],
}

/// The first half of level `l`'s channels, the last quarter of the next coarser level's and the
/// third quarter of the next finer level's, at level `l`'s size; `levels` finest first.
pub fn shuffle(levels: &[Level<'_>], l: usize) -> Vec<f32> {
    let own = levels[l];
    let up = levels[(l + 1).min(levels.len() - 1)];
    let down = levels[l.saturating_sub(1)];
    let [height, width] = own.size;
    let channels = own.values.len() / (height * width);
    let quarter = channels / 4;
    let mut y = Vec::with_capacity(own.values.len());
    for channel in 0..channels {
        let (level, taken) = match channel / quarter {
            0 | 1 => (own, channel),
            2 => (up, channel + quarter),
            _ => (down, channel - quarter),
        };
        let area = level.size[0] * level.size[1];
        let plane = &level.values[taken * area..(taken + 1) * area];
        for row in 0..height {
            for column in 0..width {
                y.push(at(plane, level.size, [row, column], own.size));
            }
        }
    }
    y
}

#[cfg(test)]
mod tests {
    use super::{Level, shuffle};

    #[test]
    fn quarters_come_from_the_neighbours_and_change_places() {
        // Each value is 10 · level + quarter, at sizes that differ.
        let sizes = [[8, 6], [4, 3], [2, 2], [1, 1]];
        let maps: Vec<Vec<f32>> = (0..4)
            .map(|level| {
                let area = sizes[level][0] * sizes[level][1];
                (0..4 * area)
                    .map(|i| (10 * level + i / area) as f32)
                    .collect()
            })
            .collect();
        let levels: Vec<_> = maps
            .iter()
            .zip(sizes)
            .map(|(values, size)| Level { values, size })
            .collect();
        for (l, [height, width]) in sizes.into_iter().enumerate() {
            let area = height * width;
            let quarters: Vec<f32> = shuffle(&levels, l)
                .chunks(area)
                .map(|plane| plane[area - 1])
                .collect();
            let (up, down) = ((l + 1).min(3), l.saturating_sub(1));
            let expected =
                [10 * l, 10 * l + 1, 10 * up + 3, 10 * down + 2].map(|value| value as f32);
            assert_eq!(quarters, expected, "level {l}");
        }
    }
}
