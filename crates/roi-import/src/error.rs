//! Everything that can be wrong with a checkpoint, or go wrong in converting it.

use crate::pickle::PickleError;
use crate::weights::CheckpointMismatch;
use roi_weights::{ChunkError, ConfigError, LayoutError, ManifestError, PackError};
use std::path::PathBuf;

/// Why a checkpoint was not read or not converted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// A file or folder could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file of settings is not JSON, or lacks something.
    #[error("{}: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A zip archive is damaged, cut short for example.
    #[error("{} is damaged or cut short: {source}", path.display())]
    Zip {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: zip::result::ZipError,
    },
    /// The pickle in a file is malformed, or asks for more than tensors.
    #[error("{}: {source}", path.display())]
    Pickle {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: PickleError,
    },
    /// A file that is in no format known here.
    #[error("{} is neither a PyTorch checkpoint nor a safetensors file", path.display())]
    NotTensors {
        /// The file.
        path: PathBuf,
    },
    /// A file whose contents contradict each other.
    #[error("{}: {problem}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// A file shorter than what it says it holds.
    #[error("{} is cut short: it should have at least {needed} bytes and has {found}", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes its contents reach to.
        needed: u64,
        /// Bytes it has.
        found: u64,
    },
    /// A file written on a machine of another byte order.
    #[error("{} stores its numbers in {order:?} byte order; only little-endian files are read", path.display())]
    ByteOrder {
        /// The file.
        path: PathBuf,
        /// What it says.
        order: String,
    },
    /// A folder without weights in a known layout.
    #[error(
        "{} holds no weights: looked for model.safetensors, pytorch_model.bin and their .index.json",
        dir.display()
    )]
    NoWeights {
        /// The folder.
        dir: PathBuf,
    },
    /// An index that does not describe the files beside it.
    #[error("{} does not match the files beside it: {}", path.display(), in_one_line(problems))]
    WrongIndex {
        /// The index.
        path: PathBuf,
        /// Everything that is wrong; the message has the first few.
        problems: Vec<String>,
    },
    /// A weight of a type that is none of f16, bf16 and f32.
    #[error("{}: {tensor} holds {dtype}, not f16, bf16 or f32", path.display())]
    Dtype {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// What it holds.
        dtype: &'static str,
    },
    /// A value that f16 cannot hold, in which the original keeps all weights.
    #[error("{}: {tensor} holds {value}, which is too large for f16", path.display())]
    BeyondHalf {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// The value.
        value: f32,
    },
    /// A compressed or transposed tensor that is too large to be read whole.
    #[error("{}: {tensor} is stored compressed or transposed and takes {bytes} bytes, the most is {limit}", path.display())]
    TooLargeToHold {
        /// The file.
        path: PathBuf,
        /// The tensor.
        tensor: String,
        /// Bytes that would have to be held.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// A tensor was asked for that no folder has.
    #[error("there is no tensor {name}")]
    NoTensor {
        /// Its name.
        name: String,
    },
    /// Settings, tensors or options from which no configuration follows.
    #[error("{what} in {}: {problem}", path.display())]
    Setting {
        /// The file or folder looked into.
        path: PathBuf,
        /// The setting.
        what: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A delta was given without the weights it has to be added to.
    #[error("{} is a delta: give the LLaMA folder it belongs to as the base", dir.display())]
    IsDelta {
        /// The folder.
        dir: PathBuf,
    },
    /// A base was given for weights that are merged already.
    #[error("{} is merged already: convert it without a base", dir.display())]
    IsMerged {
        /// The folder.
        dir: PathBuf,
    },
    /// The configuration that follows from the checkpoint is none a model can be built from.
    #[error("the checkpoint describes no model: {0}")]
    Config(#[from] ConfigError),
    /// The checkpoint's tensors are not those of the model, or cannot be merged.
    #[error(transparent)]
    Mismatch(#[from] Box<CheckpointMismatch>),
    /// A tensor cannot be stored in its layout.
    #[error("{tensor}: {source}")]
    Layout {
        /// The tensor.
        tensor: String,
        /// What is wrong.
        source: LayoutError,
    },
    /// The tokenizer's model could not be converted.
    #[error("{}: {source}", path.display())]
    TokenizerModel {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: roi_prompt::ImportError,
    },
    /// The converted tokenizer cannot be used.
    #[error("{}: {source}", path.display())]
    Tokenizer {
        /// The file it was made from.
        path: PathBuf,
        /// What is wrong.
        source: roi_prompt::TokenizerError,
    },
    /// A token the model needs is not among those added to the tokenizer.
    #[error("{} does not give the token {token} an id", path.display())]
    NoToken {
        /// The file of added tokens.
        path: PathBuf,
        /// The token.
        token: &'static str,
    },
    /// A chunk was read back otherwise than it was written: the disk is failing or something else writes there.
    #[error("{} was not kept as written: {source}", path.display())]
    WrittenChunk {
        /// The file.
        path: PathBuf,
        /// The difference.
        source: ChunkError,
    },
    /// The tensors make no package.
    #[error(transparent)]
    Pack(Box<PackError<ImportError>>),
}

impl From<PackError<ImportError>> for ImportError {
    fn from(error: PackError<ImportError>) -> Self {
        match error {
            PackError::Write(error) => error,
            PackError::Manifest(ManifestError::Config(error)) => Self::Config(error),
            error => Self::Pack(Box::new(error)),
        }
    }
}

/// The first problems and how many more there are: an index lists hundreds of tensors.
fn in_one_line(problems: &[String]) -> String {
    const N_SHOWN: usize = 5;
    let shown = &problems[..problems.len().min(N_SHOWN)];
    match problems.len() - shown.len() {
        0 => shown.join("; "),
        more => format!("{}; and {more} more", shown.join("; ")),
    }
}
