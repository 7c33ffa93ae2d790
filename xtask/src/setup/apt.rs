//! Packages of Debian and its relatives.

use std::process::Command;
use std::sync::OnceLock;

use anyhow::{Context as _, Result, bail};

use crate::process;

/// The package lists are fetched once per run, and only when something has to be installed.
static LISTS_FETCHED: OnceLock<()> = OnceLock::new();

/// Installs `packages`, without what they merely recommend.
///
/// # Errors
/// There is no apt-get, no right to use it, or it fails.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    if process::find("apt-get").is_none() {
        bail!("this system has no apt-get");
    }
    if LISTS_FETCHED.set(()).is_ok() {
        // Lists that cannot be refreshed may still be good enough.
        if let Err(error) = process::run(as_root("apt-get")?.args(["update", "-qq"])) {
            eprintln!("{error:#}");
        }
    }
    let mut command = as_root("apt-get")?;
    command
        .args([
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "-o",
            "DPkg::Lock::Timeout=300",
        ])
        .args(packages);
    process::run(&mut command).with_context(|| format!("installing {}", packages.join(", ")))
}

/// A command that runs as root: directly for root, else by sudo where that asks for no password.
///
/// # Errors
/// Neither is possible.
pub(super) fn as_root(program: &str) -> Result<Command> {
    let user = process::output_of(process::command("id").arg("-u"));
    let mut command = if user.as_deref().map(str::trim) == Some("0") {
        process::command(program)
    } else if process::output_of(process::command("sudo").args(["-n", "true"])).is_some() {
        let mut sudo = process::command("sudo");
        // sudo drops the environment, so the one setting apt needs travels as an argument.
        sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", program]);
        sudo
    } else {
        bail!("`{program}` needs root, or sudo without a password");
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    Ok(command)
}
