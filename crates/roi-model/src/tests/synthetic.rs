//! Models with made-up weights, in sizes that the reference checkpoint does not have.

use std::collections::HashMap;

use roi_weights::{
    Activation, DecoderConfig, Layout, ModelConfig, RegionConfig, TensorEntry, TokenIds,
    VisionConfig, expected_tensors, layout_for, matrix_shape, part_name,
};

use crate::{Device, Gpt4Roi, ModelError, ModelLoader};

/// A checkpoint whose weights follow from their names.
pub(crate) struct Checkpoint {
    pub(crate) config: ModelConfig,
    /// Values by tensor name.
    pub(crate) values: HashMap<String, Vec<f32>>,
}

/// Odd sizes throughout: three levels two layers apart below the last hidden state but one, groups
/// of four channels, heads of four and of twelve, GELU.
pub(crate) fn config() -> ModelConfig {
    ModelConfig {
        vision: VisionConfig {
            image_size: 20,
            patch_size: 4,
            width: 12,
            layers: 6,
            heads: 3,
            mlp_width: 17,
            activation: Activation::Gelu,
            layer_norm_eps: 1e-5,
            image_mean: [0.5; 3],
            image_std: [0.25; 3],
            select_layer: -3,
            level_step: 2,
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

impl Checkpoint {
    pub(crate) fn new(config: ModelConfig) -> Self {
        let values = expected_tensors(&config)
            .into_iter()
            .zip(1..)
            .map(|(spec, seed)| {
                let (rows, cols) = matrix_shape(&spec.shape).expect("a shape");
                let noise = noise(seed, (rows * cols) as usize);
                // Outputs about as large as inputs; norms about 1.
                let is_norm = spec.shape.len() == 1 && spec.name.ends_with(".weight");
                let scale = if spec.shape.len() > 1 {
                    (3.0 / cols as f32).sqrt()
                } else {
                    0.3
                };
                let values = noise
                    .iter()
                    .map(|x| x * scale + if is_norm { 1.0 } else { 0.0 });
                (spec.name, values.collect())
            });
        let values = values.collect();
        Self { config, values }
    }

    /// The package's tensors, with every matrix in `n_parts` parts as far as it has rows.
    pub(crate) fn stored(&self, layout: Layout, n_parts: u64) -> Vec<(TensorEntry, Vec<u8>)> {
        let mut stored = Vec::new();
        for spec in expected_tensors(&self.config) {
            let (rows, cols) = matrix_shape(&spec.shape).expect("a shape");
            let layout = layout_for(&spec.name, &spec.shape, layout);
            let n_parts = if spec.shape.len() > 1 {
                n_parts.min(rows)
            } else {
                1
            };
            let mut first = 0;
            for part in 0..n_parts {
                let end = rows * (part + 1) / n_parts;
                let values =
                    &self.values[&spec.name][(first * cols) as usize..(end * cols) as usize];
                let bytes = layout
                    .encode((end - first) as usize, cols as usize, values)
                    .expect("finite weights");
                let mut shape = spec.shape.clone();
                let mut name = spec.name.clone();
                if n_parts > 1 {
                    shape[0] = end - first;
                    name = part_name(&name, part as usize);
                }
                let entry = TensorEntry {
                    name,
                    shape,
                    layout,
                    offset: 0,
                    length: bytes.len() as u64,
                };
                stored.push((entry, bytes));
                first = end;
            }
        }
        stored
    }

    /// The model, its bytes written back to front in small pieces.
    pub(crate) fn model(&self, layout: Layout, n_parts: u64, device: &Device) -> Gpt4Roi {
        self.load(&self.stored(layout, n_parts), device)
            .expect("a complete checkpoint")
    }

    pub(crate) fn load(
        &self,
        stored: &[(TensorEntry, Vec<u8>)],
        device: &Device,
    ) -> Result<Gpt4Roi, ModelError> {
        const PIECE: usize = 148;
        let entries: Vec<_> = stored.iter().map(|(entry, _)| entry.clone()).collect();
        let mut loader = ModelLoader::new(&self.config, &entries, device)?;
        for (index, (_, bytes)) in stored.iter().enumerate().rev() {
            let pieces: Vec<_> = bytes.chunks(PIECE).enumerate().collect();
            for (piece, bytes) in pieces.into_iter().rev() {
                loader.write(index, (piece * PIECE) as u64, bytes)?;
            }
        }
        loader.finish()
    }
}
