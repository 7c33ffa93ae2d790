//! Directions by plain sums.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;

use super::{principal, rotation};
use crate::testing::noise;

fn along(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn assert_orthonormal(rows: &[&[f32]]) {
    for (at, row) in rows.iter().enumerate() {
        for (other_at, other) in rows.iter().enumerate() {
            let expected = if at == other_at { 1.0 } else { 0.0 };
            let found = along(row, other);
            assert!((found - expected).abs() < 1e-5, "{at}, {other_at}: {found}");
        }
    }
}

#[test]
fn a_rotation_begins_with_what_it_is_given() {
    for width in [1, 2, 23, 96] {
        for n_first in [0, 1, width / 3] {
            let first: Vec<Vec<f32>> = (0..n_first).map(|at| noise(1 + at as u64, width)).collect();
            let mut random = ChaCha8Rng::seed_from_u64(5);
            let rows = rotation(width, &first, &mut random);
            let rows: Vec<&[f32]> = rows.chunks_exact(width).collect();
            assert_eq!(rows.len(), width);
            assert_orthonormal(&rows);
            for vector in &first {
                let kept: f32 = rows[..n_first]
                    .iter()
                    .map(|row| along(row, vector).powi(2))
                    .sum();
                let whole = along(vector, vector);
                assert!((kept / whole - 1.0).abs() < 1e-4, "{kept} of {whole}");
            }
        }
    }
}

#[test]
fn principal_directions_are_those_along_which_vectors_have_most() {
    let width = 23;
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let axes = rotation(width, &[], &mut random);
    let axes: Vec<&[f32]> = axes.chunks_exact(width).collect();
    // Each vector lies along one axis; they are longer along later ones.
    let vectors: Vec<f32> = (0..7 * 3)
        .flat_map(|at| {
            let (axis, sign) = (at % 7, if at % 2 == 0 { 1.0 } else { -1.0 });
            axes[axis]
                .iter()
                .map(move |a| sign * (1.0 + axis as f32) * a)
        })
        .collect();
    let found = principal(&vectors, width, 3, &mut random);
    for (direction, axis) in found.iter().zip([6, 5, 4]) {
        let cosine = along(direction, axes[axis]).abs();
        assert!(cosine > 0.999, "{axis}: {cosine}");
    }
}

#[test]
fn there_are_as_many_directions_as_asked_for_even_where_vectors_are_alike() {
    let width = 11;
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for vectors in [vec![], vec![0.0; width], noise(3, width).repeat(5)] {
        let found = principal(&vectors, width, 4, &mut random);
        let found: Vec<&[f32]> = found.iter().map(Vec::as_slice).collect();
        assert_eq!(found.len(), 4);
        assert_orthonormal(&found);
    }
    assert!(principal(&[], width, 0, &mut random).is_empty());
}
