//! Every kernel exists in all its forms under one name.
//!
//! A further pass of an op has the op's name and a word: `group_norm_stats.wgsl` belongs to `group_norm`.

use std::path::Path;

use anyhow::Result;

pub(super) fn check(source: &Path) -> Result<Vec<String>> {
    let shaders = super::names_in(&source.join("shaders"), Some("wgsl"));
    let ops = super::names_in(&source.join("ops"), Some("rs"));
    let twins = super::names_in(&source.join("reference"), Some("rs"));
    let mut breaches = Vec::new();
    for shader in &shaders {
        for (folder, forms) in [("ops", &ops), ("reference", &twins)] {
            if !forms.iter().any(|op| is_pass_of(shader, op)) {
                breaches.push(format!(
                    "roi-kernels: shaders/{shader}.wgsl has no {folder}/{shader}.rs"
                ));
            }
        }
    }
    for twin in twins.iter().filter(|name| *name != "mod") {
        if !shaders.iter().any(|shader| is_pass_of(shader, twin)) {
            breaches.push(format!(
                "roi-kernels: reference/{twin}.rs has no shaders/{twin}.wgsl"
            ));
        }
    }
    for name in super::names_in(&source.join("shaders/subgroup"), Some("wgsl")) {
        if !shaders.contains(&name) {
            breaches.push(format!(
                "roi-kernels: shaders/subgroup/{name}.wgsl has no shaders/{name}.wgsl"
            ));
        }
    }
    Ok(breaches)
}

fn is_pass_of(shader: &str, op: &str) -> bool {
    shader
        .strip_prefix(op)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}
