//! A word on an answer whose boxes have been moved: what it says was said of another place.

use leptos::prelude::*;
use roi_protocol::moved_regions;

use crate::{
    session::{Exchange, Session},
    words::use_words,
};

/// Names the regions of an exchange that have moved since; nothing while none has.
#[component]
pub(crate) fn MovedNote(session: Session, exchange: Exchange) -> impl IntoView {
    let words = use_words();
    let moved = Memo::new(move |_| {
        let answer = exchange
            .done
            .with(|done| done.as_ref().map(|done| done.text.clone()));
        let said = format!("{}\n{}", exchange.question, answer.unwrap_or_default());
        session.tool.with(|tool| {
            let now = tool.as_ref().map(|tool| tool.boxes());
            now.map_or_else(Vec::new, |now| moved_regions(&said, &exchange.boxes, now))
        })
    });
    view! {
        <Show when=move || moved.with(|moved| !moved.is_empty())>
            <p class="moved" data-testid="moved-note">{move || moved.with(|moved| (words.get().chat.moved)(moved))}</p>
        </Show>
    }
}
