//! Every kernel exists in all its forms under one name.

use std::path::Path;

use anyhow::Result;

pub(super) fn check(source: &Path) -> Result<Vec<String>> {
    let shaders = super::names_in(&source.join("shaders"), Some("wgsl"));
    let mut breaches = Vec::new();
    for name in &shaders {
        for form in ["ops", "reference"] {
            if !source.join(form).join(format!("{name}.rs")).is_file() {
                breaches.push(format!(
                    "roi-kernels: shaders/{name}.wgsl has no {form}/{name}.rs"
                ));
            }
        }
    }
    for name in super::names_in(&source.join("reference"), Some("rs")) {
        if !shaders.contains(&name) {
            breaches.push(format!(
                "roi-kernels: reference/{name}.rs has no shaders/{name}.wgsl"
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
