//! A Rust toolchain whose standard library exists for `wasm32-unknown-unknown`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::debian_wasm;
use crate::process;

/// The target the page is built for.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

/// Name under which a toolchain that is not rustup's own is linked.
pub(crate) const LINKED_TOOLCHAIN: &str = "roichat-wasm";

/// A download that has not ended by then is taken for a network without a way out.
const DOWNLOAD_LIMIT: Duration = Duration::from_secs(180);

/// The toolchain to use instead of the current one; `None` when the current one has the target.
pub(super) fn ensure() -> Result<Option<String>> {
    if has_target(&mut process::command("rustc")) {
        return Ok(None);
    }
    if has_target(process::command("rustc").env("RUSTUP_TOOLCHAIN", LINKED_TOOLCHAIN)) {
        return Ok(Some(LINKED_TOOLCHAIN.to_owned()));
    }
    println!("The Rust target {TARGET} is missing: installing it");
    let by_rustup = add_by_rustup();
    if by_rustup.is_ok() && has_target(&mut process::command("rustc")) {
        return Ok(None);
    }
    if let Err(error) = by_rustup {
        println!("{error:#}; trying Debian's packages");
    }
    debian_wasm::install().with_context(|| {
        format!(
            "the Rust target {TARGET} is missing; with rustup, `rustup target add {TARGET}` gets it"
        )
    })
}

fn add_by_rustup() -> Result<()> {
    let mut command = process::command("rustup");
    command
        .args(["target", "add", TARGET])
        .env("RUSTUP_MAX_RETRIES", "0")
        .env("RUST_BACKTRACE", "0");
    process::run_within(&mut command, DOWNLOAD_LIMIT)
}

/// Whether the compiler finds its standard library for the target.
pub(super) fn has_target(rustc: &mut Command) -> bool {
    let output = process::output_of(rustc.args(["--print", "target-libdir", "--target", TARGET]));
    output.is_some_and(|dir| holds_std(Path::new(dir.trim())))
}

/// A folder can exist with only part of the library in it.
fn holds_std(dir: &Path) -> bool {
    let Ok(entries) = dir.read_dir() else {
        return false;
    };
    let names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let has = |start: &str| {
        names
            .iter()
            .any(|name| name.starts_with(start) && name.ends_with(".rlib"))
    };
    has("libcore-") && has("liballoc-") && has("libstd-") && has("libcompiler_builtins-")
}

#[cfg(test)]
mod tests {
    use super::holds_std;

    #[test]
    fn part_of_a_standard_library_is_none() {
        let dir = tempfile::tempdir().unwrap();
        assert!(!holds_std(&dir.path().join("missing")));
        for name in [
            "libcore-1a.rlib",
            "liballoc-1b.rlib",
            "libcompiler_builtins-1c.rlib",
            "libstd-1d.rmeta",
        ] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        assert!(!holds_std(dir.path()));
        std::fs::write(dir.path().join("libstd-1d.rlib"), "").unwrap();
        assert!(holds_std(dir.path()));
    }
}
