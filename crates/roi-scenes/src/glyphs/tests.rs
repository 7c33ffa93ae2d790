//! The table of glyphs.

use std::collections::BTreeSet;

use super::{Kind, glyphs};

#[test]
fn there_are_enough_classes_and_their_names_are_unique() {
    let names: BTreeSet<&str> = glyphs().iter().map(|glyph| glyph.name).collect();
    assert_eq!(names.len(), glyphs().len());
    assert!(names.len() >= 150);
    let emojis: BTreeSet<char> = glyphs().iter().map(|glyph| glyph.glyph).collect();
    assert_eq!(emojis.len(), glyphs().len());
}

#[test]
fn at_least_a_dozen_persons_do_something_and_nothing_else_does() {
    let acting = || glyphs().iter().filter(|glyph| glyph.action.is_some());
    assert!(acting().count() >= 12);
    assert!(acting().all(|glyph| glyph.kind == Kind::Person));
}

#[test]
fn names_are_small_letters_so_that_sentences_need_no_others() {
    for glyph in glyphs() {
        let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c == ' ');
        assert!(is_plain(glyph.name) && is_plain(&glyph.plural), "{glyph:?}");
        assert!(
            ["small", "medium", "big"].contains(&glyph.real_size),
            "{glyph:?}"
        );
    }
}

#[test]
fn irregular_plurals_come_from_the_table() {
    let plural = |name: &str| {
        &glyphs()
            .iter()
            .find(|glyph| glyph.name == name)
            .unwrap()
            .plural
    };
    assert_eq!(plural("mouse"), "mice");
    assert_eq!(plural("apple"), "apples");
    assert_eq!(plural("glass of milk"), "glasses of milk");
}
