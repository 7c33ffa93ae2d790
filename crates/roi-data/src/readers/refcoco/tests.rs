//! Expressions, file names, and the two ways to ask.

use roi_picture::Augmentation;
use serde_json::{Value, json};

use super::{Positions, RefCoco};
use crate::Dataset as _;
use crate::readers::testing::{Folder, sample, shown, visit};

fn image(id: u64, caption: Option<&str>) -> Value {
    json!({"id": id, "file_name": "COCO_train2014_000000581857.png", "width": 64, "height": 48,
        "caption": caption, "dataset_name": "refcoco", "tokens_negative": []})
}

fn open(folder: &Folder, captions: &[Option<&str>], positions: Positions) -> RefCoco {
    folder.picture("000000581857.png", 64, 48);
    let images: Vec<Value> = captions
        .iter()
        .zip(0..)
        .map(|(c, id)| image(id, *c))
        .collect();
    let annotations: Vec<Value> = (0..images.len())
        .map(|id| {
            json!({"id": id, "image_id": id, "bbox": [2, 3, 40, 30], "area": 1200,
                "category_id": 1, "iscrowd": 0, "tokens_positive": [[0, 3]]})
        })
        .collect();
    let file = folder.json(
        "finetune.json",
        &json!({"images": images, "annotations": annotations,
            "categories": [{"id": 1, "name": "object"}]}),
    );
    RefCoco::open(&file, folder.pictures(), positions).unwrap()
}

#[test]
fn the_expression_answers_a_bare_box_behind_the_task() {
    let folder = Folder::new();
    for (positions, name) in [
        (Positions::Allowed, "RefCOCO"),
        (Positions::Forbidden, "RefCOCOP"),
    ] {
        let set = open(&folder, &[Some("the lady with the blue shirt")], positions);
        assert_eq!(set.name(), name);
        let sample = sample(&set, visit(0, 0));
        assert!(sample.picture.ends_with("000000581857.png"));
        assert_eq!(sample.augmentation, Augmentation::NONE);
        let [[question, answer]] = &shown(&sample.turns)[..] else {
            panic!("{:?}", sample.turns);
        };
        assert!(
            question.starts_with("<image>\n ") && question.ends_with(".<bbox>"),
            "{question}"
        );
        assert_eq!(
            question.contains("but not where"),
            positions == Positions::Forbidden
        );
        assert_eq!(answer, "the lady with the blue shirt");
    }
}

#[test]
fn expressions_of_fewer_than_three_words_are_left_out() {
    let folder = Folder::new();
    let captions = [
        Some("left cup"),
        Some("left  cup"),
        Some("the left cup"),
        Some("cup"),
    ];
    let set = open(&folder, &captions, Positions::Allowed);
    // Two spaces make three words, as in the original.
    assert_eq!(set.len(), 2);
    assert_eq!(set.left_out().n_excluded, 2);
}

#[test]
fn an_image_without_expression_is_broken() {
    let folder = Folder::new();
    let set = open(
        &folder,
        &[None, Some(" "), Some("the left cup")],
        Positions::Allowed,
    );
    assert_eq!(set.len(), 1);
    assert_eq!(set.left_out().broken.count, 2);
    assert_eq!(set.left_out().broken.first[0].reason, "it has no caption");
}
