//! The page as an application: kept by a service worker, so that it starts without a network, and told of new versions.

use js_sys::Promise;
use leptos::{ev, logging, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState,
};

use crate::{engine_link::error_text, words::use_words};

/// Written beside the page by its build.
const SERVICE_WORKER: &str = "./service-worker.js";

/// Lets the browser keep the page, and offers a new version of it once it is there. Nobody is made to take it.
#[component]
pub(crate) fn Updates() -> impl IntoView {
    let words = use_words();
    let waiting = RwSignal::new_local(None::<ServiceWorker>);
    let is_wanted = RwSignal::new(false);
    spawn_local(async move {
        match register().await {
            Ok(registration) => watch(registration, waiting),
            // The page works without it, with a network.
            Err(error) => logging::warn!(
                "the page is not kept for use without a network: {}",
                error_text(&error)
            ),
        }
    });
    if let Some(container) = container() {
        let on_taken_over = Closure::<dyn FnMut()>::new(move || {
            if is_wanted.get_untracked() {
                window().location().reload().ok();
            }
        });
        container.set_oncontrollerchange(Some(on_taken_over.as_ref().unchecked_ref()));
        // As long as the page.
        on_taken_over.forget();
    }
    let take = move |_: ev::MouseEvent| {
        is_wanted.set(true);
        if let Some(worker) = waiting.get_untracked() {
            worker.post_message(&JsValue::from_str("take over")).ok();
        }
    };
    view! {
        <Show when=move || waiting.with(Option::is_some)>
            <p class="notice" role="status" data-testid="update">
                <span>{move || words.get().page.new_version}</span>
                <button type="button" on:click=take>{move || words.get().page.reload}</button>
                <button type="button" class="quiet" on:click=move |_| waiting.set(None)>
                    {move || words.get().page.later}
                </button>
            </p>
        </Show>
    }
}

/// `navigator.serviceWorker`, which pages that came neither over https nor from this machine do not have.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = window().navigator();
    let found = js_sys::Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    found.is_object().then(|| navigator.service_worker())
}

async fn register() -> Result<ServiceWorkerRegistration, JsValue> {
    let Some(container) = container() else {
        return Err("this browser has no service workers here".into());
    };
    let registration: Promise = container.register(SERVICE_WORKER);
    JsFuture::from(registration).await?.dyn_into()
}

/// Puts a new version into `waiting` as soon as all of it has arrived. The first version of all replaces nothing.
fn watch(
    registration: ServiceWorkerRegistration,
    waiting: RwSignal<Option<ServiceWorker>, LocalStorage>,
) {
    let offer = move |worker: ServiceWorker| {
        if container().is_some_and(|container| container.controller().is_some()) {
            waiting.set(Some(worker));
        }
    };
    if let Some(worker) = registration.waiting() {
        offer(worker);
    }
    let found = registration.clone();
    let on_found = Closure::<dyn FnMut()>::new(move || {
        let Some(worker) = found.installing() else {
            return;
        };
        let arriving = worker.clone();
        let on_change = Closure::<dyn FnMut()>::new(move || {
            if arriving.state() == ServiceWorkerState::Installed {
                offer(arriving.clone());
            }
        });
        worker.set_onstatechange(Some(on_change.as_ref().unchecked_ref()));
        on_change.forget();
    });
    registration.set_onupdatefound(Some(on_found.as_ref().unchecked_ref()));
    on_found.forget();
}
