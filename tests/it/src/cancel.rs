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
