//! The page's own package: the reference checkpoint of the tests, converted.
//!
//! It is the smallest model with every part of the real one. Its weights are random, so it speaks noise.

use std::path::Path;

use anyhow::Result;

use crate::setup::wasm_target::LINKED_TOOLCHAIN;
use crate::{process, workspace};

/// Converts the reference checkpoint into a package at `package`, with the project's own converter.
///
/// # Errors
/// The converter cannot be built or fails.
pub fn convert_golden(package: &Path) -> Result<()> {
    let mut command = process::command("cargo");
    command
        .args(["run", "--quiet", "--release", "--package", "xtask"])
        .args(["--features", "demo-model", "--bin", "demo-model", "--"])
        .arg(package)
        .current_dir(workspace::root());
    if std::env::var("RUSTUP_TOOLCHAIN").is_ok_and(|name| name == LINKED_TOOLCHAIN) {
        // Under Trunk, the toolchain is the one for wasm. This runs here, and the usual toolchain has
        // built most of it already.
        command.env_remove("RUSTUP_TOOLCHAIN");
    }
    process::run(&mut command)
}
