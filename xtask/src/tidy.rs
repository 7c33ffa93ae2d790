//! `cargo xtask tidy`: the rules of this repository that no other tool knows.

mod architecture;
mod dependencies;
mod files;
mod kernels;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::workspace;

/// Folders with the project's own source.
const SOURCE_FOLDERS: [&str; 4] = ["crates", "tests", "web", "xtask"];

/// Checks every rule and prints each breach.
///
/// # Errors
/// There is a breach, or something cannot be read.
pub fn run() -> Result<()> {
    let root = workspace::root();
    let mut breaches = files::check(&root)?;
    breaches.extend(kernels::check(&root.join("crates/roi-kernels/src"))?);
    breaches.extend(architecture::check(&root)?);
    breaches.extend(dependencies::check(&root)?);
    for breach in &breaches {
        println!("tidy: {breach}");
    }
    match breaches.len() {
        0 => Ok(()),
        n => bail!("{n} breaches of the project's rules"),
    }
}

/// All files under `folder` with this extension, in order; build outputs left out.
fn files_with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries = folder
            .read_dir()
            .with_context(|| format!("reading {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                if path.file_name().is_some_and(|name| name != "target") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Names of the folders and files directly in `folder`, without extension; none when there is no such folder.
fn names_in(folder: &Path, extension: Option<&str>) -> Vec<String> {
    let Ok(entries) = folder.read_dir() else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().and_then(|found| found.to_str()) == extension)
        .filter_map(|path| {
            path.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
        })
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests;
