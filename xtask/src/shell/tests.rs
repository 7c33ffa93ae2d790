//! Scripts become files, the policy stands first, and the service worker knows every file of the page.

use std::fs;

use super::{POLICY, Script, service_worker, with_policy, without_inline_scripts};

const PAGE: &str = r#"<html><head>
    <meta charset="utf-8" />
    <script type="module">
import init from './a.js';
</script><script src="./b.js"></script></head></html>"#;

#[test]
fn inline_scripts_become_files_and_others_stay() {
    let (page, scripts) = without_inline_scripts(PAGE).unwrap();
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
    let (same, none) = without_inline_scripts(&page).unwrap();
    assert_eq!((same, none), (page, vec![]));
}

#[test]
fn a_script_without_an_end_is_an_error() {
    assert!(without_inline_scripts("<script>let a;").is_err());
    assert!(without_inline_scripts("<script").is_err());
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
