//! Classes asked for and named.

use serde_json::{Value, json};

use crate::testing::{SetFolder, percents, score};
use crate::{Benchmark, DESCRIBE, Details, Recognition};

fn file() -> Value {
    let annotation = |id: u64, category: u64| json!({"id": id, "image_id": 1, "bbox": [id, 0, 9, 9], "area": 81, "category_id": category, "iscrowd": 0});
    json!({
        "images": [{"id": 1, "file_name": "1.png", "width": 40, "height": 30}],
        "annotations": [annotation(1, 17), annotation(2, 18), annotation(3, 18), annotation(4, 99)],
        "categories": [{"id": 17, "name": "cat"}, {"id": 18, "name": "dog"}, {"id": 19, "name": "fire truck"}]
    })
}

fn open() -> Recognition {
    let set = SetFolder::new(&["1.png"]).with_file(&file());
    set.open(|source| Recognition::open(source, DESCRIBE))
        .unwrap()
}

#[test]
fn free_answers_are_counted_by_the_class_they_name() {
    let benchmark = open();
    assert_eq!(benchmark.tasks().len(), 3);
    assert_eq!(
        benchmark.left_out().broken[0].reason,
        "it names category 99, which does not exist"
    );
    let right = score(&benchmark, |task| match task.id.as_str() {
        "1" => "A grey cat on a sofa.".to_owned(),
        _ => "two dogs".to_owned(),
    });
    assert_eq!(
        percents(&right.numbers),
        [("accuracy", Some(100.0)), ("mean recall", Some(100.0))]
    );
    let always_cat = score(&benchmark, |_| "a cat".to_owned());
    let [accuracy, recall] = &always_cat.numbers[..] else {
        panic!("two numbers");
    };
    assert!(
        (accuracy.percent.unwrap() - 100.0 / 3.0).abs() < 1e-9,
        "rounding of a division"
    );
    assert_eq!(recall.percent, Some(50.0));
    assert_eq!(always_cat.confusion.unwrap().count("dog", "cat"), 2);
}

#[test]
fn a_broken_class_breaks_what_is_called_by_it() {
    let mut file = file();
    file["categories"][0] = json!({"id": 17});
    let set = SetFolder::new(&["1.png"]).with_file(&file);
    let benchmark = set
        .open(|source| Recognition::open(source, DESCRIBE))
        .unwrap();
    assert_eq!(benchmark.tasks().len(), 2);
    let told: Vec<String> = benchmark
        .left_out()
        .broken
        .iter()
        .map(|skip| format!("{}: {}", skip.record, skip.reason))
        .collect();
    assert_eq!(
        told,
        [
            "category 17: missing field `name`",
            "annotation 1: it names category 17, which is broken or does not exist",
            "annotation 4: it names category 99, which is broken or does not exist"
        ]
    );
}

#[test]
fn an_answer_that_names_no_class_is_wrong_and_counted() {
    let scored = score(&open(), |_| "something".to_owned());
    assert_eq!(scored.numbers[0].percent, Some(0.0));
    let Details::Recognition {
        n,
        n_right,
        n_unread,
        classes,
    } = scored.details
    else {
        panic!("{:?}", scored.details);
    };
    assert_eq!((n, n_right, n_unread, classes.len()), (3, 0, 3, 2));
    let verdict = scored.verdicts[0].as_ref().unwrap();
    assert_eq!(verdict.read.as_deref(), Some("(none)"));
}
