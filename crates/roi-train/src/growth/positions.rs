//! Where patches are, said to a tower that looks at more of them.

/// The position embeddings of a finer grid of patches over the same picture: that of the class token as it is, and for each patch
/// the bilinear mean of those around its centre, or the nearest at the edge.
///
/// # Shape
/// - `embeddings`: `[1 + before², width]`, the class token first, then row after row
/// - output: `[1 + after², width]`
///
/// Source: Dosovitskiy et al. 2020, "An Image is Worth 16×16 Words", section 3.2.
pub(super) fn interpolated(embeddings: &[f32], [before, after]: [usize; 2]) -> Vec<f32> {
    let width = embeddings.len() / (1 + before * before);
    let (class, patches) = embeddings.split_at(width);
    let patch = |row: usize, column: usize| &patches[(row * before + column) * width..][..width];
    let between: Vec<Between> = (0..after)
        .map(|index| Between::new(index, before, after))
        .collect();
    let mut finer = class.to_vec();
    for row in &between {
        for column in &between {
            let corners = [
                (
                    patch(row.first, column.first),
                    (1.0 - row.share) * (1.0 - column.share),
                ),
                (
                    patch(row.first, column.second),
                    (1.0 - row.share) * column.share,
                ),
                (
                    patch(row.second, column.first),
                    row.share * (1.0 - column.share),
                ),
                (patch(row.second, column.second), row.share * column.share),
            ];
            finer.extend((0..width).map(|channel| {
                let parts = corners
                    .iter()
                    .map(|(patch, weight)| patch[channel] * weight);
                parts.sum::<f32>()
            }));
        }
    }
    finer
}

/// Two neighbours on the coarser grid, and how much of the way from the first to the second.
struct Between {
    first: usize,
    second: usize,
    share: f32,
}

impl Between {
    /// Around the centre of patch `index` of `after` along an edge that had `before`.
    fn new(index: usize, before: usize, after: usize) -> Self {
        let centre = (index as f32 + 0.5) * before as f32 / after as f32 - 0.5;
        let centre = centre.clamp(0.0, (before - 1) as f32);
        let first = centre as usize;
        Self {
            first,
            second: (first + 1).min(before - 1),
            share: centre - first as f32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::interpolated;

    #[test]
    fn a_ramp_stays_a_ramp_between_the_outermost_centres() {
        // Channels: 10 times the row, and the column.
        let mut embeddings = vec![-7.0, 7.0];
        for patch in 0..9 {
            embeddings.extend([10.0 * (patch / 3) as f32, (patch % 3) as f32]);
        }
        let finer = interpolated(&embeddings, [3, 5]);
        assert_eq!(finer.len(), 2 * 26);
        assert_eq!(finer[..2], [-7.0, 7.0], "the class token is nowhere");
        // Centres of fifths among those of thirds: (i + 0.5) * 3 / 5 - 0.5, but no further out than these.
        let places = [0.0, 0.4, 1.0, 1.6, 2.0];
        for (patch, values) in finer[2..].chunks(2).enumerate() {
            let expected = [10.0 * places[patch / 5], places[patch % 5]];
            for (value, expected) in values.iter().zip(expected) {
                assert!((value - expected).abs() < 1e-5, "{patch}: {values:?}");
            }
        }
    }

    #[test]
    fn as_many_patches_have_the_same_places() {
        let embeddings: Vec<f32> = (0..3 * 50).map(|value| (value as f32).sin()).collect();
        assert_eq!(interpolated(&embeddings, [7, 7]), embeddings);
    }
}
