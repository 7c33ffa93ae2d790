//! Conversations with and without a detector's boxes, and the original's two slips.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{ClassNames, DetLlava, DetectionFile, ExtraQuestions, read_detections};
use crate::readers::testing::{Folder, is_one_of, sample, shown, visit};
use crate::templates::{IS_THERE, IT_IS_NOT_THERE, IT_IS_THERE};
use crate::{DataError, Dataset as _, Sample};

fn names(names: &[&str]) -> ClassNames {
    ClassNames::new(names.iter().map(|&name| name.to_owned()).collect()).unwrap()
}

fn record(id: &str, values: &[&str]) -> Value {
    let messages: Vec<Value> = values
        .iter()
        .zip(["human", "gpt"].into_iter().cycle())
        .map(|(value, from)| json!({"from": from, "value": value}))
        .collect();
    json!({"id": id, "image": "a.png", "conversations": messages})
}

fn detections(folder: &Folder, boxes: &[[f32; 5]], labels: &[usize]) -> DetectionFile {
    let path = folder.json(
        "boxes.json",
        &json!([{"filename": "train2017/a.png", "pred_bboxes": boxes, "labels": labels}]),
    );
    read_detections(&path).unwrap()
}

const GOOD: [f32; 5] = [0.1, 0.2, 0.5, 0.6, 0.9];

fn open(
    folder: &Folder,
    records: &[Value],
    boxes: (&[[f32; 5]], &[usize]),
    extra: ExtraQuestions,
) -> Result<DetLlava, DataError> {
    folder.picture("a.png", 100, 50);
    let conversations = folder.json("llava.json", &json!(records));
    let detections = detections(folder, boxes.0, boxes.1);
    let classes = names(&["cat", "dog", "cup"]);
    DetLlava::open(&conversations, folder.path(), detections, classes, extra)
}

/// Samples of many epochs.
fn samples(set: &DetLlava) -> Vec<Sample> {
    (0..40).map(|epoch| sample(set, visit(epoch, 0))).collect()
}

#[test]
fn half_of_the_visits_show_what_was_found() {
    let folder = Folder::new();
    let records = [record(
        "1",
        &["What is it?\n<image>", "A cat.", "<image> Why?", "So."],
    )];
    let boxes = [GOOD, [0.0, 0.0, 1.0, 1.0, 0.31]];
    let set = open(&folder, &records, (&boxes, &[0, 2]), ExtraQuestions::Left).unwrap();
    let overview = "What is it?\nThe <image> provides an overview of the picture.\n";
    let mut n_with = 0;
    for sample in samples(&set) {
        let turns = shown(&sample.turns);
        assert_eq!(turns.len(), 2);
        assert_eq!(turns[1], ["<image> Why?", "So."].map(String::from));
        let behind = turns[0][0].strip_prefix(overview).unwrap();
        match sample.boxes.len() {
            0 => assert_eq!(behind, ""),
            2 => {
                let list = "<bbox> may feature a cat,<bbox> may feature a cup,";
                assert!(behind.ends_with(list), "{behind}");
                n_with += 1;
            }
            n => panic!("{n} boxes"),
        }
    }
    // A half of 40, more than three standard deviations around it.
    assert!((10..=30).contains(&n_with), "{n_with}");
}

/// How many boxes are shown when any are.
fn n_shown(boxes: &[[f32; 5]]) -> usize {
    let folder = Folder::new();
    let records = [record("1", &["<image>\nWhat?", "A cat."])];
    let labels = vec![0; boxes.len()];
    let set = open(&folder, &records, (boxes, &labels), ExtraQuestions::Left).unwrap();
    samples(&set)
        .iter()
        .map(|sample| sample.boxes.len())
        .max()
        .unwrap()
}

#[test]
fn unsure_and_small_boxes_are_not_shown_unless_there_is_no_other() {
    let unsure = [0.1, 0.2, 0.5, 0.6, 0.3];
    let narrow = [0.5, 0.2, 0.52, 0.6, 0.9];
    let low = [0.1, 0.5, 0.5, 0.52, 0.9];
    assert_eq!(n_shown(&[unsure, GOOD, narrow, low]), 1);
    assert_eq!(n_shown(&[unsure, narrow, low]), 3);
    assert_eq!(n_shown(&[unsure; 20]), 10);
    assert_eq!(n_shown(&[GOOD; 120]), 100);
    assert_eq!(
        n_shown(&[[0.5, 0.5, 0.5, 0.6, 0.2], [1.5, 0.5, 1.6, 0.6, 0.2]]),
        0
    );
    assert_eq!(n_shown(&[]), 0);
}

#[test]
fn two_questions_with_opposite_answers_follow_a_conversation_with_boxes() {
    let folder = Folder::new();
    let records = [record("1", &["<image>\nWhat?", "A cat."])];
    let set = open(&folder, &records, (&[GOOD], &[0]), ExtraQuestions::Asked).unwrap();
    let mut firsts = [0, 0];
    for sample in samples(&set) {
        let turns = shown(&sample.turns);
        if sample.boxes.is_empty() {
            assert_eq!(turns.len(), 1);
            continue;
        }
        let [_, first, second] = &turns[..] else {
            panic!("{turns:?}");
        };
        let is_yes = [first, second].map(|[question, answer]| {
            let about = |class: &&str| is_one_of(&IS_THERE, class, question);
            let class = ["cat", "dog", "cup"].into_iter().find(about).unwrap();
            let yes = is_one_of(&IT_IS_THERE, class, answer);
            assert_ne!(yes, is_one_of(&IT_IS_NOT_THERE, class, answer), "{answer}");
            assert_eq!(yes, class == "cat", "{question} {answer}");
            yes
        });
        assert_ne!(is_yes[0], is_yes[1]);
        firsts[usize::from(is_yes[0])] += 1;
    }
    assert!(firsts.iter().all(|&n| n > 0), "{firsts:?}");
}

#[test]
fn asked_later_meets_the_questions_of_earlier_visits() {
    let folder = Folder::new();
    let records = [record("1", &["<image>\nWhat?", "A cat."])];
    let set = open(
        &folder,
        &records,
        (&[GOOD], &[0]),
        ExtraQuestions::AskedLater,
    )
    .unwrap();
    let mut n_expected = 1;
    for sample in samples(&set) {
        assert_eq!(sample.turns.len(), n_expected);
        n_expected += 2 * sample.boxes.len();
    }
    assert!(n_expected > 11, "{n_expected}");
}

#[test]
fn records_that_are_no_conversation_are_broken() {
    let folder = Folder::new();
    let swapped = json!({"id": "6", "image": "a.png", "conversations": [
        {"from": "gpt", "value": "<image>"}, {"from": "human", "value": "b"}
    ]});
    let records = [
        record("1", &["<image>\nWhat?", "A cat."]),
        record("2", &["What?", "A cat."]),
        record("3", &["<image> <image>", "A cat."]),
        record("4", &["<image>", "A cat.", "Why?"]),
        record("5", &[]),
        swapped,
        record("7", &["<image>", " "]),
    ];
    let set = open(&folder, &records, (&[GOOD], &[0]), ExtraQuestions::Left).unwrap();
    assert_eq!(set.len(), 1);
    let broken = &set.left_out().broken;
    let named: Vec<&str> = broken
        .first
        .iter()
        .map(|skip| skip.record.as_str())
        .collect();
    assert_eq!(named, ["2", "3", "4", "5", "6", "7"]);
    assert!(open(&folder, &records[1..], (&[], &[]), ExtraQuestions::Left).is_err());
}

#[test]
fn a_record_s_name_may_be_a_number_and_nothing_else_that_is_no_text() {
    let folder = Folder::new();
    let named = |id: Value| {
        let mut record = record("", &["<image>\nWhat?", "A cat."]);
        record["id"] = id;
        record
    };
    let records = [named(json!(33471)), named(json!("b")), named(json!([7]))];
    let set = open(&folder, &records, (&[GOOD], &[0]), ExtraQuestions::Left).unwrap();
    let names: Vec<String> = (0..set.len()).map(|index| set.record_name(index)).collect();
    assert_eq!(names, ["33471 (a.png)", "b (a.png)"]);
    let broken = &set.left_out().broken.first;
    assert_eq!(broken.len(), 1);
    assert!(
        broken[0].reason.contains("a text or a whole number"),
        "{broken:?}"
    );
}

#[test]
fn a_picture_that_the_detector_never_saw_is_an_error_of_its_record() {
    let folder = Folder::new();
    folder.picture("b.png", 100, 50);
    let mut other = record("1", &["<image>\nWhat?", "A cat."]);
    other["image"] = json!("b.png");
    let set = open(&folder, &[other], (&[GOOD], &[0]), ExtraQuestions::Left).unwrap();
    let error = set.sample(visit(0, 0)).unwrap_err().to_string();
    assert_eq!(error, "the detector's file has nothing about b.png");
}

#[test]
fn labels_must_have_names_and_boxes_must_have_labels() {
    let folder = Folder::new();
    let records = [record("1", &["<image>\nWhat?", "A cat."])];
    let error = |labels: &[usize]| {
        let set = open(&folder, &records, (&[GOOD], labels), ExtraQuestions::Left);
        set.err().unwrap().to_string()
    };
    assert!(error(&[3]).ends_with("train2017/a.png: there is no name for label 3"));
    assert!(error(&[]).ends_with("train2017/a.png: 1 boxes have 0 labels"));
}

fn golden(protocol: u8) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden/detections")
        .join(format!("protocol{protocol}.pkl"))
}

#[test]
fn the_originals_pickle_says_the_same_as_json() {
    for protocol in [2, 4, 5] {
        let DetectionFile { pictures, .. } = read_detections(&golden(protocol)).unwrap();
        let expected = json!([
            {"filename": "data/coco/train2017/000000000009.jpg", "labels": [2, 0, 1], "pred_bboxes": [
                [0.1f32, 0.2f32, 0.6f32, 0.7f32, 0.95f32], [0.5, 0.5, 0.51f32, 0.9f32, 0.9f32],
                [0.0, 0.0, 1.0, 1.0, 0.25]
            ]},
            {"filename": "000000000025.jpg", "labels": [], "pred_bboxes": []}
        ]);
        assert_eq!(
            serde_json::to_value(&pictures).unwrap(),
            expected,
            "protocol {protocol}"
        );
    }
}

#[test]
fn hostile_cut_and_mistaken_pickles_are_refused() {
    let folder = Folder::new();
    let error = |bytes: &[u8]| read_detections(&folder.write("a.pkl", bytes)).unwrap_err();
    let hostile = error(b"cos\nsystem\n(S'touch x'\ntR.");
    assert!(hostile.to_string().contains("`os.system`"), "{hostile}");
    let whole = std::fs::read(golden(2)).unwrap();
    assert!(matches!(error(&whole[..300]), DataError::Pickle { .. }));
    assert!(
        error(b"\x80\x02}.")
            .to_string()
            .ends_with("it is no list of detections")
    );
    let replaced = |from: &[u8], to: &[u8]| {
        let at = whole
            .windows(from.len())
            .position(|part| part == from)
            .unwrap();
        [&whole[..at], to, &whole[at + from.len()..]].concat()
    };
    let mistaken = |bytes: &[u8]| {
        let read = read_detections(&folder.write("a.pkl", bytes)).unwrap();
        let broken = read.pictures.broken;
        assert_eq!(broken.count, 1);
        let first = &broken.first[0];
        (
            read.pictures.whole.len(),
            format!("{}: {}", first.record, first.reason),
        )
    };
    assert_eq!(
        mistaken(b"\x80\x02]}a."),
        (0, "entry #1: it has no filename".to_owned())
    );
    let (n_whole, flat) = mistaken(&replaced(b"K\x03K\x05\x86", b"K\x05K\x03\x86"));
    assert_eq!(
        (n_whole, flat.as_str()),
        (
            1,
            "data/coco/train2017/000000000009.jpg: its pred_bboxes have shape [5, 3]"
        )
    );
}

#[test]
fn a_picture_whose_detections_cannot_be_used_costs_only_itself() {
    let folder = Folder::new();
    let mut records = Vec::new();
    for name in ["a.png", "b.png", "c.png", "d.png"] {
        folder.picture(name, 100, 50);
        let mut record = record(name, &["<image>\nWhat?", "A cat."]);
        record["image"] = json!(name);
        records.push(record);
    }
    records[0]["conversations"][1]["from"] = json!("system");
    let path = folder.json(
        "boxes.json",
        &json!([
            {"filename": "x/a.png", "pred_bboxes": [GOOD], "labels": [0]},
            {"filename": "x/b.png", "pred_bboxes": [[0.1, 0.2, 0.5, 0.6]], "labels": [0]},
            {"filename": "x/c.png", "pred_bboxes": [GOOD], "labels": [3]},
            {"filename": "x/d.png", "pred_bboxes": [GOOD], "labels": [2.0]}
        ]),
    );
    let set = DetLlava::open(
        &folder.json("llava.json", &json!(records)),
        folder.path(),
        read_detections(&path).unwrap(),
        names(&["cat", "dog", "cup"]),
        ExtraQuestions::Left,
    )
    .unwrap();
    assert_eq!(set.len(), 3);
    let named: Vec<&str> = set
        .left_out()
        .broken
        .first
        .iter()
        .map(|skip| skip.record.as_str())
        .collect();
    assert_eq!(named, ["a.png", "x/b.png", "x/c.png"]);
    assert!(set.sample(visit(0, 0)).is_err());
    assert!(set.sample(visit(0, 1)).is_err());
    assert_eq!(sample(&set, visit(0, 2)).turns.len(), 1);
}

#[test]
fn the_detector_and_the_conversation_may_name_different_folders() {
    let folder = Folder::new();
    folder.picture("coco/0001.jpg", 100, 50);
    let mut of_folder = record("1", &["<image>\nWhat?", "A cat."]);
    of_folder["image"] = json!("coco/0001.jpg");
    let path = folder.json(
        "boxes.json",
        &json!([{"filename": "data\\train2017/0001.jpg", "pred_bboxes": [GOOD], "labels": [0]}]),
    );
    let set = DetLlava::open(
        &folder.json("llava.json", &json!([of_folder])),
        folder.path(),
        read_detections(&path).unwrap(),
        names(&["cat"]),
        ExtraQuestions::Left,
    )
    .unwrap();
    let n_with = samples(&set)
        .iter()
        .filter(|sample| sample.boxes.len() == 1)
        .count();
    assert!(n_with > 0);
}

#[test]
fn other_boxes_for_a_picture_that_has_some_are_broken() {
    let folder = Folder::new();
    folder.picture("a.png", 100, 50);
    let entry = |name: &str, x2: f32| json!({"filename": name, "pred_bboxes": [[0.1, 0.2, x2, 0.6, 0.9]], "labels": [0]});
    let entries = [
        entry("t/a.png", 0.5),
        entry("u/a.png", 0.7),
        entry("v/a.png", 0.5),
    ];
    let found = read_detections(&folder.json("boxes.json", &json!(entries))).unwrap();
    let records = [record("1", &["<image>\nWhat?", "A cat."])];
    let file = folder.json("llava.json", &json!(records));
    let set = DetLlava::open(
        &file,
        folder.path(),
        found,
        names(&["cat"]),
        ExtraQuestions::Left,
    );
    let set = set.unwrap();
    let broken = &set.left_out().broken;
    assert_eq!((broken.count, &*broken.first[0].record), (1, "u/a.png"));
    let shown = samples(&set)
        .into_iter()
        .find(|sample| !sample.boxes.is_empty());
    assert_eq!(shown.unwrap().boxes[0].x2, 0.5);
}

#[test]
fn a_record_that_comes_again_is_refused() {
    let folder = Folder::new();
    let whole = std::fs::read(golden(2)).unwrap();
    // The first record, remembered as 1, a few more times.
    let end = whole.len() - 2;
    let repeated = [&whole[..end], &b"h\x01".repeat(40), &whole[end..]].concat();
    let error = read_detections(&folder.write("a.pkl", repeated)).unwrap_err();
    assert!(
        error.to_string().contains("is an earlier one again"),
        "{error}"
    );
}

#[test]
fn a_name_that_many_records_share_does_not_grow_without_bound() {
    let folder = Folder::new();
    // A name of 60 000 bytes is memorised as 1, so that a record takes no more than some bytes.
    let name = [
        b"X".as_slice(),
        &60_000_u32.to_le_bytes(),
        &[b'a'; 60_000],
        b"q\x01",
    ]
    .concat();
    let keys: [&[u8]; 3] = [b"filename", b"pred_bboxes", b"labels"];
    let keys: Vec<u8> = keys
        .iter()
        .zip(4_u8..)
        .flat_map(|(key, memo)| {
            let length = (key.len() as u32).to_le_bytes();
            [b"X".as_slice(), &length, key, &[b'q', memo, b'0']].concat()
        })
        .collect();
    let record = b"}(h\x04h\x01h\x05h\x01h\x06h\x01u";
    let pickle = [
        b"\x80\x02".as_slice(),
        &keys,
        &name,
        b"0](",
        &record.repeat(2000),
        b"e.",
    ]
    .concat();
    let error = read_detections(&folder.write("a.pkl", pickle)).unwrap_err();
    assert!(
        error.to_string().ends_with("hold more than the file does"),
        "{error}"
    );
}

#[test]
fn class_names_come_from_lines_or_from_an_annotation_files_categories() {
    let folder = Folder::new();
    let lines = folder.write("names.txt", "cat\r\ndog\n");
    assert_eq!(ClassNames::read(&lines).unwrap(), names(&["cat", "dog"]));
    let json = folder.json(
        "lvis.json",
        &json!({"images": [], "categories": [
            {"id": 2, "name": "dog", "synset": "dog.n.01"}, {"id": 1, "name": "cat"}
        ]}),
    );
    assert_eq!(ClassNames::read(&json).unwrap(), names(&["cat", "dog"]));
    let gap = folder.write("gap.txt", "cat\n\ndog\n");
    assert!(matches!(
        ClassNames::read(&gap),
        Err(DataError::ClassNames { found: 3, .. })
    ));
    assert!(ClassNames::new(Vec::new()).is_err());
    let marked = folder.write("marked.txt", "\u{feff}cat\ndog\n");
    assert_eq!(ClassNames::read(&marked).unwrap(), names(&["cat", "dog"]));
    // Labels count the classes, so a list with a broken one is no list.
    let broken = json!({"categories": [{"id": 1, "name": "cat"}, {"id": 2}]});
    let broken = ClassNames::read(&folder.json("broken.json", &broken));
    assert!(matches!(broken, Err(DataError::Json { .. })));
}

#[test]
fn the_missing_comma_moves_every_later_class_up() {
    let list = names(&[
        "a",
        "shaver_(electric)",
        "shaving_cream",
        "shawl",
        "zucchini",
    ]);
    let slipped = list.clone().with_missing_comma().unwrap();
    assert_eq!(
        slipped,
        names(&[
            "a",
            "shaver_(electric)shaving_cream",
            "shawl",
            "zucchini",
            "background"
        ])
    );
    assert_eq!(slipped.len(), list.len());
    assert!(names(&["cat"]).with_missing_comma().is_err());
    assert!(names(&["shaver_(electric)"]).with_missing_comma().is_err());
}
