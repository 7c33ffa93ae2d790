//! Ends of answers.

use super::{StopReason, StopRule, answer_text, stopped_answer_text};

/// The steps, counted from one, and reasons at which a rule with stop id 2 ends.
fn first_stop(steps: &[(u32, &str)]) -> Option<(usize, StopReason)> {
    let mut rule = StopRule::new(&[2]);
    (1..)
        .zip(steps)
        .find_map(|(step, &(id, text))| Some((step, rule.push(id, text)?)))
}

#[test]
fn signal_is_found_across_tokens() {
    let steps = [(9, "A cat."), (13, "\n"), (455, "##"), (507, "#"), (9, "x")];
    assert_eq!(first_stop(&steps), Some((4, StopReason::Signal)));
    assert_eq!(first_stop(&[(9, "a ##"), (9, " #"), (9, "#")]), None);
    assert_eq!(
        first_stop(&[(9, "#"), (9, ""), (9, "##")]),
        Some((3, StopReason::Signal))
    );
}

#[test]
fn signal_in_the_first_token_ends_the_answer_with_the_second() {
    assert_eq!(
        first_stop(&[(9, "###"), (9, " Human")]),
        Some((2, StopReason::Signal))
    );
    assert_eq!(first_stop(&[(9, "###")]), None);
}

#[test]
fn end_of_sequence_ends_the_answer_at_once() {
    assert_eq!(first_stop(&[(2, "")]), Some((1, StopReason::EndOfSequence)));
    assert_eq!(
        first_stop(&[(9, "a"), (1, ""), (2, "")]),
        Some((3, StopReason::EndOfSequence))
    );
}

#[test]
fn answer_loses_role_signal_and_space() {
    assert_eq!(answer_text("Assistant: A red cat.\n###"), "A red cat.");
    assert_eq!(
        answer_text(" \n Assistant:A ### b ### ###\n"),
        "A ### b ###"
    );
    assert_eq!(
        answer_text("iso\u{fffd}PD k=\u{5}"),
        "iso\u{fffd}PD k=\u{5}"
    );
    assert_eq!(answer_text("Assistant:"), "");
    assert_eq!(answer_text("###"), "");
    assert_eq!(answer_text(""), "");
}

#[test]
fn a_stopped_answer_is_nothing_as_long_as_only_its_role_has_begun() {
    for begun in ["", "As", " Assistant", "Assistant:", "Assistant: "] {
        assert_eq!(stopped_answer_text(begun), "", "{begun:?}");
    }
    assert_eq!(stopped_answer_text("Assistant: A red"), "A red");
    assert_eq!(stopped_answer_text("Assistants"), "Assistants");
    // One that ended by itself may be any word.
    assert_eq!(answer_text("As"), "As");
}
