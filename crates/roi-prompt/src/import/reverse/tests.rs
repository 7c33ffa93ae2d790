//! Tokenizers turned back, the reference one and a learned one, and those that cannot be.

use super::*;
use crate::goldens;
use crate::{LearnError, LearnOptions, learn_tokenizer};

/// The reference tokenizer and one that was learned, as `tokenizer.json`.
fn made() -> [String; 2] {
    let texts = ["a cat and a car", "the cat and the car"].map(str::to_owned);
    let learn = |n_pieces| {
        let required = Vec::new();
        learn_tokenizer(texts.iter().cloned(), &LearnOptions { n_pieces, required })
    };
    let Err(LearnError::TooManyPieces { possible, .. }) = learn(1000) else {
        panic!("these texts give few pieces");
    };
    let id = possible as u32;
    let added = [("<bbox>", id), ("[PAD]", id + 1)].map(|(token, id)| (token.to_owned(), id));
    let reference = goldens::read("delta/tokenizer.model");
    [
        tokenizer_json(&reference, &goldens::added_tokens()).unwrap(),
        tokenizer_json(&learn(possible).unwrap(), &added.into()).unwrap(),
    ]
}

#[test]
fn what_comes_out_makes_the_same_tokenizer_again() {
    for json in made() {
        let (model, added) = tokenizer_model(json.as_bytes()).unwrap();
        assert_eq!(tokenizer_json(&model, &added).unwrap(), json);
    }
}

#[test]
fn a_tokenizer_of_another_making_is_refused() {
    let [json, _] = made();
    let mut value: serde_json::Value = serde_json::from_str(&json).unwrap();
    // A merge that stands twice: no scores order merges like that.
    let merges = value["model"]["merges"].as_array_mut().unwrap();
    let first = merges[0].clone();
    merges.push(first);
    for (json, expected) in [
        (value.to_string(), "merges do not follow"),
        (json.replacen("\"<s>\":1,", "", 1), "has id 2"),
        ("{}".to_owned(), "missing field"),
    ] {
        let error = tokenizer_model(json.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
