//! Two files scored against each other.

use std::path::PathBuf;

use roi_metrics::MetricsError;
use roi_metrics::meteor::Meteor;
use tempfile::TempDir;

use super::score_files;
use crate::EvalError;

fn files(references: &str, hypotheses: &str) -> (TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let paths = ["refs.json", "hyps.json"].map(|name| folder.path().join(name));
    std::fs::write(&paths[0], references).unwrap();
    std::fs::write(&paths[1], hypotheses).unwrap();
    let [references, hypotheses] = paths;
    (folder, references, hypotheses)
}

#[test]
fn equal_captions_score_full_marks() {
    let text = r#"{"1": ["a red cup on a table"], "2": ["two dogs running in the snow"]}"#;
    let (_folder, references, hypotheses) = files(text, text);
    let scores = score_files(&references, &hypotheses, None).unwrap();
    assert_eq!(scores.n_items, 2);
    // CIDEr's norms are square roots, whose squares are not exact.
    assert!((scores.cider - 10.0).abs() < 1e-9, "{}", scores.cider);
    assert_eq!(scores.meteor, None);
}

#[test]
fn files_that_do_not_fit_are_named() {
    let (_folder, references, hypotheses) = files(r#"{"1": ["a"]}"#, r#"{"2": ["a"]}"#);
    let error = score_files(&references, &hypotheses, None).unwrap_err();
    assert!(matches!(
        error,
        EvalError::Metrics(MetricsError::DifferentIds { .. })
    ));
    let (_folder, references, hypotheses) = files(r#"{"1": ["a"]}"#, r#"{"1": ["a""#);
    let error = score_files(&references, &hypotheses, None).unwrap_err();
    assert!(error.to_string().contains("hyps.json"), "{error}");
    let (folder, references, _) = files("{}", "{}");
    let missing = folder.path().join("none.json");
    let error = score_files(&references, &missing, None).unwrap_err();
    assert!(matches!(error, EvalError::Io { .. }), "{error}");
}

#[test]
fn meteor_without_its_program_is_an_error() {
    let text = r#"{"1": ["a red cup"]}"#;
    let (folder, references, hypotheses) = files(text, text);
    let meteor = Meteor::new(&folder.path().join("meteor-1.5.jar"));
    let error = score_files(&references, &hypotheses, Some(&meteor)).unwrap_err();
    assert!(matches!(
        error,
        EvalError::Metrics(MetricsError::MeteorJar { .. })
    ));
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let text = "\u{feff}{\"1\": [\"a red cup on a table\"]}";
    let (_folder, references, hypotheses) = files(text, text);
    assert_eq!(
        score_files(&references, &hypotheses, None).unwrap().n_items,
        1
    );
}
