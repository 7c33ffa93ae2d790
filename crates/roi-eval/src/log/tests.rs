//! Which files are gone on with, and which are not.

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;

use super::AnswerLog;
use crate::task::asked;
use crate::{EvalError, Reply, Settings, Task};

fn task(question: &str) -> Task {
    Task {
        id: "7".to_owned(),
        picture_name: "a.png".to_owned(),
        picture: PathBuf::from("/anywhere/a.png"),
        boxes: Vec::new(),
        stated_size: None,
        turns: asked(question),
        continuations: Vec::new(),
    }
}

fn settings() -> Settings {
    Settings {
        model: "m".to_owned(),
        manifest_sha256: "0".to_owned(),
        zero_regions: false,
        generation: [("seed".to_owned(), json!(0))].into(),
    }
}

fn file() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answers.jsonl");
    (folder, path)
}

fn reply() -> Reply {
    Reply::Answer("Ein Café\n\"☕\"".to_owned())
}

#[test]
fn answers_are_found_again_wherever_the_pictures_lie() {
    let (_folder, path) = file();
    let mut log = AnswerLog::open(&path, "vg", &settings()).unwrap();
    assert_eq!(log.reply(&task("What?")), None);
    log.add(&task("What?"), reply(), "gpu: A".to_owned())
        .unwrap();
    assert_eq!(log.reply(&task("What?")), Some(&reply()));
    drop(log);

    let log = AnswerLog::open(&path, "vg", &settings()).unwrap();
    let mut moved = task("What?");
    moved.picture = PathBuf::from("/elsewhere/a.png");
    assert_eq!(log.reply(&moved), Some(&reply()));
    let devices = log.devices(&[moved, task("Other?")]);
    assert_eq!(devices.into_iter().collect::<Vec<_>>(), ["gpu: A"]);
}

#[test]
fn an_answer_to_another_question_of_the_same_id_is_none() {
    let (_folder, path) = file();
    let mut log = AnswerLog::open(&path, "vg", &settings()).unwrap();
    log.add(&task("What?"), reply(), "gpu: A".to_owned())
        .unwrap();
    assert_eq!(log.reply(&task("Why?")), None);
    let mut boxed = task("What?");
    boxed.boxes.push(roi_geom::BoxPx::new(0.0, 0.0, 1.0, 1.0));
    assert_eq!(log.reply(&boxed), None);
}

#[test]
fn answers_under_other_settings_are_not_mixed() {
    let (_folder, path) = file();
    let mut log = AnswerLog::open(&path, "vg", &settings()).unwrap();
    log.add(&task("A?"), reply(), "cpu".to_owned()).unwrap();
    drop(log);
    let before = fs::read(&path).unwrap();
    let other = |change: fn(&mut Settings)| {
        let mut other = settings();
        change(&mut other);
        AnswerLog::open(&path, "vg", &other)
            .unwrap_err()
            .to_string()
    };
    let hash = other(|s| s.manifest_sha256 = "1".to_owned());
    assert!(
        hash.contains("the package's hash was 0 there and is 1 now"),
        "{hash}"
    );
    assert!(other(|s| s.zero_regions = true).contains("blanking of regions"));
    let generation = other(|s| s.generation.clear());
    assert!(
        generation.contains("the way of generating was {\"seed\":0} there and is {} now"),
        "{generation}"
    );
    assert!(other(|s| s.model.clear()).contains("the model"));
    let error = AnswerLog::open(&path, "vcr", &settings()).unwrap_err();
    assert!(matches!(error, EvalError::OtherRun { .. }));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_run_without_an_answer_makes_way_for_another() {
    let (_folder, path) = file();
    drop(AnswerLog::open(&path, "vg", &settings()).unwrap());
    let other = Settings {
        zero_regions: true,
        ..settings()
    };
    let mut log = AnswerLog::open(&path, "vg", &other).unwrap();
    log.add(&task("A?"), reply(), "cpu".to_owned()).unwrap();
    drop(log);
    assert!(AnswerLog::open(&path, "vg", &settings()).is_err());
    let again = AnswerLog::open(&path, "vg", &other).unwrap();
    assert!(again.reply(&task("A?")).is_some());
}

#[test]
fn two_runs_do_not_write_to_one_file() {
    let (_folder, path) = file();
    let first = AnswerLog::open(&path, "vg", &settings()).unwrap();
    let second = AnswerLog::open(&path, "vg", &settings());
    assert!(matches!(second, Err(EvalError::Busy { .. })));
    drop(first);
    AnswerLog::open(&path, "vg", &settings()).unwrap();
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    for text in ["my notes", "my\nnotes\n", "{\"id\": 1}\n", "\n"] {
        let (_folder, path) = file();
        fs::write(&path, text).unwrap();
        let opened = AnswerLog::open(&path, "vg", &settings());
        assert!(matches!(opened, Err(EvalError::NotALog { .. })), "{text}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
    }
}

#[test]
fn a_damaged_line_costs_itself_only() {
    let (_folder, path) = file();
    let mut log = AnswerLog::open(&path, "vg", &settings()).unwrap();
    log.add(&task("A?"), reply(), "cpu".to_owned()).unwrap();
    log.add(&task("B?"), reply(), "cpu".to_owned()).unwrap();
    drop(log);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let damaged = format!("{}\n{}\n{}\n", lines[0], &lines[1][..20], lines[2]);
    fs::write(&path, damaged).unwrap();
    let log = AnswerLog::open(&path, "vg", &settings()).unwrap();
    assert_eq!(log.reply(&task("A?")), None);
    assert_eq!(log.reply(&task("B?")), Some(&reply()));
}
