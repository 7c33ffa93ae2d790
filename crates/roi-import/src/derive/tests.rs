//! Every size of the configuration comes from the tensors or the settings that state it.

use super::*;
use crate::checkpoint::Checkpoint;
use crate::testing::write_zeros;
use roi_weights::{TensorClass, TensorSpec, expected_tensors};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

/// A model of awkward sizes: three levels, two fusions, two channels to a group, GELU.
fn small() -> ModelConfig {
    ModelConfig {
        vision: VisionConfig {
            image_size: 28,
            patch_size: 7,
            width: 24,
            layers: 9,
            heads: 3,
            mlp_width: 50,
            activation: Activation::Gelu,
            layer_norm_eps: 1e-6,
            image_mean: [0.5, 0.25, 0.125],
            image_std: [0.2, 0.3, 0.4],
            select_layer: -2,
            level_step: 3,
            n_levels: 3,
        },
        region: RegionConfig {
            n_fusions: 2,
            group_norm_groups: 12,
            roi_size: 5,
            mid_width: 17,
            position_hidden: 13,
            ..RegionConfig::gpt4roi(24)
        },
        decoder: DecoderConfig {
            hidden: 40,
            layers: 2,
            heads: 5,
            ffn: 37,
            rms_norm_eps: 1e-5,
            rope_theta: 10_000.0,
            max_positions: 512,
            vocab_rows: 71,
        },
        tokens: tokens(),
    }
}

/// As [`small`], with fewer tensors, and pooled as the original pools: what is assumed when the one tensor that knows is
/// wrong.
fn published_bins() -> ModelConfig {
    let mut config = small();
    (config.vision.layers, config.vision.level_step) = (3, 1);
    config.region.roi_size = 14;
    config
}

fn tokens() -> TokenIds {
    TokenIds {
        bos: 1,
        eos: 2,
        pad: None,
        im_patch: 66,
        im_start: 69,
        im_end: 70,
        bbox: 67,
        stop: Vec::new(),
    }
}

/// Folders that hold a model's tensors, as zeros, and its settings.
struct Folders {
    root: TempDir,
    specs: Vec<TensorSpec>,
    model: Value,
    clip: Value,
    preprocessor: Option<Value>,
    constants: Constants,
}

impl Folders {
    fn of(config: &ModelConfig) -> Self {
        let vision = &config.vision;
        Self {
            root: tempfile::tempdir().unwrap(),
            specs: expected_tensors(config),
            model: json!({
                "num_attention_heads": config.decoder.heads,
                "num_hidden_layers": config.decoder.layers,
                "rms_norm_eps": config.decoder.rms_norm_eps,
                "max_position_embeddings": config.decoder.max_positions,
                "mm_vision_select_layer": vision.select_layer,
                "mm_use_im_start_end": true,
                "vocab_size": config.decoder.vocab_rows,
                "eos_token_id": 2,
            }),
            clip: json!({
                "num_attention_heads": vision.heads,
                "num_hidden_layers": vision.layers,
                "hidden_act": "gelu",
                "layer_norm_eps": vision.layer_norm_eps,
                "image_size": vision.image_size,
                "patch_size": vision.patch_size,
            }),
            preprocessor: Some(
                json!({"image_mean": vision.image_mean, "image_std": vision.image_std}),
            ),
            constants: Constants {
                group_norm_groups: Some(config.region.group_norm_groups),
                level_step: Some(vision.level_step),
                ..Constants::default()
            },
        }
    }

    fn derive(&self) -> Result<ModelConfig, ImportError> {
        let (model, vision) = (
            self.root.path().join("model"),
            self.root.path().join("vision"),
        );
        let (tower, rest): (Vec<_>, Vec<_>) = self
            .specs
            .iter()
            .cloned()
            .partition(|spec| TensorClass::of(&spec.name) == Some(TensorClass::Vision));
        for (dir, specs, json) in [(&model, rest, &self.model), (&vision, tower, &self.clip)] {
            fs::create_dir_all(dir).unwrap();
            write_zeros(&dir.join("model.safetensors"), &specs);
            fs::write(dir.join("config.json"), json.to_string()).unwrap();
        }
        if let Some(preprocessor) = &self.preprocessor {
            fs::write(
                vision.join("preprocessor_config.json"),
                preprocessor.to_string(),
            )
            .unwrap();
        }
        let weights = Weights::new(
            None,
            Checkpoint::open(&model).unwrap(),
            Checkpoint::open(&vision).unwrap(),
        );
        let config = config(&model, &vision, &weights, tokens(), &self.constants)?;
        weights
            .check(&expected_tensors(&config))
            .map_err(Box::new)?;
        Ok(config)
    }

    fn refusal(&self) -> String {
        self.derive().unwrap_err().to_string()
    }
}

#[test]
fn all_sizes_come_back_from_the_tensors() {
    assert_eq!(Folders::of(&small()).derive().unwrap(), small());
}

#[test]
fn deepest_tower_and_single_level() {
    let mut config = small();
    config.vision.select_layer = -1;
    config.vision.n_levels = 1;
    config.region.n_fusions = 1;
    assert_eq!(Folders::of(&config).derive().unwrap(), config);
}

#[test]
fn fields_that_old_checkpoints_lack_have_the_original_defaults() {
    let mut config = small();
    config.vision.select_layer = -1;
    let mut folders = Folders::of(&config);
    folders.preprocessor = None;
    folders.model = json!({"num_attention_heads": 5});
    folders.clip = json!({"num_attention_heads": 3});
    let derived = folders.derive().unwrap();
    assert_eq!(derived.vision.select_layer, -1);
    assert_eq!(derived.vision.activation, Activation::QuickGelu);
    assert_eq!(
        derived.vision.image_mean,
        VisionConfig::clip_vit_l_14().image_mean
    );
    assert_eq!(
        (derived.decoder.rms_norm_eps, derived.decoder.max_positions),
        (1e-6, 2048)
    );
    assert_eq!((derived.decoder.layers, derived.vision.layers), (2, 9));
}

#[test]
fn constants_may_be_given() {
    let mut config = small();
    config.vision.level_step = 2;
    config.vision.select_layer = 7;
    config.region.sampling_ratio = 3;
    config.region.group_norm_groups = 6;
    let mut folders = Folders::of(&config);
    folders.model["mm_vision_select_layer"] = json!(-4);
    folders.constants = Constants {
        group_norm_groups: Some(6),
        level_step: Some(2),
        sampling_ratio: Some(3),
        select_layer: Some(7),
    };
    assert_eq!(folders.derive().unwrap(), config);
}

#[test]
fn constants_that_are_not_given_are_those_of_the_settings() {
    let mut config = small();
    config.vision.level_step = 2;
    config.region.sampling_ratio = 3;
    config.region.group_norm_groups = 6;
    let mut folders = Folders::of(&config);
    folders.constants = Constants::default();
    folders.model["mm_group_norm_groups"] = json!(6);
    folders.model["mm_level_step"] = json!(2);
    folders.model["mm_sampling_ratio"] = json!(3);
    assert_eq!(folders.derive().unwrap(), config);
}

#[test]
fn whole_clip_model_has_its_tower_under_vision_config() {
    let mut folders = Folders::of(&small());
    folders.clip = json!({"vision_config": folders.clip, "text_config": {"num_attention_heads": 7}, "hidden_act": "relu"});
    folders.specs.push(TensorSpec {
        name: "vision_model.post_layernorm.weight".to_owned(),
        shape: vec![24],
    });
    assert_eq!(folders.derive().unwrap(), small());
}

#[test]
fn stop_ids_are_those_of_both_files_that_have_a_row() {
    let mut folders = Folders::of(&small());
    folders.model["eos_token_id"] = json!(1);
    fs::create_dir_all(folders.root.path().join("model")).unwrap();
    let generation = json!({"eos_token_id": [2, 5, -1, 71, 1]});
    fs::write(
        folders.root.path().join("model/generation_config.json"),
        generation.to_string(),
    )
    .unwrap();
    assert_eq!(folders.derive().unwrap().tokens.stop, [1, 5]);
}

/// The settings say how large the pictures and the vocabulary are; every other size is that of several tensors, or, where
/// one tensor alone has it, it must make a square.
#[test]
fn one_wrong_tensor_is_not_made_the_measure_of_the_others() {
    for index in 0..expected_tensors(&published_bins()).len() {
        let mut folders = Folders::of(&published_bins());
        let spec = &mut folders.specs[index];
        let name = spec.name.clone();
        for side in &mut spec.shape {
            *side += 1;
        }
        match folders.derive() {
            Err(ImportError::Mismatch(mismatch)) => {
                let wrong: Vec<&str> = mismatch
                    .tensors
                    .wrong_shape
                    .iter()
                    .map(|wrong| wrong.name.as_str())
                    .collect();
                assert_eq!(wrong, [name.as_str()]);
                assert!(
                    mismatch.tensors.missing.is_empty() && mismatch.tensors.unexpected.is_empty(),
                    "{name}"
                );
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

#[test]
fn one_missing_tensor_is_named() {
    for index in 0..expected_tensors(&published_bins()).len() {
        let mut folders = Folders::of(&published_bins());
        let missing = folders.specs.remove(index);
        match folders.derive() {
            Err(ImportError::Mismatch(mismatch)) => {
                assert_eq!(mismatch.tensors.missing, [missing]);
                assert!(
                    mismatch.tensors.wrong_shape.is_empty()
                        && mismatch.tensors.unexpected.is_empty()
                );
            }
            other => panic!("{missing:?}: {other:?}"),
        }
    }
}

#[test]
fn missing_last_layer_is_missed_because_the_settings_count_layers() {
    let mut folders = Folders::of(&small());
    folders
        .specs
        .retain(|spec| !spec.name.starts_with("model.layers.1."));
    assert!(
        folders.refusal().contains("9 missing, 0 unexpected"),
        "{}",
        folders.refusal()
    );
}

#[test]
fn settings_no_model_here_has_are_refused_by_name() {
    for (field, value) in [
        ("hidden_act", json!("relu")),
        ("num_key_value_heads", json!(1)),
        ("rope_scaling", json!({"type": "linear", "factor": 2.0})),
        ("mm_use_im_start_end", json!(false)),
    ] {
        let mut folders = Folders::of(&small());
        folders.model[field] = value;
        let text = folders.refusal();
        assert!(
            text.contains(field) && text.contains("config.json"),
            "{text}"
        );
    }
    let mut folders = Folders::of(&small());
    folders.clip["hidden_act"] = json!("relu");
    assert!(folders.refusal().contains("hidden_act"));
    folders = Folders::of(&small());
    folders.model["num_attention_heads"] = json!(7);
    assert!(matches!(folders.derive(), Err(ImportError::Config(_))));
}

#[test]
fn folders_that_are_something_else_say_what_is_not_there() {
    let mut folders = Folders::of(&small());
    folders
        .specs
        .retain(|spec| !spec.name.contains("spi_module"));
    assert!(
        folders.refusal().contains("region extractor"),
        "{}",
        folders.refusal()
    );
    folders = Folders::of(&small());
    folders
        .specs
        .retain(|spec| !spec.name.starts_with("vision_model."));
    assert!(
        folders.refusal().contains("vision tower"),
        "{}",
        folders.refusal()
    );
}
