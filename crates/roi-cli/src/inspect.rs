//! `roichat inspect`: what is in a package, for people and as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use indicatif::{HumanBytes, HumanCount};
use roi_weights::{LAYOUT_RULE, Layout, Manifest, ModelConfig, TensorClass, TensorEntry};
use serde::Serialize;

use crate::package;

#[cfg(test)]
mod tests;

/// The command line of `inspect`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the package.
    package: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Contents<'a> {
    model_id: &'a str,
    about: &'a str,
    format_version: u32,
    manifest_sha256: &'a str,
    total_bytes: u64,
    chunk_bytes: u64,
    n_chunks: usize,
    layout_rule: &'static str,
    config: &'a ModelConfig,
    parts: Vec<Part>,
    tensors: &'a [TensorEntry],
}

/// One part of the model.
#[derive(Serialize)]
struct Part {
    name: &'static str,
    layouts: Vec<&'static str>,
    n_tensors: usize,
    weights: u64,
    bytes: u64,
}

/// Writes what the package holds. The manifest is checked, the chunks are not read.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let (manifest, _) = package::manifest(&args.package)?;
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &contents(&manifest))?;
        writeln!(out)?;
        return Ok(());
    }
    write_text(&contents(&manifest), out)
}

fn contents(manifest: &Manifest) -> Contents<'_> {
    Contents {
        model_id: &manifest.model_id,
        about: &manifest.about,
        format_version: manifest.format_version,
        manifest_sha256: &manifest.manifest_sha256,
        total_bytes: manifest.total_bytes(),
        chunk_bytes: manifest.chunk_bytes,
        n_chunks: manifest.chunks.len(),
        layout_rule: LAYOUT_RULE,
        config: &manifest.config,
        parts: parts(manifest),
        tensors: &manifest.tensors,
    }
}

fn parts(manifest: &Manifest) -> Vec<Part> {
    let part = |class: TensorClass| {
        let tensors: Vec<_> = manifest
            .tensors
            .iter()
            .filter(|tensor| TensorClass::of(&tensor.name) == Some(class))
            .collect();
        let used: BTreeSet<_> = tensors.iter().map(|tensor| tensor.layout.name()).collect();
        Part {
            name: class.name(),
            layouts: Layout::ALL
                .into_iter()
                .map(Layout::name)
                .filter(|name| used.contains(name))
                .collect(),
            n_tensors: tensors.len(),
            weights: tensors
                .iter()
                .map(|tensor| tensor.shape.iter().product::<u64>())
                .sum(),
            bytes: tensors.iter().map(|tensor| tensor.length).sum(),
        }
    };
    TensorClass::ALL.into_iter().map(part).collect()
}

fn write_text(contents: &Contents<'_>, out: &mut impl Write) -> Result<()> {
    writeln!(out, "{}: {}", contents.model_id, contents.about)?;
    writeln!(
        out,
        "format {}, {} in {} chunks of {}, manifest {}",
        contents.format_version,
        HumanBytes(contents.total_bytes),
        HumanCount(contents.n_chunks as u64),
        HumanBytes(contents.chunk_bytes),
        contents.manifest_sha256,
    )?;
    write_config(contents.config, out)?;

    writeln!(out, "\nlayouts: {}", contents.layout_rule)?;
    writeln!(
        out,
        "\n{:18} {:>8} {:>15} {:>12}  layouts",
        "part", "tensors", "weights", "size"
    )?;
    for part in &contents.parts {
        writeln!(
            out,
            "{:18} {:>8} {:>15} {:>12}  {}",
            part.name,
            part.n_tensors,
            HumanCount(part.weights).to_string(),
            HumanBytes(part.bytes).to_string(),
            part.layouts.join(", "),
        )?;
    }

    let longest = contents
        .tensors
        .iter()
        .map(|tensor| tensor.name.len())
        .max();
    let width = longest.unwrap_or(0);
    writeln!(
        out,
        "\n{:width$} {:>20} layout {:>12} {:>14}",
        "tensor", "shape", "bytes", "offset"
    )?;
    for tensor in contents.tensors {
        writeln!(
            out,
            "{:width$} {:>20} {:6} {:>12} {:>14}",
            tensor.name,
            format!("{:?}", tensor.shape),
            tensor.layout,
            tensor.length,
            tensor.offset,
        )?;
    }
    Ok(())
}

/// One line per part of the configuration, in the names of the manifest.
fn write_config(config: &ModelConfig, out: &mut impl Write) -> Result<()> {
    // By way of text, since a JSON value widens f32 to f64 and shows digits nobody wrote.
    let parts: BTreeMap<String, BTreeMap<String, serde_json::Value>> =
        serde_json::from_str(&serde_json::to_string(config)?)?;
    for (part, fields) in parts {
        write!(out, "\n{part}:")?;
        for (name, value) in fields {
            write!(out, " {name}={value}")?;
        }
    }
    writeln!(out)?;
    Ok(())
}
