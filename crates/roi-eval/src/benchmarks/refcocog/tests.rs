//! Expressions that belong together, and pictures with long names.

use serde_json::{Value, json};

use crate::testing::{SetFolder, score};
use crate::{Benchmark, DESCRIBE, Described};

fn expressions(entries: &[(&str, [f64; 4], &str)]) -> Value {
    let numbered = || entries.iter().zip(1_u64..);
    let images = numbered().map(|((name, _, caption), id)| {
        json!({"id": id, "file_name": name, "width": 40, "height": 30, "caption": caption})
    });
    let annotations = numbered().map(|((_, bbox, _), id)| {
        json!({"id": id, "image_id": id, "bbox": bbox, "area": 9.0, "category_id": 1, "iscrowd": 1})
    });
    json!({
        "images": images.collect::<Vec<_>>(),
        "annotations": annotations.collect::<Vec<_>>(),
        "categories": [{"id": 1, "name": "object"}]
    })
}

#[test]
fn expressions_of_one_box_are_references_of_one_question() {
    let (left, right) = ([1.0, 2.0, 5.0, 6.0], [20.0, 2.0, 5.0, 6.0]);
    let set = SetFolder::new(&["7.png", "8.png"]).with_file(&expressions(&[
        ("COCO_train2014_7.png", left, "a red cup"),
        ("COCO_train2014_8.png", left, "a dog"),
        ("COCO_train2014_7.png", right, "a blue cup"),
        ("COCO_train2014_7.png", left, "the cup on the left"),
        ("COCO_train2014_9.png", left, "gone"),
        ("COCO_train2014_8.png", left, ""),
    ]));
    let benchmark = set
        .open(|source| Described::refcocog(source, DESCRIBE, None))
        .unwrap();
    let asked: Vec<&str> = benchmark
        .tasks()
        .iter()
        .map(|task| task.id.as_str())
        .collect();
    // Of one picture after the other.
    assert_eq!(asked, ["7.png 1,2,6,8", "7.png 20,2,25,8", "8.png 1,2,6,8"]);
    let scored = score(&benchmark, |_| "a red cup".to_owned());
    let truth = |index: usize| scored.verdicts[index].as_ref().unwrap().truth.clone();
    assert_eq!(truth(0), "a red cup / the cup on the left");
    assert_eq!(truth(1), "a blue cup");
    let left_out = benchmark.left_out();
    assert_eq!(left_out.n_broken, 2);
    assert!(left_out.broken[0].reason.contains("COCO_train2014_9.png"));
    assert_eq!(left_out.broken[1].reason, "its picture has no expression");
}

#[test]
fn a_picture_with_the_whole_name_is_taken_first() {
    let set = SetFolder::new(&["scene_7.png", "7.png"]).with_file(&expressions(&[(
        "scene_7.png",
        [1.0, 2.0, 5.0, 6.0],
        "a cup",
    )]));
    let benchmark = set
        .open(|source| Described::refcocog(source, DESCRIBE, None))
        .unwrap();
    assert_eq!(benchmark.tasks()[0].picture_name, "scene_7.png");
}
