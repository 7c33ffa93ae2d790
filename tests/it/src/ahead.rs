//! What happens before a package is complete: its place on the device is looked for, and a waiting picture is encoded.

use std::cell::Cell;
use std::future::ready;
use std::rc::Rc;

use pollster::block_on;
use roi_engine::{DeviceFault, Engine, EngineError};
use roi_platform::Package;
use roi_protocol::{Answer, DeviceLimits, Event, FailureKind};
use roi_testkit::on_gpu;
use roi_weights::{ChunkEntry, Layout, Manifest, PackageSource, SourceError};

use crate::case::Case;
use crate::engine::{ask, cpu, empty, greedy, host, set_picture};
use crate::package::package;

/// Opens the reference checkpoint's package while `file` waits to be set; the events on the way.
fn open_with_waiting(engine: &mut Engine, file: &[u8]) -> Vec<Event> {
    let file = Rc::<[u8]>::from(file);
    let mut events = Vec::new();
    block_on(engine.open_looking_ahead(
        &Package::at(package(Layout::F32)),
        &|| Some(Rc::clone(&file)),
        &mut |event| events.push(event),
    ))
    .expect("the package is right");
    events
}

fn first_answer(engine: &mut Engine, case: &Case) -> Answer {
    set_picture(engine, &case.picture()).expect("a picture");
    ask(engine, &case.boxes_px, &case.conversation(0), &greedy(4)).expect("an answer")
}

#[test]
fn a_waiting_picture_is_encoded_before_the_last_byte_and_once() {
    let case = Case::named("single");
    let mut engine = empty(&cpu());
    let events = open_with_waiting(&mut engine, &case.picture());

    let ahead = events
        .iter()
        .position(|event| matches!(event, Event::PictureAhead { .. }))
        .expect("the picture was encoded ahead");
    assert!(
        events[ahead..]
            .iter()
            .any(|event| matches!(event, Event::Loading { .. })),
        "nothing came after it"
    );

    let answer = first_answer(&mut engine, &case);
    assert_eq!(answer.counters.pictures_encoded, 1);
    assert_eq!(answer.token_ids, case.ids(0).1[..4]);
}

#[test]
fn a_gpu_says_what_to_expect_before_the_first_byte_and_how_near_it_came() {
    on_gpu(|device| {
        let case = Case::named("single");
        let mut engine = empty(device);
        for _ in 0..2 {
            let events = open_with_waiting(&mut engine, &case.picture());
            assert!(
                matches!(events[..], [Event::Preflight(_), Event::Expected { tokens_per_second }, Event::Loading { bytes: 0, .. }, ..]
                    if tokens_per_second.is_finite() && tokens_per_second > 0.0),
                "{events:?}"
            );
        }
        let answer = first_answer(&mut engine, &case);
        assert!(answer.share_of_copy > 0.0, "{answer:?}");
    });
}

#[test]
fn a_processor_is_not_measured() {
    let case = Case::named("single");
    let mut engine = empty(&cpu());
    let events = open_with_waiting(&mut engine, &case.picture());
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::Expected { .. }))
    );
    assert_eq!(first_answer(&mut engine, &case).share_of_copy, 0.0);
}

#[test]
fn a_waiting_file_that_is_no_picture_is_refused_when_it_is_set() {
    let case = Case::named("single");
    let mut engine = empty(&cpu());
    let events = open_with_waiting(&mut engine, b"not a picture");
    assert!(matches!(events.last(), Some(Event::Ready(_))));
    assert!(
        !events
            .iter()
            .any(|event| matches!(event, Event::PictureAhead { .. }))
    );
    set_picture(&mut engine, b"not a picture").expect_err("it is none");
    assert_eq!(
        first_answer(&mut engine, &case).token_ids,
        case.ids(0).1[..4]
    );
}

/// Counts what is asked of a package.
struct Counted {
    package: Package,
    n_chunks: Cell<usize>,
}

impl PackageSource for Counted {
    async fn manifest(&self) -> Result<Vec<u8>, SourceError> {
        self.package.manifest().await
    }

    async fn chunk(&self, index: usize, entry: &ChunkEntry) -> Result<Vec<u8>, SourceError> {
        self.n_chunks.set(self.n_chunks.get() + 1);
        self.package.chunk(index, entry).await
    }
}

#[test]
fn a_model_that_has_no_room_is_refused_before_any_of_it_is_fetched() {
    let source = Counted {
        package: Package::at(package(Layout::F32)),
        n_chunks: Cell::new(0),
    };
    let mut small = host(&cpu());
    small.probe_memory = Box::new(|bytes| Box::pin(ready(bytes - 1)));
    let error =
        block_on(Engine::new(small).open(&source, &mut |_| {})).expect_err("a byte is missing");
    assert!(
        matches!(error, EngineError::Memory { footprint, available_bytes, .. }
        if available_bytes + 1 == footprint.bytes())
    );
    assert_eq!(source.n_chunks.get(), 0);
}

#[test]
fn what_the_device_does_not_take_at_once_is_refused_before_any_of_it_is_fetched() {
    let source = Counted {
        package: Package::at(package(Layout::F32)),
        n_chunks: Cell::new(0),
    };
    let mut flight = None;
    let mut small = host(&cpu());
    let limits = DeviceLimits {
        max_buffer_bytes: 1 << 30,
        max_binding_bytes: 4096,
    };
    small.info.limits = Some(limits);
    let error = block_on(Engine::new(small).open(&source, &mut |event| {
        if let Event::Preflight(found) = event {
            flight = Some(found);
        }
    }))
    .expect_err("no matrix fits");
    assert_eq!(error.kind(), FailureKind::Limit);
    assert!(error.to_string().contains("takes 0 MB at most"), "{error}");
    let flight = flight.expect("it is said what is needed");
    assert!(flight.largest_buffer_bytes > limits.max_binding_bytes);
    assert_eq!(source.n_chunks.get(), 0);
}

#[test]
fn what_is_needed_and_there_is_said_before_the_first_byte() {
    let mut engine = empty(&cpu());
    let events = open_with_waiting(&mut engine, b"not a picture");
    let Some(Event::Preflight(flight)) = events.first() else {
        panic!("{events:?}");
    };
    assert_eq!(
        flight.available_bytes,
        flight.weight_bytes + flight.working_bytes
    );
    assert_eq!(flight.max_positions, 2048);
    assert!(flight.largest_buffer_bytes > 0);
}

#[test]
fn memory_that_runs_out_on_the_way_ends_the_way() {
    let source = Counted {
        package: Package::at(package(Layout::F32)),
        n_chunks: Cell::new(0),
    };
    let mut full = host(&cpu());
    full.take_fault = Box::new(|| Some(DeviceFault::OutOfMemory));
    let error =
        block_on(Engine::new(full).open(&source, &mut |_| {})).expect_err("there is no room");
    assert!(
        matches!(error, EngineError::OutOfMemory(Some(_))),
        "{error}"
    );
    let manifest = block_on(source.manifest()).expect("a manifest");
    let manifest = Manifest::parse(&manifest).expect("a manifest");
    assert!(
        source.n_chunks.get() < manifest.chunks.len(),
        "all was fetched"
    );
}

#[test]
fn memory_that_runs_out_under_a_picture_or_a_question_is_said_and_the_next_one_is_answered() {
    let case = Case::named("single");
    let fault = Rc::new(Cell::new(None));
    let mut host = host(&cpu());
    let reported = Rc::clone(&fault);
    host.take_fault = Box::new(move || reported.take());
    let mut engine = Engine::new(host);
    block_on(engine.open(&Package::at(package(Layout::F32)), &mut |_| {})).expect("a model");

    fault.set(Some(DeviceFault::OutOfMemory));
    let error = set_picture(&mut engine, &case.picture()).expect_err("there is no room");
    assert!(
        matches!(error, EngineError::OutOfMemory(Some(_))),
        "{error}"
    );
    set_picture(&mut engine, &case.picture()).expect("there is room again");

    fault.set(Some(DeviceFault::OutOfMemory));
    let asked = ask(
        &mut engine,
        &case.boxes_px,
        &case.conversation(0),
        &greedy(4),
    );
    let error = asked.expect_err("there is no room");
    assert_eq!(error.kind(), FailureKind::OutOfMemory);
    assert_eq!(
        first_answer(&mut engine, &case).token_ids,
        case.ids(0).1[..4]
    );
}
