//! Norms and clipped gradients by hand.

use super::{clip, global_norm};

#[test]
fn norm_is_taken_over_all_tensors_together() {
    assert_eq!(global_norm(&[vec![3.0, 0.0], vec![], vec![-4.0]]), 5.0);
    assert_eq!(global_norm(&[]), 0.0);
}

#[test]
fn squares_beyond_f32_are_no_overflow() {
    assert_eq!(global_norm(&[vec![3e30], vec![4e30]]) as f32, 5e30);
}

#[test]
fn long_gradients_are_scaled_to_the_limit() {
    let mut gradients = vec![vec![3.0_f32, 0.0], vec![-4.0]];
    clip(&mut gradients, 5.0, 1.0);
    let scale = (1.0 / (5.0 + 1e-6)) as f32;
    assert_eq!(gradients, [vec![3.0 * scale, 0.0], vec![-4.0 * scale]]);
}

#[test]
fn gradients_at_the_limit_lose_what_keeps_the_quotient_finite() {
    let mut gradients = vec![vec![1.0_f32]];
    clip(&mut gradients, 1.0, 1.0);
    assert_eq!(gradients, [vec![(1.0 / (1.0 + 1e-6)) as f32]]);
}

#[test]
fn short_gradients_are_left_alone() {
    let before = vec![vec![0.3_f32, 0.4], vec![0.0]];
    let mut gradients = before.clone();
    clip(&mut gradients, 0.5, 1.0);
    assert_eq!(gradients, before);
    clip(&mut gradients, 0.0, 1.0);
    assert_eq!(gradients, before);
}

#[test]
fn norm_of_what_is_no_number_is_no_number() {
    assert!(global_norm(&[vec![1.0, f32::NAN]]).is_nan());
    assert_eq!(global_norm(&[vec![f32::NEG_INFINITY]]), f64::INFINITY);
}
