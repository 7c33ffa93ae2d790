//! Says what happened to the boxes, and whether an answer was copied, to whoever listens to the page instead of looking at it.

use std::time::Duration;

use leptos::prelude::*;
use roi_geom::{BoxState, BoxTool, news};

use crate::{session::Session, words::use_words};

/// How long a word is to be seen.
const TOAST: Duration = Duration::from_secs(2);

/// A line that nobody sees and screen readers read out when it changes.
#[component]
pub(crate) fn Announcer(session: Session) -> impl IntoView {
    let words = use_words();
    let said = RwSignal::new(String::new());
    // What is to be seen for a moment, too, and how often there was something.
    let shown = RwSignal::new(None::<&'static str>);
    let n_shown = StoredValue::new(0_u32);
    Effect::new(move |before: Option<Option<(u64, BoxState)>>| {
        let before = before.flatten();
        let number = session
            .picture
            .with(|picture| picture.as_ref().map(|picture| picture.number))?;
        let state = session
            .tool
            .with(|tool| tool.as_ref().and_then(BoxTool::state));
        // Half done: there is nothing to say yet.
        let Some(state) = state else { return before };
        if let Some((earlier_number, earlier)) = before
            && earlier_number == number
            && let Some(news) = news(&earlier, &state)
        {
            let text = (words.get_untracked().news)(&news);
            said.update(|said| *said = told_apart(text, said));
        }
        Some((number, state))
    });
    Effect::new(move |_| {
        if let Some(number) = session.inserted.get() {
            let text = (words.get_untracked().composer.inserted)(number);
            said.update(|said| *said = told_apart(text, said));
        }
    });
    Effect::new(move |_| {
        if let Some(is_copied) = session.copied.get() {
            let chat = &words.get_untracked().chat;
            let text = if is_copied {
                chat.copied
            } else {
                chat.not_copied
            };
            said.update(|said| *said = told_apart(text.to_owned(), said));
            let number = n_shown.get_value() + 1;
            n_shown.set_value(number);
            shown.set(Some(text));
            let hide = move || {
                if n_shown.get_value() == number {
                    shown.set(None);
                }
            };
            set_timeout(hide, TOAST);
        }
    });
    // What was said in another language is over.
    Effect::new(move |_| {
        words.track();
        said.set(String::new());
    });
    view! {
        <p class="unseen" aria-live="polite" data-testid="announcement">{move || said.get()}</p>
        <Show when=move || shown.get().is_some()>
            <p class="toast" aria-hidden="true" data-testid="toast">{move || shown.get()}</p>
        </Show>
    }
}

/// The text with a space at its end if it is the one said last: only what changes is read out.
fn told_apart(text: String, last: &str) -> String {
    if text == last {
        format!("{text}\u{a0}")
    } else {
        text
    }
}
