//! Scripts become files, the policy stands first, and the service worker knows every file of the page.

use std::fs;

use super::programs::{LOADER, own_start, without_preloads, write_loader};
use super::{POLICY, Script, service_worker, with_policy, without_inline_scripts};

const PAGE: &str = r#"<html><head>
    <meta charset="utf-8" />
    <script type="module">
import init from './a.js';
</script><script src="./b.js"></script></head></html>"#;

#[test]
fn inline_scripts_become_files_and_others_stay() {
    let as_it_is = |script: &str| Ok(script.to_owned());
    let (page, scripts) = without_inline_scripts(PAGE, as_it_is).unwrap();
    let [Script { name, text }] = &scripts[..] else {
        panic!("{scripts:?}");
    };
    assert_eq!(text, "\nimport init from './a.js';\n");
    assert!(
        page.contains(&format!(
            r#"<script type="module" src="./{name}"></script>"#
        )),
        "{page}"
    );
    assert!(
        page.ends_with(r#"<script src="./b.js"></script></head></html>"#),
        "{page}"
    );
    assert!(!page.contains("import"), "{page}");
    let (same, none) = without_inline_scripts(&page, as_it_is).unwrap();
    assert_eq!((same, none), (page, vec![]));
}

#[test]
fn a_script_without_an_end_is_an_error() {
    let as_it_is = |script: &str| Ok(script.to_owned());
    assert!(without_inline_scripts("<script>let a;", as_it_is).is_err());
    assert!(without_inline_scripts("<script", as_it_is).is_err());
}

/// As Trunk 0.21 writes it.
const TRUNKS_START: &str = "
import init, * as bindings from './roichat-web-1a.js';
const wasm = await init({ module_or_path: './roichat-web-1a_bg.wasm' });
window.wasmBindings = bindings;
dispatchEvent(new CustomEvent(\"TrunkApplicationStarted\", {detail: {wasm}}));
";

#[test]
fn the_page_is_started_by_its_own_script_which_knows_the_size_of_its_program() {
    let dist = tempfile::tempdir().unwrap();
    assert!(own_start(TRUNKS_START, dist.path()).is_err());
    fs::write(dist.path().join("roichat-web-1a_bg.wasm"), [0; 77]).unwrap();
    let script = own_start(TRUNKS_START, dist.path()).unwrap();
    for line in [
        "const PROGRAM = \"./roichat-web-1a_bg.wasm\";",
        "const GLUE = \"./roichat-web-1a.js\";",
        "const PROGRAM_BYTES = 77;",
        "async function fetchProgram(",
        "import(GLUE + query)",
    ] {
        assert!(script.contains(line), "{line}: {script}");
    }
    assert_eq!(own_start("other();", dist.path()).unwrap(), "other();");
}

#[test]
fn the_worker_is_started_by_its_own_script_which_knows_the_sizes_of_its_files() {
    let dist = tempfile::tempdir().unwrap();
    assert!(write_loader(dist.path()).is_err());
    fs::write(dist.path().join(LOADER), "import init").unwrap();
    fs::write(dist.path().join("roichat-worker_bg.wasm"), [0; 77]).unwrap();
    assert!(write_loader(dist.path()).is_err());
    fs::write(dist.path().join("roichat-worker.js"), [0; 33]).unwrap();
    write_loader(dist.path()).unwrap();
    let script = fs::read_to_string(dist.path().join(LOADER)).unwrap();
    for line in [
        "const PROGRAM_BYTES = 77;\nconst GLUE_BYTES = 33;\n",
        "async function fetchProgram(",
        "import(\"./roichat-worker.js\")",
        "new URL(\"./roichat-worker_bg.wasm\", import.meta.url)",
    ] {
        assert!(script.contains(line), "{line}: {script}");
    }
}

#[test]
fn a_program_is_not_fetched_ahead_of_the_script_that_counts_it() {
    let page = r#"<link rel="modulepreload" href="./a.js"><link rel="preload" href="./a.wasm" as="fetch" type="application/wasm"></head>
        <link rel="preload" href="./a.css" as="style"><p>"#;
    let without = r#"<link rel="modulepreload" href="./a.js"></head>
        <link rel="preload" href="./a.css" as="style"><p>"#;
    assert_eq!(without_preloads(page), without);
    assert_eq!(without_preloads(without), without);
}

#[test]
fn the_policy_stands_before_everything_that_loads() {
    let page = with_policy(PAGE).unwrap();
    assert!(page.find(POLICY).unwrap() < page.find("<script").unwrap());
    assert!(!POLICY.contains("script-src 'self' 'unsafe"));
    assert!(with_policy("<html></html>").is_err());
}

#[test]
fn the_service_worker_names_the_pages_files_and_changes_with_them() {
    let dist = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("index.html", "page"),
        ("samples/a.png", "a"),
        ("model/manifest.json", "m"),
        ("model/chunks/00", "c"),
        ("service-worker.js", "old"),
    ] {
        let path = dist.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let first = service_worker(dist.path(), "program();").unwrap();
    assert!(
        first.contains("  \"index.html\",\n  \"samples/a.png\",\n];"),
        "{first}"
    );
    assert!(
        !first.contains("manifest.json") && !first.contains("chunks"),
        "{first}"
    );
    assert!(first.ends_with("program();"));

    fs::write(dist.path().join("model/manifest.json"), "another").unwrap();
    assert_eq!(service_worker(dist.path(), "program();").unwrap(), first);
    assert_ne!(service_worker(dist.path(), "other();").unwrap(), first);
    fs::write(dist.path().join("samples/a.png"), "b").unwrap();
    assert_ne!(service_worker(dist.path(), "program();").unwrap(), first);
}
