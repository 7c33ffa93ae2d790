//! A region's description in the standard conversation.

use serde_json::json;

use super::RefCocoG;
use crate::readers::testing::{Folder, is_one_of, sample, shown, visit};
use crate::templates::DESCRIBE_REGION;

#[test]
fn the_expression_answers_a_question_about_the_region() {
    let folder = Folder::new();
    folder.picture("000000000001.jpg", 64, 48);
    let file = folder.json(
        "finetune.json",
        &json!({
            "images": [{"id": 1, "file_name": "COCO_train2014_000000000001.jpg", "width": 64,
                "height": 48, "caption": "a cup next to <region1> and a <bbox>"}],
            "annotations": [{"id": 1, "image_id": 1, "bbox": [2, 3, 40, 30], "area": 1200,
                "category_id": 1, "iscrowd": 0}],
            "categories": [{"id": 1, "name": "object"}]
        }),
    );
    let set = RefCocoG::open(&file, folder.pictures()).unwrap();
    let mut questions = Vec::new();
    for epoch in 0..20 {
        let sample = sample(&set, visit(epoch, 0));
        let [[question, answer]] = &shown(&sample.turns)[..] else {
            panic!("{:?}", sample.turns);
        };
        assert!(
            is_one_of(&DESCRIBE_REGION, "region1 <bbox>", question),
            "{question}"
        );
        assert_eq!(answer, "a cup next to <region1> and a <bbox>");
        questions.push(question.clone());
    }
    questions.sort();
    questions.dedup();
    assert!(questions.len() > 5, "{questions:?}");
}
