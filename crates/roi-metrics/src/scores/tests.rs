//! Scores against the reference implementation's, and cases worked out by hand.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{ItemScores, Scores};
use crate::{Captions, MetricsError};

/// Both sides add up the same f64 terms, in different orders.
const TOLERANCE: f64 = 1e-12;

/// What the reference implementation made of 120 items.
#[derive(Deserialize)]
struct Golden {
    raw: Raw,
    tokenized_refs: Captions,
    tokenized_hyps: Captions,
    scores: GoldenScores,
}

#[derive(Deserialize)]
struct Raw {
    gts: Captions,
    res: Captions,
}

/// Totals, and the items' in the order of the file; BLEU by order first.
#[derive(Deserialize)]
struct GoldenScores {
    bleu: [f64; 4],
    bleu_each: [Vec<f64>; 4],
    rouge_l: f64,
    rouge_l_each: Vec<f64>,
    cider: f64,
    cider_each: Vec<f64>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../../tests/golden/caption_metrics.json")).unwrap()
}

/// One list of captions an id, in order: `items(&[&["a", "b"]])` has id `0` with two.
fn items(captions: &[&[&str]]) -> Captions {
    let items = captions.iter().enumerate().map(|(id, texts)| {
        let texts = texts.iter().map(|&text| text.to_owned()).collect();
        (id.to_string(), texts)
    });
    Captions::from_items(items).unwrap()
}

fn assert_near(actual: f64, expected: f64, what: &str) {
    assert!(
        (actual - expected).abs() <= TOLERANCE,
        "{what}: {actual} is not {expected}"
    );
}

fn assert_golden(scores: &Scores, golden: &GoldenScores) {
    assert_eq!(scores.n_items, 120);
    for (actual, expected) in scores.bleu.into_iter().zip(golden.bleu) {
        assert_near(actual, expected, "BLEU");
    }
    assert_near(scores.rouge_l, golden.rouge_l, "ROUGE-L");
    assert_near(scores.cider, golden.cider, "CIDEr");
    assert_eq!(scores.items.len(), 120);
    for (index, item) in scores.items.iter().enumerate() {
        let id = &item.id;
        assert_eq!(*id, index.to_string());
        for (actual, expected) in item.bleu.into_iter().zip(&golden.bleu_each) {
            assert_near(actual, expected[index], &format!("BLEU of {id}"));
        }
        let expected = golden.rouge_l_each[index];
        assert_near(item.rouge_l, expected, &format!("ROUGE-L of {id}"));
        let expected = golden.cider_each[index];
        assert_near(item.cider, expected, &format!("CIDEr of {id}"));
    }
}

#[test]
fn raw_captions_score_as_the_reference_implementation_says() {
    let golden = golden();
    let scores = Scores::of(&golden.raw.gts, &golden.raw.res).unwrap();
    assert_golden(&scores, &golden.scores);
}

#[test]
fn tokenized_captions_score_as_the_reference_implementation_says() {
    let golden = golden();
    let scores = Scores::of_tokenized(&golden.tokenized_refs, &golden.tokenized_hyps).unwrap();
    assert_golden(&scores, &golden.scores);
}

#[test]
fn perfect_hypotheses_have_full_scores() {
    let texts: &[&[&str]] = &[&["a red cat on a mat"], &["two dogs in the snow"]];
    let scores = Scores::of(&items(texts), &items(texts)).unwrap();
    for item in &scores.items {
        // BLEU's constants take less than a billionth a word.
        assert!(item.bleu.iter().all(|bleu| (1.0 - bleu).abs() < 1e-8));
        assert_near(item.rouge_l, 1.0, "ROUGE-L");
        assert_near(item.cider, 10.0, "CIDEr");
    }
}

#[test]
fn bleu_clips_repeats_and_punishes_brevity() {
    let scores = Scores::of(
        &items(&[&["the cat is on the mat"]]),
        &items(&[&["the the the"]]),
    );
    let bleu = scores.unwrap().bleu;
    // Two of three words count, and three words stand for six.
    let expected = 2.0 / 3.0 * (1.0f64 - 6.0 / 3.0).exp();
    assert!((bleu[0] - expected).abs() < 1e-9, "{}", bleu[0]);
    assert!(bleu[1] < 1e-7);
}

#[test]
fn bleu_takes_the_shorter_of_two_equally_close_references() {
    let long_and_short = items(&[&["a b c d e f", "a b"]]);
    let scores = Scores::of(&long_and_short, &items(&[&["a b c d"]])).unwrap();
    assert!((scores.bleu[0] - 1.0).abs() < 1e-8, "{}", scores.bleu[0]);
}

#[test]
fn rouge_takes_precision_and_recall_from_different_references() {
    let references = items(&[&["a b c d", "a"]]);
    let scores = Scores::of(&references, &items(&[&["a x b"]])).unwrap();
    let (precision, recall) = (2.0 / 3.0, 1.0);
    let expected = 2.44 * precision * recall / (recall + 1.44 * precision);
    assert_near(scores.rouge_l, expected, "ROUGE-L");
}

#[test]
fn an_empty_hypothesis_scores_nothing_and_breaks_nothing() {
    let references = items(&[&["a cat"], &["a dog"]]);
    let scores = Scores::of(&references, &items(&[&[""], &["a dog"]])).unwrap();
    let ItemScores {
        bleu,
        rouge_l,
        cider,
        ..
    } = scores.items[0];
    assert!(bleu.iter().all(|&bleu| (0.0..1e-3).contains(&bleu)));
    assert_eq!([rouge_l, cider], [0.0, 0.0]);
    let only_punctuation = Scores::of(&references, &items(&[&["..."], &["a dog"]])).unwrap();
    assert_eq!(only_punctuation, scores);
}

#[test]
fn words_of_every_item_say_nothing_to_cider() {
    let scores = Scores::of(
        &items(&[&["a cat"], &["a dog"]]),
        &items(&[&["a"], &["a dog"]]),
    );
    let scores = scores.unwrap();
    assert_near(scores.items[0].cider, 0.0, "CIDEr");
    // Of four orders, only runs of one and two words are there to agree.
    assert_near(scores.items[1].cider, 5.0, "CIDEr");
}

#[test]
fn scores_are_written_as_json_without_a_meteor_that_was_not_run() {
    let texts: &[&[&str]] = &[&["a cat"]];
    let scores = Scores::of(&items(texts), &items(texts)).unwrap();
    let json = serde_json::to_value(&scores).unwrap();
    let keys: BTreeMap<String, Value> = serde_json::from_value(json).unwrap();
    assert_eq!(
        keys.keys().collect::<Vec<_>>(),
        ["bleu", "cider", "items", "n_items", "rouge_l"]
    );
}

#[test]
fn captions_that_do_not_belong_together_are_named() {
    let refused = |references: &str, hypotheses: &str| {
        let references = Captions::from_json(references).unwrap();
        let hypotheses = Captions::from_json(hypotheses).unwrap();
        Scores::of(&references, &hypotheses).unwrap_err()
    };
    assert_eq!(
        refused(r#"{"a": ["x"], "b": ["x"]}"#, r#"{"b": ["x"], "c": ["x"]}"#).to_string(),
        "ids without a hypothesis: \"a\"; ids without references: \"c\""
    );
    let many: Vec<String> = (10..25).map(|id| format!("\"{id}\": [\"x\"]")).collect();
    let many = format!("{{{}}}", many.join(", "));
    assert!(
        refused(&many, "{}")
            .to_string()
            .ends_with("\"18\", \"19\" and 5 more")
    );
    assert!(matches!(refused("{}", "{}"), MetricsError::NoItems));
    assert!(matches!(
        refused(r#"{"a": []}"#, r#"{"a": ["x"]}"#),
        MetricsError::NoReference { id } if id == "a"
    ));
    assert!(matches!(
        refused(r#"{"a": ["x"]}"#, r#"{"a": ["x", "y"]}"#),
        MetricsError::HypothesisCount { found: 2, .. }
    ));
    assert!(matches!(
        refused(r#"{"a": ["x"]}"#, r#"{"a": []}"#),
        MetricsError::HypothesisCount { found: 0, .. }
    ));
}
