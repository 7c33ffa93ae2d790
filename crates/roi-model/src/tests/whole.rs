//! Models of other sizes than the reference checkpoint's, against loops.

use roi_geom::BoxNorm;
use roi_testkit::{Array, assert_close};
use roi_weights::{Activation, Layout, ModelConfig};

use super::synthetic::{self, Checkpoint, noise};
use crate::{Device, Tensor};

/// f32 against f64, through a few layers of values of about 1.
const ROUNDING: f32 = 2e-5;

const BOXES: [[f32; 4]; 3] = [
    [0.0, 0.0, 1.0, 1.0],
    [0.11, 0.4, 0.35, 0.97],
    [0.7, 0.05, 0.72, 0.06],
];

fn array(shape: &[usize], values: &[f64]) -> Array {
    Array::new(shape, values.iter().map(|&x| x as f32).collect())
}

/// Pixels to logits, with every stage on the way compared.
fn matches_loops(config: &ModelConfig, device: &Device) {
    let checkpoint = Checkpoint::new(config.clone());
    let model = checkpoint.model(Layout::F32, 1, device);
    let (vision, width) = (&config.vision, config.decoder.hidden);
    let pixels = noise(99, 3 * vision.image_size * vision.image_size);

    let states = checkpoint.hidden_states(&pixels);
    let without_class = |layer: &usize| states[*layer][vision.width..].to_vec();
    let hidden: Vec<_> = vision.level_layers().iter().map(without_class).collect();
    let levels = model.eyes().tower.forward(&pixels);
    assert_eq!(levels.len(), hidden.len());
    for (level, hidden) in levels.into_iter().zip(&hidden) {
        assert_close(
            "hidden state",
            &Array::of(level),
            &array(&[vision.n_patches(), vision.width], hidden),
            ROUNDING,
        );
    }

    let picture = model.encode_picture(&pixels);
    let maps = checkpoint.pyramid(&hidden);
    assert_eq!(picture.pyramid.len(), maps.len());
    for (level, (map, expected)) in picture.pyramid.iter().zip(&maps).enumerate() {
        assert_eq!(expected.side, config.level_side(level));
        let expected = array(
            &[config.region.width, expected.side, expected.side],
            &expected.values,
        );
        assert_close(
            &format!("pyramid level {level}"),
            &Array::of(map.clone()),
            &expected,
            ROUNDING,
        );
    }

    let boxes = BOXES.map(|[x1, y1, x2, y2]| BoxNorm { x1, y1, x2, y2 });
    let expected: Vec<f64> = BOXES
        .iter()
        .flat_map(|b| checkpoint.region(&maps, b.map(f64::from)))
        .collect();
    let vectors = model.encode_regions(&picture, &boxes, false);
    assert_close(
        "regions",
        &Array::of(vectors),
        &array(&[boxes.len(), width], &expected),
        ROUNDING,
    );

    let tokens = 13;
    let embeds = noise(7, tokens * width);
    let expected = checkpoint.logits(&embeds.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
    let rows = config.decoder.vocab_rows;
    let mut cache = model.new_cache(tokens);
    // The last five one at a time, which is another road through the kernels.
    let embeds = Tensor::<1>::from_floats(&embeds[..], device).reshape([tokens, width]);
    for (first, end) in [(0, 8), (8, 9), (9, 10), (10, 11), (11, 12), (12, 13)] {
        let logits = model.prefill(embeds.clone().slice([first..end, 0..width]), &mut cache);
        let expected = array(&[1, rows], &expected[(end - 1) * rows..end * rows]);
        assert_close(
            &format!("logits of token {}", end - 1),
            &Array::of(logits),
            &expected,
            ROUNDING,
        );
    }
}

fn odd_sizes(device: &Device) {
    matches_loops(&synthetic::config(), device);
}

fn one_level_without_fusion(device: &Device) {
    let mut config = synthetic::config();
    config.vision.n_levels = 1;
    config.vision.select_layer = -1;
    config.region.n_fusions = 0;
    matches_loops(&config, device);
}

fn five_levels_one_layer_apart(device: &Device) {
    let mut config = synthetic::config();
    (config.vision.n_levels, config.vision.level_step) = (5, 1);
    config.vision.select_layer = 4;
    config.region.group_norm_groups = 6;
    config.region.n_fusions = 1;
    matches_loops(&config, device);
}

fn one_group_and_more_samples(device: &Device) {
    let mut config = synthetic::config();
    config.vision.activation = Activation::QuickGelu;
    config.region.group_norm_groups = 1;
    (config.region.sampling_ratio, config.region.roi_size) = (3, 5);
    (
        config.decoder.hidden,
        config.decoder.heads,
        config.decoder.rope_theta,
    ) = (40, 5, 500.0);
    matches_loops(&config, device);
}

/// The original's proportions at ViT-H's widths per head and group: 80 wide heads, groups of 20.
fn vit_h_proportions(device: &Device) {
    let mut config = synthetic::config();
    (
        config.vision.width,
        config.vision.heads,
        config.vision.mlp_width,
    ) = (160, 2, 48);
    config.region.width = 160;
    config.region.group_norm_groups = 8;
    matches_loops(&config, device);
}

/// A pyramid of fewer channels than the tower has, and of more.
fn pyramid_of_its_own_width(device: &Device) {
    for width in [8, 28] {
        let mut config = synthetic::config();
        (config.region.width, config.region.group_norm_groups) = (width, 4);
        matches_loops(&config, device);
    }
}

/// Large matrices come in parts; the model is the same.
fn split_matrices_are_whole_ones(device: &Device) {
    let checkpoint = Checkpoint::new(synthetic::config());
    let config = &checkpoint.config;
    let pixels = noise(3, 3 * config.vision.image_size * config.vision.image_size);
    let [x1, y1, x2, y2] = BOXES[1];
    let ids = [1, 36, 30, 0, 5];
    for layout in [Layout::F32, Layout::F16, Layout::Q8, Layout::Q4] {
        let [whole, split] = [1, 3].map(|n_parts| {
            let model = checkpoint.model(layout, n_parts, device);
            let picture = model.encode_picture(&pixels);
            let region = model.encode_regions(&picture, &[BoxNorm { x1, y1, x2, y2 }], false);
            let embeds = model
                .embed_prompt(&ids, 0..ids.len(), &picture.image_tokens, &[])
                .expect("a prompt");
            let mut cache = model.new_cache(ids.len());
            let logits = model.prefill(embeds, &mut cache);
            [
                Array::of(picture.image_tokens),
                Array::of(region),
                Array::of(logits),
            ]
        });
        for (what, (split, whole)) in ["image tokens", "region", "logits"]
            .iter()
            .zip(split.iter().zip(&whole))
        {
            assert_close(&format!("{layout} {what}"), split, whole, ROUNDING);
        }
    }
}

on_each_device!(
    odd_sizes,
    one_level_without_fusion,
    five_levels_one_layer_apart,
    one_group_and_more_samples,
    vit_h_proportions,
    pyramid_of_its_own_width,
    split_matrices_are_whole_ones,
);
