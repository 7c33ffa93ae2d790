//! The wasm target from Debian's packages and the sources in them, for machines that do not reach rust-lang.org.
//!
//! Debian ships a compiler with the wasm backend and the standard library's sources, but not the
//! library built for `wasm32-unknown-unknown`. It is built here once and put where that compiler looks.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::apt;
use super::wasm_target::{LINKED_TOOLCHAIN, TARGET, has_target};
use crate::process;

const PACKAGES: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const SCRATCH: &str = "std_for_wasm";

/// Installs the packages, builds the library, and links the toolchain into rustup where there is one.
///
/// Returns the name of the linked toolchain.
pub(super) fn install() -> Result<Option<String>> {
    if !has_target(&mut process::command(RUSTC)) {
        apt::install(&PACKAGES)?;
        build_std()?;
    }
    if !has_target(&mut process::command(RUSTC)) {
        bail!("{RUSTC} still has no standard library for {TARGET}");
    }
    if process::find("rustup").is_none() {
        return Ok(None);
    }
    process::run(process::command("rustup").args(["toolchain", "link", LINKED_TOOLCHAIN, "/usr"]))?;
    Ok(Some(LINKED_TOOLCHAIN.to_owned()))
}

fn build_std() -> Result<()> {
    let scratch = std::env::temp_dir().join(format!("{SCRATCH}-{}", std::process::id()));
    let built = build_scratch(&scratch).and_then(|libraries| install_libraries(&libraries));
    std::fs::remove_dir_all(&scratch).with_context(|| format!("removing {}", scratch.display()))?;
    built
}

/// Builds an empty library for the target, and with it the standard library; returns the latter's files.
fn build_scratch(scratch: &Path) -> Result<Vec<PathBuf>> {
    std::fs::create_dir_all(scratch.join("src"))?;
    std::fs::write(scratch.join("src/lib.rs"), "")?;
    let manifest = format!(
        "[package]\nname = \"{SCRATCH}\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\"]\n[workspace]\n"
    );
    std::fs::write(scratch.join("Cargo.toml"), manifest)?;
    let mut command = process::command(CARGO);
    command
        .args([
            "build",
            "--quiet",
            "--release",
            "--target",
            TARGET,
            "-Zbuild-std=std,panic_abort",
        ])
        .current_dir(scratch)
        .env("RUSTC", RUSTC)
        // What lets a stable compiler build its own standard library.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", scratch.join("target"))
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("RUSTFLAGS");
    process::run(&mut command)?;
    libraries_in(&scratch.join("target").join(TARGET).join("release/deps"))
}

fn libraries_in(dir: &Path) -> Result<Vec<PathBuf>> {
    let entries = dir
        .read_dir()
        .with_context(|| format!("reading {}", dir.display()))?;
    let mut libraries = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let own = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().contains(SCRATCH));
        if path
            .extension()
            .is_some_and(|extension| extension == "rlib")
            && !own
        {
            libraries.push(path);
        }
    }
    Ok(libraries)
}

/// Copies into a folder beside the place and renames, so that the compiler sees all of the library or none.
fn install_libraries(libraries: &[PathBuf]) -> Result<()> {
    let place = process::output_of(process::command(RUSTC).args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]))
    .with_context(|| format!("{RUSTC} does not say where it looks for {TARGET}"))?;
    let place = PathBuf::from(place.trim());
    let beside = place.with_extension(format!("new-{}", std::process::id()));
    process::run(apt::as_root("mkdir")?.arg("-p").arg(&beside))?;
    // Many long names: shown as one line they would hide everything else.
    let status = apt::as_root("cp")?.args(libraries).arg(&beside).status()?;
    if !status.success() {
        bail!(
            "copying the standard library to {} failed: {status}",
            beside.display()
        );
    }
    // What lies there is incomplete, or this would not run.
    process::run(apt::as_root("rm")?.arg("-rf").arg(&place))?;
    process::run(apt::as_root("mv")?.arg(&beside).arg(&place))
}

#[cfg(test)]
mod tests {
    use super::libraries_in;

    #[test]
    fn the_scratch_crate_itself_is_not_installed() {
        let dir = tempfile::tempdir().unwrap();
        for name in [
            "libcore-1a.rlib",
            "libcore-1a.rmeta",
            "libstd_for_wasm.rlib",
            "std_for_wasm.wasm",
        ] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        assert_eq!(
            libraries_in(dir.path()).unwrap(),
            [dir.path().join("libcore-1a.rlib")]
        );
    }
}
