//! ARCHITECTURE.md and the workspace name the same crates.

use std::path::Path;

use anyhow::Result;

/// What the names of the project's crates begin with.
const PREFIX: &str = "roi-";

pub(super) fn check(root: &Path) -> Result<Vec<String>> {
    let path = root.join("ARCHITECTURE.md");
    let Ok(text) = std::fs::read_to_string(&path) else {
        return Ok(vec!["there is no ARCHITECTURE.md".to_owned()]);
    };
    Ok(breaches_of(
        &text,
        &super::names_in(&root.join("crates"), None),
    ))
}

fn breaches_of(text: &str, crates: &[String]) -> Vec<String> {
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let named: std::collections::BTreeSet<&str> = text
        .split(|c: char| !is_name(c))
        .filter(|word| word.starts_with(PREFIX) && word.len() > PREFIX.len())
        .collect();
    let unnamed = crates.iter().filter(|name| !named.contains(name.as_str()));
    let unknown = named
        .iter()
        .filter(|name| !crates.iter().any(|known| known == *name));
    unnamed
        .map(|name| format!("ARCHITECTURE.md does not name the crate {name}"))
        .chain(unknown.map(|name| format!("ARCHITECTURE.md names {name}, which is no crate")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::breaches_of;

    #[test]
    fn map_and_crates_agree_in_both_directions() {
        let crates = ["roi-geom".to_owned(), "roi-model".to_owned()];
        assert!(
            breaches_of(
                "| `roi-geom` | boxes |\n`roi-model` -> `roi-geom`, roi-\n",
                &crates
            )
            .is_empty()
        );
        assert_eq!(
            breaches_of("`roi-geom` and `roi-modelling`", &crates),
            [
                "ARCHITECTURE.md does not name the crate roi-model",
                "ARCHITECTURE.md names roi-modelling, which is no crate"
            ]
        );
    }
}
