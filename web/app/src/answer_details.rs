//! What an answer took and what it was made with: in short beneath it, and at length for those who ask.

use leptos::prelude::*;
use roi_words::{AnswerWords, answer_details, answer_summary};
use web_sys::{HtmlDetailsElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use crate::{exchange_view::Seen, session::Exchange};

/// A line about a complete answer, which unfolds into all there is to say. That is made when somebody wants it: for hundreds of
/// answers it would be most of what the page holds.
#[component]
pub(crate) fn AnswerDetails(seen: Seen) -> impl IntoView {
    let Seen {
        words, exchange, ..
    } = seen;
    let is_wanted = RwSignal::new(false);
    let short = move || {
        let words = &words.get().answer;
        let answer = exchange.with(|exchange| exchange.answer());
        answer.map(|answer| answer_summary(&answer, words))
    };
    let list = move || {
        is_wanted
            .get()
            .then(|| exchange.with(|exchange| details_list(exchange, &words.get().answer)))
    };
    // A click comes before what it unfolds; a script unfolds without one.
    view! {
        <details class="details" data-testid="answer-details"
            on:toggle=move |ev| {
                is_wanted.set(true);
                show_all(&event_target(&ev));
            }>
            <summary on:click=move |_| is_wanted.set(true)>
                {short}" · "<span class="more">{move || words.get().answer.details}</span>
            </summary>
            {list}
        </details>
    }
}

/// All there is to say of a complete answer.
pub(crate) fn details_list(exchange: &Exchange, words: &AnswerWords) -> impl IntoView + use<> {
    let turn = exchange.turn();
    let answer = turn.answer.as_ref();
    let rows =
        answer.map(|answer| answer_details(answer, turn.options.as_ref(), &turn.model, words));
    let rows = rows.unwrap_or_default().into_iter();
    let rows = rows.map(|(name, value)| view! { <dt>{name}</dt><dd>{value}</dd> });
    view! { <dl>{rows.collect_view()}</dl> }
}

/// Brings what has unfolded below the edge into sight.
pub(crate) fn show_all(details: &HtmlDetailsElement) {
    if details.open() {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        details.scroll_into_view_with_scroll_into_view_options(&options);
    }
}
