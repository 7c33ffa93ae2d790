//! One record in three views, and the original's wrong names.

use std::sync::Arc;

use serde_json::{Value, json};

use super::numbers::{Piece, numbers, pieces, reworded};
use super::{Vcr, VcrRecords, VcrView};
use crate::readers::testing::{Folder, is_one_of, sample, shown, visit};
use crate::templates::{OBJECTS_LISTED, WHY};
use crate::{DataError, Dataset as _};

const ALL: VcrView = VcrView::All { off_by_one: false };
const OFF_BY_ONE: VcrView = VcrView::All { off_by_one: true };

fn record(question: &str, answer: &str, rationale: &str) -> Value {
    json!({"annot_id": question, "img_fn": "movie/a.png", "metadata_fn": "movie/a.json",
        "objects": ["person", "cup", "dog"], "question_orig": question,
        "answer_orig": answer, "rationale_orig": rationale})
}

fn open(folder: &Folder, records: &[Value]) -> Arc<VcrRecords> {
    folder.picture("movie/a.png", 100, 50);
    folder.json(
        "movie/a.json",
        &json!({"boxes": [[0, 0, 10, 10, 0.9], [20, 0, 30, 10, 0.8], [40, 0, 50, 10, 0.7]],
            "segms": [], "names": [], "width": 100, "height": 50}),
    );
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    let lines = folder.write("train.jsonl", lines.join("\n"));
    VcrRecords::open(&lines, folder.path()).unwrap()
}

/// Left edges, in hundredths, and turns of the only record.
fn look(records: &[Value], view: VcrView) -> (Vec<i32>, Vec<[String; 2]>) {
    let folder = Folder::new();
    let set = Vcr::new(open(&folder, records), view).unwrap();
    let sample = sample(&set, visit(0, 0));
    let edges = sample.boxes.iter().map(|b| (b.x1 * 100.0).round() as i32);
    (edges.collect(), shown(&sample.turns))
}

fn n_usable(records: &[Value], view: VcrView) -> usize {
    let folder = Folder::new();
    Vcr::new(open(&folder, records), view).map_or(0, |set| set.len())
}

#[test]
fn numbers_are_whole_words_of_digits() {
    assert_eq!(
        pieces("Is 1's 2nd café12 [3,4]?"),
        [
            Piece::Words("Is "),
            Piece::Number(1),
            Piece::Words("'s 2nd café12 ["),
            Piece::Number(3),
            Piece::Words(","),
            Piece::Number(4),
            Piece::Words("]?")
        ]
    );
    assert_eq!(numbers("_5 6_ 7.8 ²"), [7, 8]);
    assert_eq!(numbers("99999999999999999999999 01"), [usize::MAX, 1]);
    assert_eq!(pieces(""), []);
    let words = |number| (number < 3).then(|| format!("<{number}>"));
    assert_eq!(reworded("1 and 2", words).as_deref(), Some("<1> and <2>"));
    assert_eq!(reworded("1 and 3", words), None);
}

#[test]
fn all_objects_are_listed_and_numbers_become_their_classes() {
    let records = [record("Why is 1 at 2?", "1 likes 3.", "So does 2.")];
    let (edges, turns) = look(&records, ALL);
    assert_eq!(edges, [0, 20, 40]);
    let [[question, answer], [why, rationale]] = &turns[..] else {
        panic!("{turns:?}");
    };
    let list = "region1 <bbox>,region2 <bbox>,region3 <bbox>";
    let lead_in = question
        .strip_suffix("Why is person at region1 at cup at region2?")
        .unwrap();
    assert!(is_one_of(&OBJECTS_LISTED, list, lead_in), "{lead_in}");
    assert_eq!(answer, "person at region1 likes dog at region3.");
    assert!(WHY.contains(&why.as_str()), "{why}");
    assert_eq!(rationale, "So does cup at region2.");
}

#[test]
fn off_by_one_names_the_next_object_and_loses_the_last() {
    let near = record("Why is 1 here?", "1 likes 2.", "So.");
    let last = record("Why is 1 here?", "1 likes 3.", "So.");
    let none = record("Why is 0 here?", "So.", "So.");
    let (_, turns) = look(std::slice::from_ref(&near), OFF_BY_ONE);
    assert_eq!(turns[0][1], "cup at region1 likes dog at region2.");
    let records = [near, last, none];
    // Without the slip, number 0 is no object; with it, number 3 is none.
    assert_eq!(n_usable(&records, ALL), 2);
    assert_eq!(n_usable(&records, OFF_BY_ONE), 2);
    let (_, turns) = look(&records[2..], OFF_BY_ONE);
    assert!(turns[0][0].ends_with("Why is person at region0 here?"));
    assert_eq!(n_usable(&records[1..2], OFF_BY_ONE), 0);
}

#[test]
fn single_binds_the_one_object_of_question_and_answer() {
    let (edges, turns) = look(
        &[record("Why is 2 here?", "2 is 2.", "It is 2.")],
        VcrView::Single,
    );
    assert_eq!(edges, [20]);
    assert_eq!(
        turns[0],
        [
            "Why is region1 <bbox> here?",
            "cup at region1 is cup at region1."
        ]
        .map(String::from)
    );
    assert!(WHY.contains(&turns[1][0].as_str()));
    assert_eq!(turns[1][1], "It is cup at region1.");
    let (_, turns) = look(
        &[record("Why is 2 here?", "2 is.", "3 wants it.")],
        VcrView::Single,
    );
    assert_eq!(turns.len(), 1);
    let (_, turns) = look(
        &[record("Why is 2 here?", "2 is.", "Tea.")],
        VcrView::Single,
    );
    assert_eq!(turns[1][1], "Tea.");
}

#[test]
fn multi_binds_a_box_for_every_mention() {
    let (edges, turns) = look(
        &[record(
            "Do 1, 1 and 2 agree?",
            "2 does, 1 does not.",
            "Look at 1.",
        )],
        VcrView::Multi,
    );
    assert_eq!(edges, [0, 0, 20]);
    assert_eq!(
        turns[0][0],
        "Do region1 <bbox>, region1 <bbox> and region3 <bbox> agree?"
    );
    assert_eq!(
        turns[0][1],
        "cup at region3 does, person at region1 does not."
    );
    assert_eq!(turns[1][1], "Look at person at region1.");
}

#[test]
fn records_that_a_view_cannot_tell_are_left_out() {
    let records = [
        record("Why is 1 here?", "1 is.", "So."),
        record("Why are 1 and 2 here?", "1 is.", "So."),
        record("Why is 1 here?", "Because.", "So."),
        record("Why is 1 here?", "2 is.", "So."),
        record("Why is it here?", "1 is.", "So."),
        record("Why is 4 here?", "4 is.", "So."),
        record("Why is 0 here?", "0 is.", "So."),
        record("Why are 1 and 4 here?", "1 is.", "So."),
        record(" ", "1 is.", "So."),
    ];
    assert_eq!(n_usable(&records, VcrView::Single), 1);
    assert_eq!(n_usable(&records, VcrView::Multi), 1);
    let folder = Folder::new();
    let all = open(&folder, &records);
    let set = Vcr::new(Arc::clone(&all), VcrView::Single).unwrap();
    assert_eq!(set.left_out().n_excluded, 8);
    assert_eq!(set.name(), "single_vcr");
    assert_eq!(Vcr::new(all, VcrView::Multi).unwrap().name(), "multi_vcr");
}

#[test]
fn metadata_that_lacks_a_box_or_is_cut_is_an_error_of_its_record() {
    let folder = Folder::new();
    let all = open(&folder, &[record("Why is 3 here?", "3 is.", "So.")]);
    let set = Vcr::new(all, VcrView::Single).unwrap();
    folder.write(
        "movie/a.json",
        "{\"boxes\": [[0, 0, 10, 10]], \"width\": 100, \"height\": 50}",
    );
    let error = set.sample(visit(0, 0)).unwrap_err().to_string();
    assert_eq!(error, "it names box 3, which does not exist");
    folder.write("movie/a.json", "{\"boxes\": [[0, 0,");
    assert!(matches!(
        set.sample(visit(0, 0)),
        Err(DataError::Json { .. })
    ));
    let boxes = "{\"boxes\": [[],[],[9, 9, 9, 9]], \"width\": 100, \"height\": 50}";
    folder.write("movie/a.json", boxes);
    assert!(set.sample(visit(0, 0)).is_err());
    let empty = boxes.replace("[]", "[0,0,1,1]");
    folder.write("movie/a.json", empty);
    assert!(matches!(
        set.sample(visit(0, 0)),
        Err(DataError::Box { number: 3, .. })
    ));
    std::fs::remove_file(folder.path().join("movie/a.json")).unwrap();
    assert!(matches!(
        set.sample(visit(0, 0)),
        Err(DataError::NoFile { .. })
    ));
}

#[test]
fn a_size_that_the_metadata_lacks_is_the_pictures() {
    let folder = Folder::new();
    let all = open(&folder, &[record("Why is 3 here?", "3 is.", "So.")]);
    let set = Vcr::new(all, VcrView::Single).unwrap();
    let stated = sample(&set, visit(0, 0));
    assert!(stated.stated_size.is_some());
    let boxes = json!([
        [0, 0, 10, 10, 0.9],
        [20, 0, 30, 10, 0.8],
        [40, 0, 50, 10, 0.7]
    ]);
    for metadata in [
        json!({"boxes": boxes}),
        json!({"boxes": boxes, "width": null, "height": null}),
        json!({"boxes": boxes, "width": 200}),
    ] {
        folder.json("movie/a.json", &metadata);
        let announced = sample(&set, visit(0, 0));
        assert_eq!(announced.boxes, stated.boxes, "{metadata}");
        assert_eq!(announced.stated_size, None);
    }
    folder.json(
        "movie/a.json",
        &json!({"boxes": boxes, "width": 200.0, "height": 100}),
    );
    assert_eq!(sample(&set, visit(0, 0)).boxes[0].x1, 0.2);
    folder.json("movie/a.json", &json!({"boxes": boxes}));
    folder.write("movie/a.png", "no picture");
    assert!(matches!(
        set.sample(visit(0, 0)),
        Err(DataError::Picture { .. })
    ));
}

#[test]
fn a_line_that_is_cut_is_named_and_costs_only_itself() {
    let folder = Folder::new();
    let good = record("Why is 1 here?", "1 is.", "So.").to_string();
    let lines = folder.write("train.jsonl", format!("{}\n{good}\n", &good[..40]));
    folder.picture("movie/a.png", 100, 50);
    let set = Vcr::new(VcrRecords::open(&lines, folder.path()).unwrap(), ALL).unwrap();
    assert_eq!(set.len(), 1);
    let broken = &set.left_out().broken;
    assert_eq!(
        (broken.count, broken.first[0].record.as_str()),
        (1, "line 1")
    );
}
