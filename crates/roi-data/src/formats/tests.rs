//! The formats as their publishers write them, both ways.

use serde_json::{Value, json};
use tempfile::tempdir;

use super::coco::{Annotation, CocoFile, Span};
use super::llava::{Detections, LlavaRecord, Speaker};
use super::v7w::V7wFile;
use super::vcr::{VcrMetadata, VcrRecord, VcrToken, records};
use super::{file_below, read_json};
use crate::DataError;

#[test]
fn annotations_of_all_three_families_are_read() {
    let annotation = |extra: Value| -> Annotation {
        let mut value = json!({
            "segmentation": [[1.0, 2.0]], "area": 12.5, "iscrowd": 0, "image_id": 7,
            "bbox": [1.0, 2.0, 3.5, 4], "category_id": 18, "id": 1768
        });
        let fields = value.as_object_mut().unwrap();
        fields.extend(extra.as_object().unwrap().clone());
        serde_json::from_value(value).unwrap()
    };
    let coco = annotation(json!({}));
    assert_eq!(coco.bbox.edges().to_string(), "1,2,4.5,6");
    assert!(!coco.iscrowd && !coco.ignore && coco.caption.is_none());
    assert!(annotation(json!({"iscrowd": true})).iscrowd);
    assert!(annotation(json!({"iscrowd": 1, "ignore": 1})).ignore);
    let grit = annotation(json!({"caption": "a red hat"}));
    assert_eq!(grit.caption.as_deref(), Some("a red hat"));
    let mdetr = annotation(json!({"tokens_positive": [[0, 5], [9, 12]]}));
    let spans = [Span { start: 0, end: 5 }, Span { start: 9, end: 12 }];
    assert_eq!(mdetr.tokens_positive.as_deref(), Some(&spans[..]));
}

#[test]
fn a_file_is_written_as_it_is_read() {
    let value = json!({
        "images": [{"id": 1, "file_name": "a.jpg", "width": 4, "height": 3, "caption": "two"}],
        "annotations": [{
            "id": 2, "image_id": 1, "bbox": [0.0, 1.0, 2.0, 3.0], "area": 6.0, "category_id": 5,
            "iscrowd": 1, "caption": "c", "tokens_positive": [[0, 1]]
        }],
        "categories": [{"id": 5, "name": "object"}]
    });
    let file: CocoFile = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&file).unwrap(), value);

    let value = json!({"boxes": [[0.0, 1.0, 2.0, 3.0, 0.5], [1.0, 2.0, 3.0, 4.0]], "width": 9, "height": 8});
    let metadata: VcrMetadata = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(metadata.boxes[1].score, None);
    assert_eq!(serde_json::to_value(&metadata).unwrap(), value);

    let value =
        json!([{"filename": "a.jpg", "pred_bboxes": [[0.0, 0.25, 0.5, 0.75, 0.5]], "labels": [3]}]);
    let detections: Vec<Detections> = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(detections[0].pred_bboxes[0].y2, 0.75);
    assert_eq!(serde_json::to_value(&detections).unwrap(), value);

    let value = json!({
        "images": [{"image_id": 1, "filename": "v7w_1.jpg", "split": "val", "qa_pairs": [
            {"qa_id": 9, "question": "Which one?", "answer": 3, "multiple_choices": [4, 5, 6]}
        ]}],
        "boxes": [{"box_id": 3, "x": 1.0, "y": 2.0, "width": 3.0, "height": 4.0, "name": "cup"}]
    });
    let file: V7wFile = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(file.boxes[0].edges().to_string(), "1,2,4,6");
    assert_eq!(serde_json::to_value(&file).unwrap(), value);

    let value = json!([{"id": "000", "image": "a.jpg", "conversations": [
        {"from": "human", "value": "<image>\nWhy?"}, {"from": "gpt", "value": "So."}
    ]}]);
    let conversations: Vec<LlavaRecord> = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(conversations[0].conversations[1].from, Speaker::Gpt);
    assert_eq!(serde_json::to_value(&conversations).unwrap(), value);
}

#[test]
fn a_box_of_too_few_numbers_is_refused() {
    let value = json!({"boxes": [[0.0, 1.0, 2.0]], "width": 9, "height": 8});
    let error = serde_json::from_value::<VcrMetadata>(value).unwrap_err();
    assert_eq!(error.to_string(), "a box has 3 numbers, not 4 or more");
}

#[test]
fn spans_count_characters_and_must_lie_in_the_caption() {
    let of = |start, end| Span { start, end }.of("Ein Café ☕.");
    assert_eq!(of(4, 8), Some("Café"));
    assert_eq!(of(9, 11), Some("☕."));
    assert_eq!(of(0, 11), Some("Ein Café ☕."));
    assert_eq!(of(9, 12), None);
    assert_eq!(of(4, 4), None);
    assert_eq!(of(5, 4), None);
    assert_eq!(of(usize::MAX, usize::MAX), None);
}

#[test]
fn lines_are_read_one_by_one_and_a_bad_one_costs_only_itself() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("train.jsonl");
    let good = json!({
        "movie": "m", "objects": ["person"], "img_fn": "a.jpg", "metadata_fn": "a.json",
        "question_orig": "Why is 1 here?", "answer_orig": "1 lives here.", "rationale_orig": "So.",
        "question": ["Why", "is", [0], "here", "?"], "answer_label": 2, "annot_id": "train-0"
    });
    let mut bytes = format!("\u{feff}{good}\n\n{{\"objects\": [\n{good}\n").into_bytes();
    bytes.extend(b"\xff\xfe\n");
    bytes.extend(good.to_string().as_bytes());
    std::fs::write(&path, bytes).unwrap();

    let read: Vec<Result<VcrRecord, DataError>> = records(&path).unwrap().collect();
    assert_eq!(read.len(), 5);
    let first = read[0].as_ref().unwrap();
    assert_eq!(first.question[2], VcrToken::Objects(vec![0]));
    assert_eq!(first.answer_label, Some(2));
    let lines = read.iter().filter_map(|record| match record {
        Err(DataError::JsonLine { line, .. }) => Some(*line),
        _ => None,
    });
    assert_eq!(lines.collect::<Vec<_>>(), [3, 5]);
    assert_eq!(read.last().unwrap().as_ref().unwrap(), first);
}

#[test]
fn a_truncated_file_is_named_with_the_place_it_ends() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("train.json");
    std::fs::write(&path, "{\"images\": [").unwrap();
    let error = read_json::<CocoFile>(&path).unwrap_err().to_string();
    assert!(
        error.contains("train.json") && error.contains("line 1 column 12"),
        "{error}"
    );
    let missing = read_json::<CocoFile>(&folder.path().join("no.json"));
    assert!(matches!(missing, Err(DataError::Io { .. })));
}

#[test]
fn a_named_file_must_lie_below_its_folder() {
    let folder = tempdir().unwrap();
    std::fs::write(folder.path().join("a.jpg"), "").unwrap();
    let below = |name: &str| file_below(&folder.path().join("sub"), name);
    assert!(file_below(folder.path(), "a.jpg").is_ok());
    for name in ["../a.jpg", "/etc/passwd", "", "./../a.jpg"] {
        assert!(
            matches!(below(name), Err(DataError::FileName { .. })),
            "{name}"
        );
    }
    assert!(matches!(below("a.jpg"), Err(DataError::NoFile { .. })));
}
