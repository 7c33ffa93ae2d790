//! `cargo xtask module`: the engine as a package for npm, so that pages of others can have it.
//!
//! Nothing is built here: the worker is the page's own, and what stands around it is in `web/engine`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::size::{self, Budget};
use crate::{model, page, workspace};

/// What the names of the worker's files begin with: the name of its package.
const WORKER: &str = "roichat-worker";
/// The script that a page starts the worker with.
const LOADER: &str = "roichat-worker_loader.js";
/// Files of the checkout that go beside the module's own.
const DOCUMENTS: [&str; 3] = ["web/engine/README.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// Puts the module together from the built page and says how large it is.
///
/// # Errors
/// As [`assemble`].
pub fn run() -> Result<()> {
    let folder = workspace::target_dir().join("module");
    assemble(&page::dist_dir(), &folder)?;
    size::report(&folder.join("worker"), Budget::Shown)?;
    let (files, bytes) = extent(&folder)?;
    println!(
        "module {:>6} MB in {files} files, at {folder}: `npm pack {folder}` packs it",
        size::megabytes(bytes),
        folder = folder.display()
    );
    Ok(())
}

/// Makes `folder` the module, with the worker of the page built in `dist`.
///
/// # Errors
/// There is no built page, the module's version is not the workspace's, or a file cannot be copied.
pub fn assemble(dist: &Path, folder: &Path) -> Result<()> {
    let source = workspace::root().join("web/engine/module");
    check_version(&read(&source.join("package.json"))?)?;
    let worker = worker_files(dist)?;
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("removing {}", folder.display()))?;
    }
    model::copy_folder(&source, folder)?;
    for document in DOCUMENTS {
        copy_into(&workspace::root().join(document), folder)?;
    }
    let beside = folder.join("worker");
    fs::create_dir_all(&beside).with_context(|| format!("making {}", beside.display()))?;
    for file in worker {
        copy_into(&file, &beside)?;
    }
    Ok(())
}

/// Copies a file into a folder under its own name.
///
/// # Errors
/// It cannot be copied.
pub(crate) fn copy_into(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("a file has a name")?;
    fs::copy(file, folder.join(name)).with_context(|| format!("copying {}", file.display()))?;
    Ok(())
}

fn check_version(package: &str) -> Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    ensure!(
        package.contains(&format!("\"version\": \"{version}\"")),
        "web/engine/module/package.json is of another version than the workspace, {version}"
    );
    Ok(())
}

/// The files of the worker on a built page.
fn worker_files(dist: &Path) -> Result<Vec<PathBuf>> {
    let entries = dist.read_dir().with_context(|| {
        format!(
            "no built page at {}: `cargo xtask demo` builds it",
            dist.display()
        )
    })?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(WORKER) {
            files.push(entry.path());
        }
    }
    let is_loader = |file: &PathBuf| file.ends_with(LOADER);
    if !files.iter().any(is_loader) {
        bail!("the page at {} has no {LOADER}", dist.display());
    }
    Ok(files)
}

/// Number of the files in a folder and all below, and their bytes.
fn extent(folder: &Path) -> Result<(usize, u64)> {
    let (mut files, mut bytes) = (0, 0);
    for entry in folder.read_dir()? {
        let entry = entry?;
        let (more_files, more_bytes) = if entry.file_type()?.is_dir() {
            extent(&entry.path())?
        } else {
            (1, entry.metadata()?.len())
        };
        files += more_files;
        bytes += more_bytes;
    }
    Ok((files, bytes))
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

#[cfg(test)]
mod tests;
