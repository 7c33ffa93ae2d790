//! What makes the built page an application: it starts without a network, and runs no script that is not a file of its own.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};

use crate::workspace;

mod programs;
#[cfg(test)]
mod tests;

/// Folders whose files the engine keeps by itself, chunk by chunk.
const PACKAGES: [&str; 3] = ["model", "test-model", "quick-test-model"];
const SERVICE_WORKER: &str = "service-worker.js";
const INDEX: &str = "index.html";

/// What the page may load and run. Colours of regions are style attributes; a model comes through the engine's worker, to
/// which the page's policy does not extend.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; connect-src 'self'; worker-src 'self'; \
     manifest-src 'self'; base-uri 'none'; form-action 'none'";

/// Turns what Trunk built in `dist` into an application.
///
/// # Errors
/// A file cannot be read or written, or `index.html` is not as Trunk writes it.
pub fn finish(dist: &Path) -> Result<()> {
    let index = dist.join(INDEX);
    let html =
        fs::read_to_string(&index).with_context(|| format!("reading {}", index.display()))?;
    let own_start = |script: &str| programs::own_start(script, dist);
    let (html, scripts) = without_inline_scripts(&html, own_start)?;
    for script in &scripts {
        fs::write(dist.join(&script.name), &script.text)?;
    }
    fs::write(&index, with_policy(&programs::without_preloads(&html))?)?;
    programs::write_loader(dist)?;
    write_service_worker(dist)
}

/// Writes the service worker for the files that are in `dist` now, also over an earlier one.
///
/// # Errors
/// A file cannot be read or written.
pub fn write_service_worker(dist: &Path) -> Result<()> {
    let source = workspace::root().join("web/app").join(SERVICE_WORKER);
    let program =
        fs::read_to_string(&source).with_context(|| format!("reading {}", source.display()))?;
    let worker = service_worker(dist, &program)?;
    fs::write(dist.join(SERVICE_WORKER), worker)?;
    Ok(())
}

/// A script that stood in the page.
#[derive(Debug, PartialEq)]
struct Script {
    name: String,
    text: String,
}

/// The page with its inline scripts as files, named by what is in them, which is what `rewrite` makes of them.
fn without_inline_scripts(
    html: &str,
    rewrite: impl Fn(&str) -> Result<String>,
) -> Result<(String, Vec<Script>)> {
    const OPEN: &str = "<script";
    const CLOSE: &str = "</script>";
    let (mut page, mut scripts, mut rest) = (String::new(), Vec::new(), html);
    while let Some(start) = rest.find(OPEN) {
        let tag_end = rest[start..]
            .find('>')
            .context("a script tag without an end")?
            + start;
        let end = rest[tag_end..]
            .find(CLOSE)
            .context("a script without an end")?
            + tag_end;
        let (tag, text) = (&rest[start..tag_end], &rest[tag_end + 1..end]);
        page.push_str(&rest[..start]);
        if tag.contains("src=") {
            page.push_str(&rest[start..end]);
        } else {
            let text = rewrite(text)?;
            let name = format!("start-{}.js", &hex(&Sha256::digest(&text))[..16]);
            write!(page, r#"{tag} src="./{name}">"#)?;
            scripts.push(Script { name, text });
        }
        rest = &rest[end..];
        page.push_str(CLOSE);
        rest = &rest[CLOSE.len()..];
    }
    page.push_str(rest);
    Ok((page, scripts))
}

/// The page with [`POLICY`] in front of everything that loads something.
fn with_policy(html: &str) -> Result<String> {
    const FIRST: &str = r#"<meta charset="utf-8" />"#;
    let Some(place) = html.find(FIRST) else {
        bail!("index.html does not begin with {FIRST}");
    };
    let (before, after) = html.split_at(place + FIRST.len());
    Ok(format!(
        "{before}\n    <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\" />{after}"
    ))
}

/// The service worker for the files in `dist`: their names and a hash of them all, then `program`.
fn service_worker(dist: &Path, program: &str) -> Result<String> {
    let mut files = Vec::new();
    list(dist, Path::new(""), &mut files)?;
    files.sort();
    let mut hash = Sha256::new();
    hash.update(program);
    let mut names = String::new();
    for file in &files {
        let bytes =
            fs::read(dist.join(file)).with_context(|| format!("reading {}", file.display()))?;
        let name = file.to_str().context("a file name that is not UTF-8")?;
        hash.update(name);
        hash.update(Sha256::digest(&bytes));
        writeln!(names, "  {name:?},")?;
    }
    let version = hex(&hash.finalize());
    Ok(format!(
        "const VERSION = \"{}\";\nconst FILES = [\n{names}];\n\n{program}",
        &version[..16]
    ))
}

/// The files of the page below `folder`, without packages and the service worker itself.
fn list(dist: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dist.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            if !PACKAGES.iter().any(|package| path == Path::new(package)) {
                list(dist, &path, files)?;
            }
        } else if path != Path::new(SERVICE_WORKER) {
            files.push(path);
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
