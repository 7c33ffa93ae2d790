//! What has been computed once is not computed again, and the counters say so exactly.

use roi_protocol::{BoxPx, Counters};

use crate::case::Case;
use crate::engine::{ask, cpu, greedy, loaded, question, set_picture};

fn n(ids: &[u32]) -> u32 {
    u32::try_from(ids.len()).expect("a prompt is short")
}

#[test]
fn a_second_question_reads_only_what_is_new() {
    let case = Case::named("two_turns");
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let first = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(2),
    )
    .expect("an answer");
    assert_eq!(
        first.counters,
        Counters {
            pictures_encoded: 1,
            regions_encoded: 1,
            tokens_prefilled: n(&first.prompt_token_ids),
            tokens_reused: 0,
        }
    );

    // The same picture, also when its file is handed over again.
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let second = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(1),
        &greedy(2),
    )
    .expect("an answer");

    // Both prompts are the same up to the first answer.
    let common = first
        .prompt_token_ids
        .iter()
        .zip(&second.prompt_token_ids)
        .take_while(|(a, b)| a == b)
        .count();
    let reused = u32::try_from(common).expect("a prompt is short");
    assert_eq!(
        second.counters,
        Counters {
            pictures_encoded: 0,
            regions_encoded: 1,
            tokens_prefilled: n(&second.prompt_token_ids) - reused,
            tokens_reused: reused,
        }
    );
}

#[test]
fn the_same_question_runs_one_token() {
    let case = Case::named("two_regions");
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let mut asked = || {
        ask(
            &mut engine,
            &case.boxes_px,
            &case.conversation(0),
            &greedy(5),
        )
        .expect("an answer")
    };
    let first = asked();
    let second = asked();
    assert_eq!(
        second.counters,
        Counters {
            pictures_encoded: 0,
            regions_encoded: 0,
            tokens_prefilled: 1,
            tokens_reused: n(&first.prompt_token_ids) - 1,
        }
    );
    assert_eq!(second.token_ids, first.token_ids);
}

#[test]
fn moving_one_of_two_boxes_encodes_one_region() {
    let case = Case::named("two_regions");
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let first = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(1),
    )
    .expect("an answer");
    assert_eq!(first.counters.regions_encoded, 2);

    let mut boxes = case.boxes_px.clone();
    boxes[1].x1 += 3.0;
    let moved = ask(&mut engine, &boxes, &case.conversation(0), &greedy(1)).expect("an answer");
    assert_eq!(moved.counters.pictures_encoded, 0);
    assert_eq!(moved.counters.regions_encoded, 1);
    // Everything in front of the moved box's `<bbox>` stays.
    let bbox = case_bbox(&first.prompt_token_ids);
    assert_eq!(moved.counters.tokens_reused, bbox);

    let back = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(1),
    )
    .expect("an answer");
    assert_eq!(
        back.counters.regions_encoded, 0,
        "both vectors are still there"
    );
    assert_eq!(back.token_ids, first.token_ids);
}

/// Place of the second `<bbox>`, which is 514 in the reference vocabulary.
fn case_bbox(ids: &[u32]) -> u32 {
    let mut places = ids.iter().zip(0..).filter(|(id, _)| **id == 514);
    places.nth(1).expect("two regions").1
}

#[test]
fn the_same_box_twice_is_one_region() {
    let case = Case::named("single");
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let b = BoxPx::new(3.0, 5.0, 70.0, 110.0);
    let reversed = BoxPx::new(70.0, 110.0, 3.0, 5.0);
    let turns = question("Are <region1> and <region2> the same?");
    let answer = ask(&mut engine, &[b, reversed], &turns, &greedy(1)).expect("an answer");
    assert_eq!(answer.counters.regions_encoded, 1);
}

#[test]
fn another_picture_is_encoded_and_reads_the_prompt_again() {
    let case = Case::named("single");
    let other = Case::named("two_turns");
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let first = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(1),
    )
    .expect("an answer");
    set_picture(&mut engine, &other.picture()).expect("a picture");
    let second = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(1),
    )
    .expect("an answer");
    assert_eq!(second.counters.pictures_encoded, 1);
    assert_eq!(second.counters.regions_encoded, 1);
    // Only what stands in front of the picture's patches is the same.
    let patches = first
        .prompt_token_ids
        .iter()
        .position(|&id| id == 513)
        .expect("patches");
    assert_eq!(
        second.counters.tokens_reused,
        u32::try_from(patches).expect("small")
    );
}

#[test]
fn what_was_generated_is_not_read_again() {
    let case = Case::named("single");
    let mut engine = loaded(&cpu());
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let mut turns = case.conversation(0);
    let first = ask(&mut engine, &case.boxes_px, &turns, &greedy(6)).expect("an answer");
    turns[0].answer = Some(first.answer.clone());
    turns.extend(question("Why?"));
    let second = ask(&mut engine, &case.boxes_px, &turns, &greedy(1)).expect("an answer");
    assert!(
        second.counters.tokens_reused + 1 >= n(&first.prompt_token_ids),
        "{:?} behind a prompt of {}",
        second.counters,
        first.prompt_token_ids.len()
    );
}
