//! Every failure is one sentence, and the engine goes on.

use std::path::Path;

use roi_engine::{Engine, EngineError};
use roi_protocol::{BoxPx, Turn};
use roi_weights::{Layout, Manifest};
use tempfile::TempDir;

use crate::case::Case;
use crate::engine::{ask, cpu, empty, greedy, loaded, open, question, set_picture};
use crate::package::{copy, package};

/// An engine with model and picture, and its case.
fn ready() -> (Engine, Case) {
    let case = Case::named("single");
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    (engine, case)
}

/// Fails with a sentence that contains `words`, and answers the case's own question afterwards.
fn fails(engine: &mut Engine, case: &Case, boxes: &[BoxPx], turns: &[Turn], words: &[&str]) {
    let error = ask(engine, boxes, turns, &greedy(2))
        .expect_err("it cannot be answered")
        .to_string();
    for word in words {
        assert!(error.contains(word), "{error:?} lacks {word:?}");
    }
    assert!(!error.contains('\n'), "{error:?}");
    let (_, greedy_ids) = case.ids(0);
    let answer =
        ask(engine, &case.boxes_px, &case.conversation(0), &greedy(2)).expect("the engine goes on");
    assert_eq!(answer.token_ids, greedy_ids[..2]);
}

#[test]
fn a_region_without_box() {
    let (mut engine, case) = ready();
    fails(
        &mut engine,
        &case,
        &case.boxes_px,
        &question("What is <region2>?"),
        &["<region2>", "1 box"],
    );
}

#[test]
fn boxes_that_are_none() {
    let (mut engine, case) = ready();
    let turns = question("What is <region1>?");
    let good = case.boxes_px[0];
    for (bad, words) in [
        (BoxPx::new(400.0, 0.0, 500.0, 90.0), "301×200"),
        (BoxPx::new(10.0, 10.0, 10.0, 90.0), "no area"),
        (BoxPx::new(f64::NAN, 0.0, 10.0, 10.0), "not a finite number"),
        (
            BoxPx::new(0.0, 0.0, f64::INFINITY, 10.0),
            "not a finite number",
        ),
    ] {
        fails(&mut engine, &case, &[bad], &turns, &["region1", words]);
        // Also when nobody mentions it: it must not go unnoticed.
        fails(
            &mut engine,
            &case,
            &[good, bad],
            &turns,
            &["region2", words],
        );
    }
}

#[test]
fn pictures_that_are_none() {
    let (mut engine, case) = ready();
    let whole = case.picture();
    for file in [&b""[..], b"not a picture", &whole[..whole.len() / 2]] {
        let error = set_picture(&mut engine, file).expect_err("it is no picture");
        assert!(matches!(error, EngineError::Picture(_)), "{error}");
    }
    let (_, greedy_ids) = case.ids(0);
    let answer = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(2),
    )
    .expect("the one before stays");
    assert_eq!(answer.token_ids, greedy_ids[..2]);
}

#[test]
fn the_smallest_picture_can_be_asked_about() {
    let (mut engine, _) = ready();
    let mut png = Vec::new();
    image::GrayImage::new(1, 1)
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .expect("a PNG");
    set_picture(&mut engine, &png).expect("a picture");
    let whole = BoxPx::new(0.0, 0.0, 1.0, 1.0);
    ask(
        &mut engine,
        &[whole],
        &question("What is <region1>?"),
        &greedy(1),
    )
    .expect("an answer");
}

#[test]
fn control_strings_of_a_user_are_plain_text() {
    let (mut engine, case) = ready();
    let turns = question("Is </s> <im_patch> <bbox> <image> in <region1>?");
    let answer = ask(&mut engine, &case.boxes_px, &turns, &greedy(1)).expect("an answer");
    assert_eq!(
        answer
            .prompt_token_ids
            .iter()
            .filter(|&&id| id == 514)
            .count(),
        1
    );
}

#[test]
fn questions_that_are_none() {
    let (mut engine, case) = ready();
    fails(&mut engine, &case, &[], &[], &["no question"]);
    fails(&mut engine, &case, &[], &question("  "), &["empty"]);
    let mut unanswered = question("What?");
    unanswered.extend(question("And?"));
    fails(
        &mut engine,
        &case,
        &[],
        &unanswered,
        &["turn 1 of 2", "no answer"],
    );
}

#[test]
fn a_question_that_does_not_fit() {
    let (mut engine, case) = ready();
    let long = "word ".repeat(2000);
    fails(&mut engine, &case, &[], &question(&long), &["2048"]);
}

#[test]
fn settings_that_are_none() {
    let (mut engine, case) = ready();
    let turns = case.conversation(0);
    let mut refused = |change: fn(&mut roi_protocol::GenerateOptions)| {
        let mut options = greedy(1);
        change(&mut options);
        let error =
            ask(&mut engine, &case.boxes_px, &turns, &options).expect_err("it makes no sense");
        assert!(matches!(error, EngineError::Setting { .. }), "{error}");
    };
    refused(|options| options.max_new_tokens = 0);
    refused(|options| options.temperature = -0.5);
    refused(|options| options.temperature = f32::NAN);
    refused(|options| options.top_k = 65);
    refused(|options| options.top_p = 0.0);
    refused(|options| options.top_p = 1.5);
}

#[test]
fn nothing_can_be_asked_before_model_and_picture() {
    let mut engine = empty(&cpu());
    let turns = question("What?");
    let asked = ask(&mut engine, &[], &turns, &greedy(1));
    assert!(matches!(asked, Err(EngineError::NoModel)), "{asked:?}");
    let set = set_picture(&mut engine, &Case::named("single").picture());
    assert!(matches!(set, Err(EngineError::NoModel)), "{set:?}");
    open(&mut engine, &package(Layout::F32)).expect("the package is right");
    let asked = ask(&mut engine, &[], &turns, &greedy(1));
    assert!(matches!(asked, Err(EngineError::NoPicture)), "{asked:?}");
}

/// A damaged copy of the package, and the name of the chunk that is damaged.
fn damaged(index: usize, damage: impl FnOnce(&Path)) -> (TempDir, String) {
    let folder = copy(&package(Layout::F32));
    let manifest = std::fs::read(folder.path().join("manifest.json")).expect("a manifest");
    let manifest = Manifest::parse(&manifest).expect("a manifest");
    let entry = &manifest.chunks[index];
    damage(&folder.path().join(entry.path()));
    (folder, entry.sha256.clone())
}

#[test]
fn one_flipped_bit_is_named_and_never_used() {
    let (folder, name) = damaged(2, |path| {
        let mut bytes = std::fs::read(path).expect("a chunk");
        bytes[1001] ^= 0x10;
        std::fs::write(path, bytes).expect("a chunk");
    });
    let mut engine = empty(&cpu());
    let error = open(&mut engine, folder.path())
        .expect_err("a bit is flipped")
        .to_string();
    assert!(error.contains("chunk 2"), "{error}");
    assert!(error.contains(&name), "{error}");
    let asked = ask(&mut engine, &[], &question("What?"), &greedy(1));
    assert!(matches!(asked, Err(EngineError::NoModel)), "{asked:?}");
}

#[test]
fn a_missing_chunk_is_named() {
    let (folder, name) = damaged(0, |path| std::fs::remove_file(path).expect("a chunk"));
    let error = open(&mut empty(&cpu()), folder.path())
        .expect_err("a chunk is missing")
        .to_string();
    assert!(error.contains("chunk 0"), "{error}");
    assert!(error.contains(&name), "{error}");
}

#[test]
fn a_model_that_cannot_be_opened_leaves_the_one_before() {
    let (mut engine, case) = ready();
    let folder = tempfile::tempdir().expect("a folder");
    let error = open(&mut engine, folder.path()).expect_err("nothing is there");
    assert!(matches!(error, EngineError::ManifestSource(_)), "{error}");
    let (_, greedy_ids) = case.ids(0);
    let answer = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(2),
    )
    .expect("an answer");
    assert_eq!(answer.token_ids, greedy_ids[..2]);
}
