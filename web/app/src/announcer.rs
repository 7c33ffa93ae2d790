//! Says what happened to the boxes to whoever listens to the page instead of looking at it.

use leptos::prelude::*;
use roi_geom::{BoxState, BoxTool, news};

use crate::{session::Session, words::use_words};

/// A line that nobody sees and screen readers read out when it changes.
#[component]
pub(crate) fn Announcer(session: Session) -> impl IntoView {
    let words = use_words();
    let said = RwSignal::new(String::new());
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
    // What was said in another language is over.
    Effect::new(move |_| {
        words.track();
        said.set(String::new());
    });
    view! {
        <p class="unseen" aria-live="polite" data-testid="announcement">{move || said.get()}</p>
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
