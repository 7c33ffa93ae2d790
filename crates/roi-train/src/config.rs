//! The file that says what a run does. Everything that decides its numbers stands in it, and a word that means nothing is
//! an error: a misspelt key that silently kept its default would cost days.

mod document;
mod keys;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use roi_data::VcrRegions;
use roi_data::readers::VcrReply;
use roi_model::Precision;
use roi_weights::{DecoderConfig, RegionConfig, TensorClass, TensorSpec, VisionConfig};

#[cfg(doc)]
use crate::Parameters;
use crate::optimizer::{AdamW, Method, Muon, Rule};
use crate::{Growth, Objective, Schedule, Stage};
pub use document::ConfigFileError;
use document::Document;
pub use keys::KEYS;

/// Everything a run is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// What is learnt.
    pub stage: Stage,
    /// What it is learnt from.
    pub objective: Objective,
    /// Folder of the run.
    pub out: PathBuf,
    /// Of everything random.
    pub seed: u64,
    /// Where it is computed.
    pub device: DeviceChoice,
    /// GPUs that share the examples of each batch.
    pub gpus: usize,
    /// What linear layers multiply in.
    pub precision: Precision,
    /// The licence of what comes out, a text file.
    pub licence: Option<PathBuf>,
    /// Examples worked on at a time; as many as there are cores if not given.
    pub workers: Option<usize>,
    /// Labels as the original counts them, slips included, instead of the exact spans.
    pub isolated_labels: bool,
    /// The last answer of each conversation is learnt behind exactly the tokens that a prompt ends with. A large model makes do
    /// without; a small one would begin its answers with noise, as a prompt's last token is never seen before an answer.
    pub behind_prompt: bool,
    /// Whether the picture's own tokens stand in the conversations, beside those of regions. Without them a small
    /// model's steps take about half the time, and regions are a large part of what there is to be looked at.
    pub image_tokens: bool,
    /// Longer conversations are cut off.
    pub max_tokens: usize,
    /// Examples whose gradients are computed together.
    pub batch_size: usize,
    /// Batches to an update.
    pub accumulation: usize,
    /// When it ends.
    pub length: Length,
    /// How the learning rate rises.
    pub warmup: Warmup,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// The optimizer.
    pub adam: AdamW,
    /// The optimizer of layers' matrices where [`Self::muon_learning_rate`] is given.
    pub muon: Muon,
    /// The highest learning rate of layers' matrices, which then follow [`Muon`]; see [`Self::rule`].
    pub muon_learning_rate: Option<f64>,
    /// The shares of both rates that parts of the model take; all of them where a part is not named, and with none a part stays
    /// as it is. What an earlier run has learnt is soon unlearnt at the rate that something new is learnt at.
    pub rates: BTreeMap<TensorClass, f64>,
    /// Which weights decay.
    pub decay: Decay,
    /// Outputs that are sums over more inputs than this learn more slowly; see [`Self::rule`]. `None`: all learn alike.
    pub full_rate_inputs: Option<u64>,
    /// Longest gradient.
    pub clip_norm: f64,
    /// Steps from one checkpoint to the next.
    pub checkpoint_every: u64,
    /// How many checkpoints are kept.
    pub keep_checkpoints: usize,
    /// Where the weights come from.
    pub start: Start,
    /// What grows of them before anything is learnt, see [`Parameters::grown`].
    pub growth: Growth,
    /// Whether they get a decoder that has learnt nothing, see [`Parameters::with_looking_decoder`].
    pub new_decoder: bool,
    /// What is learnt from.
    pub data: Vec<DataSet>,
    /// Key by key, what decides the run's numbers, defaults included.
    pub settings: Settings,
}

/// Keys and values, in the order of keys.
pub type Settings = BTreeMap<String, String>;

/// Where a run computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The processor.
    Cpu,
    /// A graphics adapter.
    Gpu,
    /// NVIDIA's GPU through CUDA, in builds that have it.
    Cuda,
}

/// When a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// After every example was seen so many times.
    Epochs(u64),
    /// After so many updates.
    Steps(u64),
}

/// How long the learning rate rises.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Warmup {
    /// A share of all steps.
    Ratio(f64),
    /// So many steps.
    Steps(u64),
}

/// Which weights decay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decay {
    /// All that are trained, norms and biases too, as in the original's stage 1.
    All,
    /// Those with more than one dimension.
    Matrices,
}

/// Where a run's weights come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Start {
    /// Nowhere: a model of these sizes, initialised.
    Nothing {
        /// Its sizes.
        sizes: Box<Sizes>,
        /// Where its tokenizer comes from.
        tokenizer: TokenizerSource,
    },
    /// Weights that exist.
    Weights {
        /// A package, or a checkpoint's folder.
        model: PathBuf,
        /// What the checkpoint, a delta, is added to.
        base: Option<PathBuf>,
        /// The vision tower's folder; `clip` in the checkpoint's if not given.
        vision: Option<PathBuf>,
        /// LLaVA's pretrained projector, which the checkpoint of a bare language model lacks.
        projector: Option<PathBuf>,
    },
}

/// Sizes of a model that is made from nothing. Rows of the vocabulary follow from the tokenizer.
#[derive(Clone, Debug, PartialEq)]
pub struct Sizes {
    /// The vision tower.
    pub vision: VisionConfig,
    /// The region extractor.
    pub region: RegionConfig,
    /// The decoder, with no rows in its vocabulary yet.
    pub decoder: DecoderConfig,
}

/// Where a new model's tokenizer comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenizerSource {
    /// A folder with `tokenizer.model` and its companions.
    Folder(PathBuf),
    /// Learned from what the data sets say.
    Conversations {
        /// Size of the vocabulary without added tokens.
        n_pieces: usize,
    },
}

/// One training set.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSet {
    /// Which one it is, and so how it is read.
    pub kind: SetKind,
    /// Its annotations.
    pub annotations: PathBuf,
    /// Folder of its pictures.
    pub images: PathBuf,
    /// How much of it an epoch has: below 1 a part, above 1 more than one visit to each record.
    pub ratio: f64,
    /// With the mistakes that the original makes in reading it.
    pub original_slips: bool,
}

impl DataSet {
    /// The files that its records are read from.
    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        let more = match &self.kind {
            SetKind::DetLlava {
                detections,
                classes,
            } => [Some(detections), Some(classes)],
            _ => [None, None],
        };
        let files = [Some(&self.annotations)].into_iter().chain(more);
        files.flatten().map(PathBuf::as_path)
    }
}

/// The sets there are, by their names in the original's configurations; it does not have the last three.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// `coco_det`
    CocoDet,
    /// `RefCOCO`
    RefCoco,
    /// `RefCOCOP`: RefCOCO+.
    RefCocoPlus,
    /// `RefCOCOG`
    RefCocoG,
    /// `VGDATA`: Visual Genome.
    VisualGenome,
    /// `flickr30k`
    Flickr30k,
    /// `det_llava`: LLaVA-Instruct-150K.
    DetLlava {
        /// A detector's boxes.
        detections: PathBuf,
        /// Names of the detector's classes.
        classes: PathBuf,
    },
    /// `vcr`
    Vcr,
    /// `single_vcr`
    SingleVcr,
    /// `multi_vcr`
    MultiVcr,
    /// `vcr_letter`, `vcr_choice` and `vcr_words`: VCR's questions as they are judged.
    VcrQuestions {
        /// What answers them.
        reply: VcrReply,
        /// Where their regions stand: listed, or with the key `in_place` where they are mentioned.
        regions: VcrRegions,
    },
    /// `region_chat`: this project's own form.
    RegionChat,
    /// `v7w`
    Visual7W {
        /// The part of the file: `train`, `val` or `test`.
        split: String,
    },
}

const DEVICES: &[&str] = &["cpu", "gpu", "cuda"];

impl Config {
    /// Reads a configuration. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// [`ConfigFileError`], which names the line, the key and what is right.
    pub fn read(path: &Path) -> Result<Self, ConfigFileError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigFileError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text, path.parent().unwrap_or(Path::new("")))
    }

    /// The configuration in `text`, whose paths are relative to `folder`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn parse(text: &str, folder: &Path) -> Result<Self, ConfigFileError> {
        let mut document = Document::parse(text)?;
        let document = &mut document;
        let stage = stage(document)?;
        let recipe = Recipe::of(stage);
        let at = |path: String| folder.join(path);
        let weight_decay = document.not_negative("weight_decay", recipe.map(|r| r.decay))?;
        document.at_most_one(["isolated_labels", "behind_prompt"])?;
        let config = Self {
            stage,
            objective: match &*document.choice(
                "objective",
                &["answers", "words", "both"],
                Some("answers"),
            )? {
                "words" => Objective::Words,
                "both" => Objective::Both,
                _ => Objective::Answers,
            },
            out: at(document.required_text("out")?),
            seed: document.whole("seed", 0, Some(0))?,
            device: match &*document.choice("device", DEVICES, Some("cpu"))? {
                "gpu" => DeviceChoice::Gpu,
                "cuda" => DeviceChoice::Cuda,
                _ => DeviceChoice::Cpu,
            },
            gpus: gpus(document)?,
            precision: match &*document.choice("precision", &["f32", "f16", "bf16"], Some("f32"))? {
                "f16" => Precision::F16,
                "bf16" => Precision::Bf16,
                _ => Precision::F32,
            },
            licence: document.optional_text("licence")?.map(at),
            workers: document.optional_count("workers")?.map(size),
            isolated_labels: document.flag("isolated_labels", false)?,
            behind_prompt: document.flag("behind_prompt", false)?,
            image_tokens: document.flag("image_tokens", true)?,
            max_tokens: size(document.whole("max_tokens", 1, Some(2048))?),
            batch_size: size(document.count("batch_size", recipe.map(|r| r.batch_size))?),
            accumulation: size(document.count("accumulation", Some(1))?),
            length: length(document, recipe)?,
            warmup: warmup(document, recipe)?,
            learning_rate: document.positive("learning_rate", recipe.map(|_| 2e-5))?,
            adam: AdamW {
                beta1: document.below_one("beta1", Some(0.9))?,
                beta2: document.below_one("beta2", Some(0.999))?,
                epsilon: document.tiny("epsilon", Some(1e-8))?,
                weight_decay,
            },
            muon: Muon {
                momentum: document.below_one("muon_momentum", Some(0.95))?,
                weight_decay,
            },
            muon_learning_rate: document.optional_positive("muon_learning_rate")?,
            rates: rates(document)?,
            decay: match &*document.choice("decay", &["all", "matrices"], Some("all"))? {
                "matrices" => Decay::Matrices,
                _ => Decay::All,
            },
            full_rate_inputs: document.optional_whole("full_rate_inputs", 1)?,
            clip_norm: document.positive("clip_norm", Some(1.0))?,
            checkpoint_every: document.whole("checkpoint_every", 1, Some(1000))?,
            keep_checkpoints: size(document.whole("keep_checkpoints", 1, Some(2))?),
            start: start(document, folder)?,
            growth: Growth {
                image_size: document.optional_whole("grown.image_size", 1)?.map(size),
                level_step: document.optional_whole("grown.level_step", 1)?.map(size),
                region_width: document.optional_whole("grown.region_width", 1)?.map(size),
                mid_width: document.optional_whole("grown.mid_width", 1)?.map(size),
            },
            new_decoder: document.flag("start.new_decoder", false)?,
            data: data(document, folder)?,
            settings: Settings::new(),
        };
        let settings = document.decisive_settings();
        Ok(Self { settings, ..config })
    }

    /// Examples to an update.
    #[must_use]
    pub fn examples_per_step(&self) -> u64 {
        (self.batch_size as u64).saturating_mul(self.accumulation as u64)
    }

    /// Updates of the whole run over so many examples. The last one may reach into an epoch that is not asked for.
    #[must_use]
    pub fn total_steps(&self, n_examples: u64) -> u64 {
        match self.length {
            Length::Steps(steps) => steps,
            Length::Epochs(epochs) => epochs
                .saturating_mul(n_examples)
                .div_ceil(self.examples_per_step()),
        }
    }

    /// The learning rate's course over so many examples.
    #[must_use]
    pub fn schedule(&self, n_examples: u64) -> Schedule {
        let total_steps = self.total_steps(n_examples);
        let warmup_steps = match self.warmup {
            Warmup::Steps(steps) => steps,
            Warmup::Ratio(ratio) => (total_steps as f64 * ratio).ceil() as u64,
        };
        Schedule {
            peak: self.learning_rate,
            warmup_steps,
            total_steps,
        }
    }

    /// How the optimizer treats a tensor.
    ///
    /// A step of Adam moves every weight about as far as the rate says, so an output that sums over many inputs which are
    /// alike moves as many times as far. Where a model starts from nothing, the regions' first linear layer, over all cells
    /// and channels, then swings until nothing but its mean is left of a region. With `full_rate_inputs` the rate of a layer
    /// falls with its number of inputs beyond that.
    ///
    /// With `muon_learning_rate` layers between others follow Muon. What is looked up, the layer that sees four numbers of a
    /// box, and the head, whose rows stand for words of very unlike frequency, follow Adam as before.
    ///
    /// Source: Yang et al. 2022, "Tensor Programs V", table 8: for Adam, rates of matrices as 1/fan-in. Jordan et al. 2024,
    /// "Muon", for embeddings and heads by Adam.
    #[must_use]
    pub fn rule(&self, spec: &TensorSpec) -> Rule {
        let inputs: u64 = spec.shape.iter().skip(1).product();
        let ends_with = |ends: &[&str]| ends.iter().any(|end| spec.name.ends_with(end));
        // Rows that are looked up are summed over nothing.
        let is_table = ends_with(&["position_embedding.weight", "embed_tokens.weight"]);
        let is_matrix = spec.shape.len() > 1;
        let decays = self.decay == Decay::All || is_matrix;
        let class = TensorClass::of(&spec.name);
        let part = class
            .and_then(|class| self.rates.get(&class))
            .copied()
            .unwrap_or(1.0);
        if let Some(rate) = self.muon_learning_rate
            && is_matrix
            && !is_table
            && !ends_with(&["lm_head.weight", "pos_embedd.0.weight"])
        {
            return Rule {
                decays,
                rate_share: part * rate / self.learning_rate,
                method: Method::Muon {
                    rows: size(spec.shape[0]),
                },
            };
        }
        let rate_share = match self.full_rate_inputs {
            Some(most) if !is_table && inputs > most => most as f64 / inputs as f64,
            _ => 1.0,
        };
        Rule {
            decays,
            rate_share: part * rate_share,
            method: Method::AdamW,
        }
    }
}

/// What the original sets where its two stages differ.
///
/// Source: jshilong/GPT4RoI 00273ad, `train_stage1.sh`, `train_stage2.sh`; the weight decay of stage 1 in
/// `gpt4roi/train/llava_trainer.py`. Batches are those of all processes together.
#[derive(Clone, Copy)]
struct Recipe {
    batch_size: u64,
    warmup: Warmup,
    decay: f64,
}

impl Recipe {
    /// Stage 0 has no original.
    fn of(stage: Stage) -> Option<Self> {
        match stage {
            Stage::Zero => None,
            Stage::One => Some(Self {
                batch_size: 4,
                warmup: Warmup::Ratio(0.003),
                decay: 0.01,
            }),
            Stage::Two => Some(Self {
                batch_size: 16,
                warmup: Warmup::Steps(3000),
                decay: 0.0,
            }),
        }
    }
}

/// How many GPUs there are to be; wgpu opens one at a time.
fn gpus(document: &mut Document) -> Result<usize, ConfigFileError> {
    if document.choice("device", DEVICES, Some("cpu"))? != "cuda" {
        document.needs("device = \"cuda\"", &["gpus"])?;
    }
    document.whole("gpus", 1, Some(1)).map(size)
}

/// The shares of the learning rate that are given.
fn rates(document: &mut Document) -> Result<BTreeMap<TensorClass, f64>, ConfigFileError> {
    let mut rates = BTreeMap::new();
    for (key, class) in [
        ("rates.vision", TensorClass::Vision),
        ("rates.region", TensorClass::Region),
        ("rates.projector", TensorClass::Projector),
        ("rates.embeddings", TensorClass::Embeddings),
        ("rates.decoder", TensorClass::Decoder),
        ("rates.head", TensorClass::Head),
    ] {
        if let Some(share) = document.optional_share(key)? {
            rates.insert(class, share);
        }
    }
    Ok(rates)
}

fn stage(document: &mut Document) -> Result<Stage, ConfigFileError> {
    let number = document.whole("stage", 0, None)?;
    let stage = Stage::ALL
        .into_iter()
        .find(|stage| u64::from(stage.number()) == number);
    stage.ok_or_else(|| document.wrong("stage"))
}

fn length(document: &mut Document, recipe: Option<Recipe>) -> Result<Length, ConfigFileError> {
    document.at_most_one(["epochs", "steps"])?;
    if let Some(steps) = document.optional_whole("steps", 1)? {
        return Ok(Length::Steps(steps));
    }
    let epochs = document.whole("epochs", 1, recipe.map(|_| 2))?;
    Ok(Length::Epochs(epochs))
}

fn warmup(document: &mut Document, recipe: Option<Recipe>) -> Result<Warmup, ConfigFileError> {
    document.at_most_one(["warmup_ratio", "warmup_steps"])?;
    if let Some(steps) = document.optional_whole("warmup_steps", 0)? {
        return Ok(Warmup::Steps(steps));
    }
    match (document.has("warmup_ratio"), recipe.map(|r| r.warmup)) {
        (false, Some(Warmup::Steps(steps))) => document
            .whole("warmup_steps", 0, Some(steps))
            .map(Warmup::Steps),
        (_, Some(Warmup::Ratio(ratio))) => document
            .share("warmup_ratio", Some(ratio))
            .map(Warmup::Ratio),
        _ => document.share("warmup_ratio", None).map(Warmup::Ratio),
    }
}

fn start(document: &mut Document, folder: &Path) -> Result<Start, ConfigFileError> {
    let mut path = |key| Ok(document.optional_text(key)?.map(|path| folder.join(path)));
    let (model, base) = (path("start.model")?, path("start.base")?);
    let (vision, projector) = (path("start.vision")?, path("start.projector")?);
    document.at_most_one(["start.base", "start.projector"])?;
    match model {
        Some(model) => {
            document.refuse_beside(
                "start.model",
                &["vision.", "region.", "decoder.", "tokenizer."],
            )?;
            Ok(Start::Weights {
                model,
                base,
                vision,
                projector,
            })
        }
        None => {
            document.needs(
                "start.model",
                &[
                    "start.base",
                    "start.vision",
                    "start.projector",
                    "start.new_decoder",
                    "grown.image_size",
                    "grown.level_step",
                    "grown.region_width",
                    "grown.mid_width",
                ],
            )?;
            Ok(Start::Nothing {
                sizes: Box::new(sizes(document)?),
                tokenizer: tokenizer(document, folder)?,
            })
        }
    }
}

/// What is not given is as published; what makes a model large has to be given.
fn sizes(document: &mut Document) -> Result<Sizes, ConfigFileError> {
    let published = VisionConfig::clip_vit_l_14();
    let mut get = |key, default: Option<usize>| {
        let default = default.map(|size| size as u64);
        document.whole(key, 1, default).map(size)
    };
    let vision = VisionConfig {
        image_size: get("vision.image_size", Some(published.image_size))?,
        patch_size: get("vision.patch_size", Some(published.patch_size))?,
        width: get("vision.width", None)?,
        layers: get("vision.layers", None)?,
        heads: get("vision.heads", None)?,
        mlp_width: get("vision.mlp_width", None)?,
        level_step: get("vision.level_step", Some(published.level_step))?,
        n_levels: get("vision.n_levels", Some(published.n_levels))?,
        ..published
    };
    let published = RegionConfig::gpt4roi(vision.width);
    let region = RegionConfig {
        width: get("region.width", Some(published.width))?,
        n_fusions: get("region.n_fusions", Some(published.n_fusions))?,
        group_norm_groups: get(
            "region.group_norm_groups",
            Some(published.group_norm_groups),
        )?,
        roi_size: get("region.roi_size", Some(published.roi_size))?,
        sampling_ratio: get("region.sampling_ratio", Some(published.sampling_ratio))?,
        mid_width: get("region.mid_width", None)?,
        position_hidden: get("region.position_hidden", None)?,
        ..published
    };
    let decoder = DecoderConfig {
        hidden: get("decoder.hidden", None)?,
        layers: get("decoder.layers", None)?,
        heads: get("decoder.heads", None)?,
        ffn: get("decoder.ffn", None)?,
        max_positions: get("decoder.max_positions", Some(2048))?,
        rms_norm_eps: 1e-6,
        rope_theta: 10_000.0,
        vocab_rows: 0,
    };
    let select_layer = document.integer("vision.select_layer", published_select_layer())?;
    Ok(Sizes {
        vision: VisionConfig {
            select_layer,
            ..vision
        },
        region,
        decoder,
    })
}

fn published_select_layer() -> i64 {
    VisionConfig::clip_vit_l_14().select_layer
}

fn tokenizer(document: &mut Document, folder: &Path) -> Result<TokenizerSource, ConfigFileError> {
    document.at_most_one(["tokenizer.folder", "tokenizer.pieces"])?;
    if let Some(path) = document.optional_text("tokenizer.folder")? {
        return Ok(TokenizerSource::Folder(folder.join(path)));
    }
    let n_pieces = size(document.whole("tokenizer.pieces", 300, None)?);
    Ok(TokenizerSource::Conversations { n_pieces })
}

fn data(document: &mut Document, folder: &Path) -> Result<Vec<DataSet>, ConfigFileError> {
    let n_sets = document.n_sets();
    if n_sets == 0 {
        return Err(ConfigFileError::Missing {
            key: "data.kind".to_owned(),
            allowed: keys::allowed("data.kind"),
        });
    }
    (0..n_sets)
        .map(|index| data_set(document, folder, index))
        .collect()
}

fn data_set(
    document: &mut Document,
    folder: &Path,
    index: usize,
) -> Result<DataSet, ConfigFileError> {
    let key = |name: &str| format!("data[{index}].{name}");
    let (detections, classes, split) = (key("detections"), key("classes"), key("split"));
    let in_place = key("in_place");
    let kind = document.choice(&key("kind"), &keys::KINDS, None)?;
    if kind != keys::DET_LLAVA {
        document.needs("kind = \"det_llava\"", &[&detections, &classes])?;
    }
    if kind != keys::V7W {
        document.needs("kind = \"v7w\"", &[&split])?;
    }
    if ![keys::VCR_LETTER, keys::VCR_CHOICE, keys::VCR_WORDS].contains(&&*kind) {
        document.needs(
            "kind = \"vcr_letter\", \"vcr_choice\" or \"vcr_words\"",
            &[&in_place],
        )?;
    }
    let path = |document: &mut Document, key: &str| {
        let path = document.required_text(key);
        path.map(|path| folder.join(path))
    };
    let regions = match document.flag(&in_place, false)? {
        true => VcrRegions::InPlace,
        false => VcrRegions::Listed,
    };
    let vcr = |reply| SetKind::VcrQuestions { reply, regions };
    Ok(DataSet {
        kind: match &*kind {
            "coco_det" => SetKind::CocoDet,
            "RefCOCO" => SetKind::RefCoco,
            "RefCOCOP" => SetKind::RefCocoPlus,
            "RefCOCOG" => SetKind::RefCocoG,
            "VGDATA" => SetKind::VisualGenome,
            "flickr30k" => SetKind::Flickr30k,
            keys::DET_LLAVA => SetKind::DetLlava {
                detections: path(document, &detections)?,
                classes: path(document, &classes)?,
            },
            "vcr" => SetKind::Vcr,
            "single_vcr" => SetKind::SingleVcr,
            "multi_vcr" => SetKind::MultiVcr,
            keys::VCR_LETTER => vcr(VcrReply::Letter),
            keys::VCR_CHOICE => vcr(VcrReply::Choice),
            keys::VCR_WORDS => vcr(VcrReply::Words),
            "region_chat" => SetKind::RegionChat,
            // The last of the choices.
            _ => SetKind::Visual7W {
                split: document.choice(&split, &["train", "val", "test"], Some("train"))?,
            },
        },
        annotations: path(document, &key("annotations"))?,
        images: path(document, &key("images"))?,
        ratio: document.ratio(&key("ratio"), Some(1.0))?,
        original_slips: document.flag(&key("original_slips"), false)?,
    })
}

/// Sizes are limited where they are used; here they only have to fit.
fn size(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
