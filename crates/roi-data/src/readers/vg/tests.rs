//! One question a region.

use serde_json::json;

use super::VisualGenome;
use crate::Dataset as _;
use crate::readers::testing::{Folder, is_one_of, sample, shown, visit};
use crate::templates::DESCRIBE_REGION;

#[test]
fn each_region_is_asked_about_by_its_own_number() {
    let folder = Folder::new();
    folder.picture("2.png", 64, 48);
    let annotation = |id: u64, caption: &str| {
        json!({"id": id, "image_id": 2, "bbox": [8 * id, 3, 16, 30], "area": 480,
            "category_id": 1, "iscrowd": 0, "caption": caption})
    };
    let file = folder.json(
        "train.json",
        &json!({
            "images": [{"id": 2, "file_name": "2.png", "width": 64, "height": 48}],
            "annotations": [annotation(1, "a dog"), annotation(2, " "), annotation(3, "a red hat")],
            "categories": [{"id": 1, "name": "object"}]
        }),
    );
    let set = VisualGenome::open(&file, folder.pictures()).unwrap();
    assert_eq!(set.left_out().broken.first[0].record, "annotation 2");
    let turns = shown(&sample(&set, visit(0, 0)).turns);
    assert_eq!(turns.len(), 2);
    for ([question, _], number) in turns.iter().zip(1..) {
        let slot = format!("region{number} <bbox>");
        assert!(is_one_of(&DESCRIBE_REGION, &slot, question), "{question}");
    }
    let mut answers: Vec<&str> = turns.iter().map(|[_, answer]| answer.as_str()).collect();
    answers.sort_unstable();
    assert_eq!(answers, ["a dog", "a red hat"]);
}
