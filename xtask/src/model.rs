//! The packages beside the page: the trained model that it opens with, and those that its tests open.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::setup::wasm_target::LINKED_TOOLCHAIN;
use crate::{process, workspace};

/// Copies the repository's trained model, a package as `roichat convert` wrote it.
///
/// # Errors
/// A file cannot be copied.
pub fn copy_trained(package: &Path) -> Result<()> {
    copy_folder(&workspace::root().join("models/demo"), package)
}

/// Copies a folder and all in it.
///
/// # Errors
/// A file cannot be copied.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    let entries = from
        .read_dir()
        .with_context(|| format!("reading {}", from.display()))?;
    for entry in entries {
        let source = entry?.path();
        let target = to.join(source.file_name().context("an entry has a name")?);
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            std::fs::copy(&source, &target)
                .with_context(|| format!("copying {}", source.display()))?;
        }
    }
    Ok(())
}

/// Makes two packages of the reference checkpoint, the smallest model with every part of the real one, whose weights are random:
/// the whole of it at `golden`, with the project's own converter, and at `quick` a part of it that answers sooner.
///
/// # Errors
/// The converter cannot be built or fails.
pub fn make_test_models(golden: &Path, quick: &Path) -> Result<()> {
    let mut command = process::command("cargo");
    command
        // No package is named: their libraries are then those that the native tests have built, features and all.
        .args(["run", "--quiet", "--release", "--features"])
        .args(["xtask/test-models", "--bin", "test-models", "--"])
        .args([golden, quick])
        .current_dir(workspace::root());
    if std::env::var("RUSTUP_TOOLCHAIN").is_ok_and(|name| name == LINKED_TOOLCHAIN) {
        // Under Trunk, the toolchain is the one for wasm. This runs here, and the usual toolchain has
        // built most of it already.
        command.env_remove("RUSTUP_TOOLCHAIN");
    }
    process::run(&mut command)
}
