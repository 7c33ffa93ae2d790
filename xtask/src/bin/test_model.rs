//! Converts the tests' reference checkpoint into a package for the page.
//!
//! The converter without the rest of the `roichat` command, which would bring the whole numeric stack into
//! building a page. Behind a feature, so that `cargo xtask` itself still builds in seconds.
#![expect(clippy::print_stdout, reason = "a build step reports")]

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use roi_import::{Constants, ConvertOptions, convert};
use roi_weights::Layout;

const ABOUT: &str = "A test model: random weights with every part of the real model. It speaks noise, \
                     token for token the same noise as the original code with these weights.";

fn main() -> Result<()> {
    let out = std::env::args_os()
        .nth(1)
        .context("usage: test-model FOLDER")?;
    let out = PathBuf::from(out);
    let golden = xtask::workspace::root().join("tests/golden/tiny-gpt4roi");
    let options = ConvertOptions {
        base: Some(golden.join("base")),
        model: golden.join("delta"),
        vision: golden.join("clip"),
        out: out.clone(),
        // The answers are the original's only as long as no weight is rounded.
        layout: Layout::F32,
        chunk_bytes: Some(256 << 10),
        model_id: Some("tiny-gpt4roi".to_owned()),
        about: Some(ABOUT.to_owned()),
        constants: Constants::default(),
    };
    let report = convert(&options, &mut |_| {})?;
    let manifest = &report.manifest;
    println!(
        "test model: {} chunks, {} bytes, in {}",
        manifest.chunks.len(),
        manifest.total_bytes(),
        out.display()
    );
    Ok(())
}
