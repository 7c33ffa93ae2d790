//! Tokens against the reference tokenizer's, and habits of it one by one.

use std::collections::BTreeMap;

use super::tokenize;

#[test]
fn golden_captions_have_the_reference_tokenizers_words() {
    let golden: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/golden/caption_metrics.json")).unwrap();
    let read = |value: &serde_json::Value| -> BTreeMap<String, Vec<String>> {
        serde_json::from_value(value.clone()).unwrap()
    };
    for (raw, tokenized) in [("gts", "tokenized_refs"), ("res", "tokenized_hyps")] {
        let raw = read(&golden["raw"][raw]);
        let expected = read(&golden[tokenized]);
        assert_eq!(raw.len(), 120);
        for (id, texts) in raw {
            let texts: Vec<String> = texts.iter().map(|text| tokenize(text)).collect();
            assert_eq!(texts, expected[&id], "{id}");
        }
    }
}
