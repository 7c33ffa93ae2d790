//! Segments to ids: what is stripped, what stays plain, and which files are refused.

use serde_json::{Value, json};

use super::{Piece, Segment, Tokenizer};
use crate::{goldens, tokenizer_json};

fn text(text: &str) -> Segment {
    Segment::Text(text.to_owned())
}

fn golden_json() -> Value {
    let model = goldens::read("delta/tokenizer.model");
    let json = tokenizer_json(&model, &goldens::added_tokens()).unwrap();
    serde_json::from_str(&json).unwrap()
}

fn from_json(json: &Value) -> Result<Tokenizer, String> {
    Tokenizer::from_json(json.to_string().as_bytes()).map_err(|error| error.to_string())
}

#[test]
fn control_strings_in_text_are_plain_and_come_back_as_typed() {
    let tokenizer = goldens::tokenizer();
    let typed = "a </s> <s><unk>[PAD] <im_patch> <bbox>\n<image><im_start><im_end><point> <0x41>";
    let ids = tokenizer.encode(&[text(typed)]);
    for id in &ids[1..] {
        assert!(
            matches!(tokenizer.piece(*id), Piece::Text(_) | Piece::Byte(_)),
            "{id}"
        );
    }
    assert_eq!(tokenizer.decode(&ids), typed);
}

#[test]
fn neighbouring_texts_are_one_text() {
    let tokenizer = goldens::tokenizer();
    assert_eq!(
        tokenizer.encode(&[text("What is re"), text(""), text("gion1 do"), text("ing?")]),
        tokenizer.encode(&[text("What is region1 doing?")]),
    );
}

#[test]
fn added_tokens_take_the_whitespace_off_both_neighbours() {
    let tokenizer = goldens::tokenizer();
    let bbox = Segment::Control(tokenizer.special("<bbox>").unwrap());
    // Python strips the separators U+001C to U+001F too.
    let spaced = [
        text("a \n\t\u{a0}\u{1c}"),
        text(" "),
        bbox.clone(),
        text("\r\n\u{3000} b"),
    ];
    assert_eq!(
        tokenizer.encode(&spaced),
        tokenizer.encode(&[text("a"), bbox.clone(), text("b")])
    );
    assert_eq!(
        tokenizer.encode(&[
            text(" \n"),
            bbox.clone(),
            text(" "),
            bbox.clone(),
            text("\n")
        ]),
        tokenizer.encode(&[bbox.clone(), bbox]),
    );
}

#[test]
fn sentence_tokens_leave_whitespace_alone() {
    let tokenizer = goldens::tokenizer();
    let alone = |text: &str| tokenizer.encode(&[Segment::Text(text.to_owned())])[1..].to_vec();
    let eos = tokenizer.eos();
    let ids = tokenizer.encode(&[text("a "), Segment::Control(eos), text("\nb")]);
    assert_eq!(
        ids,
        [vec![tokenizer.bos()], alone("a "), vec![eos], alone("\nb")].concat()
    );
}

#[test]
fn longest_control_string_is_taken() {
    let model = goldens::read("delta/tokenizer.model");
    let added = [("<x".to_owned(), 512), ("<x>y".to_owned(), 513)].into();
    let json = tokenizer_json(&model, &added).unwrap();
    let tokenizer = Tokenizer::from_json(json.as_bytes()).unwrap();
    assert_eq!(
        tokenizer.split_controls("é<x>y<x>"),
        [
            text("é"),
            Segment::Control(513),
            Segment::Control(512),
            text(">")
        ]
    );
}

#[test]
fn located_tokens_cover_what_is_kept_of_the_text() {
    let tokenizer = goldens::tokenizer();
    let bbox = tokenizer.special("<bbox>").unwrap();
    let before = ["naïve ☕☕ ", "café\n"];
    let after = " \u{3000}▁ the end 7";
    let segments = [
        text(before[0]),
        text(before[1]),
        Segment::Control(bbox),
        text(after),
    ];
    let n_before = before.concat().len();
    let n_all = n_before + after.len();

    let located = tokenizer.encode_located(&segments);
    assert_eq!(located[0].source, 0..0);
    let mut at = 0;
    for token in &located[1..] {
        if token.id == bbox {
            assert_eq!(at, n_before - "\n".len());
            assert_eq!(token.source, n_before..n_before);
            at = n_before + " \u{3000}".len();
        } else {
            assert_eq!(token.source.start, at);
            at = token.source.end;
        }
        if let Piece::Byte(_) = tokenizer.piece(token.id) {
            assert_eq!(token.source.len(), 1);
        }
    }
    assert_eq!(at, n_all);
}

#[test]
fn merges_written_as_lines_read_the_same() {
    let mut json = golden_json();
    let lines = json["model"]["merges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| {
            json!(format!(
                "{} {}",
                pair[0].as_str().unwrap(),
                pair[1].as_str().unwrap()
            ))
        })
        .collect();
    json["model"]["merges"] = Value::Array(lines);
    let tokenizer = from_json(&json).unwrap();
    let sentence = [text("What is region1 doing next to the striped cat?")];
    assert_eq!(
        tokenizer.encode(&sentence),
        goldens::tokenizer().encode(&sentence)
    );
}

#[test]
fn files_of_another_kind_are_refused_with_what_differs() {
    let refused = |change: fn(&mut Value)| {
        let mut json = golden_json();
        change(&mut json);
        from_json(&json).err().unwrap()
    };
    assert!(Tokenizer::from_json(b"").is_err());
    assert!(Tokenizer::from_json(b"{}").is_err());
    assert!(
        refused(|json| json["normalizer"] = json!({"type": "NFKC"}))
            .starts_with("tokenizer.json: normalizer is {\"type\":\"NFKC\"}")
    );
    assert!(
        refused(|json| json["pre_tokenizer"] = json!({"type": "ByteLevel"}))
            .contains("pre_tokenizer")
    );
    assert!(refused(|json| json["decoder"] = Value::Null).contains("decoder is null"));
    assert!(
        refused(|json| json["model"]["byte_fallback"] = json!(false)).contains("byte_fallback")
    );
    assert!(refused(|json| json["model"]["merges"] = json!([["a", "zzz"]])).contains("zzz"));
    assert!(refused(|json| json["model"]["merges"] = json!(["a"])).contains("no space"));
    assert_eq!(
        refused(|json| {
            json["model"]["vocab"]
                .as_object_mut()
                .unwrap()
                .remove("<0x7F>");
        }),
        "tokenizer.json has no token \"<0x7F>\""
    );
    assert_eq!(
        refused(|json| json["added_tokens"] = json!([])),
        "tokenizer.json has no token \"<s>\""
    );
    assert_eq!(
        refused(|json| json["added_tokens"][3]["id"] = json!(600)),
        "tokenizer.json: token \"[PAD]\" has id 512 in the vocabulary and 600 as an added token"
    );
    assert!(refused(|json| json["model"]["vocab"]["a"] = json!(u32::MAX)).contains("4294967295"));
    assert!(refused(|json| json["model"]["vocab"]["a"] = json!(470)).contains("id 470 belongs to"));
}
