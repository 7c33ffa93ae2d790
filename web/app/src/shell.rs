//! The page as an application: kept by the browser, so that it starts without a network, and told of new versions.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

use crate::{
    kept_page::{KeptPage, container},
    question_field::go_on_in_question,
    session::{EngineState, Session},
    words::use_words,
};

/// Lets the browser keep the page, and offers a new version of it once it is there. Nobody is made to take it.
#[component]
pub(crate) fn Updates(session: Session) -> impl IntoView {
    let words = use_words();
    let page = KeptPage::new();
    keep_when_it_helps(page, session);

    let waiting = page.waiting;
    let is_wanted = RwSignal::new(false);
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

    let is_dismissed = RwSignal::new(false);
    let notice = Memo::new(move |_| page.notice().filter(|_| !is_dismissed.get()));
    view! {
        <Show when=move || waiting.with(Option::is_some)>
            <p class="notice" role="status" data-testid="update">
                <span>{move || words.get().page.new_version}</span>
                <button type="button" on:click=take>{move || words.get().page.reload}</button>
                <button type="button" class="quiet"
                    on:click=move |ev| {
                        go_on_in_question(&ev);
                        waiting.set(None);
                    }>
                    {move || words.get().page.later}
                </button>
            </p>
        </Show>
        <Show when=move || notice.with(Option::is_some)>
            <p class="notice" role="status" data-testid="page-not-kept">
                <span>{move || notice.with(|notice| notice.as_ref().map(words.get().notice))}</span>
                <button
                    type="button"
                    class="quiet"
                    aria-label=move || words.get().page.dismiss_message
                    on:click=move |ev| {
                        go_on_in_question(&ev);
                        is_dismissed.set(true);
                    }
                >
                    {move || words.get().page.dismiss}
                </button>
            </p>
        </Show>
    }
}

/// Has the page kept as soon as its own programs are here, and again whenever what kept it from that may have passed.
fn keep_when_it_helps(page: KeptPage, session: Session) {
    Effect::new(move |_| {
        let state = session.engine.get();
        if session.device.with(Option::is_some) || state != EngineState::Loading {
            page.begin();
        }
        if state == EngineState::Ready {
            page.try_again();
        }
    });
    // A model that is deleted makes room.
    Effect::new(move |_| {
        session.packages.track();
        if page.lacks_room() {
            page.try_again();
        }
    });
    let online = window_event_listener(ev::online, move |_| page.try_again());
    on_cleanup(move || online.remove());
}
