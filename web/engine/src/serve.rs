//! One request after the other through the engine.

use std::rc::Rc;

use futures::StreamExt as _;
use futures::channel::mpsc::UnboundedReceiver;
use roi_engine::{Engine, EngineError, Host, KERNELS, Question};
use roi_platform::{Compute, DeviceError, DevicePreference, now_ms, open_device};
use roi_protocol::{DeviceInfo, DeviceLimits, Event, Request};

use crate::constructors;
use crate::inbox::{Job, Unfinished, Waiting};
use crate::keep::{self, KeptSource};
use crate::pause::pause;
use crate::post::{post, post_failure};
use crate::source::Source;

/// Serves requests until the page closes; each has rung.
pub(crate) async fn all(
    mut rings: UnboundedReceiver<()>,
    waiting: Waiting,
    unfinished: Unfinished,
) {
    let mut running = None;
    while rings.next().await.is_some() {
        let Some(job) = waiting.next() else { continue };
        if let Err(error) = one(&mut running, job, &waiting).await
            && !is_of_lost_device(&*error, running.as_ref()).await
        {
            post_failure(&*error);
        }
        unfinished.finish_first();
    }
}

/// An engine and what it computes on.
struct Running {
    engine: Engine,
    compute: Rc<Compute>,
}

/// Whether a request failed since the device is gone, which is said by itself and ends more than this request. What is asked of such a
/// device may fail before the browser tells its end.
async fn is_of_lost_device(
    error: &(dyn std::error::Error + 'static),
    running: Option<&Running>,
) -> bool {
    const PATIENCE_MS: i32 = 2_000;
    const PAUSE_MS: i32 = 20;
    let error: Option<&EngineError> = error.downcast_ref();
    let Some(Running { compute, .. }) = running else {
        return false;
    };
    if !error.is_some_and(EngineError::is_of_device) {
        return false;
    }
    for _ in 0..PATIENCE_MS / PAUSE_MS {
        if compute.is_lost() {
            return true;
        }
        pause(PAUSE_MS).await;
    }
    compute.is_lost()
}

async fn one(
    running: &mut Option<Running>,
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
    let Running { engine, .. } = match running {
        Some(running) => running,
        None => running.insert(start().await?),
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

async fn start() -> Result<Running, DeviceError> {
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
    let engine = Engine::new(Host {
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
        free_buffers: {
            let compute = Rc::clone(&compute);
            Box::new(move || compute.free_buffers())
        },
    });
    Ok(Running { engine, compute })
}
