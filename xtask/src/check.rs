//! `cargo xtask check`: what reviewers need not look for, cheapest first.

use std::process::Command;

use anyhow::Result;

use crate::setup::{self, PageTools, WasmOpt};
use crate::{process, tidy, workspace};

/// Packages that are built for the browser and, the engine's worker at least, for nothing else.
const BROWSER_PACKAGES: [&str; 3] = ["roichat-web", "roichat-worker", "roichat-scenes"];

/// The command, whose comments are its help and no pages.
const COMMAND: &str = "roi-cli";

/// Formatting, the project's own rules, clippy for both targets, and documentation, warnings denied.
///
/// # Errors
/// The first check that fails.
pub fn run() -> Result<()> {
    process::run(native("cargo").args(["fmt", "--all", "--check"]))?;
    tidy::run()?;

    let mut clippy = native("cargo");
    clippy.args(["clippy", "--release", "--workspace", "--all-targets"]);
    for package in BROWSER_PACKAGES {
        clippy.args(["--exclude", package]);
    }
    process::run(clippy.args(["--", "-D", "warnings"]))?;

    let tools = PageTools::ensure(WasmOpt::LeaveOut)?;
    setup::clippy(&tools)?;
    let mut clippy = tools.command("cargo");
    clippy.args(["clippy", "--release", "--target", "wasm32-unknown-unknown"]);
    for package in BROWSER_PACKAGES {
        clippy.args(["--package", package]);
    }
    process::run(
        clippy
            .args(["--", "-D", "warnings"])
            .current_dir(workspace::root()),
    )?;

    let mut docs = native("cargo");
    docs.args(["doc", "--release", "--no-deps", "--workspace"])
        .env("RUSTDOCFLAGS", "-D warnings");
    for package in BROWSER_PACKAGES.iter().chain(&[COMMAND]) {
        docs.args(["--exclude", package]);
    }
    process::run(&mut docs)
}

fn native(program: &str) -> Command {
    let mut command = process::command(program);
    command.current_dir(workspace::root());
    command
}
