//! A word on an answer whose boxes have been moved: what it says was said of another place.

use leptos::prelude::*;
use roi_protocol::moved_regions;

use crate::{
    exchange_view::Seen,
    session::{Exchange, Session},
};

/// Names the regions of an exchange that have moved since; nothing while none has.
#[component]
pub(crate) fn MovedNote(seen: Seen) -> impl IntoView {
    let Seen { words, moved, .. } = seen;
    view! {
        <Show when=move || moved.with(|moved| !moved.is_empty())>
            {moved_note(move || moved.with(|moved| (words.get().chat.moved)(moved)))}
        </Show>
    }
}

/// The regions that an exchange speaks of and that have moved since.
pub(crate) fn moved_since(session: Session, exchange: &Exchange) -> Vec<u32> {
    session.tool.with(|tool| {
        let now = tool.as_ref().map(|tool| tool.boxes());
        now.map_or_else(Vec::new, |now| {
            moved_regions(&exchange.question, exchange.said(), exchange.boxes(), now)
        })
    })
}

/// The note, with these words in it.
pub(crate) fn moved_note(words: impl IntoView) -> impl IntoView {
    view! { <p class="moved" data-testid="moved-note">{words}</p> }
}
