//! Saying that nothing is there, rightly and wrongly.

use serde_json::json;

use crate::testing::{SetFolder, percents, score};
use crate::{Benchmark, Details, Negatives};

fn open() -> Negatives {
    let question = |id: &str, is_there: bool, kind: &str, answer: &str| {
        json!({
            "id": id, "file_name": "1.png", "boxes": [[0, 0, 9, 9]], "question": "What is in <region1>?",
            "is_there": is_there, "kind": kind, "answer": answer
        })
    };
    let mut missing = question("4", false, "", "");
    missing["file_name"] = json!("2.png");
    let set = SetFolder::new(&["1.png"]).with_file(&json!({"questions": [
        question("1", false, "empty_box", "Nothing is there."),
        question("2", false, "absent_class", ""),
        question("3", true, "", "A cup."),
        question("3", true, "", "A cup."),
        missing,
    ]}));
    set.open(Negatives::open).unwrap()
}

#[test]
fn denials_are_right_where_nothing_is_and_wrong_elsewhere() {
    let benchmark = open();
    assert_eq!(benchmark.tasks().len(), 3);
    assert_eq!(benchmark.left_out().n_broken, 2);
    let right = score(&benchmark, |task| match task.id.as_str() {
        "3" => "a cup".to_owned(),
        _ => "There is nothing.".to_owned(),
    });
    assert_eq!(
        percents(&right.numbers),
        [
            ("nothing there", Some(100.0)),
            ("something there", Some(100.0))
        ]
    );
    let always_denies = score(&benchmark, |_| "No.".to_owned());
    assert_eq!(
        percents(&always_denies.numbers),
        [
            ("nothing there", Some(100.0)),
            ("something there", Some(0.0))
        ]
    );
    let never_denies = score(&benchmark, |_| "a dog".to_owned());
    assert_eq!(
        percents(&never_denies.numbers),
        [
            ("nothing there", Some(0.0)),
            ("something there", Some(100.0))
        ]
    );
    let Details::Negatives { absent_by_kind, .. } = never_denies.details else {
        panic!("{:?}", never_denies.details);
    };
    assert_eq!(absent_by_kind["empty_box"].n, 1);
    assert_eq!(absent_by_kind.len(), 2);
    let truth = |index: usize| never_denies.verdicts[index].as_ref().unwrap().truth.clone();
    assert_eq!(truth(0), "Nothing is there.");
    assert_eq!(truth(1), "nothing there");
}
