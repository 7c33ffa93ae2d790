//! Which boxes are asked about, with what, and what answers are worth.

use serde_json::{Value, json};

use crate::testing::{SetFolder, percents, score};
use crate::{Benchmark, DESCRIBE, Described, EvalError, Grade};

fn annotation(id: u64, image: u64, bbox: [f64; 4], caption: &str) -> Value {
    json!({
        "id": id, "image_id": image, "bbox": bbox, "area": bbox[2] * bbox[3], "category_id": 1,
        "iscrowd": 0, "caption": caption
    })
}

fn file(annotations: &[Value]) -> Value {
    json!({
        "images": [
            {"id": 1, "file_name": "1.png", "width": 40, "height": 30},
            {"id": 2, "file_name": "2.png", "width": 40, "height": 30}
        ],
        "annotations": annotations,
        "categories": [{"id": 1, "name": "object"}]
    })
}

fn two_captions() -> SetFolder {
    SetFolder::new(&["1.png", "2.png"]).with_file(&file(&[
        annotation(12, 2, [1.0, 2.0, 30.0, 20.0], "a dog on a red sofa"),
        annotation(11, 1, [0.0, 0.0, 10.0, 10.0], "the big blue cup is empty"),
    ]))
}

fn open(set: &SetFolder) -> Result<Described, EvalError> {
    set.open(|source| Described::vg(source, None, DESCRIBE, None))
}

#[test]
fn each_box_is_asked_about_in_the_papers_words() {
    let benchmark = open(&two_captions()).unwrap();
    let ids: Vec<&str> = benchmark
        .tasks()
        .iter()
        .map(|task| task.id.as_str())
        .collect();
    // In the order of the pictures.
    assert_eq!(ids, ["11", "12"]);
    let task = &benchmark.tasks()[1];
    assert_eq!(
        task.turns[0].question,
        "Can you give a description of the region mentioned by <region1>"
    );
    assert_eq!(task.boxes[0].to_string(), "1,2,31,22");
    assert_eq!(task.picture_name, "2.png");
    assert_eq!(benchmark.left_out().n_broken, 0);
}

#[test]
fn right_captions_score_full_marks_and_others_none() {
    let benchmark = open(&two_captions()).unwrap();
    let right = |id: &str| match id {
        "11" => "the big blue cup is empty",
        _ => "a dog on a red sofa",
    };
    let scored = score(&benchmark, |task| right(&task.id).to_owned());
    let values = percents(&scored.numbers);
    for (name, value) in [("BLEU-4", 100.0), ("ROUGE-L", 100.0), ("CIDEr", 1000.0)] {
        let found = values.iter().find(|(found, _)| *found == name).unwrap().1;
        // BLEU divides by counts with 1e-9 added.
        assert!((found.unwrap() - value).abs() < 1e-4, "{name}: {found:?}");
    }
    assert!(values.contains(&("METEOR", None)));
    assert!(matches!(scored.verdicts[0].as_ref().unwrap().grade, Grade::Cider(c) if c > 999.0));

    let wrong = score(&benchmark, |_| "zebra\ncrossing".to_owned());
    for (name, value) in percents(&wrong.numbers) {
        assert!(value.is_none_or(|value| value < 0.01), "{name}: {value:?}");
    }
    let silent = score(&benchmark, |_| String::new());
    assert!(silent.numbers[3].percent.unwrap() < 0.01);
}

#[test]
fn a_task_without_a_reply_is_not_scored() {
    let benchmark = open(&two_captions()).unwrap();
    let all = score(&benchmark, |_| "a dog on a red sofa".to_owned());
    let answer = all.verdicts[1].as_ref().unwrap().answer.clone();
    let scored = benchmark
        .score(&[None, Some(crate::Reply::Answer(answer))])
        .unwrap();
    assert!(scored.verdicts[0].is_none());
    assert_eq!(
        scored.verdicts[1].as_ref().unwrap().truth,
        "a dog on a red sofa"
    );
    assert_eq!(scored.numbers[0].n, 1);
}

#[test]
fn a_file_of_references_replaces_the_captions() {
    let set = two_captions();
    let references = set.path("references.json");
    std::fs::write(&references, r#"{"12": ["one", "two"], "13": ["three"]}"#).unwrap();
    let benchmark = set
        .open(|source| Described::vg(source, Some(&references), DESCRIBE, None))
        .unwrap();
    assert_eq!(benchmark.tasks().len(), 1);
    let scored = score(&benchmark, |_| "one".to_owned());
    assert_eq!(scored.verdicts[0].as_ref().unwrap().truth, "one / two");
    let skip = &benchmark.left_out().broken[0];
    assert_eq!(skip.record, "annotation 11");
    assert!(
        skip.reason.contains("no caption of this id"),
        "{}",
        skip.reason
    );
}

#[test]
fn what_cannot_be_asked_is_counted_and_named() {
    let mut crowd = annotation(5, 1, [0.0, 0.0, 9.0, 9.0], "people");
    crowd["iscrowd"] = json!(1);
    let set = SetFolder::new(&["1.png"]).with_file(&file(&[
        annotation(1, 1, [0.0, 0.0, 9.0, 9.0], "a cup"),
        annotation(1, 1, [0.0, 0.0, 8.0, 8.0], "again"),
        annotation(2, 2, [0.0, 0.0, 9.0, 9.0], "in a picture that is missing"),
        annotation(3, 7, [0.0, 0.0, 9.0, 9.0], "in a picture nobody knows"),
        annotation(4, 1, [0.0, 0.0, 9.0, 9.0], " "),
        annotation(6, 1, [50.0, 0.0, 9.0, 9.0], "outside"),
        annotation(7, 1, [0.0, 0.0, 0.5, 9.0], "thin"),
        crowd,
    ]));
    let benchmark = open(&set).unwrap();
    assert_eq!(benchmark.tasks().len(), 1);
    let left_out = benchmark.left_out();
    assert_eq!((left_out.n_excluded, left_out.n_broken), (3, 4));
    let told: Vec<String> = left_out
        .broken
        .iter()
        .map(|skip| format!("{}: {}", skip.record, skip.reason))
        .collect();
    let told = told.join("\n");
    for part in [
        "annotation 1: an earlier annotation has the same id",
        "annotation 2: ",
        "2.png does not exist",
        "annotation 3: it names image 7, which does not exist",
        "annotation 4: it has no caption",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

#[test]
fn entries_that_cannot_be_read_cost_only_themselves() {
    let good = annotation(1, 1, [0.0, 0.0, 9.0, 9.0], "a cup");
    let with = |id: u64, field: &str, value: Value| {
        let mut entry = good.clone();
        entry["id"] = json!(id);
        entry[field] = value;
        entry
    };
    let mut file = file(&[
        good.clone(),
        with(2, "bbox", json!([1, 2, 3])),
        with(3, "image_id", json!("1")),
        with(4, "area", Value::Null),
        with(5, "image_id", json!(2)),
        with(6, "id", json!(-6)),
        json!([]),
    ]);
    file["images"][1]["height"] = json!("30");
    file["images"][0]["width"] = json!(40.0);
    file.as_object_mut().unwrap().remove("categories");
    let benchmark = open(&SetFolder::new(&["1.png"]).with_file(&file)).unwrap();
    assert_eq!(benchmark.tasks().len(), 1);
    let left_out = benchmark.left_out();
    let named: Vec<&str> = left_out.broken.iter().map(|skip| &*skip.record).collect();
    assert_eq!(
        named,
        [
            "image 2",
            "annotation 2",
            "annotation 3",
            "annotation 4",
            "annotation -6",
            "annotation #7",
            "annotation 5"
        ]
    );
    assert_eq!(left_out.n_broken, 7);
}

#[test]
fn all_that_is_broken_is_counted_and_the_first_are_named() {
    let mut annotations = vec![json!(null); 80];
    annotations.push(annotation(1, 1, [0.0, 0.0, 9.0, 9.0], "a cup"));
    let benchmark = open(&SetFolder::new(&["1.png"]).with_file(&file(&annotations))).unwrap();
    let left_out = benchmark.left_out();
    assert_eq!((left_out.n_broken, left_out.broken.len()), (80, 10));
}

#[test]
fn files_that_cannot_be_used_are_errors() {
    let set = SetFolder::new(&[]).with_file(&file(&[annotation(1, 1, [0.0, 0.0, 9.0, 9.0], "a")]));
    let error = open(&set).err().unwrap();
    assert!(matches!(error, EvalError::Empty { .. }));
    assert!(
        error.to_string().contains("1.png does not exist"),
        "{error}"
    );

    std::fs::write(set.file(), "{\"images\": [").unwrap();
    let error = open(&set).err().unwrap().to_string();
    assert!(
        error.contains("set.json") && error.contains("line 1"),
        "{error}"
    );

    let references = set.path("references.json");
    std::fs::write(&references, r#"{"1": ["a"], "1": ["b"]}"#).unwrap();
    let opened = set.open(|source| Described::vg(source, Some(&references), DESCRIBE, None));
    let error = opened.err().unwrap().to_string();
    assert!(
        error.contains("references.json") && error.contains("twice"),
        "{error}"
    );
}

#[test]
fn a_question_must_be_about_the_one_region() {
    let set = two_captions();
    for question in ["What is this?", "What are <region1> and <region2>?", ""] {
        let opened = set.open(|source| Described::vg(source, None, question, None));
        assert!(
            matches!(opened, Err(EvalError::QuestionWithoutRegion { .. })),
            "{question}"
        );
    }
    let opened = set.open(|source| Described::vg(source, None, "Name <region1>.", None));
    let opened = opened.unwrap();
    assert_eq!(opened.settings()["question"], "Name <region1>.");
    assert_eq!(opened.tasks()[0].turns[0].question, "Name <region1>.");
}
