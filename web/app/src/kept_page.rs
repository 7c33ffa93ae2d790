//! Having the browser keep the page itself, so that it starts without a network: by a service worker, which is installed only when
//! it has every file. A line that was cut or a full disk is no reason to give up: what has been kept of a version stays, and the
//! next attempt goes on from there.

use std::time::Duration;

use js_sys::{Promise, Reflect};
use leptos::{logging, prelude::*, task::spawn_local};
use roi_words::Notice;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MessageEvent, ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration,
    ServiceWorkerState,
};

use crate::engine_link::error_text;

/// Written beside the page by its build.
const SERVICE_WORKER: &str = "./service-worker.js";
/// What the service worker says when the browser gives it no more room.
const NO_ROOM: &str = "no room";
/// Seconds before the attempts that follow a failure; the last is repeated.
const PAUSES: [u64; 7] = [2, 4, 8, 15, 30, 60, 300];
/// So many failures are no matter of a moment.
const WORTH_SAYING: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keeping {
    Unasked,
    Underway,
    Kept,
    Failed,
}

/// Whether the browser keeps the page. A handle: copies are the same.
#[derive(Clone, Copy)]
pub(crate) struct KeptPage {
    state: StoredValue<Keeping>,
    n_failures: RwSignal<usize>,
    has_room: RwSignal<bool>,
    /// Some version of the page is kept, if not the latest.
    has_earlier: RwSignal<bool>,
    /// A new version that is there as a whole.
    pub(crate) waiting: RwSignal<Option<ServiceWorker>, LocalStorage>,
}

impl KeptPage {
    pub(crate) fn new() -> Self {
        let page = Self {
            state: StoredValue::new(Keeping::Unasked),
            n_failures: RwSignal::new(0),
            has_room: RwSignal::new(true),
            has_earlier: RwSignal::new(false),
            waiting: RwSignal::new_local(None),
        };
        page.listen();
        page
    }

    /// Asks for the first time. It waits for the page's programs, which are then not fetched twice at once.
    pub(crate) fn begin(self) {
        if self.state.get_value() == Keeping::Unasked {
            self.ask();
        }
    }

    /// Asks again now, if the last attempt failed.
    pub(crate) fn try_again(self) {
        if self.state.get_value() == Keeping::Failed {
            self.ask();
        }
    }

    /// Whether the last attempt failed for want of room.
    pub(crate) fn lacks_room(self) -> bool {
        !self.has_room.get_untracked()
    }

    /// What is worth knowing of it.
    pub(crate) fn notice(self) -> Option<Notice> {
        let (has_room, n_failures) = (self.has_room.get(), self.n_failures.get());
        let is_worth_saying = !has_room || n_failures >= WORTH_SAYING;
        (is_worth_saying && !self.has_earlier.get()).then_some(Notice::PageNotKept { has_room })
    }

    /// Hears what the service worker says while it is being installed.
    fn listen(self) {
        let Some(container) = container() else {
            return;
        };
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            if message.data() == NO_ROOM {
                self.has_room.set(false);
            }
        });
        container.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // As long as the page.
        on_message.forget();
    }

    fn ask(self) {
        self.state.set_value(Keeping::Underway);
        spawn_local(async move {
            match register().await {
                Ok(registration) => self.follow(registration).await,
                Err(error) => {
                    // The page works without it, with a network.
                    logging::warn!(
                        "the page is not kept for use without a network: {}",
                        error_text(&error)
                    );
                    // What cannot be fetched is a TypeError; whoever may not register at all will not be let later.
                    if error.has_type::<js_sys::TypeError>() {
                        self.failed();
                    }
                }
            }
        });
    }

    async fn follow(self, registration: ServiceWorkerRegistration) {
        let is_retry = self.n_failures.get_untracked() > 0;
        let found = registration.clone();
        let on_found = Closure::<dyn FnMut()>::new(move || {
            self.watch_installing(&found);
        });
        registration.set_onupdatefound(Some(on_found.as_ref().unchecked_ref()));
        on_found.forget();
        self.has_earlier.set(registration.active().is_some());
        if is_retry && registration.active().is_some() && registration.installing().is_none() {
            // A browser that has a version looks for a newer one when a page is opened, and else when it is asked to.
            if let Ok(update) = registration.update()
                && JsFuture::from(update.unchecked_into::<Promise>())
                    .await
                    .is_err()
            {
                return self.failed();
            }
        }
        if self.watch_installing(&registration) {
            return;
        }
        if let Some(worker) = registration.waiting() {
            self.kept(worker);
        } else if registration.active().is_some() {
            self.succeeded();
        } else {
            self.failed();
        }
    }

    /// Waits for what comes of the worker that is being installed, if there is one.
    fn watch_installing(self, registration: &ServiceWorkerRegistration) -> bool {
        let Some(worker) = registration.installing() else {
            return false;
        };
        self.state.set_value(Keeping::Underway);
        let arriving = worker.clone();
        let mut is_over = false;
        let on_change = Closure::<dyn FnMut()>::new(move || {
            if !is_over {
                is_over = true;
                match arriving.state() {
                    ServiceWorkerState::Redundant => self.failed(),
                    _ => self.kept(arriving.clone()),
                }
            }
        });
        worker.set_onstatechange(Some(on_change.as_ref().unchecked_ref()));
        on_change.forget();
        true
    }

    /// All of a version is here. The first version of all replaces nothing.
    fn kept(self, worker: ServiceWorker) {
        self.succeeded();
        if container().is_some_and(|container| container.controller().is_some()) {
            self.waiting.set(Some(worker));
        }
    }

    fn succeeded(self) {
        self.state.set_value(Keeping::Kept);
        self.n_failures.set(0);
        self.has_room.set(true);
        self.has_earlier.set(true);
    }

    fn failed(self) {
        self.state.set_value(Keeping::Failed);
        let n_failures = self.n_failures.get_untracked();
        self.n_failures.set(n_failures + 1);
        let pause = PAUSES[n_failures.min(PAUSES.len() - 1)];
        set_timeout(
            move || {
                // Not if somebody has asked in the meantime.
                if self.n_failures.get_untracked() == n_failures + 1 {
                    self.try_again();
                }
            },
            Duration::from_secs(pause),
        );
    }
}

/// `navigator.serviceWorker`, which pages that came neither over https nor from this machine do not have.
pub(crate) fn container() -> Option<ServiceWorkerContainer> {
    let navigator = window().navigator();
    let found = Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    found.is_object().then(|| navigator.service_worker())
}

async fn register() -> Result<ServiceWorkerRegistration, JsValue> {
    let Some(container) = container() else {
        return Err("this browser has no service workers here".into());
    };
    let registration: Promise = container.register(SERVICE_WORKER);
    JsFuture::from(registration).await?.dyn_into()
}
