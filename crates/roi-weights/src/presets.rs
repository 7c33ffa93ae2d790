//! Configurations of the published model's sizes, for running it with made-up weights and for checking sizes.

use crate::{Activation, DecoderConfig, ModelConfig, RegionConfig, TokenIds, VisionConfig};

impl ModelConfig {
    /// GPT4RoI-7B: CLIP ViT-L/14 at 224 pixels and LLaMA-7B.
    #[must_use]
    pub fn gpt4roi_7b() -> Self {
        Self {
            vision: VisionConfig::clip_vit_l_14(),
            region: RegionConfig::gpt4roi(1024),
            decoder: DecoderConfig {
                hidden: 4096,
                layers: 32,
                heads: 32,
                ffn: 11008,
                rms_norm_eps: 1e-6,
                rope_theta: 10000.0,
                max_positions: 2048,
                vocab_rows: 32006,
            },
            tokens: TokenIds {
                bos: 1,
                eos: 2,
                pad: Some(32000),
                im_patch: 32001,
                im_start: 32004,
                im_end: 32005,
                bbox: 32002,
                stop: Vec::new(),
            },
        }
    }

    /// GPT4RoI-13B: the same around LLaMA-13B.
    #[must_use]
    pub fn gpt4roi_13b() -> Self {
        let mut config = Self::gpt4roi_7b();
        config.decoder.hidden = 5120;
        config.decoder.layers = 40;
        config.decoder.heads = 40;
        config.decoder.ffn = 13824;
        config
    }

    /// The published architecture at sizes that a processor computes in seconds.
    #[must_use]
    pub fn tiny() -> Self {
        let mut config = Self::gpt4roi_7b();
        config.vision.width = 64;
        config.vision.layers = 12;
        config.vision.heads = 4;
        config.vision.mlp_width = 160;
        config.region = RegionConfig::gpt4roi(config.vision.width);
        config.region.mid_width = 48;
        config.region.position_hidden = 16;
        config.decoder = DecoderConfig {
            hidden: 128,
            layers: 3,
            heads: 4,
            ffn: 352,
            vocab_rows: 518,
            ..config.decoder
        };
        config.tokens = TokenIds {
            pad: Some(512),
            im_patch: 513,
            bbox: 514,
            im_start: 516,
            im_end: 517,
            ..config.tokens
        };
        config
    }
}

impl VisionConfig {
    /// OpenAI's CLIP ViT-L/14 at 224 pixels, with the layers GPT4RoI takes from it.
    #[must_use]
    pub fn clip_vit_l_14() -> Self {
        Self {
            image_size: 224,
            patch_size: 14,
            width: 1024,
            layers: 24,
            heads: 16,
            mlp_width: 4096,
            activation: Activation::QuickGelu,
            layer_norm_eps: 1e-5,
            image_mean: [0.481_454_66, 0.457_827_5, 0.408_210_73],
            image_std: [0.268_629_54, 0.261_302_6, 0.275_777_1],
            select_layer: -2,
            level_step: 3,
            n_levels: 4,
        }
    }
}

impl RegionConfig {
    /// The extractor as published, for a pyramid of `width` channels.
    #[must_use]
    pub fn gpt4roi(width: usize) -> Self {
        Self {
            width,
            n_fusions: 5,
            group_norm_groups: 64,
            group_norm_eps: 1e-5,
            roi_size: 14,
            sampling_ratio: 2,
            mid_width: 1024,
            position_hidden: 256,
            layer_norm_eps: 1e-5,
        }
    }
}
