//! Pointing questions of one split.

use serde_json::{Value, json};

use super::Visual7W;
use crate::readers::testing::{Folder, sample, shown, visit};
use crate::{DataError, Dataset as _};

fn open(folder: &Folder, split: &str) -> Result<Visual7W, DataError> {
    folder.picture("v7w_1.jpg", 100, 50);
    let boxes: Vec<Value> = (1..=4)
        .map(|id| json!({"box_id": id, "x": 20 * id, "y": 5, "width": 10, "height": 20, "name": "x"}))
        .chain([json!({"box_id": 9, "x": 200, "y": 5, "width": 10, "height": 20, "name": "x"})])
        .collect();
    folder.picture("v7w_3.jpg", 100, 50);
    let asked = |words: &str, qa_id: u64, answer: u64, others: &[u64]| {
        json!({"qa_id": qa_id, "question": words, "type": "which",
            "answer": answer, "multiple_choices": others})
    };
    let question = |qa_id: u64, answer: u64, others: &[u64]| {
        asked("Which item is used to cut?", qa_id, answer, others)
    };
    let file = folder.json(
        "dataset_v7w_pointing.json",
        &json!({"dataset": "v7w_pointing", "boxes": boxes, "images": [
            {"image_id": 1, "filename": "v7w_1.jpg", "split": "train", "qa_pairs": [
                question(10, 3, &[1, 2, 4]), question(11, 3, &[1, 77, 4]), question(12, 3, &[])
            ]},
            {"image_id": 4, "filename": "v7w_1.jpg", "split": "train", "qa_pairs": [question(13, 9, &[1, 2, 3])]},
            {"image_id": 3, "filename": "v7w_3.jpg", "split": "test", "qa_pairs": [
                asked("Third?", 15, 3, &[1, 2, 4]), asked("Fourth?", 16, 4, &[2, 3])
            ]},
            {"image_id": 2, "filename": "no.jpg", "split": "val", "qa_pairs": [question(14, 1, &[2, 3, 4])]}
        ]}),
    );
    Visual7W::open(&file, folder.path(), split)
}

#[test]
fn the_answer_is_the_region_of_the_right_box_wherever_it_stands() {
    let folder = Folder::new();
    let set = open(&folder, "train").unwrap();
    let mut places = [0; 4];
    for epoch in 0..100 {
        let sample = sample(&set, visit(epoch, 0));
        let [[question, answer]] = &shown(&sample.turns)[..] else {
            panic!("{:?}", sample.turns);
        };
        assert_eq!(
            question,
            "Choose one of region1 <bbox>, region2 <bbox>, region3 <bbox>, region4 <bbox>. Which item is used to cut?"
        );
        let number: usize = answer.strip_prefix("region").unwrap().parse().unwrap();
        assert_eq!(sample.boxes[number - 1].x1, 0.6);
        places[number - 1] += 1;
    }
    // A quarter of 100, four standard deviations around it.
    assert!(places.iter().all(|n| (8..=42).contains(n)), "{places:?}");
}

#[test]
fn a_box_of_several_questions_keeps_its_number() {
    let folder = Folder::new();
    let set = open(&folder, "test").unwrap();
    assert_eq!(set.len(), 1);
    let mut orders = std::collections::HashSet::new();
    for epoch in 0..50 {
        let sample = sample(&set, visit(epoch, 0));
        assert_eq!(sample.boxes.len(), 4);
        let turns = shown(&sample.turns);
        for [question, answer] in &turns {
            assert!(question.contains(&format!("{answer} <bbox>")), "{question}");
            let number: usize = answer.strip_prefix("region").unwrap().parse().unwrap();
            let edge = if question.ends_with(" Third?") {
                0.6
            } else {
                0.8
            };
            assert_eq!(sample.boxes[number - 1].x1, edge);
        }
        let (_, first) = turns[0][0].split_once(". ").unwrap();
        orders.insert(first.to_owned());
    }
    assert_eq!(orders.len(), 2, "both questions come first at times");
}

#[test]
fn broken_questions_are_reported_and_the_picture_decides_about_boxes() {
    let folder = Folder::new();
    let set = open(&folder, "train").unwrap();
    let broken = &set.left_out().broken;
    assert_eq!(broken.count, 2);
    assert_eq!(
        broken.first[0].reason,
        "it names box 77, which does not exist"
    );
    assert_eq!(broken.first[1].reason, "there is nothing to choose from");
    let outside = set.sample(visit(0, 1)).unwrap_err();
    assert!(
        matches!(outside, DataError::Box { number: 1..=4, .. }),
        "{outside}"
    );
}

#[test]
fn entries_that_cannot_be_read_cost_only_themselves() {
    let folder = Folder::new();
    folder.picture("1.jpg", 100, 50);
    let question = |qa_id: u64, answer: Value| json!({"qa_id": qa_id, "question": "Which?", "answer": answer, "multiple_choices": [2, 3]});
    let mut boxes: Vec<Value> = (1..=4)
        .map(|id| json!({"box_id": id, "x": 20 * id, "y": 5, "width": 10, "height": 20}))
        .collect();
    boxes[3]["x"] = Value::Null;
    let asked = [
        question(1, json!(1)),
        question(2, Value::Null),
        question(3, json!(4)),
    ];
    let file = json!({"boxes": boxes, "images": [
        {"image_id": 1, "filename": "1.jpg", "split": "train", "qa_pairs": asked},
        {"image_id": 2, "filename": "1.jpg", "split": "test", "qa_pairs": [question(9, Value::Null)]},
        {"image_id": 3, "split": "train", "qa_pairs": []}
    ]});
    let set = Visual7W::open(&folder.json("v7w.json", &file), folder.path(), "train").unwrap();
    assert_eq!(sample(&set, visit(0, 0)).turns.len(), 1);
    let broken = &set.left_out().broken;
    let named: Vec<&str> = broken.first.iter().map(|skip| &*skip.record).collect();
    // Another split's question is none of this set's.
    assert_eq!(named, ["image 3", "box 4", "question 2", "question 3"]);
    assert_eq!(
        broken.first[3].reason,
        "it names box 4, which is broken or does not exist"
    );
}

#[test]
fn splits_are_apart_and_an_absent_picture_is_an_error() {
    let folder = Folder::new();
    let set = open(&folder, "val").unwrap();
    assert_eq!(set.len(), 1);
    assert!(matches!(
        set.sample(visit(0, 0)),
        Err(DataError::NoFile { .. })
    ));
    assert!(matches!(
        open(&folder, "dev"),
        Err(DataError::NoRecords { .. })
    ));
}

#[test]
fn a_number_that_two_boxes_have_costs_the_questions_that_name_it() {
    let folder = Folder::new();
    folder.picture("a.jpg", 100, 50);
    let edges = |id: u64, x: u64| json!({"box_id": id, "x": x, "y": 5, "width": 10, "height": 20, "name": "x"});
    let asked = |qa_id: u64, others: &[u64]| json!({"qa_id": qa_id, "question": "Which?", "type": "which", "answer": 1, "multiple_choices": others});
    let file = folder.json(
        "v7w.json",
        &json!({"boxes": [edges(1, 0), edges(2, 10), edges(3, 20), edges(2, 40), edges(3, 20)], "images": [
            {"image_id": 1, "filename": "a.jpg", "split": "train", "qa_pairs": [asked(5, &[2]), asked(6, &[3])]}
        ]}),
    );
    let set = Visual7W::open(&file, folder.path(), "train").unwrap();
    let broken = &set.left_out().broken;
    assert_eq!(broken.count, 1);
    assert_eq!(
        (&*broken.first[0].record, &*broken.first[0].reason),
        ("question 5", "two boxes have the id 2")
    );
    assert_eq!(sample(&set, visit(0, 0)).turns.len(), 1);
}
