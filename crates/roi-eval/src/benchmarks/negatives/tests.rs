//! Saying that nothing is there, rightly and wrongly.

use serde_json::{Value, json};

use crate::testing::{SetFolder, percents, score};
use crate::{Benchmark, EvalError, Negatives};

fn record(id: &str, turns: &[(&str, &str, &str)]) -> Value {
    let messages = turns.iter().flat_map(|(question, answer, _)| {
        [
            json!({"from": "human", "value": question}),
            json!({"from": "gpt", "value": answer}),
        ]
    });
    let topics = turns.iter().map(|(_, _, topic)| json!(topic));
    json!({
        "id": id, "image": "1.png", "boxes": [[0, 0, 9, 9], [10, 0, 19, 9]],
        "conversations": messages.collect::<Vec<_>>(), "topics": topics.collect::<Vec<_>>()
    })
}

fn good() -> Value {
    record(
        "7-0",
        &[
            ("<image>\nWhat is <region1>?", "It is a red cup.", "name"),
            ("Is <region1> blue?", "No, it is red.", "check"),
            ("What is <region2>?", "There is nothing there.", "nothing"),
            (
                "How big is <region2>?",
                "There is nothing there.",
                "nothing",
            ),
        ],
    )
}

fn open(records: &[Value]) -> Result<Negatives, EvalError> {
    let set = SetFolder::new(&["1.png"]).with_file(&json!(records));
    set.open(Negatives::open)
}

#[test]
fn each_question_is_asked_alone_with_its_regions_numbers() {
    let benchmark = open(&[good()]).unwrap();
    let asked = benchmark
        .tasks()
        .iter()
        .map(|task| (task.id.as_str(), task.turns[0].question.as_str()));
    assert_eq!(
        asked.collect::<Vec<_>>(),
        [
            ("7-0 1", "What is <region1>?"),
            ("7-0 3", "What is <region2>?"),
            ("7-0 4", "How big is <region2>?"),
        ]
    );
    for task in benchmark.tasks() {
        assert_eq!((task.turns.len(), task.boxes.len()), (1, 2));
    }
    assert_eq!(benchmark.left_out().n_excluded, 1);
}

#[test]
fn denials_are_right_where_nothing_is_and_wrong_elsewhere() {
    let benchmark = open(&[good()]).unwrap();
    let of = |nothing, something| {
        [
            ("nothing there", Some(nothing)),
            ("something there", Some(something)),
        ]
    };
    let right = score(&benchmark, |task| match task.id.as_str() {
        "7-0 1" => "It is a cup.".to_owned(),
        _ => "There is nothing.".to_owned(),
    });
    assert_eq!(percents(&right.numbers), of(100.0, 100.0));
    let always_denies = score(&benchmark, |_| "No.".to_owned());
    assert_eq!(percents(&always_denies.numbers), of(100.0, 0.0));
    let never_denies = score(&benchmark, |_| "a dog".to_owned());
    assert_eq!(percents(&never_denies.numbers), of(0.0, 100.0));
    let verdict = never_denies.verdicts[1].as_ref().unwrap();
    assert_eq!(verdict.truth, "There is nothing there.");
    assert_eq!(verdict.read.as_deref(), Some("something there"));
}

#[test]
fn broken_records_are_named() {
    let with = |id: &str, field: &str, value: Value| {
        let mut record = good();
        record["id"] = json!(id);
        record[field] = value;
        record
    };
    let benchmark = open(&[
        good(),
        good(),
        with("gone", "image", json!("2.png")),
        with("short", "topics", json!(["name"])),
        record("silent", &[("<image>\n", "It is a cup.", "name")]),
    ])
    .unwrap();
    assert_eq!(benchmark.tasks().len(), 3);
    let broken = benchmark.left_out().broken.iter();
    let told: Vec<String> = broken
        .map(|skip| format!("{}: {}", skip.record, skip.reason))
        .collect();
    assert_eq!(told.len(), 4, "{told:?}");
    for (told, part) in told.iter().zip([
        "7-0: an earlier record has the same id",
        "2.png does not exist",
        "short: it has 8 messages on 1 topics",
        "silent: question 1 has no words",
    ]) {
        assert!(told.contains(part), "{part} in {told}");
    }
    let only_checks = record("c", &[("<image>\nIs <region1> red?", "No.", "check")]);
    assert!(matches!(open(&[only_checks]), Err(EvalError::Empty { .. })));
}

#[test]
fn records_that_cannot_be_read_cost_only_themselves() {
    let mut system = good();
    system["id"] = json!("system");
    system["conversations"][0]["from"] = json!("system");
    let mut flat = good();
    flat["id"] = json!("flat");
    flat["boxes"] = json!([[0, 0, 9]]);
    let benchmark = open(&[system, good(), flat, json!({"image": "1.png"})]).unwrap();
    assert_eq!(benchmark.tasks().len(), 3);
    let broken = benchmark.left_out().broken.iter();
    let named: Vec<&str> = broken.map(|skip| &*skip.record).collect();
    assert_eq!(named, ["system", "flat", "record #4"]);
}
