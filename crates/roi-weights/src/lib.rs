//! The package format: manifest, chunks, hashes and quantised layouts. Bytes in, bytes out; nothing here does IO.
//!
//! A package is `manifest.json` and `chunks/<sha256>`. The chunks, put together, are one stream that holds every tensor in
//! the order in which the model first needs it, then `tokenizer.json` and the licence of the weights.
//!
//! Writing: [`Packer`] takes the tensors that [`stored_tensors`] lists, each encoded in its [`Layout`], and hands chunks and
//! manifest to a [`PackageWriter`]. Reading: [`Manifest::parse`] what a [`PackageSource`] gives, [`verify_chunk`] each chunk
//! that comes, and put its [`pieces`](Manifest::pieces) where they belong.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod chunk;
mod compare;
mod config;
#[cfg(test)]
mod fixture;
mod layout;
mod manifest;
mod pack;
mod presets;
mod source;
mod tensors;

pub use chunk::{
    CHUNK_BYTES, ChunkEntry, ChunkError, Piece, PieceTarget, SMALL_CHUNK_BYTES,
    SMALL_PACKAGE_BYTES, sha256_hex, verify_chunk,
};
pub use compare::{TensorMismatch, WrongShape};
pub use config::{
    Activation, ConfigError, DecoderConfig, ModelConfig, RegionConfig, TokenIds, VisionConfig,
};
pub use layout::{GROUP, Layout, LayoutError, Q4_ZERO, RowEncoder};
pub use manifest::{ALIGN, ByteRange, FORMAT_VERSION, Manifest, ManifestError, TensorEntry};
pub use pack::{PackError, PackageHeader, PackageWriter, Packer};
pub use source::{MemoryPackage, PackageSource, SourceError};
pub use tensors::{
    LAYOUT_RULE, MAX_TENSOR_BYTES, StoredTensor, TensorClass, TensorError, TensorSpec,
    expected_tensors, layout_for, matrix_shape, part_name, source_name, stored_tensors,
};
