//! Vocabularies learnt from a few lines, read back by the tokenizer of published checkpoints.

use roi_prompt::{Segment, Tokenizer, tokenizer_json};

use super::*;

const TEXTS: [&str; 4] = [
    "a red cat left of a red car",
    "the cat is red, the car is blue.",
    "### Human: Where is the cat?\n### Assistant: left of the car.",
    "### Human: And 10 cats, 100 cars?",
];

/// Texts that count once.
fn once<'a>(texts: &[&'a str]) -> Vec<(&'a str, u64)> {
    texts.iter().map(|text| (*text, 1)).collect()
}

fn learn(n_pieces: usize) -> Tokenizer {
    let vocabulary = Vocabulary::learn(once(&TEXTS), n_pieces).unwrap();
    let json = tokenizer_json(&vocabulary.model, &vocabulary.added).unwrap();
    Tokenizer::from_json(json.as_bytes()).unwrap()
}

/// Each token of `text` decoded by itself, with what stands for a space.
fn pieces(tokenizer: &Tokenizer, text: &str) -> Vec<String> {
    let ids = tokenizer.encode(&[Segment::Text(text.to_owned())]);
    let ids = ids.into_iter().skip(1);
    // Decoding drops the first space, so a letter stands before each.
    let [x] = tokenizer.encode(&[Segment::Text("x".to_owned())])[2..] else {
        panic!("x is one piece behind the space");
    };
    ids.map(|id| tokenizer.decode(&[x, id])[1..].to_owned())
        .collect()
}

#[test]
fn frequent_words_become_pieces() {
    let tokenizer = learn(400);
    assert_eq!(
        pieces(&tokenizer, "the red cat is left"),
        [" the", " red", " cat", " is", " left"]
    );
}

#[test]
fn every_text_comes_back_from_its_ids() {
    for n_pieces in [360, 400] {
        let tokenizer = learn(n_pieces);
        for text in TEXTS
            .iter()
            .chain(&["  two  spaces ", "Größe 😀 東", "\n\n", "~^{}\t"])
        {
            let ids = tokenizer.encode(&[Segment::Text((*text).to_owned())]);
            assert_eq!(tokenizer.decode(&ids), *text, "{n_pieces}");
        }
    }
}

#[test]
fn the_templates_signal_is_one_piece_with_and_without_a_space() {
    for texts in [&TEXTS[..], &["no signal here"]] {
        let vocabulary = Vocabulary::learn(once(texts), 370).unwrap();
        let json = tokenizer_json(&vocabulary.model, &vocabulary.added).unwrap();
        let tokenizer = Tokenizer::from_json(json.as_bytes()).unwrap();
        assert_eq!(pieces(&tokenizer, "###")[0], " ###");
        assert_eq!(pieces(&tokenizer, "a\n###")[2..], ["\n", "###"]);
    }
}

#[test]
fn digits_stay_single_and_signs_apart_from_letters() {
    let tokenizer = learn(400);
    assert_eq!(
        pieces(&tokenizer, "100 cars?"),
        [" ", "1", "0", "0", " car", "s", "?"]
    );
    assert_eq!(pieces(&tokenizer, "cat.").last().unwrap(), ".");
}

#[test]
fn the_same_texts_give_the_same_vocabulary_in_any_order() {
    let mut reversed = TEXTS;
    reversed.reverse();
    assert_eq!(
        Vocabulary::learn(once(&TEXTS), 400),
        Vocabulary::learn(once(&reversed), 400)
    );
}

#[test]
fn a_text_that_counts_more_is_joined_first() {
    let vocabulary = |times| Vocabulary::learn([("aa aa", 2), ("bb", times)], 359).unwrap();
    let json = |times| {
        let vocabulary = vocabulary(times);
        tokenizer_json(&vocabulary.model, &vocabulary.added).unwrap()
    };
    for (times, joined, apart) in [(9, "\"▁bb\"", "\"▁aa\""), (1, "\"▁aa\"", "\"▁bb\"")] {
        let json = json(times);
        assert!(json.contains(joined) && !json.contains(apart), "{times}");
    }
}

#[test]
fn added_tokens_stand_behind_the_pieces_in_the_originals_order() {
    let vocabulary = Vocabulary::learn(once(&TEXTS), 380).unwrap();
    let tokenizer = learn(380);
    let mut by_id: Vec<_> = vocabulary.added.iter().collect();
    by_id.sort_by_key(|(_, id)| **id);
    let names: Vec<_> = by_id.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ADDED);
    assert_eq!(*by_id[0].1, 380);
    assert_eq!(tokenizer.n_ids(), 386);
    assert_eq!(tokenizer.special("<bbox>"), Some(382));
    assert_eq!((tokenizer.bos(), tokenizer.eos()), (1, 2));
}

#[test]
fn a_vocabulary_is_no_larger_than_its_texts_allow() {
    let vocabulary = Vocabulary::learn([("ab ab", 1)], 10_000).unwrap();
    let json = tokenizer_json(&vocabulary.model, &vocabulary.added).unwrap();
    let tokenizer = Tokenizer::from_json(json.as_bytes()).unwrap();
    assert_eq!(pieces(&tokenizer, "ab"), [" ab"]);
    // Three controls, 256 bytes, 94 signs and the space, three forced, two of "▁ab", six added.
    assert_eq!(tokenizer.n_ids(), 3 + 256 + 95 + 3 + 2 + 6);
}

#[test]
fn too_small_a_vocabulary_is_refused_with_the_least_there_can_be() {
    let needed = 3 + 256 + 95 + 3;
    assert_eq!(
        Vocabulary::learn(once(&TEXTS), 300),
        Err(VocabularyTooSmall { asked: 300, needed })
    );
    assert!(Vocabulary::learn(once(&TEXTS), needed).is_ok());
}
