//! A saved conversation comes back as it was, and a hostile one is refused with what is wrong in it.

use serde_json::{Value, json};

use super::*;
use crate::{Counters, FinishReason, Timings};

const PNG: [u8; 8] = [0x89, b'P', b'N', b'G', 13, 10, 26, 10];

fn conversation() -> SavedConversation {
    let boxes = vec![
        BoxPx::new(3.0, 5.0, 70.5, 142.0),
        BoxPx::new(58.0, 170.0, 100.0, 204.0),
    ];
    let answer = Answer {
        text: "Assistant: It is red.###".to_owned(),
        answer: "It is red.".to_owned(),
        token_ids: vec![7, 11],
        prompt_token_ids: vec![1, 2, 3],
        finish_reason: FinishReason::Stop,
        turns_dropped: 0,
        device: "gpu: a card".to_owned(),
        timings_ms: Timings {
            prefill: 12.5,
            ..Timings::default()
        },
        tokens_per_second: 31.0,
        share_of_copy: 0.0,
        counters: Counters::default(),
        peak_gpu_bytes: 0,
    };
    SavedConversation::new(
        SavedPicture::new("snow.png".to_owned(), &PNG, "iVBORw==", boxes.clone()),
        vec![SavedTurn {
            question: "What colour is <region2>?".to_owned(),
            boxes,
            options: Some(GenerateOptions {
                seed: 13,
                ..GenerateOptions::default()
            }),
            model: "demo".to_owned(),
            answer: Some(answer),
        }],
        "And <region1>?".to_owned(),
    )
}

/// Why the conversation is refused after `change` has been made to its JSON.
fn refused(change: impl FnOnce(&mut Value)) -> SavedError {
    let mut json = serde_json::to_value(conversation()).unwrap();
    change(&mut json);
    let changed: SavedConversation = serde_json::from_value(json).unwrap();
    changed.check().unwrap_err()
}

#[test]
fn what_was_saved_comes_back_whole() {
    let text = serde_json::to_string(&conversation()).unwrap();
    assert!(text.starts_with(r#"{"format":"roichat-conversation","version":1,"#));
    let back: SavedConversation = serde_json::from_str(&text).unwrap();
    assert_eq!(back, conversation());
    assert_eq!(back.check(), Ok(()));
    assert_eq!(back.picture.base64(), Ok("iVBORw=="));
}

#[test]
fn a_turn_of_question_and_answer_alone_can_be_read() {
    let turn: SavedTurn = serde_json::from_value(json!({ "question": "What is it?" })).unwrap();
    assert!(turn.boxes.is_empty() && turn.model.is_empty());
    assert!(turn.options.is_none() && turn.answer.is_none());
}

#[test]
fn another_kind_of_file_and_a_later_version_are_told_apart() {
    assert_eq!(
        refused(|json| json["format"] = "recipes".into()),
        SavedError::Format("recipes".to_owned())
    );
    for version in [0, VERSION + 1, u32::MAX] {
        assert_eq!(
            refused(|json| json["version"] = version.into()),
            SavedError::Version { found: version }
        );
    }
}

#[test]
fn the_name_of_another_format_is_not_repeated_at_length() {
    let long = refused(|json| json["format"] = "x".repeat(5_003).into());
    assert_eq!(long, SavedError::Format("x".repeat(60)));
}

#[test]
fn boxes_that_are_not_finite_are_refused_wherever_they_stand() {
    for place in 0..2 {
        let mut saved = conversation();
        let boxes = match place {
            0 => &mut saved.picture.boxes,
            _ => &mut saved.turns[0].boxes,
        };
        boxes[1].x2 = f64::INFINITY;
        assert_eq!(
            saved.check(),
            Err(SavedError::NotFinite(BoxPx::new(
                58.0,
                170.0,
                f64::INFINITY,
                204.0
            )))
        );
    }
}

#[test]
fn lists_and_texts_may_be_as_long_as_their_limits() {
    let mut saved = conversation();
    saved.picture.boxes = vec![BoxPx::new(0.0, 0.0, 1.0, 1.0); MAX_BOXES];
    saved.turns[0].question = "q".repeat(MAX_TEXT_BYTES);
    assert_eq!(saved.check(), Ok(()));
    saved.turns[0].question.push('q');
    assert!(matches!(saved.check(), Err(SavedError::TooMany { .. })));
    saved.turns.clear();
    saved.picture.boxes.push(BoxPx::new(0.0, 0.0, 1.0, 1.0));
    assert_eq!(
        saved.check(),
        Err(SavedError::TooMany {
            what: "boxes",
            count: MAX_BOXES + 1,
            limit: MAX_BOXES
        })
    );
}

#[test]
fn more_turns_than_can_be_are_refused() {
    let mut saved = conversation();
    saved.turns = vec![saved.turns[0].clone(); MAX_TURNS + 1];
    assert!(matches!(
        saved.check(),
        Err(SavedError::TooMany { what: "turns", .. })
    ));
}

#[test]
fn a_turn_names_only_regions_that_are_there() {
    for region in [0, 3] {
        assert_eq!(
            refused(|json| json["turns"][0]["question"] = format!("<region{region}>?").into()),
            SavedError::NoSuchRegion {
                turn: 1,
                region,
                count: 2
            }
        );
    }
}

#[test]
fn numbers_out_of_their_range_are_refused() {
    assert_eq!(
        refused(|json| json["turns"][0]["answer"]["timings_ms"]["decode"] = (-1.0).into()),
        SavedError::Number {
            turn: 1,
            what: "time",
            value: -1.0
        }
    );
    let mut saved = conversation();
    saved.turns[0].options = Some(GenerateOptions {
        temperature: f32::INFINITY,
        ..GenerateOptions::default()
    });
    assert!(matches!(
        saved.check(),
        Err(SavedError::Number {
            what: "temperature",
            ..
        })
    ));
}

#[test]
fn a_picture_is_a_data_url_and_nothing_else() {
    for data in [
        "",
        "https://example.org/a.png",
        "data:image/png,raw",
        "data:image/png;base64,",
        "iVBORw==",
    ] {
        assert_eq!(
            refused(|json| json["picture"]["data"] = data.into()),
            SavedError::NotADataUrl,
            "{data}"
        );
    }
}

#[test]
fn the_kind_of_a_picture_is_read_from_its_bytes() {
    assert_eq!(media_type(&PNG), Some("image/png"));
    assert_eq!(media_type(&[0xff, 0xd8, 0xff]), Some("image/jpeg"));
    let webp = b"RIFF\x01\x02\x03\x04WEBPVP8 ";
    assert_eq!(media_type(webp), Some("image/webp"));
    assert_eq!(media_type(b"RIFF"), None);
    assert_eq!(media_type(b"GIF89a"), None);
}
