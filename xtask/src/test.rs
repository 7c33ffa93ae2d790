//! `cargo xtask test`: every test there is, from a fresh clone.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::setup::{self, Browser, PageTools, WasmOpt};
use crate::{page, process, workspace};

/// Sets up, then runs the native tests, builds the page, and runs the browser tests.
///
/// A failure in one part does not keep the others from running.
///
/// # Errors
/// A tool is missing, the page does not build, or a test fails.
pub fn run() -> Result<()> {
    let tools = PageTools::ensure(WasmOpt::LeaveOut)?;
    let browser = Browser::ensure()?;
    let vulkan = setup::vulkan();

    let mut totals = Totals::default();
    totals.add("native", &mut native_tests(vulkan)?)?;
    page::build(&tools)?;
    totals.add("browser", &mut browser_tests(&browser))?;

    println!("\n{}", totals.line());
    if totals.failed > 0 || !totals.broken.is_empty() {
        bail!("not everything passed");
    }
    Ok(())
}

fn cargo_test() -> Command {
    let mut command = process::command("cargo");
    command
        // No documentation tests: there are none, and looking for them takes a minute.
        .args(["test", "--release", "--no-fail-fast", "--all-targets"])
        .current_dir(workspace::root());
    command
}

fn native_tests(vulkan: bool) -> Result<Command> {
    let mut command = cargo_test();
    if vulkan {
        // A driver was found, so a test that finds none has found a mistake.
        command.env("ROI_REQUIRE_GPU", "1");
    }
    if std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        // Mesa complains on every start without one.
        let dir = workspace::target_dir().join("runtime");
        std::fs::create_dir_all(&dir).with_context(|| format!("making {}", dir.display()))?;
        command.env("XDG_RUNTIME_DIR", dir);
    }
    Ok(command)
}

fn browser_tests(browser: &Browser) -> Command {
    let mut command = cargo_test();
    command
        .args(["--package", "roichat-e2e"])
        .env("ROI_REQUIRE_BROWSER", "1")
        .env("ROICHAT_DIST", page::dist_dir())
        .env("CHROME", &browser.chrome)
        .env("CHROMEDRIVER", &browser.driver);
    command
}

/// Sums over all test programs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Totals {
    passed: u64,
    failed: u64,
    ignored: u64,
    programs: u64,
    /// Parts whose cargo ended badly, which covers what gives no totals: a build error, a crash.
    broken: Vec<String>,
}

impl Totals {
    /// Runs one `cargo test`, showing its output while it comes, and adds up its results.
    fn add(&mut self, part: &str, command: &mut Command) -> Result<()> {
        println!("\n== {part} tests");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting cargo test")?;
        let output = child.stdout.take().context("cargo's output")?;
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            self.count(&line);
        }
        if !child.wait()?.success() {
            self.broken.push(part.to_owned());
        }
        Ok(())
    }

    /// `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s`
    fn count(&mut self, line: &str) {
        let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        self.programs += 1;
        for count in counts.split(';') {
            let Some((number, what)) = count.trim().split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }

    fn line(&self) -> String {
        let broken = match self.broken.as_slice() {
            [] => String::new(),
            parts => format!("; failed parts: {}", parts.join(", ")),
        };
        format!(
            "test totals: {} passed; {} failed; {} ignored; {} test programs{broken}",
            self.passed, self.failed, self.ignored, self.programs
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Totals;

    #[test]
    fn totals_add_up_over_programs() {
        let mut totals = Totals::default();
        for line in [
            "running 7 tests",
            "test result: ok. 5 passed; 0 failed; 2 ignored; 0 measured; 3 filtered out; finished in 0.01s",
            "test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s",
            "a test printed: test result: ok. 9 passed; 0 failed",
        ] {
            totals.count(line);
        }
        assert_eq!(
            totals.line(),
            "test totals: 9 passed; 1 failed; 2 ignored; 2 test programs"
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_dies_without_totals_is_reported() {
        let mut totals = Totals::default();
        totals
            .add(
                "native",
                std::process::Command::new("sh").args(["-c", "echo compiling; exit 101"]),
            )
            .unwrap();
        assert!(
            totals
                .line()
                .ends_with("0 test programs; failed parts: native"),
            "{}",
            totals.line()
        );
    }
}
