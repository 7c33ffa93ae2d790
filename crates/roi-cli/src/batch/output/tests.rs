//! A run can be killed at any byte and started again.

use std::fs;

use roi_protocol::{Answer, Counters, FinishReason, Timings};
use serde_json::{Value, json};

use super::{AnswerFile, Outcome};

fn answer() -> Outcome {
    Outcome::Answer(Box::new(Answer {
        text: "a\nb".to_owned(),
        answer: "a\nb".to_owned(),
        token_ids: vec![5, 7],
        prompt_token_ids: vec![1],
        finish_reason: FinishReason::Eos,
        turns_dropped: 0,
        device: "cpu: test".to_owned(),
        timings_ms: Timings::default(),
        tokens_per_second: 0.0,
        share_of_copy: 0.0,
        counters: Counters::default(),
        peak_gpu_bytes: 0,
    }))
}

fn failure() -> Outcome {
    Outcome::Error("no picture".to_owned())
}

#[test]
fn answered_ids_are_known_to_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answers.jsonl");
    let mut file = AnswerFile::open(&path).unwrap();
    file.add(&json!("a"), answer()).unwrap();
    file.add(&json!(2), failure()).unwrap();
    drop(file);

    let file = AnswerFile::open(&path).unwrap();

    assert!(file.has_answer(&json!("a")));
    assert!(!file.has_answer(&json!(2)), "a failure is tried again");
    assert!(!file.has_answer(&json!("2")), "a text is not a number");
}

#[test]
fn a_line_is_the_answer_and_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answers.jsonl");
    AnswerFile::open(&path)
        .unwrap()
        .add(&json!("a"), answer())
        .unwrap();

    let text = fs::read_to_string(&path).unwrap();

    assert_eq!(text.lines().count(), 1);
    let line: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["id"], "a");
    assert_eq!(line["token_ids"], json!([5, 7]));
    assert_eq!(line["finish_reason"], "eos");
}

#[test]
fn a_torn_line_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answers.jsonl");
    AnswerFile::open(&path)
        .unwrap()
        .add(&json!("a"), answer())
        .unwrap();
    let whole = fs::read(&path).unwrap();
    for n_torn in [1, 9, whole.len() - 1] {
        fs::write(&path, [&whole[..], &whole[..n_torn]].concat()).unwrap();
        let mut file = AnswerFile::open(&path).unwrap();
        assert!(file.has_answer(&json!("a")));
        file.add(&json!("b"), failure()).unwrap();
        drop(file);
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.starts_with(std::str::from_utf8(&whole).unwrap()));
    }
}

#[test]
fn the_same_failure_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answers.jsonl");
    for _ in 0..2 {
        AnswerFile::open(&path)
            .unwrap()
            .add(&json!("a"), failure())
            .unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 1);
}
