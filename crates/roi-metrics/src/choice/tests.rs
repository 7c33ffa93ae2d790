//! Accuracy of choices.

use super::{Choice, VcrQuestion, VcrScores, choices_right};

fn choice(chosen: impl Into<Option<usize>>, right: usize) -> Choice {
    Choice {
        chosen: chosen.into(),
        right,
    }
}

#[test]
fn an_unread_choice_is_wrong_and_counted() {
    let tally = choices_right([choice(0, 0), choice(1, 0), choice(None, 0), choice(3, 3)]);
    assert_eq!((tally.n, tally.n_right, tally.n_unread), (4, 2, 1));
    assert_eq!(tally.accuracy(), Some(0.5));
    assert_eq!(choices_right([]).accuracy(), None);
}

#[test]
fn answer_with_reason_counts_only_where_both_are_right() {
    let question = |answer, rationale| VcrQuestion { answer, rationale };
    let scores = VcrScores::of([
        question(choice(1, 1), choice(2, 2)),
        question(choice(1, 1), choice(0, 2)),
        question(choice(0, 1), choice(2, 2)),
        question(choice(None, 1), choice(None, 2)),
        question(choice(None, 1), choice(2, 2)),
    ]);
    assert_eq!((scores.q_to_a.n, scores.q_to_a.n_right), (5, 2));
    assert_eq!((scores.qa_to_r.n, scores.qa_to_r.n_right), (5, 3));
    assert_eq!((scores.q_to_ar.n, scores.q_to_ar.n_right), (5, 1));
    assert_eq!(
        [scores.q_to_a, scores.qa_to_r, scores.q_to_ar].map(|tally| tally.n_unread),
        [2, 1, 2]
    );
}
