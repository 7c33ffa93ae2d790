//! Makes the packages that the tests of the page open: the reference checkpoint, and a part of it that answers sooner.
//!
//! The converter without the rest of the `roichat` command, which would bring the whole numeric stack into
//! building a page. Behind a feature, so that `cargo xtask` itself still builds in seconds.
#![expect(clippy::print_stdout, reason = "a build step reports")]

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use roi_import::{Constants, ConvertOptions, PackageFolder, convert};
use roi_weights::{ByteRange, Layout, Manifest, PackageHeader, Packer};

const ABOUT: &str = "A test model: random weights with every part of the real model. It speaks noise, \
                     token for token the same noise as the original code with these weights.";
const ABOUT_QUICK: &str = "A test model: random weights, and less of the real model than the other test model, so that \
                           its first answer comes sooner. It speaks noise.";
const CHUNK_BYTES: u64 = 256 << 10;

fn main() -> Result<()> {
    let mut folders = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(golden), Some(quick), None) = (folders.next(), folders.next(), folders.next()) else {
        anyhow::bail!("usage: test-models FOLDER QUICK_FOLDER");
    };
    let manifest = convert_golden(&golden)?;
    report(&manifest, &golden);
    report(&pack_quick(&manifest, &golden, &quick)?, &quick);
    Ok(())
}

fn convert_golden(out: &Path) -> Result<Manifest> {
    let golden = xtask::workspace::root().join("tests/golden/tiny-gpt4roi");
    let options = ConvertOptions {
        base: Some(golden.join("base")),
        model: golden.join("delta"),
        vision: golden.join("clip"),
        out: out.to_owned(),
        // The answers are the original's only as long as no weight is rounded.
        layout: Layout::F32,
        chunk_bytes: Some(CHUNK_BYTES),
        model_id: Some("tiny-gpt4roi".to_owned()),
        about: Some(ABOUT.to_owned()),
        constants: Constants::default(),
    };
    Ok(convert(&options, &mut |_| {})?.manifest)
}

/// Packs the two smallest levels' part of the package in `golden`, with one fusion, in q8.
///
/// Nearly all of the reference checkpoint's arithmetic is convolutions over its largest level.
fn pack_quick(golden: &Manifest, golden_dir: &Path, out: &Path) -> Result<Manifest> {
    let mut stream = Vec::new();
    for chunk in &golden.chunks {
        let path = golden_dir.join(chunk.path());
        stream.extend(fs::read(&path).with_context(|| format!("reading {}", path.display()))?);
    }
    let part = |range: ByteRange| -> Result<&[u8]> {
        let start = usize::try_from(range.offset)?;
        let end = start + usize::try_from(range.length)?;
        stream.get(start..end).context("the package is cut short")
    };

    let mut config = golden.config.clone();
    config.vision.n_levels = 2;
    config.region.n_fusions = 1;
    let header = PackageHeader {
        model_id: "tiny-gpt4roi-quick".to_owned(),
        about: ABOUT_QUICK.to_owned(),
        config,
        layout: Layout::Q8,
        chunk_bytes: Some(CHUNK_BYTES),
    };
    let mut packer = Packer::new(header, PackageFolder::create(out)?)?;
    for stored in packer.plan().to_vec() {
        let whole = golden
            .tensors
            .iter()
            .find(|tensor| tensor.name == stored.name)
            .with_context(|| format!("no tensor {}", stored.name))?;
        let range = ByteRange {
            offset: whole.offset,
            length: whole.length,
        };
        let (rows, cols) = whole.matrix();
        let (rows, cols) = (usize::try_from(rows)?, usize::try_from(cols)?);
        let values = whole.layout.decode(rows, cols, part(range)?)?;
        packer.tensor(&stored.name, &stored.layout.encode(rows, cols, &values)?)?;
    }
    let (manifest, _) = packer.finish(part(golden.tokenizer)?, part(golden.licence)?)?;
    Ok(manifest)
}

fn report(manifest: &Manifest, out: &Path) {
    println!(
        "{}: {} chunks, {} bytes, in {}",
        manifest.model_id,
        manifest.chunks.len(),
        manifest.total_bytes(),
        out.display()
    );
}
