//! Token for token what the original says: prompts and greedy answers of all recorded conversations.
//!
//! f16 storage holds the same values as f32, since the checkpoint is f16 after its merge. A quantised package may say
//! something else and is asked only whether it answers; how far off its logits are, `roi-model` tests.

use burn::tensor::Device;
use roi_protocol::{Event, FinishReason};
use roi_testkit::on_gpu;
use roi_weights::Layout;

use crate::case::Case;
use crate::engine::{ask, ask_with, cpu, greedy, set_picture, with_package};
use crate::package::package;

const NEW_TOKENS: u32 = 24;

fn says_what_the_original_says(layout: Layout, device: &Device) {
    let mut engine = with_package(device, &package(layout));
    for case in Case::all() {
        set_picture(&mut engine, &case.picture()).expect("a picture");
        for (turn, recorded) in case.turns.iter().enumerate() {
            let place = format!("{} {} turn {turn}", layout.name(), case.name);
            let (prompt_ids, greedy_ids) = case.ids(turn);
            let conversation = case.conversation(turn);

            // The original had only the boxes that its text had mentioned so far.
            let boxes = &case.boxes_px[..recorded.regions_so_far];
            let answer =
                ask(&mut engine, boxes, &conversation, &greedy(NEW_TOKENS)).expect("an answer");

            assert_eq!(answer.prompt_token_ids, prompt_ids, "{place}: prompt");
            assert_eq!(answer.token_ids, greedy_ids, "{place}: answer");
            assert_eq!(answer.text, recorded.greedy_text, "{place}: text");
            assert_eq!(answer.finish_reason, FinishReason::Length, "{place}");
        }
    }
}

fn quantised_package_answers(device: &Device) {
    let case = Case::named("two_regions");
    let mut engine = with_package(device, &package(Layout::Q4));
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let turns = case.conversation(0);
    let answer = ask(&mut engine, &case.boxes_px, &turns, &greedy(3)).expect("an answer");
    assert_eq!(answer.token_ids.len(), 3);
}

#[test]
fn f32_on_the_cpu() {
    says_what_the_original_says(Layout::F32, &cpu());
}

#[test]
fn f16_on_the_cpu() {
    says_what_the_original_says(Layout::F16, &cpu());
}

#[test]
fn quantised_on_the_cpu() {
    quantised_package_answers(&cpu());
}

#[test]
fn f32_on_a_gpu() {
    on_gpu(|device| says_what_the_original_says(Layout::F32, device));
}

#[test]
fn f16_on_a_gpu() {
    on_gpu(|device| says_what_the_original_says(Layout::F16, device));
}

#[test]
fn quantised_on_a_gpu() {
    on_gpu(quantised_package_answers);
}

#[test]
fn boxes_nobody_mentions_change_nothing() {
    let case = Case::named("two_turns");
    let mut engine = with_package(&cpu(), &package(Layout::F32));
    set_picture(&mut engine, &case.picture()).expect("a picture");

    let answer = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(NEW_TOKENS),
    )
    .expect("an answer");

    assert_eq!((answer.prompt_token_ids, answer.token_ids), case.ids(0));
    assert_eq!(answer.counters.regions_encoded, 1);
}

#[test]
fn a_streamed_answer_is_the_answer() {
    let case = Case::named("single");
    let mut engine = with_package(&cpu(), &package(Layout::F32));
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let mut streamed = String::new();
    let mut done = Vec::new();

    let answer = ask_with(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(NEW_TOKENS),
        &Default::default(),
        &mut |event| match event {
            Event::Token { text } => {
                assert!(done.is_empty(), "a token behind the end");
                streamed.push_str(&text);
            }
            Event::Done(answer) => done.push(answer),
            other => panic!("{other:?} while answering"),
        },
    )
    .expect("an answer");

    assert_eq!(streamed, answer.text);
    assert_eq!(done, [answer]);
}

#[test]
fn the_same_seed_gives_the_same_answer() {
    let case = Case::named("single");
    let mut engine = with_package(&cpu(), &package(Layout::F32));
    set_picture(&mut engine, &case.picture()).expect("a picture");
    let mut sampled = |seed| {
        let mut options = greedy(8);
        options.temperature = 1.5;
        options.seed = seed;
        ask(&mut engine, &case.boxes_px, &case.conversation(0), &options)
            .expect("an answer")
            .token_ids
    };
    assert_eq!(sampled(3), sampled(3));
    assert_ne!(sampled(3), sampled(4));
}
