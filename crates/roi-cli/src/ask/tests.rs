//! One question through the command, on the processor.

use std::path::{Path, PathBuf};

use clap::Parser;
use roi_protocol::Answer;
use serde_json::Value;
use tempfile::TempDir;

use super::{Args, run};
use crate::convert::tests::convert_reference;

const QUESTION: &str = "What is <region1> doing?";
/// The original's first greedy tokens for [`QUESTION`] about [`GOLDEN_BOX`] in [`picture`].
const GREEDY_TEXT: &str = "striped think";
const GOLDEN_BOX: &str = "30,20,180,150";

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn picture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny-gpt4roi/images/single.png")
}

fn package() -> TempDir {
    let package = tempfile::tempdir().unwrap();
    convert_reference(package.path(), "f32");
    package
}

/// What `ask` writes when given `words` besides model, device and picture.
fn ask(package: &Path, picture: &Path, words: &[&str]) -> anyhow::Result<String> {
    let (model, picture) = (package.display().to_string(), picture.display().to_string());
    let fixed = [
        "ask", "--device", "cpu", "--model", &model, "--image", &picture,
    ];
    let args = Line::try_parse_from(fixed.iter().chain(words))?.args;
    let mut out = Vec::new();
    run(&args, &mut out)?;
    Ok(String::from_utf8(out)?)
}

#[test]
fn json_is_one_answer() {
    let package = package();
    let words = [
        "--box",
        GOLDEN_BOX,
        "--max-new-tokens",
        "2",
        "--ignore-stop",
        "--json",
        QUESTION,
    ];

    let text = ask(package.path(), &picture(), &words).unwrap();

    assert_eq!(text.lines().count(), 1);
    let value: Value = serde_json::from_str(&text).unwrap();
    let answer: Answer = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(answer.text, GREEDY_TEXT);
    assert_eq!(answer.token_ids.len(), 2);
    assert_eq!(answer.counters.pictures_encoded, 1);
    assert_eq!(value["finish_reason"], "length");
    assert!(
        value["device"].as_str().unwrap().starts_with("cpu"),
        "{value}"
    );
    assert_eq!(value["peak_gpu_bytes"], 0);
    for step in ["load", "image", "regions", "prefill", "decode"] {
        assert!(
            value["timings_ms"][step].as_f64().unwrap() > 0.0,
            "{step}: {value}"
        );
    }
}

#[test]
fn text_is_the_answer_alone() {
    let package = package();
    let words = [
        "--box",
        GOLDEN_BOX,
        "--max-new-tokens",
        "2",
        "--ignore-stop",
        QUESTION,
    ];
    let text = ask(package.path(), &picture(), &words).unwrap();
    assert_eq!(text, format!("{GREEDY_TEXT}\n"));
}

#[test]
fn a_reversed_box_is_the_same_box() {
    let package = package();
    let words = [
        "--box",
        "180,150,30,20",
        "--max-new-tokens",
        "2",
        "--ignore-stop",
        QUESTION,
    ];
    let text = ask(package.path(), &picture(), &words).unwrap();
    assert_eq!(text, format!("{GREEDY_TEXT}\n"));
}

#[test]
fn what_cannot_be_used_is_refused_in_one_line() {
    let package = package();
    let empty = package.path().join("empty.png");
    std::fs::write(&empty, b"").unwrap();
    let picture = picture();
    for (picture, words, expected) in [
        (&empty, &["Hello"][..], "empty"),
        (
            &package.path().join("missing.png"),
            &["Hello"],
            "cannot be read",
        ),
        (&picture, &["What is <region1>?"], "<region1>"),
        (&picture, &["--box", "-9,-9,-1,-1", QUESTION], "region1"),
        (&picture, &["--box", "NaN,0,5,5", QUESTION], "region1"),
        (&picture, &["--box", "5,5,5,9", QUESTION], "region1"),
        (
            &picture,
            &["--top-p", "2", "--box", GOLDEN_BOX, QUESTION],
            "top-p",
        ),
    ] {
        let error = ask(package.path(), picture, words).unwrap_err();
        let sentence = crate::sentence(&error);
        assert!(
            sentence.contains(expected),
            "{sentence:?} lacks {expected:?}"
        );
        assert!(!sentence.contains('\n'), "{sentence:?}");
    }
}

#[test]
fn a_package_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = ask(folder.path(), &picture(), &["Hello"]).unwrap_err();
    let sentence = crate::sentence(&error);
    assert!(
        sentence.contains(&folder.path().display().to_string()),
        "{sentence}"
    );
}
