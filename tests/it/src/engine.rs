//! An engine for tests, asked synchronously.

use std::future::ready;
use std::path::Path;

use burn::tensor::Device;
use pollster::block_on;
use roi_engine::{CancelFlag, Engine, EngineError, Host, Question};
use roi_platform::{DevicePreference, Package, now_ms, open_device};
use roi_protocol::{Answer, BoxPx, DeviceInfo, Event, GenerateOptions, Turn};
use roi_weights::Layout;

use crate::package::package;

/// The processor.
pub(crate) fn cpu() -> Device {
    block_on(open_device(DevicePreference::Cpu))
        .expect("there is always a processor")
        .device
}

/// An engine without a model.
pub(crate) fn empty(device: &Device) -> Engine {
    Engine::new(host(device))
}

/// A device that has room for everything and never fails.
pub(crate) fn host(device: &Device) -> Host {
    Host {
        device: device.clone(),
        info: DeviceInfo {
            kind: "test".to_owned(),
            name: "device".to_owned(),
            limits: None,
            kernels: String::new(),
        },
        now_ms,
        take_fault: Box::new(|| None),
        probe_memory: Box::new(|bytes| Box::pin(ready(bytes))),
        free_buffers: Box::new(|| {}),
    }
}

/// An engine with the reference checkpoint's f32 package.
pub(crate) fn loaded(device: &Device) -> Engine {
    with_package(device, &package(Layout::F32))
}

pub(crate) fn with_package(device: &Device, folder: &Path) -> Engine {
    let mut engine = empty(device);
    open(&mut engine, folder).expect("the package is right");
    engine
}

pub(crate) fn open(engine: &mut Engine, folder: &Path) -> Result<(), EngineError> {
    block_on(engine.open(&Package::at(folder), &mut |_| {}))
}

pub(crate) fn set_picture(engine: &mut Engine, file: &[u8]) -> Result<(), EngineError> {
    block_on(engine.set_picture(file, &mut |_| {}))?;
    Ok(())
}

/// The likeliest tokens, as many as given, whatever they are.
pub(crate) fn greedy(max_new_tokens: u32) -> GenerateOptions {
    GenerateOptions {
        max_new_tokens,
        ignore_stop: true,
        ..GenerateOptions::default()
    }
}

pub(crate) fn ask(
    engine: &mut Engine,
    boxes: &[BoxPx],
    turns: &[Turn],
    options: &GenerateOptions,
) -> Result<Answer, EngineError> {
    ask_with(
        engine,
        boxes,
        turns,
        options,
        &CancelFlag::default(),
        &mut |_| {},
    )
}

pub(crate) fn ask_with(
    engine: &mut Engine,
    boxes: &[BoxPx],
    turns: &[Turn],
    options: &GenerateOptions,
    cancel: &CancelFlag,
    events: &mut dyn FnMut(Event),
) -> Result<Answer, EngineError> {
    let question = Question {
        boxes,
        turns,
        options,
    };
    block_on(engine.ask(question, cancel, events))
}

/// One question without history.
pub(crate) fn question(text: &str) -> Vec<Turn> {
    vec![Turn {
        question: text.to_owned(),
        answer: None,
    }]
}
