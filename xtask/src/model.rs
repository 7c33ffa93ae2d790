//! The page's own package: the reference checkpoint of the tests, converted.
//!
//! It is the smallest model with every part of the real one. Its weights are random, so it speaks noise,
//! the same noise as the original code with these weights.

use std::path::Path;

use anyhow::Result;

use crate::{process, workspace};

/// Converts the reference checkpoint into a package at `package`, with the project's own converter.
///
/// # Errors
/// The converter cannot be built or fails.
pub fn convert_golden(package: &Path) -> Result<()> {
    let golden = workspace::root().join("tests/golden/tiny-gpt4roi");
    let mut command = process::command("cargo");
    command
        .args([
            "run",
            "--quiet",
            "--release",
            "--package",
            "roi-cli",
            "--bin",
            "roichat",
            "--",
            "convert",
        ])
        .arg("--base")
        .arg(golden.join("base"))
        .arg("--delta")
        .arg(golden.join("delta"))
        .arg("--vision")
        .arg(golden.join("clip"))
        .args(["--quant", "f32", "--out"])
        .arg(package)
        .current_dir(workspace::root());
    process::run(&mut command)
}
