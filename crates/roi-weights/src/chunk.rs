//! Chunks: the unit in which a package is fetched, checked, stored, resumed and uploaded.

use std::fmt::Write;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Chunk size of packages of real models.
pub const CHUNK_BYTES: u64 = 16 << 20;
/// Chunk size of packages below [`SMALL_PACKAGE_BYTES`], so that these too arrive in several pieces.
pub const SMALL_CHUNK_BYTES: u64 = 256 << 10;
/// Packages below this are cut into [`SMALL_CHUNK_BYTES`].
pub const SMALL_PACKAGE_BYTES: u64 = 64 << 20;

/// One chunk as the manifest lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkEntry {
    /// SHA-256 of its bytes, 64 lower-case hex digits. Also its file name.
    pub sha256: String,
    /// Its bytes.
    pub length: u64,
}

impl ChunkEntry {
    /// The entry of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            sha256: sha256_hex(bytes),
            length: bytes.len() as u64,
        }
    }

    /// Where the chunk lies in a package: `chunks/<sha256>`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("chunks/{}", self.sha256)
    }
}

/// A chunk that is not what the manifest says. It must be neither used nor kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChunkError {
    /// Cut short, or too long.
    #[error("chunk {index} ({sha256}): expected {expected} bytes, got {actual}")]
    Length {
        /// Its place in the stream.
        index: usize,
        /// Its name.
        sha256: String,
        /// Bytes the manifest says.
        expected: u64,
        /// Bytes there are.
        actual: u64,
    },
    /// Changed bytes.
    #[error("chunk {index} ({expected}) is corrupt: its SHA-256 is {actual}")]
    Hash {
        /// Its place in the stream.
        index: usize,
        /// The hash the manifest says, which is the chunk's name.
        expected: String,
        /// The hash of the bytes.
        actual: String,
    },
}

/// Checks that `bytes` are those of chunk `index`: length first, then hash.
///
/// # Errors
/// [`ChunkError`], which names the chunk.
pub fn verify_chunk(index: usize, entry: &ChunkEntry, bytes: &[u8]) -> Result<(), ChunkError> {
    let actual_length = bytes.len() as u64;
    if actual_length != entry.length {
        return Err(ChunkError::Length {
            index,
            sha256: entry.sha256.clone(),
            expected: entry.length,
            actual: actual_length,
        });
    }
    let actual = sha256_hex(bytes);
    if actual != entry.sha256 {
        return Err(ChunkError::Hash {
            index,
            expected: entry.sha256.clone(),
            actual,
        });
    }
    Ok(())
}

/// What a piece of a chunk belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PieceTarget {
    /// The tensor of this index in the manifest.
    Tensor(usize),
    /// `tokenizer.json`.
    Tokenizer,
    /// The weights' licence text.
    Licence,
}

/// A run of bytes of one chunk that belongs to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it belongs to.
    pub target: PieceTarget,
    /// Where the run goes in the target's bytes.
    pub target_offset: u64,
    /// Where the run lies in the chunk.
    pub chunk_range: Range<usize>,
}

/// SHA-256 in 64 lower-case hex digits.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a String cannot fail");
            hex
        })
}

/// Whether this is a SHA-256 as [`sha256_hex`] writes it. Such a string is also a safe file name.
pub(crate) fn is_sha256_hex(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
