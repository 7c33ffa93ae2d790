//! Orthonormal directions: random ones, and those that tell vectors apart best.

#[cfg(test)]
mod tests;

use rand_chacha::ChaCha8Rng;

use super::Draw;

/// So often the vectors are let pull at the directions that are sought.
const PULLS: usize = 30;
/// What random directions count beside the vectors, so that there are as many directions as asked for even where the vectors
/// are few or alike.
const FAINT_SHARE: f64 = 1e-9;

/// Random orthonormal rows of which the first span `first`, `[width, width]`.
pub(super) fn rotation(width: usize, first: &[Vec<f32>], random: &mut ChaCha8Rng) -> Vec<f32> {
    let drawn = Draw::Normal(1.0).values((width - first.len()) * width, random);
    let drawn = drawn.chunks_exact(width.max(1));
    let first = first.iter().map(Vec::as_slice);
    let mut rows: Vec<Vec<f64>> = first.chain(drawn).map(widened).collect();
    orthonormalise(&mut rows);
    rows.into_iter().flatten().map(|a| a as f32).collect()
}

/// The `count` orthonormal directions along which vectors of this width have most, the first of them most; by orthogonal
/// iteration.
pub(super) fn principal(
    vectors: &[f32],
    width: usize,
    count: usize,
    random: &mut ChaCha8Rng,
) -> Vec<Vec<f32>> {
    let drawn = Draw::Normal(1.0).values(count * width, random);
    let mut directions: Vec<Vec<f64>> = drawn.chunks_exact(width).map(widened).collect();
    orthonormalise(&mut directions);
    let all: f64 = vectors.iter().map(|&a| f64::from(a).powi(2)).sum();
    let faint = (FAINT_SHARE * all).max(f64::MIN_POSITIVE.sqrt());
    for _ in 0..PULLS {
        for direction in &mut directions {
            let mut pulled: Vec<f64> = direction.iter().map(|a| faint * a).collect();
            for vector in vectors.chunks_exact(width) {
                let pairs = vector.iter().zip(&*direction);
                let along: f64 = pairs.map(|(&a, b)| f64::from(a) * b).sum();
                let pairs = pulled.iter_mut().zip(vector);
                pairs.for_each(|(to, &from)| *to += along * f64::from(from));
            }
            *direction = pulled;
        }
        orthonormalise(&mut directions);
    }
    let narrowed = |row: Vec<f64>| row.into_iter().map(|a| a as f32).collect();
    directions.into_iter().map(narrowed).collect()
}

/// Gram and Schmidt's method, twice for each row, in f64.
fn orthonormalise(rows: &mut [Vec<f64>]) {
    for at in 0..rows.len() {
        let (done, rest) = rows.split_at_mut(at);
        let row = &mut rest[0];
        for _ in 0..2 {
            for done in &*done {
                let along: f64 = row.iter().zip(done).map(|(a, b)| a * b).sum();
                row.iter_mut().zip(done).for_each(|(a, b)| *a -= along * b);
            }
        }
        let length = row.iter().map(|a| a * a).sum::<f64>().sqrt();
        row.iter_mut().for_each(|a| *a /= length);
    }
}

fn widened(row: &[f32]) -> Vec<f64> {
    row.iter().copied().map(f64::from).collect()
}
