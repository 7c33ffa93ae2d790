//! Conversations about boxes, written by hand.

use serde_json::json;

use super::RegionChat;
use crate::readers::testing::{Folder, sample, visit};
use crate::{DataError, Dataset as _};

fn record(image: &str, messages: serde_json::Value) -> serde_json::Value {
    json!({ "id": "7-0", "image": image, "boxes": [[0, 0, 20, 10], [40, 30, 10, 20]], "conversations": messages })
}

fn exchange(question: &str, answer: &str) -> [serde_json::Value; 2] {
    [
        json!({ "from": "human", "value": question }),
        json!({ "from": "gpt", "value": answer }),
    ]
}

#[test]
fn questions_are_as_typed_and_boxes_are_fractions() {
    let folder = Folder::new();
    folder.picture("a.png", 40, 40);
    let first = exchange("<image>\nIs <region1> left of <region2>?", "Yes.");
    let second = exchange("Describe <region1>.", "A <bbox> cat.");
    let file = folder.json(
        "regions.json",
        &json!([record("a.png", json!([first, second].concat()))]),
    );
    let set = RegionChat::open(&file, folder.path()).unwrap();
    let sample = sample(&set, visit(0, 0));
    assert_eq!(sample.turns.len(), 2);
    assert_eq!(sample.turns[1].answer.as_deref(), Some("A <bbox> cat."));
    let edges: Vec<_> = sample
        .boxes
        .iter()
        .map(|b| (b.x1, b.y1, b.x2, b.y2))
        .collect();
    // The second box's corners come the other way round.
    assert_eq!(edges, [(0.0, 0.0, 0.5, 0.25), (0.25, 0.5, 1.0, 0.75)]);
}

#[test]
fn records_that_cannot_be_read_are_named_and_left_out() {
    let folder = Folder::new();
    folder.picture("a.png", 40, 40);
    let good = exchange("<image>\nDescribe <region1>, <region2>.", "Cats.");
    let mut short = record("a.png", json!(good));
    short["id"] = json!("7-1");
    short["boxes"][1] = json!([1, 2, 3]);
    let file = folder.json(
        "regions.json",
        &json!([short, record("a.png", json!(good)), 5]),
    );
    let set = RegionChat::open(&file, folder.path()).unwrap();
    assert_eq!(set.len(), 1);
    let broken = &set.left_out().broken;
    let named: Vec<&str> = broken.first.iter().map(|skip| &*skip.record).collect();
    assert_eq!(named, ["7-1", "record #3"]);
}

#[test]
fn records_that_are_no_conversation_are_named_and_left_out() {
    let folder = Folder::new();
    folder.picture("a.png", 40, 40);
    let good = exchange("<image>\nDescribe <region1>, <region2>.", "Cats.");
    let without_picture = exchange("Describe <region1>.", "A cat.");
    let unanswered = [json!({ "from": "human", "value": "<image>\nWho?" })];
    let file = folder.json(
        "regions.json",
        &json!([
            record("a.png", json!(without_picture)),
            record("a.png", json!(good)),
            record("a.png", json!(unanswered)),
        ]),
    );
    let set = RegionChat::open(&file, folder.path()).unwrap();
    assert_eq!((set.len(), set.left_out().broken.count), (1, 2));
    assert!(
        set.left_out().broken.first[0]
            .reason
            .contains("does not hold <image>")
    );
}

#[test]
fn a_box_outside_its_picture_is_named_when_it_is_met() {
    let folder = Folder::new();
    folder.picture("a.png", 10, 10);
    let asked = exchange("<image>\nDescribe <region1>, <region2>.", "Cats.");
    let file = folder.json("regions.json", &json!([record("a.png", json!(asked))]));
    let set = RegionChat::open(&file, folder.path()).unwrap();
    let error = set.sample(visit(0, 0)).unwrap_err();
    assert!(matches!(error, DataError::Box { number: 2, .. }), "{error}");
}
