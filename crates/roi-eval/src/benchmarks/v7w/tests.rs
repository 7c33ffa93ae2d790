//! Answers that name a region, and questions with their boxes.

use serde_json::{Value, json};

use super::region_in;
use crate::testing::{SetFolder, percents, score};
use crate::{Benchmark, Details, EvalError, Subset, Visual7W};

#[test]
fn regions_are_read_in_all_their_spellings() {
    for (answer, region) in [
        ("region 2", Some(1)),
        ("region2", Some(1)),
        ("<region2>", Some(1)),
        ("Region 4.", Some(3)),
        ("It is region3, of course: region 3!", Some(2)),
        ("2", Some(1)),
        (" (3) ", Some(2)),
        ("The answer is 4.", Some(3)),
        ("region1 with 2 dogs", Some(0)),
    ] {
        assert_eq!(region_in(answer, 4), region, "{answer}");
    }
}

#[test]
fn answers_that_name_no_region_or_several_are_no_choice() {
    for answer in [
        "",
        "the dog",
        "region",
        "region 5",
        "region 0",
        "region1 or region2",
        "1 or 2",
        "2nd",
        "region12",
        "region 99999999999999999999999",
        "region two",
    ] {
        assert_eq!(region_in(answer, 4), None, "{answer}");
    }
}

fn file(questions: &[Value]) -> Value {
    let boxes = (1..=8).map(
        |id| json!({"box_id": id, "x": id, "y": 2.0, "width": 3.0, "height": 4.0, "name": "cup"}),
    );
    json!({
        "images": [
            {"image_id": 1, "filename": "1.png", "split": "test", "qa_pairs": questions},
            {"image_id": 2, "filename": "1.png", "split": "val", "qa_pairs": [question(99, 1)]}
        ],
        "boxes": boxes.collect::<Vec<_>>()
    })
}

fn question(id: u64, answer: u64) -> Value {
    let others: Vec<u64> = (answer + 1..answer + 4).collect();
    json!({"qa_id": id, "question": "Which cup is red?", "answer": answer, "multiple_choices": others})
}

fn ten_questions() -> Visual7W {
    let questions: Vec<Value> = (0..10).map(|id| question(id, id % 5 + 1)).collect();
    let set = SetFolder::new(&["1.png"]).with_file(&file(&questions));
    set.open(|source| Visual7W::open(source, "test")).unwrap()
}

/// The region that holds the right box, as the file's first: the leftmost.
fn right(task: &crate::Task) -> usize {
    let left = |index: &usize| task.boxes[*index].x1 as u64;
    (0..4).min_by_key(left).unwrap() + 1
}

#[test]
fn the_four_boxes_are_regions_in_an_order_that_says_nothing() {
    let benchmark = ten_questions();
    let task = &benchmark.tasks()[0];
    assert_eq!(
        task.turns[0].question,
        "Choose one of <region1>, <region2>, <region3>, <region4>. Which cup is red?"
    );
    assert_eq!(task.boxes.len(), 4);
    let places: std::collections::BTreeSet<usize> = benchmark.tasks().iter().map(right).collect();
    assert!(places.len() > 2, "{places:?}");
    for (task, again) in benchmark.tasks().iter().zip(ten_questions().tasks()) {
        assert_eq!(task.boxes, again.boxes);
    }
    assert_eq!(benchmark.settings()["split"], "test");
    assert_eq!(benchmark.left_out().n_excluded, 1);
}

#[test]
fn right_answers_score_full_marks_wrong_and_unread_ones_none() {
    let benchmark = ten_questions();
    let all_right = score(&benchmark, |task| format!("region{}", right(task)));
    assert_eq!(percents(&all_right.numbers), [("accuracy", Some(100.0))]);
    let all_wrong = score(&benchmark, |task| format!("region{}", right(task) % 4 + 1));
    assert_eq!(percents(&all_wrong.numbers), [("accuracy", Some(0.0))]);
    let unread = score(&benchmark, |_| "I cannot say.".to_owned());
    assert_eq!(percents(&unread.numbers), [("accuracy", Some(0.0))]);
    let Details::Pointing(tally) = unread.details else {
        panic!("{:?}", unread.details);
    };
    assert_eq!((tally.n, tally.n_right, tally.n_unread), (10, 0, 10));
}

#[test]
fn broken_questions_are_named() {
    let mut no_words = question(2, 1);
    no_words["question"] = json!(" ");
    let mut same_box = question(3, 1);
    same_box["multiple_choices"] = json!([1, 2, 3]);
    let mut alone = question(4, 1);
    alone["multiple_choices"] = json!([]);
    let questions = [
        question(1, 1),
        question(1, 2),
        no_words,
        same_box,
        alone,
        question(5, 7),
    ];
    let set = SetFolder::new(&["1.png"]).with_file(&file(&questions));
    let benchmark = set.open(|source| Visual7W::open(source, "test")).unwrap();
    assert_eq!(benchmark.tasks().len(), 1);
    let reasons = benchmark
        .left_out()
        .broken
        .iter()
        .map(|skip| skip.reason.as_str());
    assert_eq!(
        reasons.collect::<Vec<_>>(),
        [
            "an earlier question has the same id",
            "it has no words",
            "two of its choices are the same box",
            "there is nothing to choose from",
            "it names box 9, which does not exist",
        ]
    );
    let empty = set.open(|source| Visual7W::open(source, "train"));
    assert!(matches!(empty, Err(EvalError::Empty { .. })));
    let none = Subset {
        limit: Some(0),
        seed: None,
    };
    let empty = set.open_part(none, |source| Visual7W::open(source, "test"));
    assert!(matches!(empty, Err(EvalError::Empty { .. })));
}

#[test]
fn entries_that_cannot_be_read_cost_only_themselves() {
    let mut unanswered = question(2, 1);
    unanswered["answer"] = Value::Null;
    let mut file = file(&[question(1, 1), unanswered, question(3, 5)]);
    file["boxes"][7]["width"] = json!("wide");
    file["images"].as_array_mut().unwrap().push(json!(7));
    file["images"][1]["qa_pairs"][0]["answer"] = Value::Null;
    let set = SetFolder::new(&["1.png"]).with_file(&file);
    let benchmark = set.open(|source| Visual7W::open(source, "test")).unwrap();
    assert_eq!(benchmark.tasks().len(), 1);
    let named: Vec<&str> = benchmark
        .left_out()
        .broken
        .iter()
        .map(|skip| &*skip.record)
        .collect();
    assert_eq!(named, ["image #3", "box 8", "question 2", "question 3"]);
}
