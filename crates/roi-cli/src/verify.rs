//! `roichat verify`: is every byte of a package right.

use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressStyle};
use roi_weights::{ChunkError, Manifest, verify_chunk};

use crate::package;

#[cfg(test)]
mod tests;

/// The command line of `verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Folder of the package.
    package: PathBuf,
}

/// What is wrong with one chunk.
#[derive(Debug)]
enum BadChunk {
    Missing {
        index: usize,
        path: String,
    },
    Unreadable {
        index: usize,
        path: String,
        reason: String,
    },
    Wrong(ChunkError),
}

impl fmt::Display for BadChunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { index, path } => write!(f, "chunk {index} ({path}) is missing"),
            Self::Unreadable {
                index,
                path,
                reason,
            } => write!(f, "chunk {index} ({path}) cannot be read: {reason}"),
            Self::Wrong(error) => error.fmt(f),
        }
    }
}

/// Checks the package and writes a line that says so, or fails naming the first bad chunk.
pub(crate) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let dir = &args.package;
    let (manifest, manifest_bytes) = package::manifest(dir)?;
    let bad = bad_chunks(dir, &manifest);
    let Some(first) = bad.first() else {
        writeln!(
            out,
            "{}: every byte is right ({}, {} chunks, {} tensors)",
            dir.display(),
            HumanBytes(manifest.total_bytes() + manifest_bytes),
            HumanCount(manifest.chunks.len() as u64),
            HumanCount(manifest.tensors.len() as u64),
        )?;
        return Ok(());
    };
    let others = match bad.len() - 1 {
        0 => String::new(),
        1 => " and 1 other chunk is bad too".into(),
        n => format!(" and {n} other chunks are bad too"),
    };
    bail!(
        "{} is damaged: {first}{others}; convert or copy the package again",
        dir.display()
    );
}

fn bad_chunks(dir: &Path, manifest: &Manifest) -> Vec<BadChunk> {
    let bar = ProgressBar::new(manifest.total_bytes()).with_style(
        ProgressStyle::with_template("verifying {bar:30} {bytes}/{total_bytes} {eta}")
            .expect("the template is constant"),
    );
    let mut bad = Vec::new();
    for (index, entry) in manifest.chunks.iter().enumerate() {
        let path = entry.path();
        match package::chunk(dir, entry) {
            Ok(Some(bytes)) => {
                bad.extend(
                    verify_chunk(index, entry, &bytes)
                        .err()
                        .map(BadChunk::Wrong),
                );
            }
            Ok(None) => bad.push(BadChunk::Missing { index, path }),
            Err(error) => bad.push(BadChunk::Unreadable {
                index,
                path,
                reason: error.to_string(),
            }),
        }
        bar.inc(entry.length);
    }
    bar.finish_and_clear();
    bad
}
