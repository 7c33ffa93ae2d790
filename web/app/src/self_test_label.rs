//! What is known of this browser's sums, for people.

use leptos::prelude::*;

use crate::session::{SelfTest, Session};

/// Beside the adapter's name: how far the check has come.
#[component]
pub(crate) fn SelfTestLabel(session: Session) -> impl IntoView {
    let label = move || {
        session.self_test.with(|test| match test {
            SelfTest::Pending => None,
            SelfTest::Underway { groups, of } => Some(format!("checked {groups} of {of}")),
            SelfTest::Passed => Some("checked".to_owned()),
            SelfTest::Failed { .. } => Some("computes wrongly".to_owned()),
        })
    };
    view! {
        <Show when=move || label().is_some()>
            <span
                class="caption"
                data-testid="self-test"
                title="Each of the engine's kernels is compared with the same sums on the processor, when nothing else is to do."
            >
                {label}
            </span>
        </Show>
    }
}

/// That answers are not to be trusted here. It stays.
#[component]
pub(crate) fn Miscomputes(session: Session) -> impl IntoView {
    let difference = move || {
        session.self_test.with(|test| match test {
            SelfTest::Failed { difference } => Some(difference.clone()),
            _ => None,
        })
    };
    view! {
        <Show when=move || difference().is_some()>
            <p class="notice" role="alert" data-testid="miscomputes">
                "This browser computes wrongly on this graphics adapter, so answers here may be wrong. Update the browser and the \
                 graphics driver, or use another browser. What was found: "
                {difference}
            </p>
        </Show>
    }
}
