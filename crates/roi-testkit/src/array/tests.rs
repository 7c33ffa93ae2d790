//! Comparison finds what it is for: shapes, NaN, and the worst element.

use super::{Array, assert_close, coordinates, worst_difference};

fn message(actual: Array, expected: Array, limit: f32) -> String {
    let result = std::panic::catch_unwind(|| assert_close("x", &actual, &expected, limit));
    let payload = result.expect_err("a difference");
    *payload.downcast::<String>().expect("a formatted message")
}

#[test]
fn close_values_pass_at_the_limit() {
    let expected = Array::new([3], vec![1.0, f32::INFINITY, 0.0]);
    let actual = Array::new([3], vec![1.25, f32::INFINITY, -0.25]);
    assert_close("x", &actual, &expected, 0.25);
}

#[test]
fn worst_element_is_named_with_both_values() {
    let expected = Array::new([2, 3], vec![0.0; 6]);
    let actual = Array::new([2, 3], vec![0.0, 0.1, 0.0, 0.0, 0.0, -0.5]);
    let message = message(actual, expected, 0.01);
    assert!(message.contains("[1, 2] got -0.5, expected 0"), "{message}");
}

#[test]
fn shape_is_compared_before_values() {
    let values = vec![1.0; 6];
    let message = message(
        Array::new([2, 3], values.clone()),
        Array::new([3, 2], values),
        1.0,
    );
    assert!(message.contains("shape"), "{message}");
}

#[test]
fn nan_fails_on_either_side() {
    let (good, bad) = (
        Array::new([1, 2], vec![0.0, 1.0]),
        Array::new([1, 2], vec![0.0, f32::NAN]),
    );
    assert!(message(bad.clone(), good.clone(), 9.0).contains("actual value [0, 1] is NaN"));
    assert!(message(good, bad, 9.0).contains("expected value [0, 1] is NaN"));
}

#[test]
fn opposite_infinities_are_worst() {
    let worst = worst_difference(&[0.0, f32::INFINITY, 5.0], &[1e30, f32::NEG_INFINITY, 5.0]);
    assert_eq!(worst, Some((1, f32::INFINITY, f32::NEG_INFINITY)));
    assert_eq!(worst_difference(&[], &[]), None);
}

#[test]
fn coordinates_count_the_last_dimension_fastest() {
    assert_eq!(coordinates(23, &[2, 3, 4]), [1, 2, 3]);
    assert_eq!(coordinates(4, &[2, 3, 4]), [0, 1, 0]);
}
