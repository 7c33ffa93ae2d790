//! The package format: manifest, chunks, hashes and quantised layouts. Bytes in, bytes out; nothing here does IO.
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "tests"))]

mod config;
mod layout;

pub use config::{
    Activation, ConfigError, DecoderConfig, ModelConfig, RegionConfig, TokenIds, VisionConfig,
};
pub use layout::{GROUP, Layout, LayoutError, Q4_ZERO, RowEncoder};
