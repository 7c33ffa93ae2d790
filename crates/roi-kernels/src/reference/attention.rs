//! Twin of `shaders/attention.wgsl`.

use crate::ops::rope::Heads;

/// softmax(q · kᵀ / √S) · v of `q` `[T, H · S]` over `keys` and `values` `[L, H · S]`. Query `t`
/// sees the first `first + t + 1` keys when `first` is given, else all.
pub fn attention(
    q: &[f32],
    keys: &[f32],
    values: &[f32],
    heads: Heads,
    first: Option<usize>,
) -> Vec<f32> {
    let (width, size) = (heads.width(), heads.size);
    let scale = 1.0 / (size as f32).sqrt();
    let mut y = vec![0.0; q.len()];
    for (t, (query, out)) in q
        .chunks_exact(width)
        .zip(y.chunks_exact_mut(width))
        .enumerate()
    {
        let length = first.map_or(keys.len() / width, |first| first + t + 1);
        for head in (0..width).step_by(size) {
            let of = |rows: &[f32], s: usize, i: usize| rows[s * width + head + i];
            let scores: Vec<f32> = (0..length)
                .map(|s| {
                    (0..size)
                        .map(|i| query[head + i] * of(keys, s, i))
                        .sum::<f32>()
                        * scale
                })
                .collect();
            let highest = scores.iter().copied().fold(f32::MIN, f32::max);
            let weights: Vec<f32> = scores.iter().map(|score| (score - highest).exp()).collect();
            let total: f32 = weights.iter().sum();
            for i in 0..size {
                out[head + i] = (0..length)
                    .map(|s| weights[s] / total * of(values, s, i))
                    .sum();
            }
        }
    }
    y
}

#[cfg(test)]
mod tests {
    use super::attention;
    use crate::ops::rope::Heads;

    #[test]
    fn equal_scores_average_the_values_that_are_seen() {
        let heads = Heads { count: 1, size: 2 };
        let values = [1.0, 10.0, 3.0, 30.0, 8.0, 80.0];
        let y = attention(&[0.0; 4], &[5.0; 6], &values, heads, Some(1));
        assert_eq!(y, [2.0, 20.0, 4.0, 40.0]);
    }

    #[test]
    fn each_head_weighs_its_own_keys() {
        let heads = Heads { count: 2, size: 1 };
        // The first head prefers the second key by e², the second head by nothing.
        let y = attention(
            &[2.0, 0.0],
            &[0.0, 9.0, 1.0, 4.0],
            &[0.0, 0.0, 1.0, 1.0],
            heads,
            None,
        );
        let e2 = 2.0f32.exp();
        assert!(
            (y[0] - e2 / (1.0 + e2)).abs() < 1e-6 && (y[1] - 0.5).abs() < 1e-6,
            "{y:?}"
        );
    }
}
