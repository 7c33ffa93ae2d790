//! A small model of unequal sizes and examples for it.

use std::sync::RwLock;

use burn::tensor::Device;
use roi_geom::BoxNorm;
use roi_prompt::Labelled;
use roi_weights::{Activation, DecoderConfig, ModelConfig, RegionConfig, TokenIds, VisionConfig};

use crate::{Example, Parameters};

pub(crate) fn config() -> ModelConfig {
    ModelConfig {
        vision: VisionConfig {
            image_size: 20,
            patch_size: 4,
            width: 12,
            layers: 4,
            heads: 3,
            mlp_width: 17,
            activation: Activation::Gelu,
            layer_norm_eps: 1e-5,
            image_mean: [0.5; 3],
            image_std: [0.25; 3],
            select_layer: -2,
            level_step: 1,
            n_levels: 3,
        },
        region: RegionConfig {
            width: 12,
            n_fusions: 2,
            group_norm_groups: 3,
            group_norm_eps: 1e-5,
            roi_size: 3,
            sampling_ratio: 2,
            mid_width: 11,
            position_hidden: 5,
            layer_norm_eps: 1e-5,
        },
        decoder: DecoderConfig {
            hidden: 24,
            layers: 2,
            heads: 2,
            ffn: 23,
            rms_norm_eps: 1e-6,
            rope_theta: 10_000.0,
            max_positions: 64,
            vocab_rows: 37,
        },
        tokens: TokenIds {
            bos: 1,
            eos: 2,
            pad: None,
            im_patch: 31,
            im_start: 34,
            im_end: 35,
            bbox: 32,
            stop: Vec::new(),
        },
    }
}

/// Numbers in −1..1 that depend on the seed alone.
pub(crate) fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
    };
    (0..count).map(next).collect()
}

/// Weights large enough that every part of the model is far from linear and from nothing.
pub(crate) fn parameters() -> Parameters {
    let mut seed = 0;
    Parameters::new(&config(), &Device::flex(), |spec| {
        seed += 1;
        let count = spec.shape.iter().product::<u64>();
        let rows = spec.shape[0];
        let (scale, shift) = match spec.shape.len() {
            1 if spec.name.ends_with(".weight") => (0.3, 1.0),
            1 => (0.3, 0.0),
            _ => ((3.0 / (count / rows) as f32).sqrt(), 0.0),
        };
        let values = noise(seed, count as usize).into_iter();
        Ok(values.map(|value| value * scale + shift).collect())
    })
    .unwrap()
}

/// A picture, `n_boxes` boxes, and a conversation of which `n_labels` tokens are to be learnt.
pub(crate) fn example(seed: u64, n_boxes: usize, n_labels: usize) -> Example {
    let config = config();
    let tokens = &config.tokens;
    let mut ids = vec![tokens.bos, 5, tokens.im_start];
    ids.extend(vec![tokens.im_patch; config.vision.n_patches()]);
    ids.extend([tokens.im_end, 7]);
    for region in 0..n_boxes {
        ids.extend([11 + region as u32, tokens.bbox]);
    }
    let n_ignored = ids.len();
    let answer = noise(seed + 1000, n_labels);
    ids.extend(answer.iter().map(|value| 3 + ((value + 1.0) * 13.0) as u32));
    let labels = ids
        .iter()
        .enumerate()
        .map(|(position, &id)| (position >= n_ignored).then_some(id));
    let corners = noise(seed + 2000, 4 * n_boxes);
    let boxes = corners.chunks(4).map(|at| {
        let [x, y, width, height] = [at[0], at[1], at[2], at[3]].map(|value| (value + 1.0) / 4.0);
        BoxNorm {
            x1: x,
            y1: y,
            x2: x + width + 0.05,
            y2: y + height + 0.05,
        }
    });
    Example {
        pixels: noise(seed, 3 * config.vision.image_size.pow(2)),
        boxes: boxes.collect(),
        labelled: Labelled {
            labels: labels.collect(),
            regions: (0..n_boxes).collect(),
            ids,
            n_turns_dropped: 0,
        },
    }
}

/// Held for reading by tests while a run of theirs has its folder locked, and for writing while a test starts a program: until
/// that program has begun, it holds whatever files its parent had open, and with them the locks.
pub(crate) static FOLDERS: RwLock<()> = RwLock::new(());
