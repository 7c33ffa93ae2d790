//! Tokens against the reference tokenizer's, and its habits one by one.

use std::collections::BTreeMap;

use super::tokenize;

fn assert_words(cases: &[(&str, &str)]) {
    for (caption, words) in cases {
        assert_eq!(tokenize(caption), *words, "{caption:?}");
    }
}

#[test]
fn golden_captions_have_the_reference_tokenizers_words() {
    let golden: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/golden/caption_metrics.json")).unwrap();
    let read = |value: &serde_json::Value| -> BTreeMap<String, Vec<String>> {
        serde_json::from_value(value.clone()).unwrap()
    };
    for (raw, tokenized) in [("gts", "tokenized_refs"), ("res", "tokenized_hyps")] {
        let raw = read(&golden["raw"][raw]);
        let expected = read(&golden[tokenized]);
        assert_eq!(raw.len(), 120);
        for (id, texts) in raw {
            let texts: Vec<String> = texts.iter().map(|text| tokenize(text)).collect();
            assert_eq!(texts, expected[&id], "{id}");
        }
    }
}

#[test]
fn a_caption_without_words_is_empty() {
    assert_words(&[("", ""), (" \n\t", ""), ("...", ""), ("\"'\" - ;", "")]);
}

#[test]
fn contractions_and_possessives_are_words_of_their_own() {
    assert_words(&[
        ("the kid's kite", "the kid 's kite"),
        ("the dogs' bowls", "the dogs bowls"),
        (
            "I'm, he'll, you've, they're, she'd",
            "i 'm he 'll you 've they 're she 'd",
        ),
        (
            "it isn't; they can't, won't",
            "it is n't they ca n't wo n't",
        ),
        ("DON'T WE'RE THEY'LL", "do n't we 're they 'll"),
        ("wouldn't've", "would n't 've"),
        ("it’s isn’t", "it 's is n't"),
        ("cannot gonna Gotta wanna", "can not gon na got ta wan na"),
        ("'tis 'Twas", "'t is 't was"),
        ("y'all", "y' all"),
    ]);
}

#[test]
fn apostrophes_that_are_letters_stay() {
    assert_words(&[
        ("o'clock O'Brien d'Artagnan", "o'clock o'brien d'artagnan"),
        ("ma'am Hawai'i li'l", "ma'am hawai'i li'l"),
        ("rock 'n' roll", "rock 'n' roll"),
        ("in the '80s, the 1980's", "in the '80s the 1980 's"),
        ("class of '12", "class of '12"),
    ]);
}

#[test]
fn quotes_dashes_and_ellipses_vanish() {
    assert_words(&[
        ("a \"stop\" sign", "a stop sign"),
        ("“hello” ‘there’ 'you'", "hello there you"),
        ("one - two -- three --- four", "one two three four"),
        ("one—two – three", "one two three"),
        ("wait... what… so. . .", "wait what so"),
    ]);
}

#[test]
fn runs_of_marks_and_symbols_are_words() {
    assert_words(&[
        ("wow!! what?! no!", "wow !! what ?! no"),
        ("a ----- b ** c", "a ----- b ** c"),
        ("50% of $5 & #1", "50 % of $ 5 & # 1"),
        ("5€ £5 50¢ US$5", "5 $ # 5 50 cents us$ 5"),
        ("20°C x² ½", "20 ° c x ² 1/2"),
        ("happy :) sad ;-( so -_-", "happy :-rrb- sad ;--lrb- so -_-"),
    ]);
}

#[test]
fn brackets_become_their_treebank_names() {
    assert_words(&[
        (
            "(hidden) [a] {b}",
            "-lrb- hidden -rrb- -lsb- a -rsb- -lcb- b -rcb-",
        ),
        ("x -LRB- y", "x -lrb- y"),
    ]);
}

#[test]
fn hyphens_slashes_and_underscores_join() {
    assert_words(&[
        ("a red-and-white t-shirt", "a red-and-white t-shirt"),
        (
            "8-year-old mid-1990s 3.5-inch",
            "8-year-old mid-1990s 3.5-inch",
        ),
        ("black/white and/or w/o", "black/white and/or w/o"),
        ("a/b/c/d", "a/b/c / d"),
        ("w/ hat dog- -cat", "w / hat dog cat"),
        ("stop_sign 12/25/2014", "stop_sign 12/25/2014"),
    ]);
}

#[test]
fn numbers_keep_their_marks_and_lose_their_units() {
    assert_words(&[
        ("1,000.5 .5 -3 +4", "1,000.5 .5 -3 +4"),
        ("5:30pm 5:30 10kg 3.5kg", "5:30 pm 5:30 10kg 3.5 kg"),
        ("1/2 3/4", "1/2 3/4"),
        ("1 1/2 cups", "1\u{a0}1/2 cups"),
        ("6' 5\"", "6 5"),
        ("2x4 1st 3D", "2x4 1st 3d"),
    ]);
}

#[test]
fn abbreviations_keep_their_full_stop_and_other_words_do_not() {
    assert_words(&[
        ("Mr. Smith vs. Dr. Jones.", "mr. smith vs. dr. jones"),
        ("the U.S. at 5 p.m.", "the u.s. at 5 p.m."),
        ("cats, dogs, etc.", "cats dogs etc."),
        ("Wash. the wash.", "wash. the wash"),
        ("No. 7 is no. more", "no. 7 is no more"),
        ("a Ph.D. student", "a ph.d. student"),
        ("5 lbs., of tins.", "5 lbs. of tins"),
        ("end.Next what?no", "end.next what?no"),
    ]);
}

#[test]
fn capitals_join_over_an_ampersand_and_small_letters_do_not() {
    assert_words(&[
        ("AT&T B&W", "at&t b&w"),
        ("r&b cats&dogs", "r & b cats & dogs"),
    ]);
}

#[test]
fn markup_and_addresses_are_single_words() {
    assert_words(&[
        ("<b>bold</b> <br />", "<b> bold </b> <br\u{a0}/>"),
        ("a < b &lt; &amp;", "a < b < &"),
        (
            "http://a.org/b?c=d. me@a.org",
            "http://a.org/b?c=d me@a.org",
        ),
        ("#sunset @home", "#sunset @home"),
    ]);
}

#[test]
fn letters_of_any_script_are_words_and_unknown_characters_vanish() {
    assert_words(&[
        ("Café naïve ÉTÉ", "café naïve été"),
        ("日本語 кот", "日本語 кот"),
        ("a 😀 b😀c", "a b c"),
        ("soft\u{ad}hyphen", "softhyphen"),
        ("a\u{a0}b\u{3000}c", "a b c"),
    ]);
}
