//! What a larger model computes, and what it cannot become.

use burn::tensor::Device;
use roi_geom::BoxNorm;
use roi_model::{Gpt4Roi, Precision};
use roi_weights::ModelConfig;

use super::Growth;
use crate::parameters::read;
use crate::testing::{self, noise};
use crate::{Parameters, TrainError};

fn small() -> Parameters {
    let mut config = testing::config();
    // Quarters of two groups of two channels.
    (config.region.width, config.region.group_norm_groups) = (16, 8);
    // Values of all kinds, where a new model's norms and biases have one.
    let mut seed = 0;
    Parameters::new(&config, &Device::flex(), |spec| {
        seed += 1;
        let count = spec.shape.iter().product::<u64>() as usize;
        Ok(noise(seed, count).iter().map(|x| 0.5 * x).collect())
    })
    .unwrap()
}

/// Image tokens and the vectors of three regions.
fn outputs(parameters: &Parameters) -> [Vec<f32>; 2] {
    let config = parameters.config();
    let find = |name: &str| parameters.get(name).cloned();
    let model = Gpt4Roi::from_tensors(config, parameters.device(), Precision::F32, find).unwrap();
    let side = config.vision.image_size;
    let picture = model.encode_picture(&noise(91, 3 * side * side));
    let boxes = [
        [0.0, 0.0, 1.0, 1.0],
        [0.1, 0.3, 0.45, 0.9],
        [0.6, 0.05, 0.7, 0.2],
    ]
    .map(|[x1, y1, x2, y2]| BoxNorm { x1, y1, x2, y2 });
    let vectors = model.encode_regions(&picture, &boxes, false);
    [
        read("image tokens", picture.image_tokens).unwrap(),
        read("vectors", vectors).unwrap(),
    ]
}

/// Greatest distance as a share of the greatest value.
fn distance(found: &[Vec<f32>; 2], expected: &[Vec<f32>; 2]) -> f32 {
    let parts = found.iter().zip(expected).map(|(found, expected)| {
        assert_eq!(found.len(), expected.len());
        let greatest = expected.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        let pairs = found.iter().zip(expected);
        pairs.fold(0.0_f32, |most, (a, b)| most.max((a - b).abs())) / greatest
    });
    parts.fold(0.0, f32::max)
}

/// Sums of other lengths are added up in another order.
const ROUNDING: f32 = 2e-5;

fn assert_computes_the_same(growth: Growth) -> Parameters {
    let small = small();
    let large = small.grown(&growth, 3).unwrap();
    let distance = distance(&outputs(&large), &outputs(&small));
    assert!(distance < ROUNDING, "{growth:?}: {distance}");
    large
}

fn sizes(parameters: &Parameters) -> [usize; 5] {
    let ModelConfig { vision, region, .. } = parameters.config();
    [
        vision.layers,
        vision.level_step,
        region.width,
        region.group_norm_groups,
        region.mid_width,
    ]
}

#[test]
fn a_larger_model_computes_what_the_smaller_one_does() {
    let none = Growth::default();
    let deeper = Growth {
        level_step: Some(3),
        ..none
    };
    let wider = Growth {
        region_width: Some(24),
        ..none
    };
    let broader = Growth {
        mid_width: Some(33),
        ..none
    };
    let all = Growth {
        image_size: None,
        level_step: Some(2),
        region_width: Some(40),
        mid_width: Some(22),
    };
    for (growth, expected) in [
        (none, [4, 1, 16, 8, 11]),
        // Two more before each of the two upper levels.
        (deeper, [8, 3, 16, 8, 11]),
        (wider, [4, 1, 24, 12, 11]),
        (broader, [4, 1, 16, 8, 33]),
        (all, [6, 2, 40, 20, 22]),
    ] {
        assert_eq!(sizes(&assert_computes_the_same(growth)), expected);
    }
}

#[test]
fn what_is_new_takes_part_once_it_has_learnt_something() {
    let growth = Growth {
        level_step: Some(2),
        region_width: Some(24),
        mid_width: Some(22),
        ..Growth::default()
    };
    let large = small().grown(&growth, 3).unwrap();
    let before = outputs(&large);
    // A new layer's outputs, and the new inputs of the last row.
    for name in [
        "vision_model.encoder.layers.2.mlp.fc2.weight",
        "vision_model.encoder.layers.4.self_attn.out_proj.weight",
        "model.spi_module.roi_align.updims.weight",
    ] {
        let mut values = large.values(name).unwrap();
        let first = values.len() - 9;
        assert_eq!(values[first..], [0.0; 9], "{name}");
        values[first..].fill(0.7);
        let mut taught = large.clone();
        taught.set_values(name, values).unwrap();
        let distance = distance(&outputs(&taught), &before);
        assert!(distance > 100.0 * ROUNDING, "{name}: {distance}");
    }
}

#[test]
fn sizes_that_no_growth_leads_to_are_refused() {
    let side = small().config().vision.image_size;
    let smaller = format!(
        "vision.image_size cannot grow from {side} to {}: it cannot become less",
        side - 1
    );
    for (growth, said) in [
        (
            Growth {
                image_size: Some(side - 1),
                ..Growth::default()
            },
            smaller.as_str(),
        ),
        (
            Growth {
                level_step: Some(0),
                ..Growth::default()
            },
            "vision.level_step cannot grow from 1 to 0: it cannot become less",
        ),
        (
            Growth {
                region_width: Some(20),
                ..Growth::default()
            },
            "region.width cannot grow from 16 to 20: a quarter of its channels has to be whole groups before and after",
        ),
        (
            Growth {
                region_width: Some(8),
                ..Growth::default()
            },
            "region.width cannot grow from 16 to 8: it cannot become less",
        ),
        (
            Growth {
                mid_width: Some(23),
                ..Growth::default()
            },
            "region.mid_width cannot grow from 11 to 23: it can only become a multiple",
        ),
    ] {
        let error = small().grown(&growth, 3).unwrap_err();
        assert!(matches!(error, TrainError::Growth { .. }), "{error:?}");
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn a_larger_picture_has_more_patches_and_every_other_weight_as_it_was() {
    let small = small();
    let patch = small.config().vision.patch_size;
    let growth = Growth {
        image_size: Some(small.config().vision.image_size + 2 * patch),
        ..Growth::default()
    };
    let large = small.grown(&growth, 3).unwrap();
    let grid = small.config().vision.grid();
    let config = large.config();
    assert_eq!(config.vision.grid(), grid + 2);
    let n_image_tokens = outputs(&large)[0].len() / config.decoder.hidden;
    assert_eq!(n_image_tokens, (grid + 2).pow(2));
    for spec in small.specs() {
        if !spec.name.ends_with(".position_embedding.weight") {
            assert_eq!(
                large.hash(&spec.name).unwrap(),
                small.hash(&spec.name).unwrap(),
                "{}",
                spec.name
            );
        }
    }
    let uneven = Growth {
        image_size: Some(small.config().vision.image_size + 1),
        ..Growth::default()
    };
    assert!(
        small.grown(&uneven, 3).is_err(),
        "patches have to fill the picture"
    );
}
