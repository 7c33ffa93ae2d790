//! One step of the reference checkpoint, as PyTorch computes it.

use std::collections::{BTreeMap, BTreeSet};

use burn::tensor::Device;
use pollster::block_on;
use roi_geom::{BoxPx, PictureSize};
use roi_import::{Constants, ConvertOptions, convert};
use roi_platform::Package;
use roi_prompt::{Conversation, Habits, Labelled, Tokenizer, Turn, tokenizer_json};
use roi_testkit::{Golden, golden_dir, worst_difference};
use roi_weights::Layout;
use serde_json::Value;

use super::{alone, step, values};
use crate::{Example, Parameters, Stage};

const IMAGE_SENTENCE: &str = "The <image> provides an overview of the picture.\n";
const PICTURE: PictureSize = PictureSize {
    width: 640,
    height: 480,
};
/// Of a gradient's greatest value: f32 sums through all layers and back, in another order than
/// PyTorch's.
const SUMS: f32 = 2e-5;
/// The same in the pyramid and before it. Of the two million values that its ReLUs see, one lies so
/// close to their bend that rounding decides whether its gradient goes on.
const BENT: f32 = 1e-3;
/// Of a gradient's norm, in which that value hardly counts.
const NORMS: f64 = 1e-4;

fn read(name: &str) -> Vec<u8> {
    std::fs::read(golden_dir().join(name)).expect("a file of the reference data")
}

fn record() -> Value {
    serde_json::from_slice(&read("expected/train_step.json")).expect("a record of the step")
}

fn norm(values: &[f32]) -> f64 {
    let squares = values.iter().map(|&value| f64::from(value).powi(2));
    squares.sum::<f64>().sqrt()
}

fn parameters() -> Parameters {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let options = ConvertOptions {
        base: Some(golden_dir().join("base")),
        model: golden_dir().join("delta"),
        vision: golden_dir().join("clip"),
        out: folder.path().to_owned(),
        layout: Layout::F32,
        chunk_bytes: None,
        model_id: None,
        about: None,
        constants: Constants::default(),
    };
    convert(&options, &mut |_| ()).expect("the reference checkpoint converts");
    let package = Package::at(folder.path());
    block_on(Parameters::from_package(&package, &Device::flex())).expect("a package")
}

/// The record's conversation, its region words back in the form a user types.
fn turns(record: &Value) -> Vec<Turn> {
    let said = record["conversation"].as_array().expect("messages");
    let text = |message: &Value| message["value"].as_str().expect("a text").to_owned();
    let turns = said.chunks(2).map(|pair| {
        let question = text(&pair[0]);
        let mut question = question
            .strip_prefix(IMAGE_SENTENCE)
            .unwrap_or(&question)
            .to_owned();
        for region in 1..=2 {
            question = question.replace(
                &format!("region{region} <bbox>"),
                &format!("<region{region}>"),
            );
        }
        Turn {
            question: question.into(),
            answer: Some(text(&pair[1])),
        }
    });
    turns.collect()
}

fn labelled(record: &Value) -> Labelled {
    let added: BTreeMap<String, u32> =
        serde_json::from_slice(&read("delta/added_tokens.json")).expect("added tokens");
    let json = tokenizer_json(&read("delta/tokenizer.model"), &added).expect("a tokenizer");
    let tokenizer = Tokenizer::from_json(json.as_bytes()).expect("a tokenizer");
    let turns = turns(record);
    let conversation = Conversation {
        turns: &turns,
        n_boxes: 2,
        n_image_tokens: 256,
        habits: Habits::default(),
    };
    conversation
        .labelled_in_isolation(&tokenizer)
        .expect("a conversation")
}

#[test]
fn one_step_is_pytorchs() {
    let (record, golden) = (record(), Golden::open("train_step"));
    let labelled = labelled(&record);
    assert_eq!(labelled.ids, golden.ids("input_ids"));
    let labels: Vec<i32> = labelled
        .labels
        .iter()
        .map(|label| label.map_or(-100, |id| id as i32))
        .collect();
    assert_eq!(labels, golden.numbers("labels"));

    let corners: Vec<[f64; 4]> = serde_json::from_value(record["boxes_px"].clone()).expect("boxes");
    let boxes = corners
        .iter()
        .map(|&[x1, y1, x2, y2]| BoxPx::new(x1, y1, x2, y2).normalised(PICTURE));
    let example = Example {
        pixels: Golden::open("two_turns").array("pixel_values").values,
        boxes: boxes
            .collect::<Result<_, _>>()
            .expect("boxes in the picture"),
        labelled,
    };
    let found = step(&parameters(), Stage::Two, &[example], &alone()).expect("a step");

    let loss = f64::from(golden.array("loss").values[0]);
    // Log-probabilities of about 7 from f32 logits.
    assert!(
        (found.loss - loss).abs() < 2e-5,
        "loss {}, expected {loss}",
        found.loss
    );

    let norms: BTreeMap<String, f64> =
        serde_json::from_value(record["grad_norms"].clone()).expect("norms");
    let names: BTreeSet<_> = found.gradients.iter().map(|(name, _)| name).collect();
    assert_eq!(names, norms.keys().map(String::as_str).collect());
    let mut squares = 0.0;
    for (name, gradient) in found.gradients.iter() {
        let (found, expected) = (norm(&values(gradient)), norms[name]);
        squares += found * found;
        assert!(
            (found - expected).abs() <= NORMS * expected,
            "norm of {name}: {found}, expected {expected}"
        );
    }
    let (global, expected) = (
        squares.sqrt(),
        f64::from(golden.array("global_grad_norm").values[0]),
    );
    assert!(
        (global - expected).abs() <= NORMS * expected,
        "global norm {global}, expected {expected}"
    );

    let mut compared = 0;
    for (name, gradient) in found.gradients.iter() {
        let key = format!("grad.{name}");
        if !golden.has(&key) {
            continue;
        }
        let expected = golden.array(&key).values;
        let gradient = values(gradient);
        assert_eq!(gradient.len(), expected.len(), "{name}");
        let limit = if name.contains(".mlvl_fuse.") {
            BENT
        } else {
            SUMS
        };
        let greatest = expected.iter().fold(0.0_f32, |most, g| most.max(g.abs()));
        let (index, a, e) = worst_difference(&gradient, &expected).expect("values");
        assert!(
            (a - e).abs() <= limit * greatest,
            "{name}: value {index} is {a}, expected {e}, greatest {greatest}"
        );
        compared += 1;
    }
    assert_eq!(compared, 19);
}
