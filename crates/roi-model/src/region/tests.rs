//! Values by hand, from the specification of the model.

use roi_geom::BoxNorm;
use roi_testkit::{Array, assert_close};
use roi_weights::{Layout, ModelConfig};

use super::{SeenBox, spatial_scale};
use crate::tests::synthetic::{self, Checkpoint};
use crate::{Device, Tensor};

/// Five units in the last place of numbers up to 128: a coordinate takes a few steps to compute.
const COORDINATES: f32 = 4e-5;

/// The published model's picture, patches and pooling; everything else small.
fn published_geometry() -> ModelConfig {
    let mut config = synthetic::config();
    (config.vision.image_size, config.vision.patch_size) = (224, 14);
    (config.vision.n_levels, config.vision.level_step) = (4, 1);
    config.region.roi_size = 14;
    config
}

fn boxed([x1, y1, x2, y2]: [f32; 4]) -> BoxNorm {
    BoxNorm {
        x1: x1 / 224.0,
        y1: y1 / 224.0,
        x2: x2 / 224.0,
        y2: y2 / 224.0,
    }
}

/// What a level gives for a box, of a map whose values are its columns.
fn columns_seen(level: usize, corners: [f32; 4], device: &Device) -> Array {
    let config = published_geometry();
    let model = Checkpoint::new(config.clone()).model(Layout::F32, 1, device);
    let side = config.level_side(level);
    let columns: Vec<f32> = (0..side * side).map(|cell| (cell % side) as f32).collect();
    let map = Tensor::<1>::from_floats(&columns[..], device).reshape([1, side, side]);
    let seen = SeenBox::new(boxed(corners), 224.0, false);
    Array::of(model.eyes().regions.pooled(level, &map, &[seen]))
}

/// Every row has these columns, as the map varies along x only.
fn assert_columns(actual: &Array, expected: &[f32; 14]) {
    let expected = Array::new([1, 1, 14, 14], expected.repeat(14));
    assert_close("columns", actual, &expected, COORDINATES);
}

/// Evenly spaced from the first to the last.
fn evenly(first: f32, last: f32) -> [f32; 14] {
    std::array::from_fn(|p| first + (last - first) * p as f32 / 13.0)
}

fn inner_box_on_the_coarsest_level(device: &Device) {
    let seen = columns_seen(3, [56.0, 56.0, 168.0, 168.0], device);
    assert_columns(&seen, &evenly(3.785_714, 11.214_286));
}

fn whole_picture_is_clamped_at_its_borders(device: &Device) {
    let mut expected = evenly(0.071_429, 14.928_571);
    (expected[0], expected[13]) = (0.178_571, 14.821_429);
    assert_columns(
        &columns_seen(3, [0.0, 0.0, 224.0, 224.0], device),
        &expected,
    );
}

fn finest_level_has_eight_cells_a_patch(device: &Device) {
    let whole = columns_seen(0, [0.0, 0.0, 224.0, 224.0], device);
    assert_columns(&whole, &evenly(4.071_429, 122.928_57));
    let inner = columns_seen(0, [56.0, 56.0, 168.0, 168.0], device);
    assert_columns(&inner, &evenly(33.785_713, 93.214_29));
}

fn samples_outside_the_picture_count_as_zero(device: &Device) {
    let expected = [
        0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.056_122, 0.418_367, 0.826_531, 1.234_694, 1.642_857,
        2.051_02, 2.459_184, 2.867_347,
    ];
    assert_columns(
        &columns_seen(3, [-30.0, 56.0, 50.0, 168.0], device),
        &expected,
    );
}

on_each_device!(
    inner_box_on_the_coarsest_level,
    whole_picture_is_clamped_at_its_borders,
    finest_level_has_eight_cells_a_patch,
    samples_outside_the_picture_count_as_zero,
);

#[test]
fn levels_have_the_published_scales() {
    let scales = (0..4).map(|level| spatial_scale(&published_geometry(), level));
    assert_eq!(
        scales.collect::<Vec<_>>(),
        [8.0 / 14.0, 4.0 / 14.0, 2.0 / 14.0, 1.0 / 14.0_f32]
    );
}

#[test]
fn rounded_boxes_are_multiplied_in_f16() {
    let given = BoxNorm {
        x1: 0.05,
        y1: 0.3,
        x2: 0.7123,
        y2: 0.999,
    };
    let seen = SeenBox::new(given, 224.0, true);
    let framed = [
        seen.framed.x1,
        seen.framed.y1,
        seen.framed.x2,
        seen.framed.y2,
    ];
    assert_eq!(framed, [11.195_312_5, 67.1875, 159.625, 223.75]);
    // What the box embedding sees: the nearest f16.
    assert_eq!(
        seen.normalised,
        [0.049_987_793, 0.300_048_83, 0.712_402_34, 0.999_023_44]
    );
}

#[test]
fn exact_boxes_stay_as_they_are() {
    let given = BoxNorm {
        x1: 0.05,
        y1: 0.3,
        x2: 0.7123,
        y2: 0.999,
    };
    let seen = SeenBox::new(given, 224.0, false);
    assert_eq!(seen.normalised, [0.05, 0.3, 0.7123, 0.999]);
    assert_eq!(seen.framed.x2, 0.7123 * 224.0);
}

#[test]
fn rounded_boxes_reach_both_ways_into_the_vector() {
    let device = Device::flex();
    let checkpoint = Checkpoint::new(synthetic::config());
    let model = checkpoint.model(Layout::F32, 1, &device);
    let picture = model.encode_picture(&synthetic::noise(8, 3 * 20 * 20));
    let given = BoxNorm {
        x1: 0.051,
        y1: 0.302,
        x2: 0.7123,
        y2: 0.998,
    };
    let rounded = [given.x1, given.y1, given.x2, given.y2].map(|c| half::f16::from_f32(c).to_f32());
    let nearest = BoxNorm {
        x1: rounded[0],
        y1: rounded[1],
        x2: rounded[2],
        y2: rounded[3],
    };
    let [exact, by_switch, by_hand] = [(given, false), (given, true), (nearest, true)]
        .map(|(given, rounded)| Array::of(model.encode_regions(&picture, &[given], rounded)));
    assert_eq!(by_switch, by_hand, "rounding twice is rounding once");
    assert_ne!(by_switch, exact);
}
