//! Both forms of the listing, of the reference checkpoint.

use super::*;
use crate::convert::tests::convert_reference;

fn inspect(json: bool) -> String {
    let dir = tempfile::tempdir().unwrap();
    convert_reference(dir.path(), "q4");
    let args = Args {
        package: dir.path().to_owned(),
        json,
    };
    let mut text = Vec::new();
    run(&args, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn text_shows_rule_sizes_and_every_tensor() {
    let text = inspect(false);
    assert!(text.contains(LAYOUT_RULE));
    assert!(text.contains(" group_norm_groups=64 "));
    assert!(text.contains(" image_mean=[0.48145467,0.4578275,0.40821072] "));
    let head = text
        .lines()
        .find(|line| line.starts_with("lm_head.weight"))
        .unwrap();
    let words: Vec<_> = head.split_whitespace().collect();
    assert_eq!(words[1..4], ["[518,", "128]", "q4"]);
    let part = text
        .lines()
        .find(|line| line.starts_with("region extractor"))
        .unwrap();
    assert!(part.contains(" 43 ") && part.ends_with("f32, q4"), "{part}");
}

#[test]
fn json_adds_up() {
    let json: serde_json::Value = serde_json::from_str(&inspect(true)).unwrap();
    let parts = json["parts"].as_array().unwrap();
    let tensors = json["tensors"].as_array().unwrap();
    let sum = |list: &[serde_json::Value], field| -> u64 {
        list.iter().map(|item| item[field].as_u64().unwrap()).sum()
    };
    assert_eq!(sum(parts, "n_tensors"), tensors.len() as u64);
    assert_eq!(sum(parts, "bytes"), sum(tensors, "length"));
    assert!(json["total_bytes"].as_u64().unwrap() > sum(parts, "bytes"));
    assert_eq!(json["config"]["decoder"]["hidden"], 128);
}
