//! The manifest: what a package holds and where. It is the first thing read, and it comes from outside.
//!
//! [`Manifest::parse`] refuses everything that does not describe one whole model, so whoever holds a parsed [`Manifest`]
//! may index, allocate and multiply by what stands in it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::chunk::is_sha256_hex;
use crate::tensors::{MAX_TENSOR_BYTES, matrix_shape, part_name, source_name};
use crate::{
    ChunkEntry, ConfigError, Layout, ModelConfig, Piece, PieceTarget, TensorMismatch, TensorSpec,
    expected_tensors, sha256_hex,
};

#[cfg(test)]
mod tests;

/// The format this crate writes, and the newest it reads.
pub const FORMAT_VERSION: u32 = 1;

/// Every tensor, the tokenizer and the licence begin at a multiple of this in the stream.
pub const ALIGN: u64 = 256;

/// Pieces of a chunk keep the 4-byte alignment of tensors, so chunk sizes are multiples of it.
const CHUNK_ALIGN: u64 = 4;
const MAX_CHUNK_BYTES: u64 = 1 << 30;
const MAX_TEXT_BYTES: usize = 4096;
const UNSEALED: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Everything about a package but its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the package format, [`FORMAT_VERSION`] in what this crate writes.
    pub format_version: u32,
    /// Short name of the model.
    pub model_id: String,
    /// One or two sentences for people: what this is and where it comes from.
    pub about: String,
    /// All sizes of the model.
    pub config: ModelConfig,
    /// Every stored tensor, in stream order.
    pub tensors: Vec<TensorEntry>,
    /// The stream, cut.
    pub chunks: Vec<ChunkEntry>,
    /// Length of every chunk but the last, which may be shorter.
    pub chunk_bytes: u64,
    /// `tokenizer.json`.
    pub tokenizer: ByteRange,
    /// The licence of the weights, UTF-8 text.
    pub licence: ByteRange,
    /// SHA-256 of the manifest's bytes with this value replaced by 64 zeros.
    pub manifest_sha256: String,
}

/// One stored tensor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorEntry {
    /// Name in Hugging Face checkpoints, with `#i` behind it for part i of a large tensor.
    pub name: String,
    /// Shape, outermost dimension first; of the part if it is one.
    pub shape: Vec<u64>,
    /// How the values are stored.
    pub layout: Layout,
    /// First byte in the stream.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
}

impl TensorEntry {
    /// `[N, K]`, see [`matrix_shape`].
    ///
    /// # Panics
    /// If the entry is not from a parsed manifest and has no sane shape.
    #[must_use]
    pub fn matrix(&self) -> (u64, u64) {
        matrix_shape(&self.shape).expect("parsed manifests hold sane shapes")
    }
}

/// A run of bytes in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByteRange {
    /// First byte.
    pub offset: u64,
    /// Bytes.
    pub length: u64,
}

/// Why a manifest is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// Not a manifest at all.
    #[error("the manifest cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// Written by a later version of this program.
    #[error(
        "the package has format {found}, but this version reads up to {newest}: update roichat to open it"
    )]
    NewerFormat {
        /// The package's format.
        found: u64,
        /// The newest format known here.
        newest: u32,
    },
    /// A format number that never was.
    #[error("the package has format {found}, which does not exist")]
    NoSuchFormat {
        /// The package's format.
        found: u64,
    },
    /// Edited, or damaged on the way.
    #[error(
        "the manifest was changed after it was written: its SHA-256 is {actual} and should be {expected}; get the package again"
    )]
    Hash {
        /// The hash it carries.
        expected: String,
        /// The hash of its bytes.
        actual: String,
    },
    /// It does not carry its hash exactly once.
    #[error("the manifest does not hold its own SHA-256 once as 64 hex digits, but {found:?}")]
    NoHash {
        /// What stands in `manifest_sha256`.
        found: String,
    },
    /// Sizes no model can be built from.
    #[error("the manifest describes no model: {0}")]
    Config(#[from] ConfigError),
    /// Not the tensors of the model it describes.
    #[error(transparent)]
    Tensors(#[from] TensorMismatch),
    /// A tensor out of its place in the stream.
    #[error("tensor {found} stands in the stream where {expected} belongs")]
    Order {
        /// The tensor that belongs there.
        expected: String,
        /// The tensor found.
        found: String,
    },
    /// A tensor whose shape means nothing.
    #[error("tensor {name} has shape {shape:?}, which is no shape of a weight")]
    Shape {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: Vec<u64>,
    },
    /// A tensor whose length does not follow from shape and layout.
    #[error(
        "tensor {name} {shape:?} in layout {layout} takes {expected} bytes, but {actual} are given"
    )]
    TensorLength {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: Vec<u64>,
        /// Its layout.
        layout: Layout,
        /// What they take.
        expected: u64,
        /// What the manifest says.
        actual: u64,
    },
    /// A tensor above [`MAX_TENSOR_BYTES`].
    #[error("tensor {name} has {length} bytes, the most is {MAX_TENSOR_BYTES}")]
    TensorTooLarge {
        /// The tensor.
        name: String,
        /// Its bytes.
        length: u64,
    },
    /// Something that does not begin where what stands before it ends, rounded up to [`ALIGN`].
    #[error("{name} begins at byte {actual} of the stream instead of {expected}")]
    Offset {
        /// Tensor, tokenizer or licence.
        name: String,
        /// Where it must begin.
        expected: u64,
        /// Where the manifest says it begins.
        actual: u64,
    },
    /// Chunks that are more or fewer bytes than what they carry.
    #[error("the chunks hold {actual} bytes, but the contents take {expected}")]
    TotalBytes {
        /// Bytes of the contents.
        expected: u64,
        /// Bytes of the chunks.
        actual: u64,
    },
    /// A chunk size that is not allowed.
    #[error(
        "chunk_bytes is {chunk_bytes}; it must be a multiple of {CHUNK_ALIGN} up to {MAX_CHUNK_BYTES}"
    )]
    ChunkBytes {
        /// The size.
        chunk_bytes: u64,
    },
    /// A chunk of another length than its place demands.
    #[error("chunk {index} has {actual} bytes, expected {expected}")]
    ChunkLength {
        /// Its place.
        index: usize,
        /// What it must have.
        expected: u64,
        /// What the manifest says.
        actual: u64,
    },
    /// A chunk named by something else than a SHA-256.
    #[error("chunk {index} has the hash {sha256:?}, which is not 64 lower-case hex digits")]
    ChunkHash {
        /// Its place.
        index: usize,
        /// What the manifest says.
        sha256: String,
    },
    /// A text that is empty, too long, or holds control characters.
    #[error("{field} must be a text of at most {MAX_TEXT_BYTES} bytes without control characters")]
    Text {
        /// The field.
        field: &'static str,
    },
    /// Sizes that overflow a u64.
    #[error("{name} reaches past the end of any stream")]
    Overflow {
        /// Tensor, tokenizer, licence or chunks.
        name: String,
    },
}

/// What every version of the format has; read before anything else.
#[derive(Deserialize)]
struct Head {
    format_version: u64,
    #[serde(default)]
    manifest_sha256: String,
}

impl Manifest {
    /// Reads and checks `manifest.json`: version, own hash, then every number in it.
    ///
    /// # Errors
    /// The first [`ManifestError`] found.
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestError> {
        let head: Head = serde_json::from_slice(bytes)?;
        if head.format_version > u64::from(FORMAT_VERSION) {
            return Err(ManifestError::NewerFormat {
                found: head.format_version,
                newest: FORMAT_VERSION,
            });
        }
        if head.format_version == 0 {
            return Err(ManifestError::NoSuchFormat {
                found: head.format_version,
            });
        }
        check_own_hash(bytes, head.manifest_sha256)?;
        let manifest: Self = serde_json::from_slice(bytes)?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The bytes of `manifest.json`, with the hash that belongs to them whatever `manifest_sha256` holds.
    ///
    /// # Panics
    /// Never: a manifest holds nothing that JSON cannot, and its numbers were checked finite.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let unsealed = Self {
            manifest_sha256: UNSEALED.into(),
            ..self.clone()
        };
        let mut bytes = serde_json::to_vec(&unsealed).expect("a manifest is plain data");
        let hash = sha256_hex(&bytes);
        // The hash is the last field, so it is the last such string.
        let at = bytes.len() - UNSEALED.len() - "\"}".len();
        let place = &mut bytes[at..at + UNSEALED.len()];
        assert_eq!(
            place,
            UNSEALED.as_bytes(),
            "manifest_sha256 is not the last field"
        );
        place.copy_from_slice(hash.as_bytes());
        bytes
    }

    /// Bytes of the whole stream.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.chunks.iter().map(|chunk| chunk.length).sum()
    }

    /// What the bytes of chunk `chunk` belong to, in order. Padding between targets belongs to nothing.
    ///
    /// # Panics
    /// If the package has no such chunk.
    #[must_use]
    pub fn pieces(&self, chunk: usize) -> Vec<Piece> {
        let start = chunk as u64 * self.chunk_bytes;
        let end = start + self.chunks[chunk].length;
        let first = self
            .tensors
            .partition_point(|tensor| tensor.offset + tensor.length <= start);
        let tensors = self.tensors[first..]
            .iter()
            .enumerate()
            .map(|(i, tensor)| {
                let range = ByteRange {
                    offset: tensor.offset,
                    length: tensor.length,
                };
                (PieceTarget::Tensor(first + i), range)
            })
            .take_while(|(_, range)| range.offset < end);
        let texts = [
            (PieceTarget::Tokenizer, self.tokenizer),
            (PieceTarget::Licence, self.licence),
        ];
        tensors
            .chain(texts)
            .filter_map(|(target, range)| {
                let from = range.offset.max(start);
                let to = (range.offset + range.length).min(end);
                (from < to).then(|| Piece {
                    target,
                    target_offset: from - range.offset,
                    chunk_range: in_chunk(from - start)..in_chunk(to - start),
                })
            })
            .collect()
    }

    /// The indices of the chunks that hold `range` of the stream.
    #[must_use]
    pub fn chunks_of(&self, range: ByteRange) -> Range<usize> {
        if range.length == 0 {
            return 0..0;
        }
        let first = range.offset / self.chunk_bytes;
        let last = (range.offset + range.length - 1) / self.chunk_bytes;
        in_chunk(first)..in_chunk(last) + 1
    }

    fn check(&self) -> Result<(), ManifestError> {
        self.check_header()?;
        self.check_chunks()?;
        for tensor in &self.tensors {
            tensor.check()?;
        }
        self.check_offsets()?;
        self.check_tensors()
    }

    /// What can be checked before there are any tensors.
    pub(crate) fn check_header(&self) -> Result<(), ManifestError> {
        self.config.check()?;
        check_text("model_id", &self.model_id)?;
        check_text("about", &self.about)?;
        let chunk_bytes = self.chunk_bytes;
        let aligned = chunk_bytes.is_multiple_of(CHUNK_ALIGN);
        if !aligned || chunk_bytes == 0 || chunk_bytes > MAX_CHUNK_BYTES {
            return Err(ManifestError::ChunkBytes { chunk_bytes });
        }
        Ok(())
    }

    fn check_chunks(&self) -> Result<(), ManifestError> {
        let chunk_bytes = self.chunk_bytes;
        for (index, chunk) in self.chunks.iter().enumerate() {
            let is_last = index + 1 == self.chunks.len();
            let fits = if is_last {
                (1..=chunk_bytes).contains(&chunk.length)
            } else {
                chunk.length == chunk_bytes
            };
            if !fits {
                return Err(ManifestError::ChunkLength {
                    index,
                    expected: chunk_bytes,
                    actual: chunk.length,
                });
            }
            if !is_sha256_hex(&chunk.sha256) {
                return Err(ManifestError::ChunkHash {
                    index,
                    sha256: chunk.sha256.clone(),
                });
            }
        }
        Ok(())
    }

    fn check_offsets(&self) -> Result<(), ManifestError> {
        let mut end = 0_u64;
        let tensors = self.tensors.iter().map(|tensor| {
            let range = ByteRange {
                offset: tensor.offset,
                length: tensor.length,
            };
            (tensor.name.as_str(), range)
        });
        let texts = [
            ("tokenizer.json", self.tokenizer),
            ("the licence", self.licence),
        ];
        for (name, range) in tensors.chain(texts) {
            let overflow = || ManifestError::Overflow { name: name.into() };
            let expected = end.checked_next_multiple_of(ALIGN).ok_or_else(overflow)?;
            if range.offset != expected {
                return Err(ManifestError::Offset {
                    name: name.into(),
                    expected,
                    actual: range.offset,
                });
            }
            end = expected.checked_add(range.length).ok_or_else(overflow)?;
        }
        let chunks = self
            .chunks
            .iter()
            .try_fold(0_u64, |sum, chunk| sum.checked_add(chunk.length))
            .ok_or_else(|| ManifestError::Overflow {
                name: "the chunk table".into(),
            })?;
        if chunks != end {
            return Err(ManifestError::TotalBytes {
                expected: end,
                actual: chunks,
            });
        }
        Ok(())
    }

    fn check_tensors(&self) -> Result<(), ManifestError> {
        let expected = expected_tensors(&self.config);
        let found = self.whole_tensors();
        TensorMismatch::check(&expected, found.iter().cloned())?;
        match expected.iter().zip(&found).find(|(a, b)| a.name != b.name) {
            None => Ok(()),
            Some((expected, found)) => Err(ManifestError::Order {
                expected: expected.name.clone(),
                found: found.name.clone(),
            }),
        }
    }

    /// The tensors with the parts of large ones put together. A part that does not follow its predecessor, or is
    /// stored otherwise, stays alone under its own name, which no model has.
    fn whole_tensors(&self) -> Vec<TensorSpec> {
        let mut whole: Vec<TensorSpec> = Vec::new();
        let mut n_parts = 0;
        let mut part_layout = None;
        for entry in &self.tensors {
            let source = source_name(&entry.name);
            let mut spec = TensorSpec {
                name: entry.name.clone(),
                shape: entry.shape.clone(),
            };
            if source == entry.name {
                n_parts = 0;
            } else if entry.name == part_name(source, 0) {
                n_parts = 1;
                part_layout = Some(entry.layout);
                spec.name = source.into();
            } else if let Some(last) = whole.last_mut()
                && last.name == source
                && entry.name == part_name(source, n_parts)
                && entry.shape.len() > 1
                && last.shape[1..] == entry.shape[1..]
                && part_layout == Some(entry.layout)
                && let Some(rows) = last.shape[0].checked_add(entry.shape[0])
            {
                n_parts += 1;
                last.shape[0] = rows;
                continue;
            }
            whole.push(spec);
        }
        whole
    }
}

impl TensorEntry {
    fn check(&self) -> Result<(), ManifestError> {
        let shape_error = || ManifestError::Shape {
            name: self.name.clone(),
            shape: self.shape.clone(),
        };
        if self.shape.contains(&0) {
            return Err(shape_error());
        }
        let expected = matrix_shape(&self.shape)
            .and_then(|(rows, cols)| self.layout.checked_byte_len(rows, cols))
            .ok_or_else(shape_error)?;
        if self.length != expected {
            return Err(ManifestError::TensorLength {
                name: self.name.clone(),
                shape: self.shape.clone(),
                layout: self.layout,
                expected,
                actual: self.length,
            });
        }
        if self.length > MAX_TENSOR_BYTES {
            return Err(ManifestError::TensorTooLarge {
                name: self.name.clone(),
                length: self.length,
            });
        }
        Ok(())
    }
}

/// The hash is over the bytes as they are, so that no second way to write the same JSON passes.
fn check_own_hash(bytes: &[u8], expected: String) -> Result<(), ManifestError> {
    if !is_sha256_hex(&expected) {
        return Err(ManifestError::NoHash { found: expected });
    }
    let mut places = bytes
        .windows(expected.len())
        .enumerate()
        .filter(|(_, window)| *window == expected.as_bytes())
        .map(|(at, _)| at);
    let (Some(at), None) = (places.next(), places.next()) else {
        return Err(ManifestError::NoHash { found: expected });
    };
    let mut unsealed = bytes.to_vec();
    unsealed[at..at + UNSEALED.len()].copy_from_slice(UNSEALED.as_bytes());
    let actual = sha256_hex(&unsealed);
    if actual == expected {
        Ok(())
    } else {
        Err(ManifestError::Hash { expected, actual })
    }
}

fn check_text(field: &'static str, text: &str) -> Result<(), ManifestError> {
    if text.is_empty() || text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) {
        return Err(ManifestError::Text { field });
    }
    Ok(())
}

/// Offsets within a chunk, and numbers of chunks, are bounded by what is in memory.
fn in_chunk(offset: u64) -> usize {
    usize::try_from(offset).expect("chunks are at most 1 GiB and listed in memory")
}
