//! Building the page with Trunk, and what Trunk's post-build hook adds to it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::setup::PageTools;
use crate::{model, process, shell, size, workspace};

/// Where Trunk puts the page.
#[must_use]
pub fn dist_dir() -> PathBuf {
    workspace::root().join("dist")
}

/// Builds the page into [`dist_dir`].
///
/// # Errors
/// Trunk fails.
pub fn build(tools: &PageTools) -> Result<()> {
    let mut trunk = tools.command("trunk");
    trunk.arg("build").current_dir(workspace::root());
    if tools.wasm_opt {
        trunk.args(["--release", "true"]);
    } else {
        // index.html names the cargo profiles, so the compilation is the same; Trunk runs wasm-opt
        // in its own release mode only.
        trunk.args(["--release", "false"]);
    }
    // Trunk 0.21 takes any value of this common variable but true and false for an error.
    trunk.env_remove("NO_COLOR");
    process::run(&mut trunk)
}

/// Trunk's post-build hook: the models go beside the page, it becomes an application, and the sizes are printed.
///
/// # Errors
/// Not run by Trunk, or a model cannot be made.
pub fn finish() -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR")
        .context("finish-page is run by Trunk: use `trunk build`")?;
    let staging = Path::new(&staging);
    model::copy_trained(&staging.join("model"))?;
    model::make_test_models(
        &staging.join("test-model"),
        &staging.join("quick-test-model"),
    )?;
    shell::finish(staging)?;
    let optimised = std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    let budget = if optimised {
        size::Budget::Shown
    } else {
        size::Budget::NotOptimised
    };
    size::report(staging, budget)
}
