//! Sizes of the page's WebAssembly modules, as built and as they travel, against their budgets.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

/// What is expected of the sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// A module over its budget is an error.
    Enforced,
    /// A module over its budget is only marked: someone else's wasm-opt must not keep the page from being built.
    Shown,
    /// The build left out `wasm-opt`, for which budgets are not meant: sizes are printed only.
    NotOptimised,
}

/// One wasm module of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Module {
    Engine,
    Page,
    /// What draws scenes, fetched when the first one is asked for. Most of it is the glyphs.
    Scenes,
}

impl Module {
    fn of(file_name: &str) -> Self {
        if file_name.contains("worker") {
            Self::Engine
        } else if file_name.contains("scenes") {
            Self::Scenes
        } else {
            Self::Page
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Engine => "engine",
            Self::Page => "page",
            Self::Scenes => "scenes",
        }
    }

    /// Bytes after gzip.
    fn budget_bytes(self) -> u64 {
        match self {
            Self::Engine => 4_000_000,
            Self::Page => 500_000,
            Self::Scenes => 1_000_000,
        }
    }
}

/// Prints the size of every module in `dist`.
///
/// # Errors
/// There is none, or one is over its budget where that is enforced.
pub fn report(dist: &Path, budget: Budget) -> Result<()> {
    let mut files: Vec<_> = dist
        .read_dir()
        .with_context(|| format!("no built page at {}", dist.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("no wasm file in {}", dist.display());
    }
    let mut over = Vec::new();
    for file in &files {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let module = Module::of(&name);
        let (raw, gzipped) = (file.metadata()?.len(), gzipped_bytes(file)?);
        let is_over = gzipped > module.budget_bytes();
        println!(
            "{:<6} {:>6} MB, gzipped {:>5} MB of at most {} MB{}  {name}",
            module.name(),
            megabytes(raw),
            megabytes(gzipped),
            megabytes(module.budget_bytes()),
            if is_over { ", OVER BUDGET" } else { "" },
        );
        if is_over {
            over.push(module.name());
        }
    }
    match budget {
        Budget::Enforced if !over.is_empty() => bail!("over its size budget: {}", over.join(", ")),
        Budget::NotOptimised => println!("(built without wasm-opt: the published page is smaller)"),
        Budget::Enforced | Budget::Shown => {}
    }
    Ok(())
}

fn gzipped_bytes(file: &Path) -> Result<u64> {
    let output = Command::new("gzip")
        .args(["-9", "-c"])
        .arg(file)
        .stderr(Stdio::inherit())
        .output()
        .context("starting gzip")?;
    if !output.status.success() {
        bail!("gzip of {} failed: {}", file.display(), output.status);
    }
    Ok(output.stdout.len() as u64)
}

/// Two decimals, rounded up: a size is never shown below what it is.
pub(crate) fn megabytes(bytes: u64) -> String {
    let hundredths = bytes.div_ceil(10_000);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that do not compress.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state.to_le_bytes()[1]
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn a_module_over_its_budget_is_named() {
        let dist = tempfile::tempdir().unwrap();
        std::fs::write(dist.path().join("roichat-worker_bg.wasm"), noise(600_000)).unwrap();
        std::fs::write(dist.path().join("roichat-web-1a2b_bg.wasm"), noise(600_000)).unwrap();
        let error = report(dist.path(), Budget::Enforced).unwrap_err();
        assert_eq!(error.to_string(), "over its size budget: page");
        report(dist.path(), Budget::Shown).unwrap();
        report(dist.path(), Budget::NotOptimised).unwrap();
    }

    #[test]
    fn a_folder_without_modules_is_an_error() {
        let dist = tempfile::tempdir().unwrap();
        assert!(report(dist.path(), Budget::NotOptimised).is_err());
        assert!(report(&dist.path().join("missing"), Budget::NotOptimised).is_err());
    }

    #[test]
    fn megabytes_are_rounded_up() {
        assert_eq!(
            [megabytes(0), megabytes(1), megabytes(4_000_000)],
            ["0.00", "0.01", "4.00"]
        );
    }
}
