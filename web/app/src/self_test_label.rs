//! What is known of this browser's sums, for people.

use leptos::prelude::*;
use roi_words::SelfTest;

use crate::{session::Session, words::use_words};

/// Beside the adapter's name: how far the check has come.
#[component]
pub(crate) fn SelfTestLabel(session: Session) -> impl IntoView {
    let words = use_words();
    let label = move || session.self_test.with(words.get().bar.self_test);
    view! {
        <Show when=move || label().is_some()>
            <span class="caption" data-testid="self-test" title=move || words.get().bar.self_test_hint>
                {label}
            </span>
        </Show>
    }
}

/// That answers are not to be trusted here. It stays.
#[component]
pub(crate) fn Miscomputes(session: Session) -> impl IntoView {
    let words = use_words();
    let said = move || {
        session.self_test.with(|test| match test {
            SelfTest::Failed { difference } => Some((words.get().bar.miscomputes)(difference)),
            _ => None,
        })
    };
    view! {
        <Show when=move || said().is_some()>
            <p class="notice" role="alert" data-testid="miscomputes">{said}</p>
        </Show>
    }
}
