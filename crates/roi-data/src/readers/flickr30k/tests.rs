//! The whole caption first, then each region's phrase.

use serde_json::{Value, json};

use super::Flickr30k;
use crate::Dataset as _;
use crate::readers::testing::{Folder, is_one_of, sample, shown, visit};
use crate::templates::{DESCRIBE_REGIONS, LOCATE_PHRASE};

const CAPTION: &str = "A café owner pets two small dogs .";

fn open(folder: &Folder, spans: &[Value]) -> Flickr30k {
    folder.picture("1000.png", 64, 48);
    let annotations: Vec<Value> = (0..)
        .zip(spans)
        .map(|(id, span)| {
            json!({"id": id, "image_id": 1, "bbox": [8 * id, 3, 8, 30], "area": 240,
            "category_id": 1, "iscrowd": 0, "tokens_positive": span})
        })
        .collect();
    let file = folder.json(
        "flickr.json",
        &json!({
            "images": [{"id": 1, "file_name": "1000.png", "width": 64, "height": 48, "caption": CAPTION}],
            "annotations": annotations, "categories": [{"id": 1, "name": "object"}]
        }),
    );
    Flickr30k::open(&file, folder.pictures()).unwrap()
}

#[test]
fn phrases_stay_with_their_boxes_in_every_order() {
    let folder = Folder::new();
    // Spans count characters, and only the first of a list is used.
    let set = open(
        &folder,
        &[
            json!([[0, 12], [18, 32]]),
            json!([[18, 32]]),
            json!([[28, 32]]),
        ],
    );
    let phrases = ["A café owner", "two small dogs", "dogs"];
    let mut orders = Vec::new();
    for epoch in 0..12 {
        let sample = sample(&set, visit(epoch, 0));
        let turns = shown(&sample.turns);
        assert_eq!(turns.len(), 4);
        let list = "region1 <bbox>,region2 <bbox>,region3 <bbox>,";
        assert!(
            is_one_of(&DESCRIBE_REGIONS, list, &turns[0][0]),
            "{}",
            turns[0][0]
        );
        assert_eq!(turns[0][1], CAPTION);
        let mut order = Vec::new();
        for (([question, answer], b), number) in turns[1..].iter().zip(&sample.boxes).zip(1..) {
            let slot = format!("region {number}");
            assert!(is_one_of(&LOCATE_PHRASE, &slot, question), "{question}");
            let box_number = (b.x1 * 8.0).round() as usize;
            assert_eq!(answer, phrases[box_number]);
            order.push(box_number);
        }
        orders.push(order);
    }
    orders.sort();
    orders.dedup();
    assert!(orders.len() > 2, "{orders:?}");
}

#[test]
fn boxes_without_a_phrase_are_broken() {
    let folder = Folder::new();
    let set = open(
        &folder,
        &[
            json!([[0, 12]]),
            json!([]),
            json!([[30, 99]]),
            json!([[4, 4]]),
        ],
    );
    let reasons: Vec<&str> = set
        .left_out()
        .broken
        .first
        .iter()
        .map(|skip| skip.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "it points to no part of the caption",
            "it points to characters 30 to 99 of a caption of 34",
            "it points to characters 4 to 4 of a caption of 34"
        ]
    );
    assert_eq!(sample(&set, visit(0, 0)).boxes.len(), 1);
}
