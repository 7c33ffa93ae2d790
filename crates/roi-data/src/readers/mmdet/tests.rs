//! Which pictures and boxes count, and what happens where none does.

use serde_json::{Value, json};

use crate::readers::testing::{Folder, sample, visit};
use crate::readers::{CocoDet, Positions, RefCoco, VisualGenome};
use crate::{DataError, Dataset as _, Visit};

fn image(id: u64, width: u32, height: u32) -> Value {
    json!({"id": id, "file_name": format!("{id}.png"), "width": width, "height": height,
        "caption": "the left cup"})
}

fn annotation(id: u64, image_id: u64, bbox: [f64; 4]) -> Value {
    json!({"id": id, "image_id": image_id, "bbox": bbox, "area": bbox[2] * bbox[3],
        "category_id": 1, "iscrowd": 0, "caption": format!("box {id}")})
}

/// A set of all these, with a picture for each image.
fn open(images: &[Value], annotations: &[Value]) -> (Folder, Result<VisualGenome, DataError>) {
    let folder = Folder::new();
    for image in images {
        folder.picture(image["file_name"].as_str().unwrap(), 1, 1);
    }
    let file = folder.json(
        "train.json",
        &json!({"images": images, "annotations": annotations,
            "categories": [{"id": 1, "name": "object"}]}),
    );
    let set = VisualGenome::open(&file, folder.pictures());
    (folder, set)
}

/// What is said of all boxes, in any order.
fn captions(set: &VisualGenome, index: usize) -> Vec<String> {
    let sample = sample(set, visit(0, index));
    let mut captions: Vec<_> = sample
        .turns
        .into_iter()
        .filter_map(|turn| turn.answer)
        .collect();
    captions.sort();
    captions
}

#[test]
fn boxes_that_do_not_count_are_left_out_by_rule() {
    let mut crowd = annotation(2, 1, [10.0, 10.0, 50.0, 50.0]);
    crowd["iscrowd"] = json!(1);
    let mut ignored = annotation(3, 1, [10.0, 10.0, 50.0, 50.0]);
    ignored["ignore"] = json!(1);
    let mut without_area = annotation(4, 1, [10.0, 10.0, 50.0, 50.0]);
    without_area["area"] = json!(0);
    let annotations = [
        annotation(1, 1, [10.0, 10.0, 50.0, 50.0]),
        crowd,
        ignored,
        without_area,
        annotation(5, 1, [640.0, 10.0, 50.0, 50.0]),
        annotation(6, 1, [-60.0, 10.0, 50.0, 50.0]),
        annotation(7, 1, [10.0, 10.0, 0.9, 50.0]),
        annotation(8, 1, [10.0, 10.0, 50.0, 0.9]),
        annotation(9, 1, [-40.0, 450.0, 50.0, 50.0]),
    ];
    let (_folder, set) = open(&[image(1, 640, 480)], &annotations);
    let set = set.unwrap();
    assert_eq!(captions(&set, 0), ["box 1", "box 9"]);
    assert_eq!(set.left_out().n_excluded, 7);
    assert_eq!(set.left_out().broken.count, 0);
}

#[test]
fn referring_sets_keep_boxes_around_crowds() {
    let folder = Folder::new();
    folder.picture("1.png", 1, 1);
    let mut crowd = annotation(2, 1, [10.0, 10.0, 50.0, 50.0]);
    crowd["iscrowd"] = json!(1);
    let file = folder.json(
        "a.json",
        &json!({"images": [image(1, 640, 480)], "annotations": [crowd], "categories": []}),
    );
    let set = RefCoco::open(&file, folder.pictures(), Positions::Allowed).unwrap();
    assert_eq!(sample(&set, visit(0, 0)).boxes.len(), 1);
    let excluded = VisualGenome::open(&file, folder.pictures()).err().unwrap();
    assert_eq!(
        excluded.to_string(),
        "VGDATA has no usable record: 1 excluded by the set's rules"
    );
}

#[test]
fn small_pictures_and_pictures_without_a_box_are_left_out() {
    let images = [image(1, 31, 500), image(2, 32, 32), image(3, 640, 480)];
    let annotations = [
        annotation(1, 1, [5.0, 5.0, 20.0, 20.0]),
        annotation(2, 2, [5.0, 5.0, 20.0, 20.0]),
    ];
    let (_folder, set) = open(&images, &annotations);
    let set = set.unwrap();
    assert_eq!(set.len(), 1);
    assert_eq!(set.record_name(0), "image 2 (2.png)");
}

#[test]
fn annotations_of_absent_images_are_counted_and_named() {
    let mut annotations = vec![annotation(1, 1, [5.0, 5.0, 50.0, 50.0])];
    annotations.extend((2..20).map(|id| annotation(id, 900 + id, [5.0, 5.0, 50.0, 50.0])));
    let (_folder, set) = open(&[image(1, 640, 480)], &annotations);
    let set = set.unwrap();
    let broken = &set.left_out().broken;
    assert_eq!((broken.count, broken.first.len()), (18, 10));
    assert_eq!(broken.first[0].record, "annotation 2");
    assert_eq!(
        broken.first[0].reason,
        "it names image 902, which does not exist"
    );
}

#[test]
fn broken_entries_are_counted_and_named_and_break_what_names_them() {
    let mut without_width = image(2, 640, 480);
    without_width["width"] = Value::Null;
    let mut as_text = annotation(13, 1, [5.0, 5.0, 50.0, 50.0]);
    as_text["image_id"] = json!("1");
    let mut short = annotation(14, 1, [5.0, 5.0, 50.0, 50.0]);
    short["bbox"] = json!([5, 5, 50]);
    let annotations = [
        annotation(11, 1, [5.0, 5.0, 50.0, 50.0]),
        annotation(12, 2, [5.0, 5.0, 50.0, 50.0]),
        as_text,
        short,
        annotation(15, 1, [50.0, 50.0, 50.0, 50.0]),
    ];
    let (_folder, set) = open(&[image(1, 640, 480), without_width], &annotations);
    let set = set.unwrap();
    assert_eq!(captions(&set, 0), ["box 11", "box 15"]);
    let broken = &set.left_out().broken;
    let named: Vec<&str> = broken.first.iter().map(|skip| &*skip.record).collect();
    assert_eq!(
        named,
        ["image 2", "annotation 13", "annotation 14", "annotation 12"]
    );
    assert_eq!(broken.count, 4);
    assert_eq!(
        broken.first[3].reason,
        "it names image 2, which is broken or does not exist"
    );
}

#[test]
fn a_set_of_nothing_but_broken_entries_says_what_is_wrong_with_them() {
    let mut short = annotation(14, 1, [5.0, 5.0, 50.0, 50.0]);
    short["bbox"] = json!([5, 5, 50]);
    let (_folder, set) = open(&[image(1, 640, 480)], &[short]);
    let error = set.err().unwrap().to_string();
    assert!(error.contains("annotation 14: invalid length 3"), "{error}");
}

#[test]
fn files_need_no_categories_where_nothing_is_called_by_them() {
    let folder = Folder::new();
    folder.picture("1.png", 640, 480);
    let annotations = [annotation(1, 1, [5.0, 5.0, 50.0, 50.0])];
    let images = [image(1, 640, 480)];
    let file = json!({"images": images, "annotations": annotations});
    let file = folder.json("train.json", &file);
    assert!(VisualGenome::open(&file, folder.pictures()).is_ok());
    let error = CocoDet::open(&file, folder.pictures()).err().unwrap();
    assert!(
        error
            .to_string()
            .contains("it names category 1, which does not exist"),
        "{error}"
    );
}

#[test]
fn two_images_of_one_id_are_reported() {
    let annotations = [annotation(1, 1, [5.0, 5.0, 50.0, 50.0])];
    let (_folder, set) = open(&[image(1, 640, 480), image(1, 640, 480)], &annotations);
    let set = set.unwrap();
    assert_eq!((set.len(), set.left_out().broken.count), (1, 1));
}

#[test]
fn two_different_images_of_one_id_have_no_boxes() {
    let mut other = image(1, 640, 480);
    other["file_name"] = json!("other.png");
    let annotations = [1, 2].map(|id| annotation(id, id, [5.0, 5.0, 50.0, 50.0]));
    let (_folder, set) = open(
        &[image(1, 640, 480), other, image(2, 640, 480)],
        &annotations,
    );
    let set = set.unwrap();
    assert_eq!((set.len(), set.left_out().broken.count), (1, 2));
    assert_eq!(set.record_name(0), "image 2 (2.png)");
}

#[test]
fn an_image_without_a_box_is_counted() {
    let annotations = [annotation(1, 1, [5.0, 5.0, 50.0, 50.0])];
    let (_folder, set) = open(&[image(1, 640, 480), image(2, 640, 480)], &annotations);
    let set = set.unwrap();
    assert_eq!((set.len(), set.left_out().n_excluded), (1, 1));
}

#[test]
fn a_missing_picture_is_an_error_of_its_record() {
    let images = [image(1, 640, 480), image(2, 640, 480)];
    let annotations = [1, 2].map(|id| annotation(id, id, [5.0, 5.0, 50.0, 50.0]));
    let (folder, set) = open(&images, &annotations);
    let set = set.unwrap();
    std::fs::remove_file(folder.path().join("1.png")).unwrap();
    assert!(matches!(
        set.sample(visit(0, 0)),
        Err(DataError::NoFile { .. })
    ));
    assert!(set.sample(visit(0, 1)).is_ok());
    assert!(matches!(
        set.sample(visit(0, 2)),
        Err(DataError::Dangling { .. })
    ));
}

#[test]
fn a_record_whose_boxes_are_too_small_is_replaced_by_one_of_its_shape() {
    // In the square, 5 columns of 640 are less than two pixels.
    let images = [image(1, 640, 480), image(2, 640, 480), image(3, 480, 640)];
    let annotations = [
        annotation(1, 1, [5.0, 5.0, 5.0, 50.0]),
        annotation(2, 2, [5.0, 5.0, 50.0, 50.0]),
        annotation(3, 3, [5.0, 5.0, 50.0, 50.0]),
    ];
    let (_folder, set) = open(&images, &annotations);
    let set = set.unwrap();
    for epoch in 0..20 {
        let sample = sample(&set, visit(epoch, 0));
        assert_eq!(sample.turns[0].answer.as_deref(), Some("box 2"));
        assert!(sample.picture.ends_with("2.png"));
    }
}

#[test]
fn redrawing_ends() {
    let (_folder, set) = open(
        &[image(1, 640, 480)],
        &[annotation(1, 1, [5.0, 5.0, 5.0, 50.0])],
    );
    let error = set.unwrap().sample(visit(0, 0)).unwrap_err();
    assert!(matches!(error, DataError::NoBoxLeft { redrawn: 10 }));
}

#[test]
fn boxes_are_permuted_with_what_is_said_of_them_and_cut_to_the_most() {
    let annotations: Vec<Value> = (1..=20)
        .map(|id| annotation(id, 1, [20.0 * id as f64, 5.0, 10.0, 50.0]))
        .collect();
    let (_folder, set) = open(&[image(1, 640, 480)], &annotations);
    let set = set.unwrap();
    let mut orders = Vec::new();
    for epoch in 0..5 {
        let sample = sample(&set, visit(epoch, 0));
        assert_eq!(sample.boxes.len(), 15);
        let order = sample.turns.iter().zip(&sample.boxes).map(|(turn, b)| {
            let answer = turn.answer.as_deref().unwrap();
            let id: f32 = answer.strip_prefix("box ").unwrap().parse().unwrap();
            // The box's own left edge, to within f32's roundings.
            assert!((b.x1 - 20.0 * id / 640.0).abs() <= 1e-6, "{answer}: {b:?}");
            id as u64
        });
        orders.push(order.collect::<Vec<_>>());
    }
    orders.sort();
    orders.dedup();
    assert_eq!(orders.len(), 5);
    let other_seed = Visit {
        seed: 8,
        ..visit(0, 0)
    };
    assert_ne!(sample(&set, other_seed), sample(&set, visit(0, 0)));
}

#[test]
fn a_file_that_ends_early_opens_no_set() {
    let folder = Folder::new();
    let file = folder.write("train.json", "{\"images\": [{\"id\": 1, \"file_name\": \"a");
    let error = VisualGenome::open(&file, folder.pictures()).err().unwrap();
    assert!(matches!(error, DataError::Json { .. }), "{error}");
}
