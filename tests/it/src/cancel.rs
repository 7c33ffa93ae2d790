//! An answer stops when told to, and leaves everything in order.

use roi_engine::CancelFlag;
use roi_protocol::{Event, FinishReason};

use crate::case::Case;
use crate::engine::{ask, ask_with, cpu, greedy, loaded, set_picture};

#[test]
fn a_cancelled_answer_keeps_what_was_said() {
    let case = Case::named("single");
    let (_, greedy_ids) = case.ids(0);
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let cancel = CancelFlag::default();
    let mut n_pieces = 0;

    let answer = ask_with(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(24),
        &cancel,
        &mut |event| {
            if let Event::Token { .. } = event {
                n_pieces += 1;
                if n_pieces == 3 {
                    cancel.raise();
                }
            }
        },
    )
    .expect("an answer");

    assert_eq!(answer.finish_reason, FinishReason::Cancelled);
    assert!(answer.token_ids.len() < 24);
    assert!(greedy_ids.starts_with(&answer.token_ids));
    let again = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(24),
    )
    .expect("an answer");
    assert_eq!(again.token_ids, greedy_ids);
}

#[test]
fn a_question_taken_back_before_its_first_word_leaves_what_was_read_of_it() {
    let case = Case::named("single");
    let (prompt_ids, greedy_ids) = case.ids(0);
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let cancel = CancelFlag::default();
    cancel.raise();
    let mut n_pieces = 0;

    let answer = ask_with(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(24),
        &cancel,
        &mut |event| n_pieces += u32::from(matches!(event, Event::Token { .. })),
    )
    .expect("an answer");

    assert_eq!(answer.finish_reason, FinishReason::Cancelled);
    assert_eq!((answer.token_ids.len(), n_pieces), (0, 0));
    let n_read = answer.counters.tokens_prefilled as usize;
    assert!((1..prompt_ids.len()).contains(&n_read), "{n_read}");
    let again = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(24),
    )
    .expect("an answer");
    assert_eq!(again.token_ids, greedy_ids);
    assert_eq!(again.counters.tokens_reused as usize, n_read);
}
