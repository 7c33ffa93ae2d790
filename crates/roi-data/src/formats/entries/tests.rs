//! Entries that are not what they should be, in lists of every form.

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::formats::coco::CocoFile;
use crate::formats::llava::{Detections, LlavaRecord};
use crate::formats::regions::RegionRecord;
use crate::formats::v7w::V7wFile;
use crate::formats::{Entries, read_json};
use crate::{DataError, Skips};

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, DataError> {
    let folder = tempdir().unwrap();
    let path = folder.path().join("set.json");
    std::fs::write(&path, text).unwrap();
    read_json(&path)
}

/// Names and reasons of the broken.
fn told(broken: &Skips) -> Vec<String> {
    let told = broken.first.iter();
    let told = told.map(|skip| format!("{}: {}", skip.record, skip.reason));
    told.collect()
}

fn annotation(id: u64, changes: &[(&str, Value)]) -> Value {
    let mut value = json!({"id": id, "image_id": 1, "bbox": [1, 2, 3, 4], "area": 12.0,
        "category_id": 1, "iscrowd": 0});
    for (key, changed) in changes {
        value[key] = changed.clone();
    }
    value
}

fn without(mut value: Value, key: &str) -> Value {
    value.as_object_mut().unwrap().remove(key);
    value
}

#[test]
fn each_broken_annotation_costs_only_itself_and_is_called_by_its_id_or_place() {
    let annotations = [
        annotation(1, &[]),
        annotation(2, &[("bbox", json!([1, 2, 3]))]),
        annotation(3, &[("bbox", json!([1, 2, 3, 4, 5]))]),
        without(annotation(4, &[]), "bbox"),
        without(annotation(5, &[]), "area"),
        annotation(6, &[("image_id", json!("7"))]),
        annotation(7, &[("image_id", json!(-1))]),
        annotation(8, &[("tokens_positive", json!([[-1, 5]]))]),
        annotation(9, &[("id", Value::Null)]),
        json!("an annotation"),
        annotation(11, &[]),
    ];
    let file: CocoFile =
        read(&json!({"images": [], "annotations": annotations}).to_string()).unwrap();
    let ids: Vec<u64> = file.annotations.iter().map(|a| a.id).collect();
    assert_eq!(ids, [1, 11]);
    let broken = &file.annotations.broken;
    assert_eq!(broken.count, 9);
    let told = told(broken);
    for (told, expected) in told.iter().zip([
        "annotation 2: invalid length 3, expected an array of length 4",
        "annotation 3: trailing characters",
        "annotation 4: missing field `bbox`",
        "annotation 5: missing field `area`",
        "annotation 6: invalid type: string \"7\", expected a whole number from 0",
        "annotation 7: invalid type: integer `-1`, expected a whole number from 0",
        "annotation 8: invalid type: integer `-1`, expected a whole number from 0",
        "annotation #9: invalid type: null, expected a whole number from 0",
        "annotation #10: invalid type: string \"an annotation\", expected struct Annotation",
    ]) {
        assert_eq!(told, expected);
    }
}

#[test]
fn whole_numbers_may_have_a_point_and_nothing_behind_it() {
    let image =
        |width: Value| json!({"id": 1.0, "file_name": "a.jpg", "width": width, "height": 480});
    let images = [
        image(json!(640.0)),
        image(json!(640.5)),
        image(Value::Null),
        image(json!(-640.0)),
        image(json!(1e300)),
        image(json!(5_000_000_000_u64)),
    ];
    let annotations = [annotation(
        1,
        &[
            ("tokens_positive", json!([[0.0, 5.0]])),
            ("image_id", json!(1.0)),
        ],
    )];
    let file: CocoFile =
        read(&json!({"images": images, "annotations": annotations}).to_string()).unwrap();
    assert_eq!((file.images.len(), file.images[0].width), (1, 640));
    assert_eq!(
        told(&file.images.broken),
        [
            "image 1.0: invalid value: floating point `640.5`, expected a whole number from 0",
            "image 1.0: invalid type: null, expected a whole number from 0",
            "image 1.0: invalid value: floating point `-640.0`, expected a whole number from 0",
            "image 1.0: invalid value: floating point `1e+300`, expected a whole number from 0",
            "image 1.0: invalid value: integer `5000000000`, expected a smaller number",
        ]
    );
    let spans = file.annotations[0].tokens_positive.as_ref().unwrap();
    assert_eq!((spans[0].start, spans[0].end), (0, 5));
}

#[test]
fn conversations_and_detections_are_read_one_by_one_too() {
    let good = json!({"id": "000", "image": "a.jpg", "conversations": [
        {"from": "human", "value": "<image>\nWhy?"}, {"from": "gpt", "value": "So."}
    ]});
    let mut system = good.clone();
    system["conversations"][0]["from"] = json!("system");
    system["id"] = json!("001");
    let mut nameless = without(good.clone(), "image");
    nameless["id"] = json!(" ");
    let text = json!([good, system, nameless, good]).to_string();
    let records: Entries<LlavaRecord> = read(&text).unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!(
        told(&records.broken),
        [
            "001: unknown variant `system`, expected `human` or `gpt`",
            "record #3: missing field `image`"
        ]
    );
    let records: Entries<RegionRecord> = read(&text).unwrap();
    assert_eq!((records.len(), records.broken.count), (0, 4));

    let boxes = |name: &str, boxes: Value, labels: Value| json!({"filename": name, "pred_bboxes": boxes, "labels": labels});
    let text = json!([
        boxes("a.jpg", json!([[0.1, 0.2, 0.5, 0.6]]), json!([3])),
        boxes("b.jpg", json!([[0.1, 0.2, 0.5, 0.6, 0.9]]), json!([3.0])),
        boxes("c.jpg", json!([]), json!([-3]))
    ]);
    let detections: Entries<Detections> = read(&text.to_string()).unwrap();
    assert_eq!(detections[0].labels, [3]);
    assert_eq!(
        told(&detections.broken),
        [
            "a.jpg: invalid length 4, expected an array of length 5",
            "c.jpg: invalid type: integer `-3`, expected a whole number from 0"
        ]
    );
}

#[test]
fn a_broken_question_leaves_its_picture_the_others() {
    let question = |id: u64, answer: Value| json!({"qa_id": id, "question": "Which?", "answer": answer, "multiple_choices": [2]});
    let text = json!({
        "images": [
            {"image_id": 1, "filename": "a.jpg", "split": "val",
                "qa_pairs": [question(1, json!(1)), question(2, Value::Null)]},
            {"image_id": 2, "split": "val", "qa_pairs": []}
        ],
        "boxes": [
            {"box_id": 1, "x": 1, "y": 2, "width": 3, "height": 4, "name": "cup"},
            {"box_id": 2, "x": null, "y": 2, "width": 3, "height": 4}
        ]
    });
    let file: V7wFile = read(&text.to_string()).unwrap();
    assert_eq!((file.images.len(), file.boxes.len()), (1, 1));
    assert_eq!(file.images[0].qa_pairs.len(), 1);
    assert_eq!(
        told(&file.images[0].qa_pairs.broken),
        ["question 2: invalid type: null, expected a whole number from 0"]
    );
    assert_eq!(
        told(&file.images.broken),
        ["image 2: missing field `filename`"]
    );
    assert_eq!(
        told(&file.boxes.broken),
        ["box 2: invalid type: null, expected f64"]
    );
}

#[test]
fn a_file_that_is_no_json_is_an_error_as_a_whole() {
    let whole = json!([{"id": "1", "image": "a.jpg", "conversations": []}]).to_string();
    for end in 1..whole.len() {
        let cut = read::<Entries<LlavaRecord>>(&whole[..end]);
        assert!(matches!(cut, Err(DataError::Json { .. })), "{end}");
    }
    for text in ["", "{}", "null", "[1, 2,]", "[1 2]", "[nan]", "[] []"] {
        let read = read::<Entries<LlavaRecord>>(text);
        assert!(matches!(read, Err(DataError::Json { .. })), "{text}");
    }
    let none = read::<CocoFile>(r#"{"images": []}"#).unwrap_err();
    assert!(none.to_string().contains("missing field `annotations`"));
    let null = read::<CocoFile>(r#"{"images": [], "annotations": null}"#);
    assert!(matches!(null, Err(DataError::Json { .. })));
}

#[test]
fn what_cannot_be_a_text_or_a_number_breaks_its_entry() {
    // A half of a surrogate pair, a number beyond f64, and a key twice: JSON by its grammar.
    let image = r#"{"id": 1, "file_name": "\ud800", "width": 640, "height": 480}"#;
    let other = r#"{"id": 2, "id": 3, "file_name": "a.jpg", "width": 640, "height": 480}"#;
    let annotation =
        r#"{"id": 5, "image_id": 1, "bbox": [1, 2, 3, 1e999], "area": 1, "category_id": 1}"#;
    let text = format!(r#"{{"images": [{image}, {other}], "annotations": [{annotation}]}}"#);
    let file: CocoFile = read(&text).unwrap();
    assert_eq!((file.images.len(), file.images.broken.count), (0, 2));
    assert_eq!(
        file.images.broken.first[1].reason, "duplicate field `id`",
        "{:?}",
        file.images.broken
    );
    assert_eq!(
        told(&file.annotations.broken),
        ["annotation #1: number out of range"]
    );
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    let records: Entries<LlavaRecord> = read("\u{feff}[]").unwrap();
    assert!(records.is_empty());
    let twice = read::<Entries<LlavaRecord>>("\u{feff}\u{feff}[]");
    assert!(matches!(twice, Err(DataError::Json { .. })));
    let alone = read::<Entries<LlavaRecord>>("\u{feff}");
    assert!(matches!(alone, Err(DataError::Json { .. })));
}

#[test]
fn all_that_is_broken_is_counted_and_the_first_are_named() {
    let file: Entries<LlavaRecord> = read(&json!(vec![0; 5000]).to_string()).unwrap();
    assert_eq!((file.broken.count, file.broken.first.len()), (5000, 10));
}
