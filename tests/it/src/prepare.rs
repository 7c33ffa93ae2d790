//! What a GPU has to do before its first answer is done while the package opens.

use pollster::block_on;
use roi_platform::Package;
use roi_protocol::Event;
use roi_testkit::on_gpu;
use roi_weights::Layout;

use crate::case::Case;
use crate::engine::{ask, cpu, empty, greedy, set_picture};
use crate::package::package;

fn events_of_opening(engine: &mut roi_engine::Engine) -> Vec<Event> {
    let mut events = Vec::new();
    block_on(
        engine.open(&Package::at(package(Layout::Q8)), &mut |event| {
            events.push(event);
        }),
    )
    .expect("the package is right");
    events
}

fn compiled(events: &[Event]) -> Vec<(u32, u32)> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Compiling { done, total } => Some((*done, *total)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_gpu_is_prepared_between_the_last_byte_and_ready() {
    on_gpu(|device| {
        let mut engine = empty(device);
        let events = events_of_opening(&mut engine);
        let steps = compiled(&events);
        let &(done, total) = steps.last().expect("a GPU has something to compile");
        assert_eq!(done, total);
        assert!(steps.is_sorted());
        let first = events
            .iter()
            .position(|event| matches!(event, Event::Compiling { .. }));
        let last_byte = events
            .iter()
            .rposition(|event| matches!(event, Event::Loading { .. }));
        assert!(last_byte < first);
        assert!(matches!(events.last(), Some(Event::Ready(_))));
    });
}

/// Preparing leaves no trace: the first prompt is read as a whole.
#[test]
fn the_first_question_after_preparing_reuses_nothing() {
    on_gpu(|device| {
        let case = Case::named("single");
        let mut engine = empty(device);
        events_of_opening(&mut engine);
        set_picture(&mut engine, &case.picture()).expect("a picture");
        let answer = ask(
            &mut engine,
            &case.boxes_px,
            &case.conversation(0),
            &greedy(2),
        )
        .expect("an answer");
        assert_eq!(answer.counters.tokens_reused, 0);
        assert_eq!(
            answer.counters.tokens_prefilled as usize,
            answer.prompt_token_ids.len()
        );
    });
}

#[test]
fn the_processor_has_nothing_to_compile() {
    let mut engine = empty(&cpu());
    assert!(compiled(&events_of_opening(&mut engine)).is_empty());
}
