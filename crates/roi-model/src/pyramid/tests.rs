//! The pyramid's levels, before and after fusion.

use roi_kernels::ops::resize::resize;
use roi_testkit::{Array, assert_close};

use super::{coordinates, shuffle};
use crate::{Device, Tensor};

/// Positions up to 15 in f32.
const POSITIONS: f32 = 2e-6;

fn tensor<const D: usize>(values: &[f32], shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::<1>::from_floats(values, device).reshape(shape)
}

/// Why coordinates may be appended before the map is resized.
fn resized_ramps_are_ramps(device: &Device) {
    let side = 128;
    let resized = |index: usize| {
        let channel: Vec<f32> = coordinates(16).chunks(2).map(|xy| xy[index]).collect();
        Array::of(resize(tensor(&channel, [1, 16, 16], device), [side, side]))
    };
    let (x, y): (Vec<f32>, Vec<f32>) = coordinates(side).chunks(2).map(|xy| (xy[0], xy[1])).unzip();
    assert_close("x", &resized(0), &Array::new([1, side, side], x), POSITIONS);
    assert_close("y", &resized(1), &Array::new([1, side, side], y), POSITIONS);
}

fn ramp_grows_by_even_steps(device: &Device) {
    let ramp: Vec<f32> = (0..16 * 16).map(|cell| (cell % 16) as f32).collect();
    let resized = Array::of(resize(tensor(&ramp, [1, 16, 16], device), [128, 128]));
    let expected: Vec<f32> = (0..128 * 128)
        .map(|cell| 15.0 * (cell % 128) as f32 / 127.0)
        .collect();
    assert_close(
        "ramp",
        &resized,
        &Array::new([1, 128, 128], expected),
        POSITIONS,
    );
}

/// Values tell level and quarter apart; the two quarters that move change places at the ends too.
fn quarters_come_from_the_neighbours(device: &Device) {
    let channels = 8;
    let level = |level: usize, side: usize| {
        let values: Vec<f32> = (0..channels * side * side)
            .map(|i| (10 * level + i / (side * side) / (channels / 4)) as f32)
            .collect();
        tensor(&values, [channels, side, side], device)
    };
    let levels: Vec<_> = [16, 8, 4, 2]
        .into_iter()
        .enumerate()
        .map(|(l, side)| level(l, side))
        .collect();
    for l in 0..4 {
        let shuffled = Array::of(shuffle(&levels, l));
        let area = shuffled.shape[1] * shuffled.shape[2];
        let (up, down) = ((l + 1).min(3), l.saturating_sub(1));
        let quarters = [10 * l, 10 * l + 1, 10 * up + 3, 10 * down + 2];
        let expected = quarters
            .iter()
            .flat_map(|&value| vec![value as f32; channels / 4 * area])
            .collect();
        assert_close(
            &format!("level {l}"),
            &shuffled,
            &Array::new(shuffled.shape.clone(), expected),
            POSITIONS,
        );
    }
}

on_each_device!(
    resized_ramps_are_ramps,
    ramp_grows_by_even_steps,
    quarters_come_from_the_neighbours
);

#[test]
fn coordinates_are_x_then_y() {
    assert_eq!(
        coordinates(3)[..8],
        [-1.0, -1.0, 0.0, -1.0, 1.0, -1.0, -1.0, 0.0]
    );
}
