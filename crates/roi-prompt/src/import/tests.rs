//! The import against SentencePiece's own rule, against the `tokenizers` crate, and on bad files.

use std::collections::BTreeMap;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

use super::proto::{Piece, PieceKind, read_pieces};
use super::{ImportError, tokenizer_json};
use crate::learn::Message;
use crate::{Segment, Tokenizer, goldens};

fn normaliser() -> Message {
    Message::default()
        .bytes(1, b"identity")
        .varint(3, 1)
        .varint(4, 0)
        .varint(5, 1)
}

/// A model with LLaMA's settings: `<unk>`, `<s>`, `</s>`, 256 bytes, then these normal pieces.
fn model(pieces: &[(&str, f32)]) -> Message {
    let mut model = Message::default()
        .bytes(2, &Message::default().varint(3, 2).0)
        .bytes(3, &normaliser().0)
        .piece("<unk>", 0.0, 2)
        .piece("<s>", 0.0, 3)
        .piece("</s>", 0.0, 3);
    for byte in 0..=255u8 {
        model = model.piece(&format!("<0x{byte:02X}>"), 0.0, 6);
    }
    pieces
        .iter()
        .fold(model, |model, &(text, score)| model.piece(text, score, 1))
}

fn import(model: &Message, added: &[(&str, u32)]) -> Result<Tokenizer, ImportError> {
    let added = added
        .iter()
        .map(|&(token, id)| (token.to_owned(), id))
        .collect();
    let json = tokenizer_json(&model.0, &added)?;
    Ok(Tokenizer::from_json(json.as_bytes()).unwrap())
}

/// The pieces of a text by SentencePiece's rule: of all neighbours that form a piece, join those
/// that form the best-scored one, the leftmost if several do.
fn sentencepiece(pieces: &[Piece], text: &str) -> Vec<String> {
    let scores: BTreeMap<&str, f32> = pieces
        .iter()
        .filter(|piece| piece.kind == PieceKind::Normal)
        .map(|piece| (piece.text.as_str(), piece.score))
        .collect();
    let mut symbols: Vec<String> = format!("▁{}", text.replace(' ', "▁"))
        .chars()
        .map(String::from)
        .collect();
    loop {
        let mut best: Option<(f32, usize)> = None;
        for (at, pair) in symbols.windows(2).enumerate() {
            if let Some(&score) = scores.get(pair.concat().as_str())
                && best.is_none_or(|(best, _)| score > best)
            {
                best = Some((score, at));
            }
        }
        let Some((_, at)) = best else { break };
        let right = symbols.remove(at + 1);
        symbols[at].push_str(&right);
    }
    symbols
        .into_iter()
        .flat_map(|symbol| match scores.contains_key(symbol.as_str()) {
            true => vec![symbol],
            false => symbol
                .bytes()
                .map(|byte| format!("<0x{byte:02X}>"))
                .collect(),
        })
        .collect()
}

#[test]
fn merges_split_text_as_sentencepiece_does() {
    let model = goldens::read("delta/tokenizer.model");
    let pieces = read_pieces(&model).unwrap();
    let id_of: BTreeMap<&str, u32> = (0..)
        .zip(&pieces)
        .map(|(id, piece)| (piece.text.as_str(), id))
        .collect();
    let tokenizer = goldens::tokenizer();
    let fragments: Vec<String> = pieces
        .iter()
        .filter(|piece| piece.kind == PieceKind::Normal)
        .map(|piece| piece.text.replace('▁', " "))
        .chain(["  ", "\n", "é", "☕", "#", "</s>", "<0x41>"].map(String::from))
        .collect();

    let mut random = ChaCha8Rng::seed_from_u64(7);
    for _ in 0..500 {
        let n_fragments = 1 + random.next_u32() as usize % 13;
        let text: String = (0..n_fragments)
            .map(|_| fragments[random.next_u32() as usize % fragments.len()].as_str())
            .collect();
        let expected: Vec<u32> = sentencepiece(&pieces, &text)
            .iter()
            .map(|piece| id_of[piece.as_str()])
            .collect();
        let ids = tokenizer.encode(&[Segment::Text(text.clone())]);
        assert_eq!(ids[1..], expected, "{text:?}");
    }
}

#[test]
fn best_scored_piece_wins_over_the_leftmost() {
    let pieces = [
        ("▁", -9.0),
        ("a", -9.0),
        ("b", -9.0),
        ("c", -9.0),
        ("ab", -2.0),
        ("bc", -1.0),
    ];
    let tokenizer = import(&model(&pieces), &[]).unwrap();
    let id = |name| 259 + pieces.iter().position(|piece| piece.0 == name).unwrap() as u32;
    let ids = tokenizer.encode(&[Segment::Text("abc".to_owned())]);
    assert_eq!(ids, [1, id("▁"), id("a"), id("bc")]);
}

#[test]
fn text_is_never_joined_into_a_control_piece() {
    let pieces = [
        ("▁", -9.0),
        ("<", -9.0),
        ("/", -9.0),
        ("s", -9.0),
        (">", -9.0),
        ("</", -1.0),
        ("s>", -2.0),
    ];
    let tokenizer = import(&model(&pieces), &[]).unwrap();
    let ids = tokenizer.encode(&[Segment::Text("</s>".to_owned())]);
    assert_eq!(ids, [1, 259, 264, 265]);
}

#[test]
fn json_is_read_by_the_tokenizers_crate_with_the_same_ids() {
    let json = tokenizer_json(
        &goldens::read("delta/tokenizer.model"),
        &goldens::added_tokens(),
    )
    .unwrap();
    let theirs = tokenizers::Tokenizer::from_bytes(json.as_bytes()).unwrap();
    let ours = goldens::tokenizer();
    for (token, id) in goldens::added_tokens() {
        assert_eq!(theirs.token_to_id(&token), Some(id));
    }
    for text in [
        "What is region1 doing?",
        "naïve café ☕\n\n### ",
        "  two  spaces",
        "",
    ] {
        let encoding = theirs.encode(text, true).unwrap();
        let ids = ours.encode(&[Segment::Text(text.to_owned())]);
        assert_eq!(encoding.get_ids(), ids, "{text:?}");
        assert_eq!(theirs.decode(&ids, true).unwrap(), ours.decode(&ids));
    }
}

#[test]
fn added_tokens_keep_their_ids_across_gaps() {
    let tokenizer = import(&model(&[("▁", 0.0)]), &[("<bbox>", 300), ("<point>", 261)]).unwrap();
    assert_eq!(tokenizer.special("<bbox>"), Some(300));
    assert_eq!(tokenizer.special("<point>"), Some(261));
    assert_eq!(tokenizer.n_ids(), 301);
    assert_eq!(tokenizer.decode(&[300, 280, 261]), "<bbox> <point>");
}

#[test]
fn added_tokens_that_contradict_the_model_are_refused() {
    let model = model(&[("▁", 0.0)]);
    let refused = |added: &[(&str, u32)]| import(&model, added).err().unwrap().to_string();
    assert_eq!(
        refused(&[("<bbox>", 259)]),
        "added token \"<bbox>\" has id 259, which is the id of \"▁\""
    );
    assert_eq!(
        refused(&[("<a>", 260), ("<b>", 260)]),
        "added token \"<b>\" has id 260, which is the id of \"<a>\""
    );
    assert_eq!(
        refused(&[("</s>", 260)]),
        "added token \"</s>\" has id 260, but tokenizer.model has it as 2"
    );
    assert!(matches!(
        import(&model, &[("", 260)]),
        Err(ImportError::EmptyAddedToken { id: 260 })
    ));
    assert!(import(&model, &[("<s>", 1), ("</s>", 2)]).is_ok());
}

#[test]
fn other_settings_than_llamas_are_refused_by_name() {
    let refused = |change: Message| {
        let mut model = model(&[("▁", 0.0)]);
        model.0.extend(change.0);
        import(&model, &[]).err().unwrap().to_string()
    };
    assert_eq!(
        refused(Message::default().bytes(2, &Message::default().varint(3, 1).0)),
        "tokenizer.model: model_type is 1; only 2 (LLaMA's) is supported"
    );
    assert!(
        refused(Message::default().bytes(3, &normaliser().bytes(2, b"map").0)).contains("charsmap")
    );
    assert!(refused(Message::default().bytes(3, &normaliser().varint(3, 0).0)).contains("dummy"));
    assert!(refused(Message::default().bytes(3, &normaliser().varint(4, 1).0)).contains("extra"));
    assert!(refused(Message::default().bytes(3, &normaliser().varint(5, 0).0)).contains("escape"));
    assert_eq!(
        refused(Message::default().piece("<mask>", 0.0, 4)),
        "piece 260 \"<mask>\" is of kind 4; supported are normal (1), unknown (2), control (3) and byte (6)"
    );
    assert_eq!(
        refused(Message::default().piece("▁", 0.0, 1)),
        "piece \"▁\" stands twice, as 259 and as 260"
    );
    assert!(refused(Message::default().piece("", 0.0, 1)).contains("260 is empty"));
    assert!(refused(Message::default().piece("x", f32::NAN, 1)).contains("NaN"));
    assert!(refused(Message::default().piece(&"x".repeat(513), 0.0, 1)).contains("513 bytes"));
}

#[test]
fn a_vocabulary_without_byte_fallback_is_refused() {
    let model = Message::default()
        .bytes(2, &Message::default().varint(3, 2).0)
        .bytes(3, &normaliser().0)
        .piece("<unk>", 0.0, 2)
        .piece("<s>", 0.0, 3)
        .piece("</s>", 0.0, 3);
    let error = import(&model, &[]).err().unwrap();
    assert_eq!(error.to_string(), "tokenizer.model has no piece \"<0x00>\"");
}

#[test]
fn no_beginning_of_a_model_reads_as_another_model() {
    let whole = goldens::read("delta/tokenizer.model");
    let pieces = read_pieces(&whole).unwrap();
    for length in (0..whole.len()).step_by(11) {
        // Only what follows the settings, which no reader needs, may be missing.
        if let Ok(read) = read_pieces(&whole[..length]) {
            assert_eq!(read, pieces, "cut to {length}");
        }
    }
}

#[test]
fn no_damaged_byte_panics() {
    let whole = goldens::read("delta/tokenizer.model");
    let none = BTreeMap::new();
    for at in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        match read_pieces(&damaged) {
            Ok(_) if at % 91 == 0 => drop(tokenizer_json(&damaged, &none)),
            Ok(pieces) => assert!(pieces.len() <= 512),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

#[test]
fn lengths_and_numbers_beyond_the_file_are_refused() {
    let refused = |bytes: &[u8]| tokenizer_json(bytes, &BTreeMap::new()).unwrap_err();
    assert!(matches!(
        refused(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]),
        ImportError::Truncated {
            offset: 6,
            wanted: 0xffff_ffff,
            available: 1
        }
    ));
    assert!(matches!(
        refused(&[0xff; 11]),
        ImportError::Varint { offset: 0 }
    ));
    assert!(matches!(
        refused(&[0x0b]),
        ImportError::WireType {
            wire_type: 3,
            offset: 0
        }
    ));
}
