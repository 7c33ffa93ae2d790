//! The settings files of a published checkpoint, from a model's sizes.
//!
//! Source of the keys: transformers 4.28.1, `LlamaConfig`, `CLIPVisionConfig`, `CLIPImageProcessor`; jshilong/GPT4RoI
//! 00273ad, `gpt4roi/train/train.py` (`mm_` keys). Three `mm_` keys are this project's own, for constants that the original
//! keeps in its source.

use roi_weights::{Activation, ModelConfig, VisionConfig};
use serde_json::{Value, json};

use super::VISION;

/// `config.json` of the model.
pub(super) fn model(config: &ModelConfig, dtype: &str) -> Value {
    let ModelConfig {
        vision,
        region,
        decoder,
        tokens,
    } = config;
    json!({
        "architectures": ["SPILlavaMPTForCausalLM"],
        "model_type": "llava",
        "torch_dtype": dtype,
        "hidden_size": decoder.hidden,
        "intermediate_size": decoder.ffn,
        "num_hidden_layers": decoder.layers,
        "num_attention_heads": decoder.heads,
        "hidden_act": "silu",
        "rms_norm_eps": decoder.rms_norm_eps,
        "rope_theta": decoder.rope_theta,
        "max_position_embeddings": decoder.max_positions,
        "vocab_size": decoder.vocab_rows,
        "tie_word_embeddings": false,
        "use_cache": true,
        "bos_token_id": tokens.bos,
        "eos_token_id": tokens.eos,
        "pad_token_id": tokens.pad,
        "mm_vision_tower": VISION,
        "use_mm_proj": true,
        "mm_hidden_size": vision.width,
        "mm_vision_select_layer": vision.select_layer,
        "mm_use_im_start_end": true,
        "sep_image_conv_front": false,
        "tune_mm_mlp_adapter": false,
        "freeze_mm_mlp_adapter": false,
        "mm_group_norm_groups": region.group_norm_groups,
        "mm_level_step": vision.level_step,
        "mm_sampling_ratio": region.sampling_ratio,
    })
}

/// `generation_config.json`, where more than one token ends an answer.
pub(super) fn generation(config: &ModelConfig) -> Option<Value> {
    let tokens = &config.tokens;
    let ends: Vec<u32> = std::iter::once(tokens.eos)
        .chain(tokens.stop.iter().copied())
        .collect();
    (ends.len() > 1).then(|| json!({ "eos_token_id": ends }))
}

/// `config.json` of the vision tower.
pub(super) fn vision(config: &ModelConfig, dtype: &str) -> Value {
    let vision = &config.vision;
    let activation = match vision.activation {
        Activation::QuickGelu => "quick_gelu",
        Activation::Gelu => "gelu",
    };
    json!({
        "architectures": ["CLIPVisionModel"],
        "model_type": "clip_vision_model",
        "torch_dtype": dtype,
        "hidden_size": vision.width,
        "intermediate_size": vision.mlp_width,
        "num_hidden_layers": vision.layers,
        "num_attention_heads": vision.heads,
        "num_channels": 3,
        "image_size": vision.image_size,
        "patch_size": vision.patch_size,
        "hidden_act": activation,
        "layer_norm_eps": vision.layer_norm_eps,
        "attention_dropout": 0.0,
    })
}

/// `preprocessor_config.json` of the vision tower.
pub(super) fn preprocessor(vision: &VisionConfig) -> Value {
    let side = vision.image_size;
    json!({
        "image_processor_type": "CLIPImageProcessor",
        "do_resize": true,
        "size": {"shortest_edge": side},
        // Bicubic, in Pillow's numbering.
        "resample": 3,
        "do_center_crop": true,
        "crop_size": {"height": side, "width": side},
        "do_rescale": true,
        "rescale_factor": 1.0 / 255.0,
        "do_normalize": true,
        "do_convert_rgb": true,
        "image_mean": vision.image_mean,
        "image_std": vision.image_std,
    })
}
