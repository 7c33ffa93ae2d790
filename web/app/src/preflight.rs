//! What the model needs and what there is of it: while it is fetched, and afterwards among the models.

use leptos::prelude::*;
use roi_words::{Progress, preflight_rows};

use crate::{
    session::{EngineState, Session},
    words::use_words,
};

/// Under the bar while a model is on its way that is not here already, and when it was refused for want of something.
#[component]
pub(crate) fn PreflightStrip(session: Session) -> impl IntoView {
    let words = use_words();
    let is_shown = Memo::new(move |_| {
        let is_known = session
            .preflight
            .with(|known| known.package.is_some() && !known.is_at_hand());
        let is_fetched = session.progress.with(|progress| {
            matches!(progress, Progress::Found { .. } | Progress::Fetching { .. })
        });
        is_known
            && match session.engine.get() {
                EngineState::Loading => is_fetched,
                EngineState::LoadingFailed => session.preflight.with(|known| known.is_refused()),
                EngineState::Ready | EngineState::Answering => false,
            }
    });
    view! {
        <Show when=move || is_shown.get()>
            <section class="strip" aria-label=move || words.get().preflight.title>
                <PreflightRows session test_id="preflight" />
            </section>
        </Show>
    }
}

/// The same of the model that is open.
#[component]
pub(crate) fn PreflightDetails(session: Session) -> impl IntoView {
    let words = use_words();
    let is_shown = move || session.preflight.with(|known| known.package.is_some());
    view! {
        <Show when=is_shown>
            <div class="needs">
                <p class="caption">{move || words.get().preflight.title}</p>
                <PreflightRows session test_id="model-needs" />
            </div>
        </Show>
    }
}

#[component]
fn PreflightRows(session: Session, test_id: &'static str) -> impl IntoView {
    let words = use_words();
    let rows = move || {
        session
            .preflight
            .with(|known| preflight_rows(known, words.get()))
            .into_iter()
            .map(|(name, value)| view! { <div><dt>{name}</dt> <dd>{value}</dd></div> })
            .collect_view()
    };
    view! {
        <dl class="preflight" data-testid=test_id>{rows}</dl>
    }
}
