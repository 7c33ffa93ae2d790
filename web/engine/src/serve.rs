//! One request after the other through the engine.

use std::rc::Rc;

use futures::StreamExt as _;
use futures::channel::mpsc::UnboundedReceiver;
use roi_engine::{Engine, Host, KERNELS, Question};
use roi_platform::{DeviceError, DevicePreference, now_ms, open_device};
use roi_protocol::{DeviceInfo, DeviceLimits, Event, Request};

use crate::constructors;
use crate::inbox::{Job, Unfinished, Waiting};
use crate::keep::{self, KeptSource};
use crate::post::{post, post_failure};
use crate::source::Source;

/// Serves requests until the page closes; each has rung.
pub(crate) async fn all(
    mut rings: UnboundedReceiver<()>,
    waiting: Waiting,
    unfinished: Unfinished,
) {
    let mut engine = None;
    while rings.next().await.is_some() {
        let Some(job) = waiting.next() else { continue };
        if let Err(error) = one(&mut engine, job, &waiting).await {
            post_failure(&*error);
        }
        unfinished.finish_first();
    }
}

async fn one(
    engine: &mut Option<Engine>,
    job: Job,
    waiting: &Waiting,
) -> Result<(), Box<dyn std::error::Error>> {
    let request = job.request?;
    let say_kept = async || {
        let packages = keep::list().await?;
        post(&Event::Packages { packages });
        Ok(())
    };
    match &request {
        Request::ListPackages => return say_kept().await,
        Request::RemovePackage { url } => {
            keep::remove(url).await?;
            return say_kept().await;
        }
        Request::VerifyPackage { url } => {
            keep::verify(url).await?;
            return say_kept().await;
        }
        _ => {}
    }
    // Before anything is fetched: without a device no byte of a model is of use.
    let engine = match engine {
        Some(engine) => engine,
        None => engine.insert(start().await?),
    };
    let mut say = |event: Event| post(&event);
    match request {
        Request::Open { url } => {
            let source = match job.folder {
                Some(folder) => Source::Folder(folder),
                None => Source::Kept(Box::new(KeptSource::open(&url).await)),
            };
            engine
                .open_looking_ahead(&source, &|| waiting.picture(), &mut say)
                .await?;
        }
        Request::SetPicture { bytes } => {
            engine.set_picture(&bytes, &mut say).await?;
        }
        Request::Ask {
            boxes,
            turns,
            options,
        } => {
            let question = Question {
                boxes: &boxes,
                turns: &turns,
                options: &options,
            };
            engine.ask(question, &job.cancel, &mut say).await?;
        }
        Request::CheckKernels { first } => {
            constructors::check()?;
            let is_waiting = || !waiting.is_empty();
            engine.check_kernels(first, &is_waiting, &mut say).await?;
        }
        // The first has acted when it arrived, the others above.
        Request::Cancel
        | Request::ListPackages
        | Request::RemovePackage { .. }
        | Request::VerifyPackage { .. } => {}
    }
    Ok(())
}

/// As much of a limit as a message of a browser can say exactly: no number of this size is ever reached.
fn exact(limit: u64) -> u64 {
    limit.min((1 << 53) - 1)
}

async fn start() -> Result<Engine, DeviceError> {
    let compute = Rc::new(open_device(DevicePreference::Gpu).await?);
    compute.on_lost(|reason| post(&Event::Stopped { reason }));
    let info = DeviceInfo {
        kind: compute.kind.name().to_owned(),
        name: compute.name.clone(),
        limits: compute.limits().map(|limits| DeviceLimits {
            max_buffer_bytes: exact(limits.max_buffer_bytes),
            max_binding_bytes: exact(limits.max_binding_bytes),
        }),
        kernels: KERNELS.to_owned(),
    };
    post(&Event::Device(info.clone()));
    Ok(Engine::new(Host {
        device: compute.device.clone(),
        info,
        now_ms,
        take_fault: {
            let compute = Rc::clone(&compute);
            Box::new(move || compute.take_fault())
        },
        probe_memory: {
            let compute = Rc::clone(&compute);
            Box::new(move |bytes| {
                let compute = Rc::clone(&compute);
                Box::pin(async move { compute.probe_memory(bytes).await })
            })
        },
        free_buffers: Box::new(move || compute.free_buffers()),
    }))
}
