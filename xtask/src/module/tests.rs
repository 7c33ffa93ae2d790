//! The module has everything its description names, of the workspace's version, and its text shows the example as it is.

use std::fs;
use std::path::Path;

use super::{LOADER, assemble, check_version, extent, read};
use crate::workspace;

/// A page with as much of a worker as copying it takes.
fn page(loader: Option<&str>) -> tempfile::TempDir {
    let dist = tempfile::tempdir().unwrap();
    for name in ["index.html", "roichat-worker_bg.wasm", "roichat-web-1a.js"] {
        fs::write(dist.path().join(name), name).unwrap();
    }
    if let Some(loader) = loader {
        fs::write(dist.path().join(loader), loader).unwrap();
    }
    dist
}

fn has(folder: &Path, name: &str) -> bool {
    folder.join(name).is_file()
}

#[test]
fn the_module_is_the_client_its_worker_and_the_documents() {
    let dist = page(Some(LOADER));
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("module");
    fs::create_dir_all(folder.join("worker")).unwrap();
    fs::write(folder.join("worker/of-an-earlier-build.js"), "").unwrap();
    assemble(dist.path(), &folder).unwrap();
    let own = [
        "package.json",
        "index.js",
        "index.d.ts",
        "README.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "worker/roichat-worker_loader.js",
        "worker/roichat-worker_bg.wasm",
    ];
    for name in own {
        assert!(has(&folder, name), "{name}");
    }
    assert_eq!(extent(&folder).unwrap().0, own.len());
}

#[test]
fn the_client_starts_the_worker_that_lies_beside_it() {
    let client = read(&workspace::root().join("web/engine/module/index.js")).unwrap();
    assert!(client.contains(&format!("new URL(\"./worker/{LOADER}\", import.meta.url)")));
}

#[test]
fn a_page_without_the_worker_is_no_page_to_take_it_from() {
    let outer = tempfile::tempdir().unwrap();
    let folder = outer.path().join("module");
    let error = assemble(page(None).path(), &folder).unwrap_err();
    assert!(error.to_string().contains(LOADER), "{error}");
    let error = assemble(&outer.path().join("missing"), &folder).unwrap_err();
    assert!(error.to_string().contains("cargo xtask demo"), "{error}");
    assert!(!folder.exists());
}

#[test]
fn the_module_has_the_workspaces_version() {
    assert!(check_version("{ \"version\": \"0.0.0\" }").is_err());
    let package = read(&workspace::root().join("web/engine/module/package.json")).unwrap();
    check_version(&package).unwrap();
}

#[test]
fn the_readme_shows_the_example_as_it_is() {
    let readme = read(&workspace::root().join("web/engine/README.md")).unwrap();
    let example = read(&workspace::root().join("web/examples/embed/embed.js")).unwrap();
    assert!(readme.contains(&format!("```js\n{example}```")));
    assert!(example.lines().count() <= 20, "an example of twenty lines");
}
