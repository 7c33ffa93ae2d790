//! `wasm-opt`, which shrinks the page's two programs. Old ones write the index of every exported table as 0, and what they
//! make of wasm-bindgen's modules does not start, so a candidate is tried on a small module first.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::{process, workspace};

/// Binaryen as npm has it: one package for every system that has Node.js.
const NPM_PACKAGE: &str = "binaryen@132.0.0";

/// A module with two tables that exports the second one as `t`.
const TWO_TABLES: &[u8] = b"\0asm\x01\0\0\0\x04\x07\x02\x70\0\0\x6f\0\0\x07\x05\x01\x01t\x01\x01";

/// The export in it: a name of one byte, `t`, table, index 1.
const EXPORT: &[u8] = b"\x01t\x01\x01";

/// A `wasm-opt` that works; `None`, with a line saying so, when there is none and none can be installed.
pub(super) fn ensure() -> Option<PathBuf> {
    match find_or_install() {
        Ok(program) => Some(program),
        Err(error) => {
            eprintln!(
                "no usable wasm-opt ({error:#}): the page will be larger. Binaryen 132 has one; `npm install -g {NPM_PACKAGE}` gets it."
            );
            None
        }
    }
}

fn find_or_install() -> Result<PathBuf> {
    let folder = workspace::cache_dir()?.join("tools").join("binaryen");
    let own = folder.join("node_modules").join(".bin").join("wasm-opt");
    let candidates = [process::find("wasm-opt"), Some(own.clone())];
    if let Some(found) = candidates
        .into_iter()
        .flatten()
        .find(|program| keeps_tables(program))
    {
        return Ok(found);
    }
    println!("a wasm-opt that keeps tables is missing: installing it with npm");
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    let mut npm = process::command("npm");
    npm.args(["install", "--silent", "--no-fund", "--no-audit", "--prefix"])
        .arg(&folder)
        .arg(NPM_PACKAGE);
    process::run(&mut npm)?;
    if !keeps_tables(&own) {
        bail!("{} is not usable", own.display());
    }
    Ok(own)
}

/// Whether the program hands a module with two tables through unharmed, no optimisation asked for.
fn keeps_tables(program: &Path) -> bool {
    let round_trip = || -> Result<Vec<u8>> {
        let folder = workspace::target_dir().join("wasm-opt-probe");
        std::fs::create_dir_all(&folder)?;
        let (before, after) = (folder.join("before.wasm"), folder.join("after.wasm"));
        std::fs::write(&before, TWO_TABLES)?;
        let mut command = process::command(program);
        command
            .args(["--enable-reference-types"])
            .arg(&before)
            .arg("-o")
            .arg(&after);
        process::output_of(&mut command).context("it failed")?;
        Ok(std::fs::read(&after)?)
    };
    round_trip().is_ok_and(|module| module.windows(EXPORT.len()).any(|bytes| bytes == EXPORT))
}
