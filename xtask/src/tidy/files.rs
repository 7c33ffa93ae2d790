//! Rules for single source files.

use std::path::Path;

use anyhow::{Context as _, Result};

/// Longer files hold more than one idea.
const MAX_LINES: usize = 800;

/// The one crate whose duty is the difference between targets.
const PLATFORM_CRATE: &str = "crates/roi-platform/";

pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for folder in super::SOURCE_FOLDERS {
        for path in super::files_with_extension(&root.join(folder), "rs")? {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("reading {}", path.display()))?;
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            breaches.extend(breaches_of(&name, &text));
        }
    }
    Ok(breaches)
}

fn breaches_of(name: &str, text: &str) -> Vec<String> {
    let mut breaches = Vec::new();
    if !text.starts_with("//! ") {
        breaches.push(format!(
            "{name}: does not open with a `//!` line saying what it is for"
        ));
    }
    let n_lines = text.lines().count();
    if n_lines > MAX_LINES {
        breaches.push(format!("{name}: {n_lines} lines, more than {MAX_LINES}"));
    }
    let is_library = name.starts_with("crates/")
        && !name.starts_with(PLATFORM_CRATE)
        && !name.ends_with("tests.rs");
    // Spelled in two parts, so that this rule does not find itself.
    let target_cfg = concat!("cfg(", "target_");
    if is_library && text.contains(target_cfg) {
        breaches.push(format!("{name}: a target cfg outside roi-platform"));
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::breaches_of;

    #[test]
    fn a_file_opens_with_its_purpose() {
        assert!(breaches_of("crates/roi-geom/src/lib.rs", "//! Boxes.\nmod a;\n").is_empty());
        assert_eq!(
            breaches_of("crates/roi-geom/src/lib.rs", "mod a;\n//! Boxes.\n").len(),
            1
        );
    }

    #[test]
    fn a_file_has_at_most_800_lines() {
        let file = |n_lines: usize| "//! Long.\n".to_owned() + &"x\n".repeat(n_lines - 1);
        assert!(breaches_of("xtask/src/a.rs", &file(800)).is_empty());
        assert_eq!(
            breaches_of("xtask/src/a.rs", &file(801)),
            ["xtask/src/a.rs: 801 lines, more than 800"]
        );
    }

    #[test]
    fn target_cfgs_stay_in_the_platform_crate() {
        let text = format!(
            "//! A.\n#[{}arch = \"wasm32\")]\nmod a;\n",
            concat!("cfg(", "target_")
        );
        assert_eq!(breaches_of("crates/roi-engine/src/a.rs", &text).len(), 1);
        for free in [
            "crates/roi-platform/src/lib.rs",
            "crates/roi-engine/src/tests.rs",
            "web/app/src/main.rs",
        ] {
            assert!(breaches_of(free, &text).is_empty(), "{free}");
        }
    }
}
