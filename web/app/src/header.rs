//! Who is speaking: the model, the adapter it runs on, and what it is doing.

use leptos::prelude::*;
use roi_words::Progress;

use crate::{
    failure::{FailureAt, Place},
    language_choice::LanguageChoice,
    preflight::PreflightStrip,
    question_field::go_on_in_question,
    self_test_label::{Miscomputes, SelfTestLabel},
    session::{EngineState, PictureState, Session},
    words::use_words,
};

/// The bar on top of the page.
#[component]
pub(crate) fn Header(session: Session) -> impl IntoView {
    let words = use_words();
    let state = session.engine;
    // The style sheet's name of it, and people's.
    let status = move || {
        let bar = &words.get().bar;
        match state.get() {
            EngineState::Loading => ("loading", bar.loading),
            EngineState::LoadingFailed => ("failed", bar.loading),
            EngineState::Ready => ("ready", bar.ready),
            EngineState::Answering => ("answering", bar.answering),
        }
    };
    let has_failed = move || state.get() == EngineState::LoadingFailed;
    let is_loading = move || state.get() == EngineState::Loading;
    let is_ahead = move || session.picture_state.get() == PictureState::Ahead;
    let adapter = move || session.device.with(|d| d.as_ref().map(|d| d.name.clone()));
    view! {
        <header class="bar">
            <h1 class="brand">
                <svg viewBox="0 0 32 32" aria-hidden="true">
                    <path d="M5 4h22a3 3 0 0 1 3 3v15a3 3 0 0 1-3 3H14l-7 5v-5H5a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3Z" />
                    <rect x="9" y="9" width="14" height="11" rx="1" />
                    <g>
                        <circle cx="9" cy="9" r="2" />
                        <circle cx="23" cy="9" r="2" />
                        <circle cx="9" cy="20" r="2" />
                        <circle cx="23" cy="20" r="2" />
                    </g>
                </svg>
                "roichat"
            </h1>
            <p class="model">
                <Show when=is_loading fallback=move || view! { <ModelLabel session /> }>
                    <span data-testid="progress">{move || session.progress.with(words.get().bar.progress)}</span>
                    <Show when=move || session.expected.with(Option::is_some)>
                        " "
                        <span class="caption" data-testid="expected">
                            {move || session.expected.get().map(words.get().bar.expected)}
                        </span>
                    </Show>
                    <Show when=is_ahead>
                        " "
                        <span class="caption" data-testid="picture-ahead">{move || words.get().bar.picture_ahead}</span>
                    </Show>
                </Show>
            </p>
            <p class="adapter" class:empty=move || adapter().is_none()>
                <span class="caption">{move || words.get().bar.runs_on}</span>
                <span data-testid="adapter">{adapter}</span>
                " "
                <SelfTestLabel session />
            </p>
            <p class="status" data-state=move || status().0 role="status">
                <span data-testid="status">{move || status().1}</span>
                <Show when=has_failed>
                    <span>"\u{a0}"{move || words.get().bar.failed}</span>
                </Show>
            </p>
            <LanguageChoice />
            <Show when=is_loading>
                <progress
                    max="1"
                    value=move || session.progress.with(share).map(|share| share.to_string())
                    aria-label=move || words.get().bar.loading_model
                ></progress>
            </Show>
        </header>
        <FailureAt session place=Place::Model>
            // What failed beside a model that is there is not that it opens.
            <Show when=has_failed>
                <button type="button"
                    on:click=move |ev| {
                        go_on_in_question(&ev);
                        session.open_again();
                    }>{move || words.get().bar.try_again}</button>
            </Show>
        </FailureAt>
        <PreflightStrip session />
        <Miscomputes session />
        <Show when=move || session.notice.with(Option::is_some)>
            <p class="notice" role="status" data-testid="notice">
                <span>{move || session.notice.with(|notice| notice.as_ref().map(words.get().notice))}</span>
                <button type="button" class="quiet"
                    on:click=move |ev| {
                        go_on_in_question(&ev);
                        session.notice.set(None);
                    }>
                    {move || words.get().page.dismiss}
                </button>
            </p>
        </Show>
    }
}

#[component]
fn ModelLabel(session: Session) -> impl IntoView {
    move || {
        session.model.with(|model| {
            let model = model.as_ref()?;
            Some(view! { <strong>{model.id.clone()}</strong> <span title=model.about.clone()>{model.about.clone()}</span> })
        })
    }
}

/// How much of the model has come, as a share of the whole; nothing while that is unknown.
fn share(progress: &Progress) -> Option<f64> {
    match progress {
        Progress::Starting | Progress::Waiting | Progress::Found { .. } => None,
        Progress::Program { bytes, total } => Some(*bytes as f64 / (*total).max(1) as f64),
        Progress::Fetching {
            bytes,
            arriving_bytes,
            total,
        } => Some((bytes + arriving_bytes) as f64 / (*total).max(1) as f64),
        Progress::Compiling { done, total } => Some(f64::from(*done) / f64::from((*total).max(1))),
    }
}
