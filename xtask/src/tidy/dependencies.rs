//! Who may depend on whom, and on what.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::process;

/// One crate's limits. A name that ends in `*` stands for all that begin so.
struct Rule {
    package: &'static str,
    /// The project's own crates that it may name.
    own: &'static [&'static str],
    /// What must not be anywhere below it.
    never: &'static [&'static str],
    /// What it must not name itself.
    not_directly: &'static [&'static str],
}

/// The numeric stack.
const GPU: [&str; 3] = ["burn*", "cubecl*", "wgpu*"];
/// Nothing that touches the numeric stack, the browser, the command line or files.
const PURE: &[&str] = &[
    GPU[0], GPU[1], GPU[2], "web-sys", "js-sys", "tokio", "clap", "anyhow", "zip",
];
const NO_BURN: &[&str] = &[GPU[0], GPU[1], GPU[2], "tokenizers"];
/// Below the front ends: no command line, no checkpoint formats, no erased errors.
const LIBRARY: &[&str] = &["clap", "zip", "roi-import"];
const ERASED: &str = "anyhow";

const RULES: &[Rule] = &[
    Rule {
        package: "roi-geom",
        own: &[],
        never: PURE,
        not_directly: &[],
    },
    Rule {
        package: "roi-prompt",
        own: &[],
        never: PURE,
        not_directly: &[],
    },
    Rule {
        package: "roi-weights",
        own: &[],
        never: PURE,
        not_directly: &[],
    },
    Rule {
        package: "roi-metrics",
        own: &[],
        never: PURE,
        not_directly: &[],
    },
    Rule {
        package: "roi-protocol",
        own: &["roi-geom"],
        never: PURE,
        not_directly: &[],
    },
    Rule {
        package: "roi-words",
        own: &["roi-geom", "roi-protocol"],
        never: PURE,
        not_directly: &[],
    },
    Rule {
        package: "roi-kernels",
        own: &["roi-weights"],
        never: LIBRARY,
        not_directly: &[ERASED, "web-sys", "tokenizers"],
    },
    Rule {
        package: "roi-model",
        own: &["roi-kernels", "roi-geom", "roi-weights"],
        never: &["clap", "zip", "roi-import", "roi-prompt"],
        not_directly: &[
            ERASED,
            "cubecl*",
            "web-sys",
            "js-sys",
            "tokenizers",
            "image",
        ],
    },
    Rule {
        package: "roi-platform",
        own: &["roi-weights", "roi-kernels"],
        never: LIBRARY,
        not_directly: &[ERASED, "cubecl*"],
    },
    Rule {
        package: "roi-engine",
        own: &[
            "roi-model",
            "roi-kernels",
            "roi-prompt",
            "roi-weights",
            "roi-geom",
            "roi-protocol",
            "roi-picture",
        ],
        never: LIBRARY,
        not_directly: &[ERASED, "cubecl*", "web-sys", "js-sys", "image"],
    },
    Rule {
        package: "roi-picture",
        own: &["roi-geom", "roi-weights"],
        never: PURE,
        not_directly: &[],
    },
    Rule {
        package: "roi-scenes",
        own: &["roi-geom"],
        never: PURE,
        not_directly: &[],
    },
    Rule {
        package: "roi-data",
        own: &[
            "roi-geom",
            "roi-import",
            "roi-picture",
            "roi-prompt",
            "roi-scenes",
            "roi-weights",
        ],
        never: &[GPU[0], GPU[1], GPU[2], "clap"],
        not_directly: &[ERASED, "tokenizers", "zip"],
    },
    Rule {
        package: "roi-eval",
        own: &[
            "roi-data",
            "roi-geom",
            "roi-metrics",
            "roi-picture",
            "roi-protocol",
        ],
        never: &[GPU[0], GPU[1], GPU[2], "clap"],
        not_directly: &[ERASED, "tokenizers", "zip"],
    },
    Rule {
        package: "roi-import",
        own: &["roi-weights", "roi-prompt"],
        never: &[GPU[0], GPU[1], GPU[2], "clap"],
        not_directly: &[ERASED],
    },
    Rule {
        package: "roi-train",
        own: &[
            "roi-data",
            "roi-geom",
            "roi-import",
            "roi-kernels",
            "roi-model",
            "roi-platform",
            "roi-prompt",
            "roi-weights",
        ],
        never: &["clap"],
        not_directly: &[ERASED, "cubecl*", "web-sys", "tokenizers", "image", "zip"],
    },
    Rule {
        package: "roichat-web",
        own: &["roi-protocol", "roi-geom", "roi-words"],
        never: NO_BURN,
        not_directly: &[ERASED, "clap"],
    },
];

pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let mut breaches = Vec::new();
    for rule in RULES {
        let direct = dependencies(root, rule.package, Some(1))?;
        let all = dependencies(root, rule.package, None)?;
        breaches.extend(breaches_of(rule, &direct, &all));
    }
    Ok(breaches)
}

/// Names of the packages that `package` needs outside its tests, itself left out.
fn dependencies(root: &Path, package: &str, depth: Option<u32>) -> Result<Vec<String>> {
    let mut command = process::command("cargo");
    command
        .args([
            "tree",
            "--package",
            package,
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ])
        .current_dir(root);
    if let Some(depth) = depth {
        command.arg("--depth").arg(depth.to_string());
    }
    let tree = process::output_of(&mut command)
        .with_context(|| format!("`cargo tree --package {package}` failed"))?;
    let names = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next());
    Ok(names
        .filter(|name| *name != package)
        .map(str::to_owned)
        .collect())
}

fn breaches_of(rule: &Rule, direct: &[String], all: &[String]) -> Vec<String> {
    let package = rule.package;
    let upward = direct
        .iter()
        .filter(|name| name.starts_with("roi-") && !rule.own.contains(&name.as_str()));
    let named = direct
        .iter()
        .filter(|name| rule.not_directly.iter().any(|pattern| fits(pattern, name)));
    let below = all
        .iter()
        .filter(|name| rule.never.iter().any(|pattern| fits(pattern, name)));
    let mut breaches: Vec<String> = upward
        .map(|name| format!("{package} must not depend on {name}"))
        .chain(named.map(|name| format!("{package} must not name {name}")))
        .chain(below.map(|name| format!("{package} must not reach {name}")))
        .collect();
    breaches.sort();
    breaches.dedup();
    breaches
}

fn fits(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: Rule = Rule {
        package: "roi-b",
        own: &["roi-a"],
        never: &["burn*"],
        not_directly: &["anyhow"],
    };

    fn names(list: &[&str]) -> Vec<String> {
        list.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn allowed_dependencies_pass() {
        let direct = names(&["roi-a", "serde"]);
        assert!(
            breaches_of(
                &RULE,
                &direct,
                &names(&["roi-a", "serde", "anyhow", "half"])
            )
            .is_empty()
        );
    }

    #[test]
    fn each_kind_of_breach_is_reported_once() {
        let direct = names(&["roi-c", "anyhow"]);
        let all = names(&["roi-c", "anyhow", "burn-core", "burn-core"]);
        assert_eq!(
            breaches_of(&RULE, &direct, &all),
            [
                "roi-b must not depend on roi-c",
                "roi-b must not name anyhow",
                "roi-b must not reach burn-core"
            ]
        );
    }

    #[test]
    fn every_library_has_a_rule() {
        let crates = super::super::names_in(&crate::workspace::root().join("crates"), None);
        for name in crates
            .iter()
            .filter(|name| !["roi-cli", "roi-testkit"].contains(&name.as_str()))
        {
            assert!(RULES.iter().any(|rule| rule.package == name), "{name}");
        }
    }
}
