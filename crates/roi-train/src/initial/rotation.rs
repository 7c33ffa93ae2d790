//! Random rotations.

use rand_chacha::ChaCha8Rng;

use super::Draw;

/// A random matrix whose rows are orthonormal, `[width, width]`: Gram and Schmidt's method, twice for each row, in f64.
pub(super) fn rotation(width: usize, random: &mut ChaCha8Rng) -> Vec<f32> {
    let drawn = Draw::Normal(1.0).values(width * width, random);
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(width);
    for drawn in drawn.chunks_exact(width) {
        let mut row: Vec<f64> = drawn.iter().copied().map(f64::from).collect();
        for _ in 0..2 {
            for done in &rows {
                let along: f64 = row.iter().zip(done).map(|(a, b)| a * b).sum();
                row.iter_mut().zip(done).for_each(|(a, b)| *a -= along * b);
            }
        }
        let length = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        row.iter_mut().for_each(|a| *a /= length);
        rows.push(row);
    }
    rows.into_iter().flatten().map(|a| a as f32).collect()
}
