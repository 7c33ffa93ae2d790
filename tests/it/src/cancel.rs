//! An answer stops when told to, and leaves everything in order.

use roi_engine::{CancelFlag, Engine};
use roi_protocol::{Answer, Event, FinishReason};

use crate::case::Case;
use crate::engine::{ask_with, cpu, greedy, loaded, set_picture};

/// The answer to the case's first question, 24 tokens of it unless `cancel` is raised.
fn asked(
    engine: &mut Engine,
    case: &Case,
    cancel: &CancelFlag,
    events: &mut dyn FnMut(Event),
) -> Answer {
    ask_with(
        engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(24),
        cancel,
        events,
    )
    .expect("an answer")
}

#[test]
fn a_cancelled_answer_keeps_what_was_said() {
    let case = Case::named("single");
    let (_, greedy_ids) = case.ids(0);
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let cancel = CancelFlag::default();
    let mut n_pieces = 0;

    let answer = asked(&mut engine, &case, &cancel, &mut |event| {
        if let Event::Token { .. } = event {
            n_pieces += 1;
            if n_pieces == 3 {
                cancel.raise();
            }
        }
    });

    assert_eq!(answer.finish_reason, FinishReason::Cancelled);
    assert!(answer.token_ids.len() < 24);
    assert!(greedy_ids.starts_with(&answer.token_ids));
    let again = asked(&mut engine, &case, &CancelFlag::default(), &mut |_| {});
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

    let answer = asked(&mut engine, &case, &cancel, &mut |event| {
        n_pieces += u32::from(matches!(event, Event::Token { .. }))
    });

    assert_eq!(answer.finish_reason, FinishReason::Cancelled);
    assert_eq!((answer.token_ids.len(), n_pieces), (0, 0));
    let n_read = answer.counters.tokens_prefilled as usize;
    assert!((1..prompt_ids.len()).contains(&n_read), "{n_read}");
    let again = asked(&mut engine, &case, &CancelFlag::default(), &mut |_| {});
    assert_eq!(again.token_ids, greedy_ids);
    assert_eq!(again.counters.tokens_reused as usize, n_read);
}
