//! A model of small, unequal, mostly prime sizes for the tests of this crate.

use crate::{
    DecoderConfig, Layout, MemoryPackage, ModelConfig, PackageHeader, Packer, RegionConfig,
    TokenIds, VisionConfig, matrix_shape,
};

/// K is 4, 13, 16, 20, 24, 26, 35, 37, 147, 216 … in it.
pub(crate) fn small_config() -> ModelConfig {
    ModelConfig {
        vision: VisionConfig {
            image_size: 35,
            patch_size: 7,
            width: 24,
            layers: 5,
            heads: 3,
            mlp_width: 37,
            level_step: 1,
            n_levels: 3,
            ..VisionConfig::clip_vit_l_14()
        },
        region: RegionConfig {
            n_fusions: 2,
            group_norm_groups: 12,
            roi_size: 3,
            mid_width: 13,
            position_hidden: 16,
            ..RegionConfig::gpt4roi(24)
        },
        decoder: DecoderConfig {
            hidden: 20,
            layers: 2,
            heads: 5,
            ffn: 35,
            vocab_rows: 53,
            ..ModelConfig::gpt4roi_7b().decoder
        },
        tokens: TokenIds {
            bos: 1,
            eos: 2,
            pad: None,
            im_patch: 47,
            im_start: 50,
            im_end: 51,
            bbox: 52,
            stop: Vec::new(),
        },
    }
}

/// Numbers in −1..1 that look random; the same for the same seed.
pub(crate) fn noise(seed: u64, n: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..n)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            #[expect(clippy::cast_precision_loss, reason = "24 bits fit an f32")]
            let unit = (state >> 40) as f32 / 16_777_216.0;
            unit * 2.0 - 1.0
        })
        .collect()
}

/// The bytes of one tensor of [`small_package`].
pub(crate) fn small_tensor(index: usize, shape: &[u64], layout: Layout) -> Vec<u8> {
    let (rows, cols) = matrix_shape(shape).unwrap();
    let (rows, cols) = (rows as usize, cols as usize);
    let values = noise(index as u64 + 1, rows * cols);
    layout.encode(rows, cols, &values).unwrap()
}

pub(crate) const TOKENIZER: &[u8] = b"{\"a tokenizer\": true}";
pub(crate) const LICENCE: &[u8] = b"For tests only.\n";

pub(crate) fn header(layout: Layout, chunk_bytes: u64) -> PackageHeader {
    PackageHeader {
        model_id: "small".into(),
        about: "A model of noise.".into(),
        config: small_config(),
        layout,
        chunk_bytes: Some(chunk_bytes),
    }
}

/// A finished package of noise.
pub(crate) fn small_package(layout: Layout, chunk_bytes: u64) -> MemoryPackage {
    let mut packer = Packer::new(header(layout, chunk_bytes), MemoryPackage::default()).unwrap();
    for (index, tensor) in packer.plan().to_vec().into_iter().enumerate() {
        let bytes = small_tensor(index, &tensor.shape, tensor.layout);
        packer.tensor(&tensor.name, &bytes).unwrap();
    }
    packer.finish(TOKENIZER, LICENCE).unwrap().1
}
