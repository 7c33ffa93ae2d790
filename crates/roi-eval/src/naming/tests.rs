//! Answers as models give them, and the classes they name.

use super::Classes;

fn named(classes: &[&str], answer: &str) -> Option<String> {
    let classes = Classes::new(classes.iter().map(|&name| name.to_owned()));
    classes.named_in(answer).map(str::to_owned)
}

#[test]
fn the_head_of_the_first_noun_phrase_is_the_class() {
    let classes = ["sofa", "dog", "truck", "fire truck", "man", "horse", "cup"];
    for (answer, class) in [
        ("dog", "dog"),
        ("A dog on a red sofa.", "dog"),
        ("It is a small brown dog lying on the sofa", "dog"),
        ("This is the sofa with a dog", "sofa"),
        ("a large red fire truck", "fire truck"),
        ("a truck next to a fire truck", "truck"),
        ("a man riding a horse", "man"),
        ("man dressed as a horse", "man"),
        ("region1 is a cup of coffee", "cup"),
        ("There's a DOG!", "dog"),
    ] {
        assert_eq!(named(&classes, answer).as_deref(), Some(class), "{answer}");
    }
}

#[test]
fn names_of_several_words_may_reach_behind_the_head() {
    let classes = [
        "glass",
        "glass of milk",
        "building",
        "t-shirt",
        "traffic_light",
    ];
    for (answer, class) in [
        ("a glass of milk on the table", "glass of milk"),
        ("a glass of water", "glass"),
        ("a tall building on the left", "building"),
        ("a blue t-shirt", "t-shirt"),
        ("the traffic light is red", "traffic_light"),
    ] {
        assert_eq!(named(&classes, answer).as_deref(), Some(class), "{answer}");
    }
}

#[test]
fn number_does_not_matter_unless_both_forms_are_classes() {
    let classes = [
        "cherry", "glass", "glasses", "bus", "box", "vase", "leaf", "man", "scissors",
    ];
    for (answer, class) in [
        ("two cherries", "cherry"),
        ("a pair of glasses", "glasses"),
        ("glasses", "glasses"),
        ("the glass", "glass"),
        ("buses", "bus"),
        ("some boxes", "box"),
        ("three vases with flowers", "vase"),
        ("green leaves", "leaf"),
        ("two men talking", "man"),
        ("a scissor", "scissors"),
    ] {
        assert_eq!(named(&classes, answer).as_deref(), Some(class), "{answer}");
    }
}

#[test]
fn without_a_head_most_shared_words_decide() {
    let classes = ["alarm clock", "clock tower", "red apple", "apple"];
    for (answer, class) in [
        // One word each: the tower's comes first and as much of it is missing.
        ("something with a tower and an alarm", "clock tower"),
        ("something red, maybe an apple", "red apple"),
        ("object that looks like an apple", "apple"),
    ] {
        assert_eq!(named(&classes, answer).as_deref(), Some(class), "{answer}");
    }
}

#[test]
fn an_answer_without_a_known_word_names_nothing() {
    for answer in ["", "a zebra", "...", "###", "it is"] {
        assert_eq!(named(&["dog", "cat", "-"], answer), None, "{answer}");
    }
    assert_eq!(named(&[], "dog"), None);
}

#[test]
fn equal_names_and_ties_go_to_the_earlier_class() {
    assert_eq!(named(&["Dog", "dog"], "a dog").as_deref(), Some("Dog"));
    assert_eq!(
        named(&["big cat", "big dog"], "what a big thing").as_deref(),
        Some("big cat")
    );
}
