//! Learned tokenizers through the import that published ones take.

use std::collections::BTreeMap;

use super::{LearnError, LearnOptions, learn_tokenizer};
use crate::import::read_pieces;
use crate::{Conversation, Habits, Segment, StopReason, StopRule, Tokenizer, Turn, tokenizer_json};

const COLOURS: [&str; 6] = ["red", "green", "blue", "yellow", "grey", "orange"];
const THINGS: [&str; 8] = [
    "cat", "dog", "umbrella", "bus", "t-shirt", "woman", "child", "teapot",
];
const PLACES: [&str; 4] = ["left", "right", "middle", "corner"];

/// Captions and conversations over a small world.
fn texts() -> Vec<String> {
    let mut texts = Vec::new();
    for colour in COLOURS {
        for thing in THINGS {
            for (n, place) in PLACES.iter().enumerate() {
                texts.push(format!("A {colour} {thing} in the {place}, 1 of {n}{n}."));
                texts.push(format!(
                    "### Human: What is region1?\n### Assistant: It's the {colour} {thing}'s.\n###"
                ));
            }
        }
    }
    texts.push("Only once: naïve café ☕".to_owned());
    texts
}

fn options(n_pieces: usize, required: &[&str]) -> LearnOptions {
    LearnOptions {
        n_pieces,
        required: required.iter().map(|&text| text.to_owned()).collect(),
    }
}

fn learn(n_pieces: usize, required: &[&str]) -> Vec<u8> {
    learn_tokenizer(texts().into_iter(), &options(n_pieces, required)).unwrap()
}

fn import(model: &[u8]) -> Tokenizer {
    let n_pieces = read_pieces(model).unwrap().len() as u32;
    let names = ["<im_patch>", "<bbox>", "<im_start>", "<im_end>"];
    let added: BTreeMap<String, u32> = names
        .map(str::to_owned)
        .into_iter()
        .zip(n_pieces..)
        .collect();
    let json = tokenizer_json(model, &added).unwrap();
    Tokenizer::from_json(json.as_bytes()).unwrap()
}

fn ids(tokenizer: &Tokenizer, text: &str) -> Vec<u32> {
    let ids = tokenizer.encode(&[Segment::Text(text.to_owned())]);
    ids[1..].to_vec()
}

/// The pieces of a text, spelled as the model has them.
fn pieces(model: &[u8], text: &str) -> Vec<String> {
    let all = read_pieces(model).unwrap();
    let ids = ids(&import(model), text);
    ids.iter()
        .map(|&id| all[id as usize].text.clone())
        .collect()
}

#[test]
fn text_comes_back_whether_or_not_it_was_learned() {
    let tokenizer = import(&learn(360, &[]));
    let unseen = [
        "Zebra № 7!",
        "naïve café ☕",
        "👩‍🚀 ok",
        "tab\there\r\n",
        "a  b   c",
        "▁",
        "é",
    ];
    let all = texts();
    for text in all.iter().map(String::as_str).chain(unseen) {
        let decoded = tokenizer.decode(&ids(&tokenizer, text));
        assert_eq!(decoded, text.replace('▁', " "), "{text:?}");
    }
}

#[test]
fn the_vocabulary_has_the_size_that_was_asked_for() {
    for n_pieces in [330, 360, 390] {
        let pieces = read_pieces(&learn(n_pieces, &[])).unwrap();
        assert_eq!(pieces.len(), n_pieces);
        assert_eq!([&pieces[0].text, &pieces[2].text], ["<unk>", "</s>"]);
        assert_eq!(pieces[3 + 0x41].text, "<0x41>");
    }
}

#[test]
fn the_same_texts_give_the_same_bytes_in_any_order() {
    let first = learn(380, &[" umbrella"]);
    let mut reversed = texts();
    reversed.reverse();
    let options = options(380, &[" umbrella"]);
    for _ in 0..5 {
        let again = learn_tokenizer(reversed.clone().into_iter(), &options).unwrap();
        assert!(again == first);
        reversed.rotate_left(17);
    }
}

#[test]
fn frequent_pairs_come_first_and_the_alphabet_settles_ties() {
    let learned = |text: &str| {
        // Six characters, ▁ and # among them; two pieces; and three for ### and ▁###.
        let options = options(3 + 256 + 6 + 2 + 3, &[]);
        let model = learn_tokenizer([text.to_owned()].into_iter(), &options).unwrap();
        let pieces = read_pieces(&model).unwrap();
        let learned = pieces[259..264].iter().map(|piece| piece.text.clone());
        learned.collect::<Vec<_>>()
    };
    // Letters that occur once are bytes, so the pairs stand alone.
    assert_eq!(
        learned("ucd vcd wcd xab yab"),
        ["cd", "ab", "##", "###", "▁###"]
    );
    assert_eq!(
        learned("ucd vcd xab yab"),
        ["ab", "cd", "##", "###", "▁###"]
    );
}

#[test]
fn pieces_stop_at_spaces_digits_and_marks() {
    for piece in read_pieces(&learn(390, &[])).unwrap().iter().skip(259) {
        let text = piece.text.strip_prefix('▁').unwrap_or(&piece.text);
        assert!(!text.contains('▁') && !text.contains('\n'), "{text:?}");
        let n_letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let n_chars = text.chars().count();
        assert!(n_letters == 0 || n_letters == n_chars, "{text:?}");
        assert!(
            !piece.text.contains(char::is_numeric) || piece.text.len() == 1,
            "{text:?}"
        );
    }
    let model = learn(390, &[]);
    assert_eq!(pieces(&model, "12 cats"), ["▁", "1", "2", "▁cat", "s"]);
    assert_eq!(pieces(&model, "cat.\n"), ["▁cat", ".", "<0x0A>"]);
}

#[test]
fn required_pieces_are_one_id_each_even_where_there_is_little_room() {
    let required = [
        " umbrella",
        "umbrella",
        " t-shirt",
        " teapot",
        " zebra",
        "zeb",
        " Assistant",
        "!?!",
        "é",
    ];
    for n_pieces in [345, 372, 402] {
        let model = learn(n_pieces, &required);
        let names: Vec<String> = read_pieces(&model)
            .unwrap()
            .into_iter()
            .map(|p| p.text)
            .collect();
        let tokenizer = import(&model);
        assert_eq!(names.len(), n_pieces);
        for word in required.iter().chain(&["###", " ###"]) {
            let piece = word.replace(' ', "▁");
            let id = names.iter().position(|name| *name == piece).unwrap() as u32;
            // After a line end, text has no space in front but for one that is typed.
            let after_line = ids(&tokenizer, &format!("\n{word}\n"));
            assert_eq!(after_line.len(), 4, "{word:?}: {after_line:?}");
            assert_eq!(after_line[2], id, "{word:?}");
            if let Some(word) = word.strip_prefix(' ') {
                assert_eq!(ids(&tokenizer, word), [id], "{word:?}");
            }
        }
    }
}

#[test]
fn requiring_a_word_splits_others_as_before() {
    let without = learn(390, &[]);
    let with = learn(396, &[" zebra"]);
    for text in ["A red cat in the corner.", " ### Human: umbrellas, 12"] {
        assert_eq!(pieces(&without, text), pieces(&with, text));
    }
}

#[test]
fn conversations_are_encoded_and_end_at_the_signal() {
    let model = learn(390, &[]);
    let tokenizer = import(&model);
    let turns = [Turn {
        question: "What is <region1>?".into(),
        answer: None,
    }];
    let conversation = Conversation {
        turns: &turns,
        n_boxes: 1,
        n_image_tokens: 4,
        habits: Habits::default(),
    };
    let prompt = conversation.prompt(&tokenizer).unwrap();
    let [patch, bbox] = ["<im_patch>", "<bbox>"].map(|name| tokenizer.special(name).unwrap());
    assert_eq!(prompt.ids.iter().filter(|&&id| id == patch).count(), 4);
    assert_eq!(prompt.ids.iter().filter(|&&id| id == bbox).count(), 1);

    let answer = ids(&tokenizer, "Assistant: the red cat.\n### Human: no");
    let mut rule = StopRule::new(&[tokenizer.eos()]);
    let mut stream = tokenizer.decode_stream();
    let ended = answer.iter().enumerate().find_map(|(step, &id)| {
        let new_text = stream.push(id);
        Some((step, rule.push(id, &new_text)?))
    });
    let (step, reason) = ended.unwrap();
    assert_eq!(reason, StopReason::Signal);
    let signal = read_pieces(&model)
        .unwrap()
        .iter()
        .position(|piece| piece.text == "###");
    assert_eq!(answer[step] as usize, signal.unwrap());
}

#[test]
fn sizes_that_do_not_suit_the_texts_are_refused() {
    let refused = |n_pieces, required: &[&str]| {
        learn_tokenizer(texts().into_iter(), &options(n_pieces, required)).unwrap_err()
    };
    let LearnError::TooFewPieces { asked: 100, needed } = refused(100, &[]) else {
        panic!("100 pieces cannot hold 256 bytes");
    };
    assert!(learn_tokenizer(texts().into_iter(), &options(needed, &[])).is_ok());
    assert!(matches!(
        refused(needed - 1, &[]),
        LearnError::TooFewPieces { .. }
    ));
    let LearnError::TooManyPieces {
        asked: 9000,
        possible,
    } = refused(9000, &[])
    else {
        panic!("the texts do not have that many pairs");
    };
    assert!(learn_tokenizer(texts().into_iter(), &options(possible, &[])).is_ok());
}

#[test]
fn nothing_to_learn_from_still_gives_the_signal() {
    // ▁ and #, then ##, ### and ▁###.
    let model = learn_tokenizer(std::iter::empty(), &options(3 + 256 + 5, &[])).unwrap();
    assert_eq!(pieces(&model, "###"), ["▁###"]);
    assert_eq!(pieces(&model, "\n###a"), ["▁", "<0x0A>", "###", "<0x61>"]);
}

#[test]
fn required_pieces_that_cannot_be_one_are_refused_by_name() {
    for (piece, part) in [
        ("", "empty"),
        (" ", "empty"),
        (" red cat", "no space"),
        ("red ", "no space"),
        ("a\n", "line ends"),
        ("</s>", "control"),
        ("<0x41>", "control"),
        ("region1", "digit"),
        (" 7", "digit"),
        (&"x".repeat(510), "longer"),
    ] {
        let error = learn_tokenizer(texts().into_iter(), &options(390, &[piece])).unwrap_err();
        assert!(matches!(&error, LearnError::Required { .. }), "{piece:?}");
        assert!(error.to_string().contains(part), "{error}");
    }
    assert!(learn_tokenizer(texts().into_iter(), &options(390, &["7"])).is_ok());
}
