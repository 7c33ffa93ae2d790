//! Benchmarks through the command, on the processor.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Args, run};
use crate::convert::tests::convert_reference;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn eval(words: &[&str]) -> anyhow::Result<String> {
    let args = Line::try_parse_from(["eval"].iter().chain(words))?.args;
    let mut out = Vec::new();
    run(&args, &mut out)?;
    Ok(String::from_utf8(out)?)
}

fn pictures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny-gpt4roi/images")
}

/// A package, and a file with one box on one picture.
fn recognition() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    convert_reference(&folder.path().join("package"), "f32");
    let set = json!({
        "images": [{"id": 1, "file_name": "single.png", "width": 301, "height": 200}],
        "annotations": [
            {"id": 1, "image_id": 1, "bbox": [30, 20, 100, 80], "area": 8000, "category_id": 1},
            {"id": 2, "image_id": 9, "bbox": [30, 20, 100, 80], "area": 8000, "category_id": 1}
        ],
        "categories": [{"id": 1, "name": "cup"}]
    });
    fs::write(folder.path().join("set.json"), set.to_string()).unwrap();
    folder
}

fn recognise(folder: &Path, words: &[&str]) -> anyhow::Result<Value> {
    let path = |name: &str| folder.join(name).display().to_string();
    let (package, set, out) = (path("package"), path("set.json"), path("report"));
    let images = pictures().display().to_string();
    let fixed = [
        "recognition",
        "--device",
        "cpu",
        "--model",
        &package,
        "--annotations",
        &set,
        "--images",
        &images,
        "--out",
        &out,
        "--max-new-tokens",
        "2",
        "--json",
    ];
    let text = eval(&[&fixed[..], words].concat())?;
    Ok(serde_json::from_str(&text)?)
}

#[test]
fn a_benchmark_leaves_a_report_that_a_second_run_repeats() {
    let folder = recognition();
    let report = recognise(folder.path(), &[]).unwrap();
    assert_eq!(report["n_answered"], 1);
    assert_eq!(report["left_out"]["n_broken"], 1);
    assert!(report["devices"][0].as_str().unwrap().starts_with("cpu"));
    let answers = folder.path().join("report/answers.jsonl");
    let before = fs::read(&answers).unwrap();
    assert_eq!(recognise(folder.path(), &[]).unwrap(), report);
    assert_eq!(fs::read(&answers).unwrap(), before);
}

#[test]
fn blanked_regions_are_another_run() {
    let folder = recognition();
    recognise(folder.path(), &[]).unwrap();
    let error = recognise(folder.path(), &["--zero-regions"]).unwrap_err();
    assert!(
        error.to_string().contains("answers of another run"),
        "{error}"
    );
}

#[test]
fn two_files_of_captions_need_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("captions.json");
    fs::write(&file, r#"{"1": ["a red cup on a table"]}"#).unwrap();
    let file = file.display().to_string();
    let text = eval(&["captions", "--refs", &file, "--hyps", &file, "--json"]).unwrap();
    let scores: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(scores["n_items"], 1);
    assert!(scores["bleu"][3].as_f64().unwrap() > 0.99, "{text}");
    let table = eval(&["captions", "--refs", &file, "--hyps", &file]).unwrap();
    assert!(table.contains("ROUGE-L  1.0000"), "{table}");
}
