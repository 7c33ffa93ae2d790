//! A file of questions through the command, on the processor.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use serde_json::{Value, json};

use super::{Args, run};
use crate::convert::tests::convert_reference;

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

/// A folder with a package, a picture and a file of questions.
struct Work {
    folder: tempfile::TempDir,
}

impl Work {
    fn new(questions: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        convert_reference(&folder.path().join("package"), "f32");
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny-gpt4roi");
        fs::create_dir(folder.path().join("pictures")).unwrap();
        let picture = folder.path().join("pictures/single.png");
        fs::copy(golden.join("images/single.png"), picture).unwrap();
        fs::write(folder.path().join("questions.jsonl"), questions).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What `batch` prints.
    fn run(&self, words: &[&str]) -> String {
        let path = |name| self.path(name).display().to_string();
        let [model, input, out] = ["package", "questions.jsonl", "answers.jsonl"].map(path);
        let fixed = [
            "batch", "--device", "cpu", "--model", &model, "--input", &input, "--out", &out,
        ];
        let generate = ["--max-new-tokens", "2", "--ignore-stop"];
        let words = fixed.iter().chain(&generate).chain(words);
        let args = Line::try_parse_from(words).unwrap().args;
        let mut out = Vec::new();
        run(&args, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn answers(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.path("answers.jsonl")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

fn question(id: Value) -> String {
    let question = json!({
        "id": id,
        "image": "pictures/single.png",
        "boxes_px": [[30, 20, 180, 150]],
        "turns": [{"question": "What is <region1> doing?"}],
    });
    format!("{question}\n")
}

#[test]
fn every_line_has_its_answer_or_its_error() {
    let nowhere = question(json!("no")).replace("single.png", "none.png");
    let work = Work::new(&format!(
        "{}{nowhere}broken\n{}",
        question(json!("a")),
        question(json!(7))
    ));

    let printed = work.run(&[]);

    let answers = work.answers();
    assert_eq!(
        answers
            .iter()
            .map(|line| line["id"].clone())
            .collect::<Vec<_>>(),
        [json!("a"), json!("no"), Value::Null, json!(7)]
    );
    assert_eq!(answers[0]["text"], "striped think");
    assert_eq!(answers[3]["token_ids"], answers[0]["token_ids"]);
    assert_eq!(answers[3]["counters"]["pictures_encoded"], 0);
    assert!(
        answers[1]["error"].as_str().unwrap().contains("none.png"),
        "{}",
        answers[1]
    );
    assert!(
        answers[2]["error"].as_str().unwrap().starts_with("line 3"),
        "{}",
        answers[2]
    );
    assert_eq!(printed, "2 answered, 2 failed, 0 answered before\n");
}

#[test]
fn a_second_run_does_what_is_left() {
    let work = Work::new(&question(json!("a")));
    work.run(&[]);
    let first = work.answers();
    fs::write(
        work.path("questions.jsonl"),
        question(json!("a")) + &question(json!("b")),
    )
    .unwrap();

    let printed = work.run(&[]);

    assert_eq!(printed, "1 answered, 0 failed, 1 answered before\n");
    let both = work.answers();
    assert_eq!(both.len(), 2);
    assert_eq!(both[0], first[0]);
    assert_eq!(both[1]["id"], "b");
}

#[test]
fn shards_share_the_work() {
    let questions: String = ["a", "b", "c"].map(|id| question(json!(id))).concat();
    let work = Work::new(&questions);
    work.run(&["--shard", "2/2"]);
    let ids: Vec<_> = work
        .answers()
        .iter()
        .map(|line| line["id"].clone())
        .collect();
    assert_eq!(ids, [json!("b")]);
    work.run(&["--shard", "1/2"]);
    assert_eq!(work.answers().len(), 3);
}

#[test]
fn an_id_that_comes_twice_is_an_error_in_its_second_line() {
    let work = Work::new(&[question(json!("a")), question(json!("a"))].concat());
    let printed = work.run(&[]);
    let answers = work.answers();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["text"], "striped think");
    assert!(
        answers[1]["error"].as_str().unwrap().starts_with("line 2"),
        "{}",
        answers[1]
    );
    assert_eq!(printed, "1 answered, 1 failed, 0 answered before\n");
}
