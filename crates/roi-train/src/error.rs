//! Why a model cannot be trained, or not from this.

use std::path::PathBuf;

use roi_data::DataError;
use roi_model::{ModelError, Precision};
use roi_prompt::{LearnError, PromptError, ReverseError, TokenizerError};
use roi_weights::{ChunkError, ConfigError, LayoutError, ManifestError, SourceError};

use crate::checkpoint::CheckpointError;
use crate::config::ConfigFileError;

/// What is wrong with parameters, examples or the machine.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// No model has this configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The model refuses its weights, or an example's tokens.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A part of the package could not be had.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The package's manifest is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A chunk of the package is damaged.
    #[error(transparent)]
    Chunk(#[from] ChunkError),
    /// A tensor's bytes are not what its layout says.
    #[error("tensor {name}: {source}")]
    Layout {
        /// The tensor.
        name: String,
        /// What is wrong.
        source: LayoutError,
    },
    /// A size that a model cannot grow to.
    #[error("{size} cannot grow from {before} to {after}: {rule}")]
    Growth {
        /// The size, as a configuration names it.
        size: &'static str,
        /// What it is.
        before: usize,
        /// What it is to become.
        after: usize,
        /// What it can become.
        rule: &'static str,
    },
    /// A tensor that the model does not have.
    #[error("the model has no tensor {name}")]
    NoSuchTensor {
        /// The tensor.
        name: String,
    },
    /// A tensor of another size than the model's.
    #[error("tensor {name} has {found} values, the model's has {expected}")]
    ValueCount {
        /// The tensor.
        name: String,
        /// Values of the model's tensor.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// A tensor of another shape than the model's.
    #[error("tensor {name} is {found:?}, the model's is {expected:?}")]
    TensorShape {
        /// The tensor.
        name: String,
        /// Rows and columns of the model's tensor.
        expected: [usize; 2],
        /// Rows and columns given.
        found: [usize; 2],
    },
    /// A picture of another size than the model's.
    #[error("an example's picture has {found} values, the model takes {expected}")]
    PixelCount {
        /// Values of a picture for this model.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// A conversation that refers to a box the example does not have.
    #[error("an example refers to box {index}, counted from 0, and has {n_boxes}")]
    NoSuchBox {
        /// The box referred to.
        index: usize,
        /// Boxes there are.
        n_boxes: usize,
    },
    /// Not as many labels as tokens.
    #[error("an example has {labels} labels for {ids} tokens")]
    LabelCount {
        /// Tokens.
        ids: usize,
        /// Labels.
        labels: usize,
    },
    /// A label without a row in the vocabulary.
    #[error("token {position} is labelled {label}, but the vocabulary has {vocab_rows} rows")]
    Label {
        /// Index into the conversation.
        position: usize,
        /// The label.
        label: u32,
        /// Rows there are.
        vocab_rows: usize,
    },
    /// No token of the whole batch is labelled, so there is no loss.
    #[error("nothing is to be learnt from a batch of {examples} examples: no token is labelled")]
    NoLabels {
        /// Examples of the batch.
        examples: usize,
    },
    /// A new decoder has to know what region vectors look like.
    #[error(
        "a new decoder needs regions to look at, and the first {n_examples} examples have none that shows anything"
    )]
    NoRegions {
        /// Examples that were looked at.
        n_examples: u64,
    },
    /// A new decoder without the layers that it looks at regions with.
    #[error("a new decoder looks at regions with {needed} layers, and the model's has {found}")]
    TooFewLayers {
        /// Layers it takes.
        needed: usize,
        /// Layers of the model's decoder.
        found: usize,
    },
    /// The device failed while values were read back.
    #[error("reading {what} from the device failed: {reason}")]
    Read {
        /// What was read.
        what: String,
        /// What the device says.
        reason: String,
    },
    /// The operating system gives no threads.
    #[error("threads could not be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The configuration cannot be used.
    #[error(transparent)]
    ConfigFile(#[from] ConfigFileError),
    /// A checkpoint was not written or not read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// A file of the run could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Another run is at work in the folder.
    #[error("another run is at work in {}", path.display())]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// The licence that the configuration names is none that an export can have.
    #[error("{} cannot be the licence: it must be UTF-8 text of at most 1 MiB", path.display())]
    Licence {
        /// The file.
        path: PathBuf,
    },
    /// The data holds nothing.
    #[error("there are no examples to learn from")]
    NoExamples,
    /// Every tensor stays as it is.
    #[error(
        "nothing is left to learn: `rates` in the configuration keep all parts that this stage and objective train"
    )]
    NothingTrained,
    /// A whole epoch of examples cannot be read.
    #[error("not one of {n_examples} examples can be read; the first are\n  {}", problems.join("\n  "))]
    NothingReadable {
        /// How many there are.
        n_examples: u64,
        /// The first ones, each with what is wrong with it.
        problems: Vec<String>,
    },
    /// The device does not compute with such numbers.
    #[error(
        "this device does not compute with {precision:?} numbers: precision = \"f32\" works everywhere"
    )]
    Precision {
        /// The numbers.
        precision: Precision,
    },
    /// Something is no number: an update would spoil the weights, or has, and nothing of it is kept.
    #[error("step {step}: the {what} is {value}; its examples are {}", examples.join(", "))]
    NotFinite {
        /// What it is.
        what: String,
        /// Its value.
        value: f64,
        /// The step, counted from one.
        step: u64,
        /// What it was computed from.
        examples: Vec<String>,
    },
    /// A model was to be written to a folder that holds something else.
    #[error("{} holds something else than an exported model; name another folder", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// A weight that is no number.
    #[error("{name} holds {value}, with which no model computes")]
    NoWeight {
        /// The tensor.
        name: String,
        /// The value.
        value: f32,
    },
    /// A weight that half precision cannot hold.
    #[error("{name} holds {value}, which is too large for half precision")]
    BeyondHalf {
        /// The tensor.
        name: String,
        /// The value.
        value: f32,
    },
    /// A package's tokenizer from which no checkpoint's files follow.
    #[error("the package's tokenizer cannot be written as a checkpoint's: {0}")]
    PackagedTokenizer(#[from] ReverseError),
    /// A list of added tokens that is none.
    #[error("added_tokens.json: {source}")]
    AddedTokens {
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A checkpoint could not be read.
    #[error(transparent)]
    Import(#[from] roi_import::ImportError),
    /// A tokenizer could not be used.
    #[error(transparent)]
    Tokenizer(#[from] TokenizerError),
    /// A `tokenizer.model` could not be used.
    #[error(transparent)]
    TokenizerModel(#[from] roi_prompt::ImportError),
    /// No tokenizer of the size asked for can be learned from the texts.
    #[error("tokenizer.pieces: {0}")]
    Learn(#[from] LearnError),
    /// A conversation could not be written down in tokens.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// A package was given together with what belongs to a checkpoint.
    #[error("{} is a package, which holds the whole model; leave out what stands beside start.model", path.display())]
    PackageIsWhole {
        /// The package.
        path: PathBuf,
    },
    /// A data set cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The device reported a fault.
    #[error("the device failed: {reason}")]
    Device {
        /// What it says.
        reason: String,
    },
}
