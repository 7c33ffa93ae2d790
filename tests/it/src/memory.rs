//! The device holds no more memory the longer one goes on.

use std::cell::Cell;
use std::rc::Rc;

use pollster::block_on;
use roi_engine::Engine;
use roi_platform::Package;
use roi_protocol::{BoxPx, Event, Turn};
use roi_testkit::{golden_dir, on_gpu};
use roi_weights::Layout;

use crate::case::Case;
use crate::engine::{ask, empty, greedy, host, open, question, set_picture, with_package};
use crate::package::package;

/// The most that the device held so far, after one more question, about a box a little further on each time.
fn peak_bytes(engine: &mut Engine, case: &Case, turn: u32) -> u64 {
    let shift = f64::from(turn);
    let moved = BoxPx {
        x1: 10.0 + shift,
        y1: 10.0,
        x2: 90.0 + shift,
        y2: 70.0 + shift,
    };
    set_picture(engine, &case.picture()).expect("a picture");
    let turns = question(&format!("What is <region1>, seen for the {turn}th time?"));
    let answer = ask(engine, &[moved], &turns, &greedy(2)).expect("an answer");
    answer.peak_gpu_bytes
}

/// A twentieth more, for what has been rounded up to whole pages elsewhere.
fn assert_no_more(what: &str, before: u64, after: u64) {
    assert!(before > 0, "{what}: nothing was held");
    assert!(
        after <= before + before / 20,
        "{what}: {after} bytes, {before} before"
    );
}

#[test]
fn models_that_have_been_left_hold_nothing() {
    on_gpu(|device| {
        let case = Case::named("single");
        let mut engine = empty(device);
        let [first, _, last] = [Layout::F32, Layout::Q4, Layout::F32].map(|layout| {
            open(&mut engine, &package(layout)).expect("the package is right");
            peak_bytes(&mut engine, &case, 0)
        });
        assert_no_more("the same model again", first, last);
    });
}

#[test]
fn a_model_s_buffers_are_freed_before_the_next_one_comes_and_never_in_use() {
    on_gpu(|device| {
        let case = Case::named("single");
        let freed = Rc::new(Cell::new(0));
        let mut host = host(device);
        host.free_buffers = {
            let freed = Rc::clone(&freed);
            Box::new(move || freed.set(freed.get() + 1))
        };
        let mut engine = Engine::new(host);
        for layout in [Layout::F32, Layout::Q4] {
            // When the first of a model's bytes come, and when the last have come.
            let mut of_loading = Vec::new();
            let before = freed.get();
            block_on(
                engine.open(&Package::at(package(layout)), &mut |event| match event {
                    Event::Preflight(_) => assert!(freed.get() > before, "{layout}"),
                    Event::Loading { .. } => of_loading.push(freed.get()),
                    _ => {}
                }),
            )
            .expect("the package is right");
            let loaded = freed.get();
            assert_eq!(of_loading.first(), Some(&loaded), "{layout}");
            peak_bytes(&mut engine, &case, 0);
            assert_eq!(freed.get(), loaded, "{layout}");
        }
    });
}

#[test]
fn many_questions_hold_no_more_than_a_few() {
    on_gpu(|device| {
        let case = Case::named("single");
        let mut engine = empty(device);
        open(&mut engine, &package(Layout::F32)).expect("the package is right");
        let few = (0..5)
            .map(|turn| peak_bytes(&mut engine, &case, turn))
            .max();
        let many = (5..90)
            .map(|turn| peak_bytes(&mut engine, &case, turn))
            .max();
        assert_no_more("90 questions", few.unwrap_or(0), many.unwrap_or(0));
    });
}

/// With the model that the page opens with: in the reference checkpoint's vectors even a full conversation is small.
#[test]
fn a_long_conversation_holds_no_more_than_a_short_one() {
    on_gpu(|device| {
        let root = golden_dir().join("../../..");
        let mut engine = with_package(device, &root.join("models/demo"));
        let picture = std::fs::read(root.join("web/samples/snow.png")).expect("a sample");
        set_picture(&mut engine, &picture).expect("a picture");
        let apple = BoxPx::new(15.0, 80.0, 70.0, 142.0);
        let mut asked = |n_turns: usize| {
            let mut turns = vec![
                Turn {
                    question: "What colour is <region1>?".to_owned(),
                    answer: Some("It is red.".to_owned()),
                };
                n_turns
            ];
            turns[n_turns - 1].answer = None;
            ask(&mut engine, &[apple], &turns, &greedy(2)).expect("an answer")
        };
        let (short, long) = (asked(1), asked(90));
        let tokens = [&short, &long].map(|answer| answer.prompt_token_ids.len());
        assert!(tokens[1] > 2 * tokens[0], "{tokens:?}");
        assert_no_more(
            &format!("{tokens:?} tokens"),
            short.peak_gpu_bytes,
            long.peak_gpu_bytes,
        );
    });
}
