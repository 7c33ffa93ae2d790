//! Good lines are read, bad ones say what is wrong with them and where.

use roi_protocol::BoxPx;
use serde_json::{Value, json};

use super::{Query, parse};

fn queries(input: &str) -> Vec<Query> {
    parse(input).collect()
}

#[test]
fn a_line_is_a_task() {
    let input = r#"{"id": "a", "image": "x/y.png", "boxes_px": [[1, 2, 3.5, 4]], "turns": [{"question": "q1", "answer": "a1"}, {"question": "q2"}]}"#;
    let task = queries(input).remove(0).task.expect("a task");
    assert_eq!(task.boxes_px, [BoxPx::new(1.0, 2.0, 3.5, 4.0)]);
    assert_eq!(task.turns.len(), 2);
    assert_eq!(task.turns[0].answer.as_deref(), Some("a1"));
}

#[test]
fn ids_are_texts_or_numbers() {
    let line =
        |id: Value| json!({"id": id, "image": "i", "turns": [{"question": "q"}]}).to_string();
    assert!(queries(&line(json!(7)))[0].task.is_ok());
    assert!(queries(&line(json!("seven")))[0].task.is_ok());
    assert!(queries(&line(json!([7])))[0].task.is_err());
}

#[test]
fn a_broken_line_does_not_take_its_neighbours_along() {
    let good = r#"{"id": 1, "image": "i", "turns": [{"question": "q"}]}"#;
    let queries = queries(&format!(
        "{good}\n{{\"id\": 2, \"ima\n\n{}",
        good.replace('1', "3")
    ));
    let results: Vec<_> = queries.iter().map(|query| query.task.is_ok()).collect();
    assert_eq!(results, [true, false, true]);
    let error = queries[1].task.as_ref().expect_err("it is broken");
    assert!(error.starts_with("line 2: "), "{error}");
    assert_eq!(queries[1].id, Value::Null);
}

#[test]
fn a_line_that_lacks_something_keeps_its_id() {
    let queries = queries(r#"{"id": "a", "turns": []}"#);
    assert_eq!(queries[0].id, json!("a"));
    let error = queries[0].task.as_ref().expect_err("there is no picture");
    assert!(error.contains("image"), "{error}");
}

#[test]
fn an_id_is_used_once() {
    let good = r#"{"id": 1, "image": "i", "turns": [{"question": "q"}]}"#;
    let queries = queries(&format!("{good}\n{good}"));
    assert!(queries[0].task.is_ok());
    assert!(queries[1].task.is_err());
}
