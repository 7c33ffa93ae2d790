//! One message of each kind, nothing in it empty; a second one where an event may lack something.

use roi_geom::{BoxPx, PictureSize};
use serde_json::Value;

use crate::{
    Answer, Compat, Counters, DeviceInfo, DeviceLimits, Event, FailureKind, FinishReason,
    GenerateOptions, KeptPackage, ModelInfo, Preflight, Request, Timings, Turn,
};

/// Requests as a page sends them.
pub(super) fn requests() -> Vec<Value> {
    let url = || "https://example.org/model/".to_owned();
    let turn = Turn {
        question: "What is <region1>?".to_owned(),
        answer: Some("A kite.".to_owned()),
    };
    let options = GenerateOptions {
        compat: Compat::default(),
        ..GenerateOptions::default()
    };
    let requests = [
        Request::Open { url: url() },
        Request::SetPicture { bytes: vec![137] },
        Request::Ask {
            boxes: vec![BoxPx::new(15.0, 80.5, 70.0, 142.0)],
            turns: vec![turn],
            options,
        },
        Request::Cancel,
        Request::CheckKernels { first: 5 },
        Request::ListPackages,
        Request::RemovePackage { url: url() },
        Request::VerifyPackage { url: url() },
    ];
    requests.iter().map(json).collect()
}

/// Events as a page receives them.
pub(super) fn events() -> Vec<Value> {
    let found = |free_bytes| Event::Found {
        id: "a-model".to_owned(),
        total_bytes: 7,
        kept_bytes: 3,
        free_bytes,
    };
    let limits = DeviceLimits {
        max_buffer_bytes: 13,
        max_binding_bytes: 11,
    };
    let device = |limits| {
        Event::Device(DeviceInfo {
            kind: "gpu".to_owned(),
            name: "an adapter".to_owned(),
            limits,
            kernels: "0123456789abcdef".to_owned(),
        })
    };
    let package = KeptPackage {
        url: "https://example.org/model/".to_owned(),
        id: "a-model".to_owned(),
        total_bytes: 7,
        kept_bytes: 3,
        is_complete: false,
        opened_ms: 1.5,
    };
    let events = [
        Event::Alive {
            lock: "roichat-engine-7".to_owned(),
        },
        Event::Program { bytes: 3, total: 7 },
        Event::Started,
        device(Some(limits)),
        device(None),
        Event::Waiting,
        found(Some(11)),
        found(None),
        Event::Older {
            reason: "the manifest cannot be read".to_owned(),
        },
        Event::Preflight(Preflight {
            weight_bytes: 5,
            working_bytes: 2,
            max_positions: 2048,
            available_bytes: 6,
            largest_buffer_bytes: 3,
        }),
        Event::NotKept {
            reason: "the browser's storage is full".to_owned(),
        },
        Event::Loading { bytes: 3, total: 7 },
        Event::Arriving { bytes: 2 },
        Event::PictureAhead {
            size: PictureSize {
                width: 5,
                height: 3,
            },
        },
        Event::Compiling { done: 1, total: 2 },
        Event::Ready(ModelInfo {
            id: "a-model".to_owned(),
            about: "knows kites".to_owned(),
            weight_bytes: 5,
        }),
        Event::ImageReady {
            size: PictureSize {
                width: 301,
                height: 200,
            },
        },
        Event::Token {
            text: " kite".to_owned(),
        },
        Event::Done(answer()),
        Event::Expected {
            tokens_per_second: 41.5,
        },
        Event::KernelsChecked {
            cases: 13,
            groups: 7,
            of: 17,
        },
        Event::Verifying {
            url: "https://example.org/model/".to_owned(),
            bytes: 3,
            total: 7,
        },
        Event::Verified {
            url: "https://example.org/model/".to_owned(),
            chunks: 5,
            dropped: 1,
        },
        Event::Packages {
            packages: vec![package],
        },
        Event::Failed {
            error: "There is no picture.".to_owned(),
            is_transient: false,
            kind: FailureKind::Other,
        },
        Event::Stopped {
            reason: "the graphics device was lost".to_owned(),
        },
    ];
    events.iter().map(json).collect()
}

fn answer() -> Answer {
    Answer {
        text: "Assistant: A kite.\n###".to_owned(),
        answer: "A kite.".to_owned(),
        token_ids: vec![5],
        prompt_token_ids: vec![1],
        finish_reason: FinishReason::Stop,
        turns_dropped: 0,
        device: "gpu: an adapter".to_owned(),
        timings_ms: Timings::default(),
        tokens_per_second: 0.0,
        share_of_copy: 0.0,
        counters: Counters::default(),
        peak_gpu_bytes: 0,
    }
}

fn json<T: serde::Serialize>(message: &T) -> Value {
    serde_json::to_value(message).expect("a message becomes JSON")
}
