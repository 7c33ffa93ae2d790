//! Sizes of the model as its tensors have them. Where several tensors share a size, the one most of them have is taken,
//! so that a single wrong tensor is reported as such and not made the measure of all others.

use crate::checkpoint::Checkpoint;
use roi_weights::{RegionConfig, VisionConfig};
use std::collections::BTreeMap;

const FUSE: &str = "model.spi_module.mlvl_fuse";
const HEAD: &str = "model.spi_module.roi_align";

/// Sizes of region extractor and decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModelSizes {
    pub(crate) hidden: u64,
    pub(crate) ffn: u64,
    pub(crate) vocab_rows: u64,
    pub(crate) layers: u64,
    pub(crate) region: RegionSizes,
}

/// Sizes of the region extractor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RegionSizes {
    pub(crate) width: u64,
    pub(crate) n_levels: u64,
    pub(crate) n_fusions: u64,
    pub(crate) mid_width: u64,
    pub(crate) position_hidden: u64,
    /// Bins along each side of a pooled region, where `flatten_linear` reads a square of them.
    pub(crate) roi_size: Option<u64>,
}

impl ModelSizes {
    /// The sizes of a model whose extractor has these, or what is the first that no tensor has. `vocab_size` is what the
    /// settings say of the vocabulary.
    pub(crate) fn of(
        model: &Checkpoint,
        vocab_size: Option<u64>,
        region: RegionSizes,
    ) -> Result<Self, &'static str> {
        let layers = count(model, "model.layers.");
        let in_layers = |name: &str, axis: usize| -> Vec<u64> {
            (0..layers)
                .filter_map(|i| side(model, &format!("model.layers.{i}.{name}.weight"), axis))
                .collect()
        };
        let mut hidden = in_layers("input_layernorm", 0);
        hidden.extend(in_layers("post_attention_layernorm", 0));
        hidden.extend(side(model, "model.norm.weight", 0));
        let mut ffn = in_layers("mlp.gate_proj", 0);
        ffn.extend(in_layers("mlp.up_proj", 0));
        let tables =
            ["model.embed_tokens.weight", "lm_head.weight"].map(|name| side(model, name, 0));
        Ok(Self {
            hidden: most(hidden).ok_or("the decoder's width")?,
            ffn: most(ffn).ok_or("the width of the decoder's MLPs")?,
            vocab_rows: most(tables.into_iter().chain([vocab_size]).flatten().collect())
                .ok_or("the rows of the vocabulary")?,
            layers,
            region,
        })
    }
}

impl RegionSizes {
    /// The sizes, or what is the first that no tensor has.
    pub(crate) fn of(model: &Checkpoint) -> Result<Self, &'static str> {
        let fusions = count(model, &format!("{FUSE}.fuse_convs."));
        let levels = count(model, &format!("{FUSE}.input_conv."))
            .max(count(model, &format!("{HEAD}.pconvs.")));
        let mut width: Vec<u64> = (0..fusions)
            .filter_map(|i| side(model, &format!("{FUSE}.fuse_convs.{i}.conv.weight"), 0))
            .collect();
        width.extend(
            (0..levels).filter_map(|i| side(model, &format!("{HEAD}.pconvs.{i}.weight"), 0)),
        );
        let mid = [
            ("flatten_linear.weight", 0),
            ("flatten_linear.bias", 0),
            ("updims.weight", 1),
            ("pos_embedd.5.weight", 0),
        ];
        let position = [
            ("pos_embedd.0.weight", 0),
            ("pos_embedd.2.weight", 0),
            ("pos_embedd.3.weight", 1),
        ];
        let in_head = |places: &[(&str, usize)]| -> Vec<u64> {
            places
                .iter()
                .filter_map(|(name, axis)| side(model, &format!("{HEAD}.{name}"), *axis))
                .collect()
        };
        let width = most(width).ok_or("the width of the region extractor")?;
        let pooled = side(model, &format!("{HEAD}.flatten_linear.weight"), 1);
        let roi_size = pooled.and_then(|pooled| {
            let side = pooled.checked_div(width)?.isqrt();
            (side > 0 && side.checked_mul(side)?.checked_mul(width)? == pooled).then_some(side)
        });
        Ok(Self {
            width,
            n_levels: levels,
            n_fusions: fusions,
            mid_width: most(in_head(&mid)).ok_or("the middle width of the region extractor")?,
            position_hidden: most(in_head(&position)).ok_or("the width of the box embedding")?,
            roi_size,
        })
    }

    /// The published sizes, for a tower that hands on hidden states of this width.
    pub(crate) fn published(width: u64) -> Self {
        let region = RegionConfig::gpt4roi(0);
        Self {
            width,
            n_levels: VisionConfig::clip_vit_l_14().n_levels as u64,
            n_fusions: region.n_fusions as u64,
            mid_width: region.mid_width as u64,
            position_hidden: region.position_hidden as u64,
            roi_size: None,
        }
    }
}

/// One side of a tensor, if there is such a tensor and it has such a side.
fn side(model: &Checkpoint, name: &str, axis: usize) -> Option<u64> {
    model.shape(name).and_then(|shape| shape.get(axis).copied())
}

/// Sizes of the vision tower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VisionSizes {
    pub(crate) width: u64,
    pub(crate) mlp_width: u64,
    pub(crate) layers: u64,
    pub(crate) patch_size: u64,
    /// Patches along each side of the picture, where there is a position for each of a square of them.
    pub(crate) grid: Option<u64>,
}

impl VisionSizes {
    /// The sizes, or what is the first that no tensor has. `patch_size` is what the settings say.
    pub(crate) fn of(vision: &Checkpoint, patch_size: Option<u64>) -> Result<Self, &'static str> {
        let side = |name: &str, axis: usize| {
            vision
                .shape(&format!("vision_model.{name}"))
                .and_then(|shape| shape.get(axis).copied())
        };
        let layers = count(vision, "vision_model.encoder.layers.");
        let in_layers = |places: &[(&str, usize)]| -> Vec<u64> {
            let of_layer = |i| places.iter().map(move |place| (i, *place));
            (0..layers)
                .flat_map(of_layer)
                .filter_map(|(i, (name, axis))| side(&format!("encoder.layers.{i}.{name}"), axis))
                .collect()
        };
        let width = [
            ("layer_norm1.weight", 0),
            ("layer_norm2.weight", 0),
            ("mlp.fc2.bias", 0),
        ];
        let mlp_width = [
            ("mlp.fc1.weight", 0),
            ("mlp.fc1.bias", 0),
            ("mlp.fc2.weight", 1),
        ];
        Ok(Self {
            width: most(in_layers(&width)).ok_or("the width of the vision tower")?,
            mlp_width: most(in_layers(&mlp_width)).ok_or("the width of the vision tower's MLPs")?,
            layers,
            patch_size: patch_size
                .or_else(|| side("embeddings.patch_embedding.weight", 3))
                .ok_or("the size of a patch")?,
            grid: side("embeddings.position_embedding.weight", 0).and_then(|positions| {
                // One position is the class token's.
                let patches = positions.checked_sub(1)?;
                (patches.isqrt().pow(2) == patches).then(|| patches.isqrt())
            }),
        })
    }
}

/// How many numbered parts there are behind `prefix`: the highest number and one.
fn count(checkpoint: &Checkpoint, prefix: &str) -> u64 {
    let numbers = checkpoint.tensors().filter_map(|(name, _)| {
        let (number, _) = name.strip_prefix(prefix)?.split_once('.')?;
        number.parse::<u32>().ok()
    });
    numbers.max().map_or(0, |last| u64::from(last) + 1)
}

/// The value that occurs most often; the larger one of two that occur equally often.
fn most(values: Vec<u64>) -> Option<u64> {
    let mut votes = BTreeMap::new();
    for value in values {
        *votes.entry(value).or_insert(0_usize) += 1;
    }
    votes
        .into_iter()
        .max_by_key(|&(value, votes)| (votes, value))
        .map(|(value, _)| value)
}
