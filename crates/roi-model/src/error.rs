//! Why a model cannot be built from a package, or a prompt cannot be fed to it.

use std::ops::Range;

use roi_kernels::MatrixError;
use roi_weights::{ConfigError, Layout, TensorError};

/// What is wrong with a package's tensors or with a prompt.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// No model has this configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A tensor of this configuration cannot be stored.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// A tensor of the model is not there.
    #[error("there is no tensor {name}, which the model needs")]
    MissingTensor {
        /// The tensor.
        name: String,
    },
    /// The package has a tensor the model has no place for, or has it twice, or has parts of a
    /// split tensor out of order.
    #[error("the package has a tensor {name}, which the model has no place for")]
    UnexpectedTensor {
        /// The tensor.
        name: String,
    },
    /// A tensor, the parts of a split one taken together, has another shape than the model.
    #[error("tensor {name} has shape {found:?}, the model needs {expected:?}")]
    Shape {
        /// The tensor.
        name: String,
        /// Shape by the configuration.
        expected: Vec<u64>,
        /// Shape in the package.
        found: Vec<u64>,
    },
    /// A tensor that must be f32 is not.
    #[error("tensor {name} is stored as {found}, which only matrices can be")]
    NotF32 {
        /// The tensor.
        name: String,
        /// Its layout.
        found: Layout,
    },
    /// Tensors that are used as one matrix have different layouts.
    #[error("tensor {name} is stored as {found}, others of the same matrix as {expected}")]
    MixedLayouts {
        /// The tensor.
        name: String,
        /// Layout of the first.
        expected: Layout,
        /// Its layout.
        found: Layout,
    },
    /// Bytes for a tensor that the package does not have.
    #[error("bytes for tensor {index} of {count}")]
    TensorIndex {
        /// The tensor asked for.
        index: usize,
        /// Tensors there are.
        count: usize,
    },
    /// A tensor's bytes do not fit it, or are not complete.
    #[error("tensor {name}: {source}")]
    Bytes {
        /// The tensor.
        name: String,
        /// What is wrong.
        source: MatrixError,
    },
    /// A token without a row in the vocabulary.
    #[error("token {position} has id {id}, but the vocabulary has {vocab_rows} rows")]
    TokenId {
        /// Index into the prompt.
        position: usize,
        /// The id.
        id: u32,
        /// Rows there are.
        vocab_rows: usize,
    },
    /// The picture's tokens in the prompt are not one start, one per patch, one end.
    #[error(
        "token {position} breaks the picture's block, which is one start, {n_patches} patches and one end, at most once"
    )]
    ImageBlock {
        /// Index into the prompt of the first token that is out of place, or its length when the
        /// prompt ends too early.
        position: usize,
        /// Patches of a picture.
        n_patches: usize,
    },
    /// The prompt refers to more or fewer regions than there are vectors.
    #[error("the prompt has {bboxes} region tokens, but there are {vectors} region vectors")]
    RegionCount {
        /// Region tokens in the prompt.
        bboxes: usize,
        /// Vectors given.
        vectors: usize,
    },
    /// The tokens to embed are none, or not all in the prompt.
    #[error("tokens {} to {} of a prompt of {length} were to be embedded", wanted.start, wanted.end)]
    NothingToEmbed {
        /// Tokens to embed.
        wanted: Range<usize>,
        /// Tokens of the prompt.
        length: usize,
    },
}
