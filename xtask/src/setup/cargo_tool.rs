//! Tools that come from crates.io at one exact version.
//!
//! They are installed into the project's own cache: a user's copy of another version stays as it is.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::{process, workspace};

/// A program of a crate, wanted at one version.
#[derive(Debug)]
pub(super) struct CargoTool<'a> {
    crate_name: &'a str,
    program: &'a str,
    version: &'a str,
    install_arguments: &'a [&'a str],
    /// A quick build is worth more than a quick program that works for moments; but one that works for seconds is waited for
    /// at each build of the page.
    opt_level: &'a str,
}

impl<'a> CargoTool<'a> {
    /// The bindings generator, whose version must equal the library's.
    ///
    /// Without `--locked`: its lock file names a crate that has been withdrawn.
    pub(super) fn wasm_bindgen(version: &'a str) -> Self {
        Self {
            crate_name: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version,
            install_arguments: &[],
            opt_level: "1",
        }
    }

    /// The page's bundler, without its check for newer versions.
    pub(super) fn trunk(version: &'a str) -> Self {
        let install_arguments = &["--locked", "--no-default-features", "--features", "rustls"];
        Self {
            crate_name: "trunk",
            program: "trunk",
            version,
            install_arguments,
            opt_level: "0",
        }
    }

    /// The program, after installing it where it was missing.
    pub(super) fn ensure(&self) -> Result<PathBuf> {
        let root = workspace::cache_dir()?
            .join("tools")
            .join(format!("{}-{}", self.crate_name, self.version));
        let own = root.join("bin").join(self.program);
        let on_path = process::find(self.program);
        let candidates = [on_path, Some(own.clone())];
        if let Some(found) = candidates
            .into_iter()
            .flatten()
            .find(|program| self.is_right(program))
        {
            return Ok(found);
        }
        self.install(&root).with_context(|| {
            format!(
                "{} {} is missing; `cargo install {} --version {}` gets it",
                self.program, self.version, self.crate_name, self.version
            )
        })?;
        Ok(own)
    }

    fn is_right(&self, program: &Path) -> bool {
        process::output_of(process::command(program).arg("--version"))
            .is_some_and(|text| version_of(&text) == Some(self.version))
    }

    /// Cargo builds in a temporary folder and moves the program into place last.
    fn install(&self, root: &Path) -> Result<()> {
        println!(
            "{} {} is missing: building it, which takes some minutes",
            self.program, self.version
        );
        let mut command = process::command("cargo");
        command
            .args([
                "install",
                self.crate_name,
                "--version",
                self.version,
                "--quiet",
                "--root",
            ])
            .arg(root)
            .args(self.install_arguments)
            // The project's own target folder must not fill up with the tool's parts.
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "false")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        process::run(&mut command)
    }
}

/// `wasm-bindgen 0.2.130`, `trunk 0.21.14`, `ChromeDriver 156.0.1 (…)`: the second word.
pub(super) fn version_of(text: &str) -> Option<&str> {
    text.split_whitespace().nth(1)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn tool_saying(line: &str) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("trunk");
        std::fs::write(&program, format!("#!/bin/sh\necho '{line}'\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        (dir, program)
    }

    #[test]
    fn only_the_exact_version_is_used() {
        let tool = CargoTool::trunk("0.21.14");
        for (line, right) in [
            ("trunk 0.21.14", true),
            ("trunk 0.21.1", false),
            ("trunk 0.21.14-rc.1", false),
            ("", false),
        ] {
            let (_dir, program) = tool_saying(line);
            assert_eq!(tool.is_right(&program), right, "{line}");
        }
    }

    #[test]
    fn a_tool_that_is_not_there_is_not_right() {
        assert!(!CargoTool::trunk("0.21.14").is_right(Path::new("/no/such/trunk")));
    }
}
