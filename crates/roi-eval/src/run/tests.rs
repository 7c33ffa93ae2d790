//! Whole evaluations with a model that is a function, ended and taken up again.

use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use serde_json::{Value, json};

use super::{Progress, ReportOptions, Settings, evaluate};
use crate::testing::{Fake, SetFolder, refused};
use crate::{
    AnswerError, Answerer, Benchmark, Called, DESCRIBE, EvalError, Question, Recognition, Report,
    Vcr, VcrMode,
};

const REPORT_FILES: [&str; 4] = ["report.json", "report.md", "sheet.html", "confusion.svg"];

/// Six things in two pictures: a dog, a cat, a dog …
fn benchmark() -> (SetFolder, Recognition) {
    let annotations = (0..6).map(|id| {
        json!({
            "id": id, "image_id": id % 2, "bbox": [id, 0, 9, 9], "area": 81,
            "category_id": id % 2, "iscrowd": 0
        })
    });
    let annotations: Vec<Value> = annotations.collect();
    let set = SetFolder::new(&["0.png", "1.png"]).with_file(&json!({
        "images": [
            {"id": 0, "file_name": "0.png", "width": 40, "height": 30},
            {"id": 1, "file_name": "1.png", "width": 40, "height": 30}
        ],
        "annotations": annotations,
        "categories": [{"id": 0, "name": "dog"}, {"id": 1, "name": "cat"}]
    }));
    let benchmark = set
        .open(|source| Recognition::open(source, DESCRIBE))
        .unwrap();
    (set, benchmark)
}

fn settings() -> Settings {
    Settings {
        model: "table".to_owned(),
        manifest_sha256: "ab".repeat(32),
        zero_regions: false,
        generation: [("temperature".to_owned(), json!(0.0))].into(),
    }
}

fn options(folder: &Path) -> ReportOptions {
    ReportOptions {
        folder: folder.to_owned(),
        n_on_sheet: 4,
    }
}

fn run(
    benchmark: &dyn Benchmark,
    answerer: &mut dyn Answerer,
    folder: &Path,
) -> Result<Report, EvalError> {
    evaluate(
        benchmark,
        answerer,
        &settings(),
        &options(folder),
        &mut |_| {},
    )
}

/// A dog where the box begins at an even column.
fn right(question: &Question<'_>) -> Result<String, AnswerError> {
    let is_dog = (question.boxes[0].x1 as u64).is_multiple_of(2);
    Ok(if is_dog { "a dog" } else { "a cat" }.to_owned())
}

fn answers(folder: &Path) -> PathBuf {
    folder.join("answers.jsonl")
}

fn read_all(folder: &Path) -> Vec<Vec<u8>> {
    let files = REPORT_FILES.iter().map(|name| fs::read(folder.join(name)));
    files.map(Result::unwrap).collect()
}

#[test]
fn a_run_asks_everything_and_writes_its_report() {
    let ((_set, benchmark), folder) = (benchmark(), tempfile::tempdir().unwrap());
    let folder = folder.path().join("made/on/demand");
    let mut steps = Vec::new();
    let report = evaluate(
        &benchmark,
        &mut Fake::new(right),
        &settings(),
        &options(&folder),
        &mut |step| steps.push(step),
    )
    .unwrap();
    assert_eq!(report.numbers[0].percent, Some(100.0));
    assert_eq!((report.n_asked, report.n_answered), (6, 6));
    let n_done: Vec<usize> = steps.iter().map(|step| step.n_done).collect();
    assert_eq!(n_done, [0, 1, 2, 3, 4, 5, 6]);
    let json: Value =
        serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap()).unwrap();
    assert_eq!(json["numbers"][0]["percent"], 100.0);
    assert_eq!(json["model"]["manifest_sha256"], "ab".repeat(32));
    assert_eq!(json["devices"], json!(["cpu: table"]));
    assert_eq!(json["set"]["question"], DESCRIBE);
    assert_eq!(json["details"]["kind"], "recognition");
    assert_eq!(json["confusion"]["dog"]["dog"], 3);
    let left: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".part"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_picture_of_another_size_than_stated_is_left_out_and_named() {
    let ((set, benchmark), folder) = (benchmark(), tempfile::tempdir().unwrap());
    // Turned, and half as large.
    for (width, height) in [(30, 40), (20, 15)] {
        RgbImage::new(width, height)
            .save(set.pictures().join("1.png"))
            .unwrap();
        let folder = folder.path().join(width.to_string());
        let report = run(&benchmark, &mut Fake::new(right), &folder).unwrap();
        assert_eq!((report.n_asked, report.n_answered), (6, 3));
        let json = fs::read_to_string(folder.join("report.json")).unwrap();
        let words = format!("1.png has {width}×{height} pixels, but its boxes are in 40×30");
        assert!(json.contains(&words), "{json}");
    }
}

#[test]
fn the_same_answers_give_the_same_report_and_ask_nothing_again() {
    let (_set, benchmark) = benchmark();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    for folder in &folders {
        run(&benchmark, &mut Fake::new(right), folder.path()).unwrap();
    }
    let first = read_all(folders[0].path());
    assert_eq!(first, read_all(folders[1].path()));
    let mut idle = Fake::saying("never asked");
    run(&benchmark, &mut idle, folders[0].path()).unwrap();
    assert_eq!(idle.n_asked, 0);
    assert_eq!(first, read_all(folders[0].path()));
}

#[test]
fn a_run_that_was_ended_goes_on_where_it_was() {
    let (_set, benchmark) = benchmark();
    let whole = tempfile::tempdir().unwrap();
    run(&benchmark, &mut Fake::new(right), whole.path()).unwrap();
    let log = fs::read(answers(whole.path())).unwrap();
    // Ended after any byte, in the first line and in the middle of others.
    let ends = (0..20).chain((20..log.len()).step_by(37));
    for n_bytes in ends.chain([log.len()]) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(answers(folder.path()), &log[..n_bytes]).unwrap();
        let n_lines = log[..n_bytes].iter().filter(|&&byte| byte == b'\n').count();
        let mut answerer = Fake::new(right);
        let mut first: Option<Progress> = None;
        evaluate(
            &benchmark,
            &mut answerer,
            &settings(),
            &options(folder.path()),
            &mut |step| {
                first.get_or_insert(step);
            },
        )
        .unwrap();
        let n_before = n_lines.saturating_sub(1);
        assert_eq!(answerer.n_asked, 6 - n_before, "{n_bytes}");
        assert_eq!(first.unwrap().n_before, n_before, "{n_bytes}");
        assert_eq!(read_all(folder.path()), read_all(whole.path()), "{n_bytes}");
        assert_eq!(fs::read(answers(folder.path())).unwrap(), log, "{n_bytes}");
    }
}

#[test]
fn a_model_that_stops_leaves_its_answers_and_no_report() {
    let ((_set, benchmark), folder) = (benchmark(), tempfile::tempdir().unwrap());
    let mut n = 0;
    let mut stops = Fake::new(|question: &Question<'_>| {
        n += 1;
        match n {
            1..=2 => right(question),
            _ => Err(AnswerError::Failed("the device is lost".into())),
        }
    });
    let error = run(&benchmark, &mut stops, folder.path()).unwrap_err();
    assert_eq!(error.to_string(), "the device is lost");
    assert!(
        REPORT_FILES
            .iter()
            .all(|name| !folder.path().join(name).exists())
    );
    let mut goes_on = Fake::new(right);
    let report = run(&benchmark, &mut goes_on, folder.path()).unwrap();
    assert_eq!(goes_on.n_asked, 4);
    assert_eq!(report.numbers[0].percent, Some(100.0));
}

#[test]
fn a_question_that_cannot_be_asked_is_named_and_tried_again() {
    let ((_set, benchmark), folder) = (benchmark(), tempfile::tempdir().unwrap());
    let mut picky = Fake::new(
        |question: &Question<'_>| match question.boxes[0].x1 as u64 {
            3 => refused("the question is too long"),
            _ => right(question),
        },
    );
    let report = run(&benchmark, &mut picky, folder.path()).unwrap();
    assert_eq!((report.n_asked, report.n_answered), (6, 5));
    assert_eq!(report.numbers[0].n, 5);
    assert_eq!(report.failed.broken[0].record, "3");
    assert_eq!(report.failed.broken[0].reason, "the question is too long");
    assert!(
        report
            .markdown()
            .contains("  - 3: the question is too long")
    );
    let mut again = Fake::new(right);
    let report = run(&benchmark, &mut again, folder.path()).unwrap();
    assert_eq!((again.n_asked, report.n_answered), (1, 6));
}

#[test]
fn a_run_without_any_answer_is_an_error() {
    let ((_set, benchmark), folder) = (benchmark(), tempfile::tempdir().unwrap());
    let mut refuses = Fake::new(|_: &Question<'_>| refused("no"));
    let error = run(&benchmark, &mut refuses, folder.path()).unwrap_err();
    assert!(
        matches!(error, EvalError::NoAnswers { n: 6, .. }),
        "{error}"
    );
}

#[test]
fn a_picture_that_disappears_costs_its_questions_only() {
    let ((_set, benchmark), folder) = (benchmark(), tempfile::tempdir().unwrap());
    fs::remove_file(&benchmark.tasks()[0].picture).unwrap();
    let report = run(&benchmark, &mut Fake::new(right), folder.path()).unwrap();
    assert_eq!(report.n_answered, 3);
    assert!(report.failed.broken[0].reason.contains("0.png"));
}

#[test]
fn region_vectors_are_blanked_on_request() {
    let ((_set, benchmark), folder) = (benchmark(), tempfile::tempdir().unwrap());
    let mut control = Fake::new(|question: &Question<'_>| {
        assert!(question.zero_regions);
        Ok("a dog".to_owned())
    });
    let blanked = Settings {
        zero_regions: true,
        ..settings()
    };
    let options = options(folder.path());
    let report = evaluate(&benchmark, &mut control, &blanked, &options, &mut |_| {}).unwrap();
    assert_eq!(report.numbers[0].percent, Some(50.0));
    assert!(report.markdown().contains("all region vectors were zeros"));
    let sheet = fs::read_to_string(folder.path().join("sheet.html")).unwrap();
    assert!(sheet.contains("Control run"));
}

#[test]
fn likelihoods_that_are_no_numbers_are_refused() {
    struct Broken;
    impl Answerer for Broken {
        fn device(&self) -> String {
            "cpu".to_owned()
        }
        fn answer(&mut self, _: &Question<'_>) -> Result<String, AnswerError> {
            refused("only likelihoods are asked for")
        }
        fn likelihoods(
            &mut self,
            _: &Question<'_>,
            continuations: &[String],
        ) -> Result<Vec<crate::Likelihood>, AnswerError> {
            let nan = crate::Likelihood {
                log_probability: f64::NAN,
                n_tokens: 2,
            };
            Ok(vec![nan; continuations.len()])
        }
    }
    let choices: Vec<Value> = ["yes", "no"].iter().map(|word| json!([word])).collect();
    let set = SetFolder::new(&["1.png"]).with_lines(&[json!({
        "annot_id": "v", "img_fn": "1.png", "metadata_fn": "1.json", "objects": [],
        "question_orig": "", "answer_orig": "", "rationale_orig": "", "question": ["Well", "?"],
        "answer_choices": choices, "answer_label": 0, "rationale_choices": choices, "rationale_label": 1
    })]);
    fs::write(
        set.pictures().join("1.json"),
        r#"{"boxes": [], "width": 40, "height": 30}"#,
    )
    .unwrap();
    let benchmark = set
        .open(|source| Vcr::open(source, VcrMode::Likelihood(Called::Class)))
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = run(&benchmark, &mut Broken, folder.path()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the likelihood of text 1 is no number"),
        "{error}"
    );
    let report = run(&benchmark, &mut Fake::saying(""), folder.path()).unwrap();
    // "no" is shorter: wrong for the answer, right for the rationale.
    let percent: Vec<_> = report.numbers.iter().map(|number| number.percent).collect();
    assert_eq!(percent, [Some(0.0), Some(100.0), Some(0.0)]);
}
