//! What the original tokenizer and template made of the golden conversations.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::{Conversation, Habits, Tokenizer, Turn, tokenizer_json};

pub(crate) fn path(relative: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/golden/tiny-gpt4roi")
        .join(relative)
}

pub(crate) fn read(relative: &str) -> Vec<u8> {
    let path = path(relative);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn added_tokens() -> BTreeMap<String, u32> {
    serde_json::from_slice(&read("delta/added_tokens.json")).unwrap()
}

pub(crate) fn tokenizer() -> Tokenizer {
    let json = tokenizer_json(&read("delta/tokenizer.model"), &added_tokens()).unwrap();
    Tokenizer::from_json(json.as_bytes()).unwrap()
}

pub(crate) fn manifest() -> Value {
    serde_json::from_slice(&read("expected/manifest.json")).unwrap()
}

/// Integers stored under `key` of `expected/NAME.safetensors`.
fn integers(name: &str, key: &str) -> Vec<i64> {
    let bytes = read(&format!("expected/{name}.safetensors"));
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let tensor = file.tensor(key).unwrap();
    match tensor.dtype() {
        safetensors::Dtype::I64 => {
            let (chunks, rest) = tensor.data().as_chunks::<8>();
            assert!(rest.is_empty());
            chunks
                .iter()
                .map(|&bytes| i64::from_le_bytes(bytes))
                .collect()
        }
        safetensors::Dtype::I32 => {
            let (chunks, rest) = tensor.data().as_chunks::<4>();
            assert!(rest.is_empty());
            chunks
                .iter()
                .map(|&bytes| i32::from_le_bytes(bytes).into())
                .collect()
        }
        dtype => panic!("{name} {key} is {dtype:?}"),
    }
}

fn ids(name: &str, key: &str) -> Vec<u32> {
    integers(name, key)
        .into_iter()
        .map(|id| u32::try_from(id).unwrap())
        .collect()
}

/// One answered question of a golden case.
struct Golden {
    name: String,
    turn_index: usize,
    turns: Vec<Turn>,
    n_boxes: usize,
    greedy_text: String,
}

impl Golden {
    fn conversation(&self) -> Conversation<'_> {
        Conversation {
            turns: &self.turns,
            n_boxes: self.n_boxes,
            n_image_tokens: 256,
            habits: Habits::default(),
        }
    }

    fn key(&self, what: &str) -> String {
        format!("turn{}.{what}", self.turn_index)
    }
}

fn all() -> Vec<Golden> {
    let mut goldens = Vec::new();
    for case in manifest()["cases"].as_array().unwrap() {
        let questions = case["turns"].as_array().unwrap();
        for (turn_index, asked) in questions.iter().enumerate() {
            let turns = questions[..=turn_index]
                .iter()
                .enumerate()
                .map(|(index, turn)| Turn {
                    question: turn["question"].as_str().unwrap().into(),
                    answer: (index < turn_index)
                        .then(|| case["history_answer_used"].as_str().unwrap().to_owned()),
                });
            goldens.push(Golden {
                name: case["name"].as_str().unwrap().to_owned(),
                turn_index,
                turns: turns.collect(),
                n_boxes: case["boxes_px"].as_array().unwrap().len(),
                greedy_text: asked["greedy_text"].as_str().unwrap().to_owned(),
            });
        }
    }
    assert_eq!(goldens.len(), 5);
    goldens
}

#[test]
fn prompt_has_the_originals_ids_in_all_cases_and_turns() {
    let tokenizer = tokenizer();
    for golden in all() {
        let prompt = golden.conversation().prompt(&tokenizer).unwrap();
        assert_eq!(
            prompt.ids,
            ids(&golden.name, &golden.key("input_ids")),
            "{}",
            golden.name
        );
        let bbox = tokenizer.special("<bbox>").unwrap();
        let n_bbox = prompt.ids.iter().filter(|&&id| id == bbox).count();
        assert_eq!(prompt.regions, (0..n_bbox).collect::<Vec<_>>());
    }
}

#[test]
fn decode_gives_the_originals_text_for_every_answer() {
    let tokenizer = tokenizer();
    for golden in all() {
        let answer = ids(&golden.name, &golden.key("greedy_ids"));
        assert_eq!(
            tokenizer.decode(&answer),
            golden.greedy_text,
            "{}",
            golden.name
        );
    }
}

#[test]
fn labels_in_isolation_are_the_originals_with_their_slips() {
    let tokenizer = tokenizer();
    for golden in all() {
        let labelled = golden
            .conversation()
            .labelled_in_isolation(&tokenizer)
            .unwrap();
        let labels: Vec<i64> = labelled
            .labels
            .iter()
            .map(|label| label.map_or(-100, i64::from))
            .collect();
        assert_eq!(
            labels,
            integers(&golden.name, &golden.key("labels")),
            "{}",
            golden.name
        );
    }
}

#[test]
fn tokenizer_cases_match_the_slow_tokenizer_both_ways() {
    let tokenizer = tokenizer();
    let manifest = manifest();
    let cases = manifest["tokenizer"].as_array().unwrap();
    assert_eq!(cases.len(), 10);
    for case in cases {
        let text = case["text"].as_str().unwrap();
        let expected: Vec<u32> = serde_json::from_value(case["ids"].clone()).unwrap();
        assert_eq!(tokenizer.encode_with_controls(text), expected, "{text:?}");
        assert_eq!(
            tokenizer.decode(&expected),
            case["decoded"].as_str().unwrap(),
            "{text:?}"
        );
    }
}
