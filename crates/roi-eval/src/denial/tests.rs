//! Answers that deny, and answers that only sound so.

use super::denies;

#[test]
fn denials_are_found() {
    for answer in [
        "Nothing is there.",
        "nothing",
        "No.",
        "No, there is no cup in the picture.",
        "There is nothing in region1 but the background.",
        "there's nothing",
        "There isn't any dog.",
        "I can't see a dog here.",
        "I do not see one.",
        "The region is empty.",
        "A dog is not visible.",
        "The picture shows no dog.",
        "  \n Nothing there",
    ] {
        assert!(denies(answer), "{answer}");
    }
}

#[test]
fn descriptions_are_no_denials() {
    for answer in [
        "",
        "a man with no hat",
        "A dog that is not sitting",
        "Yes, there is a cup.",
        "It is a knot.",
        "A notebook",
        "A red cup. There is no dog.",
        "An empty glass",
        "a dog, not a cat",
    ] {
        assert!(!denies(answer), "{answer}");
    }
}
