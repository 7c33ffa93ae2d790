//! Classes, order and augmentation.

use roi_picture::{Augmentation, Resampling};
use serde_json::json;

use super::CocoDet;
use crate::Dataset as _;
use crate::readers::testing::{Folder, sample, shown, visit};

fn open(folder: &Folder) -> CocoDet {
    folder.picture("a.png", 64, 48);
    let annotation = |id: u64, category: u64, x: f64| {
        json!({"id": id, "image_id": 9, "bbox": [x, 8, 20, 20], "area": 400,
            "category_id": category, "iscrowd": 0, "segmentation": []})
    };
    let file = folder.json(
        "instances.json",
        &json!({
            "images": [{"id": 9, "file_name": "a.png", "width": 64, "height": 48}],
            "annotations": [annotation(1, 90, 2.0), annotation(2, 3, 30.0), annotation(3, 4, 30.0)],
            "categories": [{"id": 90, "name": "toothbrush"}, {"id": 3, "name": "car"}]
        }),
    );
    CocoDet::open(&file, folder.pictures()).unwrap()
}

#[test]
fn the_first_question_names_all_classes_and_every_question_is_a_bare_box() {
    let folder = Folder::new();
    let set = open(&folder);
    let sample = sample(&set, visit(0, 0));
    assert_eq!(sample.resampling, Resampling::OpenCv);
    let turns = shown(&sample.turns);
    assert_eq!(turns.len(), 2);
    let [first, _] = &turns[0];
    assert!(first.starts_with("<image>\n"), "{first}");
    assert!(first.ends_with(": toothbrush, car.\n<bbox>"), "{first}");
    assert_eq!(turns[1][0], "<bbox>");
    let mut answers = [turns[0][1].as_str(), turns[1][1].as_str()];
    answers.sort_unstable();
    assert_eq!(answers, ["car", "toothbrush"]);
}

#[test]
fn a_class_that_does_not_exist_is_reported() {
    let folder = Folder::new();
    let set = open(&folder);
    let broken = &set.left_out().broken;
    assert_eq!(broken.count, 1);
    assert_eq!(
        broken.first[0].reason,
        "it names category 4, which does not exist"
    );
}

#[test]
fn a_broken_class_is_counted_with_what_names_it() {
    let folder = Folder::new();
    folder.picture("a.png", 64, 48);
    let annotation = |id: u64, category: u64| json!({"id": id, "image_id": 9, "bbox": [id, 8, 20, 20], "area": 400, "category_id": category});
    let file = folder.json(
        "instances.json",
        &json!({
            "images": [{"id": 9, "file_name": "a.png", "width": 64, "height": 48}],
            "annotations": [annotation(1, 90), annotation(2, 3)],
            "categories": [{"id": 90, "name": "toothbrush"}, {"id": 3, "name": null}]
        }),
    );
    let set = CocoDet::open(&file, folder.pictures()).unwrap();
    let named: Vec<&str> = set
        .left_out()
        .broken
        .first
        .iter()
        .map(|skip| &*skip.record)
        .collect();
    assert_eq!(named, ["annotation 2", "category 3"]);
    assert_eq!(sample(&set, visit(0, 0)).boxes.len(), 1);
}

#[test]
fn pictures_are_moved_and_mirrored_by_chance() {
    let folder = Folder::new();
    let set = open(&folder);
    let augmentations: Vec<Augmentation> = (0..40)
        .map(|epoch| sample(&set, visit(epoch, 0)).augmentation)
        .collect();
    assert!(augmentations.iter().any(|a| a.flip) && augmentations.iter().any(|a| !a.flip));
    assert!(augmentations.iter().any(|a| a.shift != (0, 0)));
    assert!(augmentations.iter().any(|a| a.shift == (0, 0)));
}
