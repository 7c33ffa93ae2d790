//! The tools the project needs: looked for, used when present, installed when possible, else named in one line.
//!
//! Each tool is one small file below. None leaves a half-made state behind: what is built is built
//! beside its place and renamed into it.

mod apt;
mod browser;
mod cargo_tool;
mod debian_wasm;
mod vulkan;
mod wasm_opt;
pub(crate) mod wasm_target;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

pub use browser::Browser;

use crate::process;
use cargo_tool::CargoTool;

/// Trunk's version; newer ones need a newer Rust than the rest of the project.
const TRUNK_VERSION: &str = "0.21.14";

/// What building the page takes.
#[derive(Debug)]
pub struct PageTools {
    /// The rustup toolchain that has the wasm target, when it is not the current one.
    pub toolchain: Option<String>,
    /// Whether `wasm-opt` is there.
    pub wasm_opt: bool,
    programs: Vec<PathBuf>,
    path: OsString,
}

/// Whether the page is wanted small or soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WasmOpt {
    /// `wasm-opt` shrinks the modules to a third and takes minutes.
    Use,
    /// Tests leave it out: it changes nothing but size and time.
    LeaveOut,
}

impl PageTools {
    /// Finds or installs the wasm target, wasm-bindgen, Trunk and, where wanted, `wasm-opt`.
    ///
    /// # Errors
    /// A tool is missing and cannot be installed; the message says how to get it.
    pub fn ensure(wasm_opt: WasmOpt) -> Result<Self> {
        let toolchain = wasm_target::ensure()?;
        let bindgen_version = crate::workspace::locked_version("wasm-bindgen")?;
        let bindgen = CargoTool::wasm_bindgen(&bindgen_version);
        let trunk = CargoTool::trunk(TRUNK_VERSION);
        // Where both are built, each leaves cores idle in places.
        let (bindgen, trunk) = std::thread::scope(|scope| {
            let trunk = scope.spawn(|| trunk.ensure());
            (bindgen.ensure(), trunk.join())
        });
        let trunk = trunk.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let bindgen = bindgen?;
        let optimiser = (wasm_opt == WasmOpt::Use).then(wasm_opt::ensure).flatten();
        let wasm_opt = optimiser.is_some();
        let programs: Vec<PathBuf> = [bindgen, trunk].into_iter().chain(optimiser).collect();
        let folders: Vec<PathBuf> = programs
            .iter()
            .filter_map(|program| program.parent())
            .map(Path::to_path_buf)
            .collect();
        let path = process::path_with(&folders)?;
        Ok(Self {
            toolchain,
            wasm_opt,
            programs,
            path,
        })
    }

    /// A command that sees these tools first.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = process::command(program);
        command.env("PATH", &self.path);
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }
}

/// `cargo xtask setup`: everything that `demo` and `test` would look for, and what was found.
///
/// # Errors
/// A tool is missing and cannot be installed.
pub fn run() -> Result<()> {
    let tools = PageTools::ensure(WasmOpt::Use)?;
    let browser = Browser::ensure()?;
    let toolchain = tools.toolchain.as_deref().unwrap_or("the current one");
    println!("toolchain with the wasm target: {toolchain}");
    for program in &tools.programs {
        println!("{}", program.display());
    }
    println!("{}\n{}", browser.chrome.display(), browser.driver.display());
    println!(
        "wasm-opt: {}\nVulkan driver: {}",
        yes_or_no(tools.wasm_opt),
        yes_or_no(vulkan())
    );
    Ok(())
}

fn yes_or_no(there: bool) -> &'static str {
    if there { "yes" } else { "no" }
}

/// Finds or installs a Vulkan driver for the native GPU tests; false, with a line saying so, when there is none.
#[must_use]
pub fn vulkan() -> bool {
    vulkan::ensure()
}

/// Finds or installs clippy for the toolchain that builds wasm.
///
/// # Errors
/// It is missing and cannot be installed.
pub fn clippy(tools: &PageTools) -> Result<()> {
    let present =
        || process::output_of(tools.command("cargo").args(["clippy", "--version"])).is_some();
    if present() {
        return Ok(());
    }
    match &tools.toolchain {
        Some(_) => apt::install(&["rust-web-clippy"]),
        None => process::run(process::command("rustup").args(["component", "add", "clippy"])),
    }
}
