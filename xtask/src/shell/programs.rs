//! The scripts that bring the page's programs, in place of Trunk's: they tell how much has come, and what to do where nothing comes.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use crate::workspace;

/// What both scripts fetch a program with.
const FETCHING: &str = "web/program.js";
const PAGE_SCRIPT: &str = "web/app/start.js";
const WORKER_SCRIPT: &str = "web/engine/loader.js";
/// Where Trunk puts the worker's script.
pub(super) const LOADER: &str = "roichat-worker_loader.js";
/// The files that are the worker's program.
const WORKER_FILES: [&str; 2] = ["roichat-worker_bg.wasm", "roichat-worker.js"];

/// The script that starts the page, for the one that Trunk wrote into it; any other script as it is.
///
/// # Errors
/// Trunk's names no files, or a file cannot be read.
pub(super) fn own_start(script: &str, dist: &Path) -> Result<String> {
    if !script.contains("TrunkApplicationStarted") {
        return Ok(script.to_owned());
    }
    let named = |ending: &str| {
        let mut quoted = script.split('\'').skip(1).step_by(2);
        quoted
            .find(|text| text.ends_with(ending))
            .with_context(|| format!("Trunk's start of the page names no {ending}"))
    };
    let (program, glue) = (named(".wasm")?, named(".js")?);
    let bytes = size(&dist.join(program))?;
    Ok(format!(
        "const PROGRAM = {program:?};\nconst GLUE = {glue:?};\nconst PROGRAM_BYTES = {bytes};\n\n{}\n{}",
        source(FETCHING)?,
        source(PAGE_SCRIPT)?
    ))
}

/// Writes the script that starts the engine's worker over Trunk's.
///
/// # Errors
/// Trunk has built no worker, or a file cannot be read or written.
pub(super) fn write_loader(dist: &Path) -> Result<()> {
    let loader = dist.join(LOADER);
    ensure!(loader.is_file(), "Trunk has written no {LOADER}");
    let [program, glue] = WORKER_FILES.map(|name| size(&dist.join(name)));
    let script = format!(
        "const PROGRAM_BYTES = {};\nconst GLUE_BYTES = {};\n\n{}\n{}",
        program?,
        glue?,
        source(FETCHING)?,
        source(WORKER_SCRIPT)?
    );
    fs::write(&loader, script).with_context(|| format!("writing {}", loader.display()))
}

/// The page without the links by which a browser would fetch a program ahead: it would not be the one that is counted, and come
/// twice.
pub(super) fn without_preloads(html: &str) -> String {
    const OPEN: &str = r#"<link rel="preload""#;
    let mut parts = html.split(OPEN);
    let mut page = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (link, rest) = part.split_once('>').unwrap_or((part, ""));
        if !link.contains(r#"as="fetch""#) {
            page.push_str(OPEN);
            page.push_str(link);
            page.push('>');
        }
        page.push_str(rest);
    }
    page
}

fn size(file: &Path) -> Result<u64> {
    let found = file.metadata();
    Ok(found
        .with_context(|| format!("no {}", file.display()))?
        .len())
}

fn source(name: &str) -> Result<String> {
    let file = workspace::root().join(name);
    fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))
}
