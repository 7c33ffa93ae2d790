//! The model's configuration, put together from what a checkpoint folder holds: sizes from the tensors, the rest from its
//! JSON files, and from the original's source where no file says it.

#[cfg(test)]
mod tests;

use crate::ImportError;
use crate::sizes::{ModelSizes, RegionSizes, VisionSizes};
use crate::weights::Weights;
use roi_weights::{Activation, DecoderConfig, ModelConfig, RegionConfig, TokenIds, VisionConfig};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What no file of a published checkpoint says. `None` takes what `config.json` says under the names this project's own
/// checkpoints have, and the original's constant where that is missing.
///
/// Source: jshilong/GPT4RoI 00273ad, `gpt4roi/models/spi_llava.py` (level step, fall-back layer) and
/// `gpt4roi/models/layers.py` (groups, samples).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Constants {
    /// Groups of each GroupNorm: `mm_group_norm_groups`, else 64.
    pub group_norm_groups: Option<usize>,
    /// Hidden states between one pyramid level and the next: `mm_level_step`, else 3.
    pub level_step: Option<usize>,
    /// Samples along each side of a pooled bin: `mm_sampling_ratio`, else 2.
    pub sampling_ratio: Option<usize>,
    /// The hidden state that becomes image tokens: `mm_vision_select_layer`, else −1.
    pub select_layer: Option<i64>,
}

/// The part of the model's `config.json` that is used; missing fields have transformers' defaults for LLaMA.
#[derive(Deserialize)]
struct ModelJson {
    num_attention_heads: usize,
    num_hidden_layers: Option<u64>,
    vocab_size: Option<u64>,
    num_key_value_heads: Option<usize>,
    #[serde(default = "rms_norm_eps")]
    rms_norm_eps: f64,
    rope_theta: Option<f64>,
    rope_scaling: Option<serde_json::Value>,
    #[serde(default = "max_positions")]
    max_position_embeddings: usize,
    #[serde(default = "silu")]
    hidden_act: String,
    mm_vision_select_layer: Option<i64>,
    mm_group_norm_groups: Option<usize>,
    mm_level_step: Option<usize>,
    mm_sampling_ratio: Option<usize>,
    mm_use_im_start_end: Option<bool>,
    eos_token_id: Option<TokenList>,
}

fn rms_norm_eps() -> f64 {
    1e-6
}

fn max_positions() -> usize {
    2048
}

fn silu() -> String {
    "silu".to_owned()
}

/// `generation_config.json`, which newer checkpoints have.
#[derive(Deserialize)]
struct GenerationJson {
    eos_token_id: Option<TokenList>,
}

/// Checkpoints give one id or several, and −1 for none.
#[derive(Deserialize)]
#[serde(untagged)]
enum TokenList {
    One(i64),
    Many(Vec<i64>),
}

impl TokenList {
    fn ids(&self) -> &[i64] {
        match self {
            Self::One(id) => std::slice::from_ref(id),
            Self::Many(ids) => ids,
        }
    }
}

/// `config.json` of a vision tower, or of a whole CLIP model, which has the tower's under `vision_config`.
#[derive(Deserialize)]
struct ClipJson {
    vision_config: Option<VisionJson>,
    #[serde(flatten)]
    own: VisionJson,
}

/// Missing fields have transformers' defaults for CLIP's vision tower.
#[derive(Deserialize)]
struct VisionJson {
    num_attention_heads: Option<usize>,
    num_hidden_layers: Option<u64>,
    image_size: Option<u64>,
    patch_size: Option<u64>,
    hidden_act: Option<String>,
    layer_norm_eps: Option<f64>,
}

#[derive(Deserialize)]
struct PreprocessorJson {
    image_mean: Option<[f32; 3]>,
    image_std: Option<[f32; 3]>,
}

/// The configuration of the model in `model_dir` with the tower in `vision_dir`, whose opened folders are `weights`.
///
/// # Errors
/// [`ImportError`] naming the file and the setting from which no configuration follows.
pub(crate) fn config(
    model_dir: &Path,
    vision_dir: &Path,
    weights: &Weights,
    tokens: TokenIds,
    constants: &Constants,
) -> Result<ModelConfig, ImportError> {
    let region = RegionSizes::of(weights.model()).map_err(|what| unknown(model_dir, what))?;
    let config = assemble(model_dir, vision_dir, weights, region, tokens, constants)?;
    config.check()?;
    Ok(config)
}

/// The configuration that the language model in `model_dir` has with a region extractor of the published sizes. Its
/// vocabulary may lack rows for `tokens`, so the whole is not checked.
///
/// # Errors
/// As [`config`].
pub(crate) fn language_config(
    model_dir: &Path,
    vision_dir: &Path,
    weights: &Weights,
    tokens: TokenIds,
) -> Result<ModelConfig, ImportError> {
    let tower =
        VisionSizes::of(weights.vision(), None).map_err(|what| unknown(vision_dir, what))?;
    let region = RegionSizes::published(tower.width);
    let constants = Constants {
        // What the original asks for; a language model's settings do not know it.
        select_layer: Some(VisionConfig::clip_vit_l_14().select_layer),
        ..Constants::default()
    };
    assemble(model_dir, vision_dir, weights, region, tokens, &constants)
}

fn assemble(
    model_dir: &Path,
    vision_dir: &Path,
    weights: &Weights,
    region_sizes: RegionSizes,
    tokens: TokenIds,
    constants: &Constants,
) -> Result<ModelConfig, ImportError> {
    let path = model_dir.join("config.json");
    let json: ModelJson = crate::read_json(&path)?;
    let sizes = ModelSizes::of(weights.model(), json.vocab_size, region_sizes)
        .map_err(|what| unknown(model_dir, what))?;
    Ok(ModelConfig {
        vision: vision(vision_dir, weights, &json, &sizes.region, constants)?,
        region: region(&json, &sizes.region, constants),
        decoder: decoder(&path, &json, &sizes)?,
        tokens: with_stops(model_dir, tokens, &json, &sizes)?,
    })
}

fn vision(
    dir: &Path,
    weights: &Weights,
    model: &ModelJson,
    region_sizes: &RegionSizes,
    constants: &Constants,
) -> Result<VisionConfig, ImportError> {
    let path = dir.join("config.json");
    let clip: ClipJson = crate::read_json(&path)?;
    let json = clip.vision_config.unwrap_or(clip.own);
    let sizes =
        VisionSizes::of(weights.vision(), json.patch_size).map_err(|what| unknown(dir, what))?;
    let clip_defaults = VisionConfig::clip_vit_l_14();
    let image_size = match (json.image_size, sizes.grid) {
        (Some(said), _) => size(said),
        (None, Some(grid)) => size(grid.saturating_mul(sizes.patch_size)),
        (None, None) => clip_defaults.image_size,
    };
    let activation = match json.hidden_act.as_deref() {
        None | Some("quick_gelu") => Activation::QuickGelu,
        Some("gelu") => Activation::Gelu,
        Some(other) => {
            return Err(setting(
                &path,
                "hidden_act",
                format!("{other:?} is neither quick_gelu nor gelu"),
            ));
        }
    };
    let preprocessor = dir.join("preprocessor_config.json");
    let preprocessor: Option<PreprocessorJson> = if preprocessor.is_file() {
        Some(crate::read_json(&preprocessor)?)
    } else {
        None
    };
    Ok(VisionConfig {
        image_size,
        patch_size: size(sizes.patch_size),
        width: size(sizes.width),
        layers: size(json.num_hidden_layers.unwrap_or(sizes.layers)),
        heads: json.num_attention_heads.unwrap_or(12),
        mlp_width: size(sizes.mlp_width),
        activation,
        layer_norm_eps: json.layer_norm_eps.unwrap_or(clip_defaults.layer_norm_eps),
        image_mean: preprocessor
            .as_ref()
            .and_then(|json| json.image_mean)
            .unwrap_or(clip_defaults.image_mean),
        image_std: preprocessor
            .as_ref()
            .and_then(|json| json.image_std)
            .unwrap_or(clip_defaults.image_std),
        select_layer: constants
            .select_layer
            .or(model.mm_vision_select_layer)
            .unwrap_or(-1),
        level_step: constants
            .level_step
            .or(model.mm_level_step)
            .unwrap_or(clip_defaults.level_step),
        n_levels: size(region_sizes.n_levels),
    })
}

fn region(model: &ModelJson, sizes: &RegionSizes, constants: &Constants) -> RegionConfig {
    let published = RegionConfig::gpt4roi(size(sizes.width));
    RegionConfig {
        n_fusions: size(sizes.n_fusions),
        group_norm_groups: constants
            .group_norm_groups
            .or(model.mm_group_norm_groups)
            .unwrap_or(published.group_norm_groups),
        roi_size: sizes.roi_size.map_or(published.roi_size, size),
        sampling_ratio: constants
            .sampling_ratio
            .or(model.mm_sampling_ratio)
            .unwrap_or(published.sampling_ratio),
        mid_width: size(sizes.mid_width),
        position_hidden: size(sizes.position_hidden),
        ..published
    }
}

fn decoder(
    path: &Path,
    json: &ModelJson,
    sizes: &ModelSizes,
) -> Result<DecoderConfig, ImportError> {
    if json.hidden_act != "silu" {
        return Err(setting(
            path,
            "hidden_act",
            format!("{:?} is not silu", json.hidden_act),
        ));
    }
    if let Some(heads) = json
        .num_key_value_heads
        .filter(|heads| *heads != json.num_attention_heads)
    {
        let problem = format!("{heads}, but only as many as num_attention_heads are supported");
        return Err(setting(path, "num_key_value_heads", problem));
    }
    if let Some(scaling) = json
        .rope_scaling
        .as_ref()
        .filter(|scaling| !scaling.is_null())
    {
        return Err(setting(
            path,
            "rope_scaling",
            format!("{scaling} is not supported"),
        ));
    }
    if json.mm_use_im_start_end == Some(false) {
        let problem =
            "false, but regions are only inserted behind an image between its start and end tokens";
        return Err(setting(path, "mm_use_im_start_end", problem.to_owned()));
    }
    Ok(DecoderConfig {
        hidden: size(sizes.hidden),
        layers: size(json.num_hidden_layers.unwrap_or(sizes.layers)),
        heads: json.num_attention_heads,
        ffn: size(sizes.ffn),
        rms_norm_eps: json.rms_norm_eps,
        rope_theta: json.rope_theta.unwrap_or(10_000.0),
        max_positions: json.max_position_embeddings,
        vocab_rows: size(sizes.vocab_rows),
    })
}

/// Adds the ids that end an answer according to the model's files. Those without a row never come out of the model.
fn with_stops(
    dir: &Path,
    mut tokens: TokenIds,
    json: &ModelJson,
    sizes: &ModelSizes,
) -> Result<TokenIds, ImportError> {
    let path = dir.join("generation_config.json");
    let generation: Option<GenerationJson> = if path.is_file() {
        Some(crate::read_json(&path)?)
    } else {
        None
    };
    let lists = [
        json.eos_token_id.as_ref(),
        generation
            .as_ref()
            .and_then(|json| json.eos_token_id.as_ref()),
    ];
    for id in lists.into_iter().flatten().flat_map(TokenList::ids) {
        let Ok(id) = u32::try_from(*id) else { continue };
        if u64::from(id) < sizes.vocab_rows && id != tokens.eos && !tokens.stop.contains(&id) {
            tokens.stop.push(id);
        }
    }
    Ok(tokens)
}

/// Tensors of a file on this machine have sides that fit; a larger one is refused by [`ModelConfig::check`].
fn size(side: u64) -> usize {
    usize::try_from(side).unwrap_or(usize::MAX)
}

fn unknown(dir: &Path, what: &'static str) -> ImportError {
    setting(
        dir,
        what,
        "no tensor has it; is this the right folder?".to_owned(),
    )
}

fn setting(path: &Path, what: &'static str, problem: String) -> ImportError {
    ImportError::Setting {
        path: PathBuf::from(path),
        what,
        problem,
    }
}
