//! Tokens against the reference tokenizer's, and its habits one by one.

use std::collections::BTreeMap;

use super::{tokenize, tokenize_all};

/// Compares the words of captions that are not the last of their file.
fn assert_words(cases: &[(&str, &str)]) {
    for (caption, words) in cases {
        assert_eq!(tokenize_all([*caption, ""])[0], *words, "{caption:?}");
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

/// The file holds captions, many of them far-fetched, and their words by the `PTBTokenizer` of
/// pycocoevalcap 1.2, which read them all as one file.
#[test]
fn far_fetched_captions_have_the_reference_tokenizers_words() {
    let golden: Vec<[String; 2]> =
        serde_json::from_str(include_str!("../../tests/golden/tokens.json")).unwrap();
    assert_eq!(golden.len(), 538);
    let tokenized = tokenize_all(golden.iter().map(|[caption, _]| caption.as_str()));
    for ([caption, expected], words) in golden.iter().zip(&tokenized) {
        assert_eq!(words, expected, "{caption:?}");
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
        ("don'ts", "do n'ts"),
        ("it’s isn’t", "it 's is n't"),
        ("cannot gonna Gotta wanna", "can not gon na got ta wan na"),
        ("'tis 'Twas", "'t is 't was"),
        ("y'all", "y' all"),
        ("cont'd. cont'd", "cont'd. cont 'd"),
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
        ("the 'L' train, vinyl'", "the l' train vinyl"),
    ]);
}

#[test]
fn some_short_words_with_an_apostrophe_end_within_longer_ones() {
    assert_words(&[
        ("'em 'til 'till 'cause", "'em 'til 'till 'cause"),
        ("an 'emergency exit'", "an 'em ergency exit"),
        ("'employees 'tilted", "'em ployees 'til ted"),
        ("'causeway 'tissue", "'cause way 't issue"),
        ("'night 'nice'", "night nice"),
    ]);
}

#[test]
fn an_apostrophe_within_a_word_keeps_its_kind() {
    assert_words(&[
        ("o’clock O’Hare", "o’clock o’hare"),
        ("’em ’til", "’em ’til"),
        ("li’l ’tis", "li l tis"),
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
fn two_quotes_of_different_kinds_stay() {
    assert_words(&[
        ("“‘hello’”", "``` hello '''"),
        ("“” ‘’", "``'' `'"),
        ("„low‟ ‚low‛", "„ low ‟ ‚ low"),
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
        ("10² m³⁴ x₁", "10 ² m ³⁴ x ₁"),
        ("\\* \\*\\*", "\\* \\*\\*"),
    ]);
}

#[test]
fn smileys_are_words_in_front_of_anything_but_a_word() {
    assert_words(&[
        (
            "happy :) sad ;-( so -_- =D :*)",
            "happy :-rrb- sad ;--lrb- so -_- =d :*-rrb-",
        ),
        (
            "(x_x) (^-^) (==)",
            "-lrb-x_x-rrb- -lrb-^-^-rrb- -lrb-==-rrb-",
        ),
        (":Dog :-o :o :O", "dog o o :o"),
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
        ("a/b/c/d a\\/b", "a/b/c / d a\\/b"),
        ("w/ hat dog- -cat", "w / hat dog cat"),
        (
            "stop_sign 12/25/2014 1-2/2014",
            "stop_sign 12/25/2014 1-2/2014",
        ),
        ("pro- and anti- war", "pro- and anti- war"),
        ("non-U.S. non-U.S x", "non-u.s. non-u.s x"),
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
fn numbers_of_the_lengths_of_a_telephones_are_one_word() {
    assert_words(&[
        ("555-1234, 800.555.1234", "555-1234 800.555.1234"),
        ("+44 20 1234 5678", "+44\u{a0}20\u{a0}1234\u{a0}5678"),
        ("(111) 222-3333", "-lrb-111-rrb-\u{a0}222-3333"),
        (
            "bus 12 123 456 or 12 34",
            "bus 12\u{a0}123\u{a0}456 or 12 34",
        ),
    ]);
}

#[test]
fn abbreviations_keep_their_full_stop_and_other_words_do_not() {
    assert_words(&[
        ("Mr. Smith vs. Dr. Jones.", "mr. smith vs. dr. jones"),
        ("the U.S. at 5 p.m.", "the u.s. at 5 p.m."),
        ("cats, dogs, etc.", "cats dogs etc."),
        ("Wash. the wash.", "wash. the wash"),
        ("No. 7 is no. more, no.  7", "no. 7 is no more no 7"),
        ("a Ph.D. student", "a ph.d. student"),
        ("5 lbs., of tins.", "5 lbs. of tins"),
        ("end.Next what?no", "end.next what?no"),
        ("Assoc. attys. supts. Ed.D.", "assoc. attys. supts. ed.d."),
        ("Pty. PTY. MFG.", "pty. pty mfg"),
        ("etc.a b, etc.ab", "etc. a b etc.ab"),
    ]);
}

#[test]
fn a_single_letter_loses_its_full_stop_in_front_of_a_sentence() {
    assert_words(&[
        ("the letter S. The bus", "the letter s the bus"),
        ("the letter S. THE bus", "the letter s the bus"),
        ("the letter S.  <b> bus", "the letter s <b> bus"),
        ("the letter S. the bus", "the letter s. the bus"),
        ("the letter S. Buses", "the letter s. buses"),
        ("the letter S. Them", "the letter s. them"),
        ("the U.S. The bus", "the u.s. the bus"),
    ]);
}

#[test]
fn a_caption_is_read_with_the_next_one_in_sight() {
    assert_eq!(
        tokenize_all(["the letter S.", "A bus", "a letter S.", "a bus", "no.", "3"]),
        ["the letter s", "a bus", "a letter s.", "a bus", "no.", "3"]
    );
    assert_eq!(tokenize_all(["no.", "bus"]), ["no", "bus"]);
    assert_eq!(tokenize_all(["1", "1/2"]), ["1", "1/2"]);
}

#[test]
fn a_caption_is_one_line() {
    assert_eq!(
        tokenize_all(["two\nlines", "a\rb\u{2028}c", "d"]),
        ["two lines", "a b c", "d"]
    );
    assert_eq!(tokenize_all(["", "", "a", ""]), ["", "", "a", ""]);
    assert_eq!(tokenize_all([]), [] as [&str; 0]);
}

#[test]
fn the_end_of_the_last_caption_is_no_space() {
    for (caption, within, last) in [
        ("fun :)", "fun :-rrb-", "fun -rrb-"),
        ("of '12", "of '12", "of 12"),
        ("they'll", "they 'll", "they ll"),
        ("they're it's", "they 're it 's", "they 're it 's"),
        ("3.jpg", "3.jpg", "3 jpg"),
        ("S. The", "s the", "s. the"),
    ] {
        assert_eq!(tokenize_all([caption, caption]), [within, last]);
        assert_eq!(tokenize(caption), last);
    }
}

#[test]
fn capitals_join_over_an_ampersand_and_small_letters_do_not() {
    assert_words(&[
        ("AT&T B&W M&M's A&amp;B", "at&t b&w m&m 's a&b"),
        ("r&b cats&dogs", "r & b cats & dogs"),
    ]);
}

#[test]
fn markup_and_addresses_are_single_words() {
    assert_words(&[
        ("<b>bold</b> <br />", "<b> bold </b> <br\u{a0}/>"),
        (
            "<a href='b c'>d</a> <3 <b!>",
            "<a\u{a0}href='b\u{a0}c'> d </a> < 3 < b >",
        ),
        ("a < b &lt; &amp;", "a < b < &"),
        (
            "http://a.org/b?c=d. me@a.org",
            "http://a.org/b?c=d me@a.org",
        ),
        (
            "www.coca-cola.com amazon.com/books.",
            "www.coca-cola.com amazon.com/books",
        ),
        ("Amazon.com/books a-b.com/c", "amazon.com / books a-b com/c"),
        ("lunch@8pm, <me@a.org>", "lunch@8pm, <me@a.org>"),
        ("#sunset @home", "#sunset @home"),
        ("123.jpg, 1.2.mp3 123.jpg;", "123.jpg 1.2.mp3 123 jpg"),
    ]);
}

#[test]
fn characters_that_markup_spells_out_are_read_or_stay() {
    assert_words(&[
        ("the kid&#39;s &quot;toy&quot;", "the kid &#39; s toy"),
        ("it&apos;s a&nbsp;b &mdash; c", "it 's a b c"),
        ("caf&eacute; &Odq;", "caf&eacute; &odq;"),
    ]);
}

#[test]
fn letters_of_any_script_are_words_and_unknown_characters_vanish() {
    assert_words(&[
        ("Café naïve ÉTÉ", "café naïve été"),
        ("日本語 кот", "日本語 кот"),
        ("हिन्दी ไทย", "हिन्दी ไทย"),
        ("a 😀 b😀c", "a b c"),
        ("soft\u{ad}hyphen", "softhyphen"),
        ("a\u{a0}b\u{3000}c", "a b c"),
    ]);
}

#[test]
fn a_space_that_is_no_plain_one_may_be_part_of_an_address() {
    assert_words(&[
        ("see\u{a0}a.com/bc", "see\u{a0}a.com/bc"),
        ("see,\u{a0}a.com/bc", "see \u{a0}a.com/bc"),
        ("see \u{a0}a.com/bc", "see a.com/bc"),
        ("see http://a.org\u{a0}", "see http://a.org"),
    ]);
}
