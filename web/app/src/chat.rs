//! The conversation so far.

use std::sync::Arc;

use leptos::{ev, html, prelude::*};
use web_sys::Element;

use crate::{
    composer::Composer,
    conversation_menu::ConversationMenu,
    earlier_exchanges::EarlierExchanges,
    exchange_view::{ExchangeView, Seen},
    failure::{FailureAt, Place},
    question_field::go_on_in_question,
    session::{EngineState, Exchange, Session},
    suggestions::Suggestions,
    tagged::tagged,
    words::use_words,
};

/// Questions and answers, and the place for the next question.
#[component]
pub(crate) fn Chat(session: Session) -> impl IntoView {
    let words = use_words();
    let transcript = NodeRef::<html::Div>::new();
    let is_empty = Memo::new(move |_| session.exchanges.with(Vec::is_empty));
    let is_answering = move || session.engine.get() == EngineState::Answering;
    follow_end(session, transcript);
    light_tags(session, transcript);
    let hover = move |ev: &ev::PointerEvent, is_over: bool| {
        let tag = event_target::<Element>(ev).closest(".tag").ok().flatten();
        let region = tag.and_then(|tag| tag.get_attribute("data-region")?.parse().ok());
        if let Some(region) = region {
            session.change_boxes(|tool| tool.hover(is_over.then_some(region)));
        }
    };
    view! {
        <section class="chat" aria-label=move || words.get().chat.conversation>
            <div class="card-head">
                <ConversationMenu session />
                <button type="button" class="quiet" data-testid="new-conversation" disabled=move || is_empty.get()
                    on:click=move |ev| {
                        session.new_conversation();
                        go_on_in_question(&ev);
                    }>
                    {move || words.get().chat.new}
                </button>
            </div>
            <FailureAt session place=Place::Conversation />
            <div class="transcript" node_ref=transcript role="log" tabindex="0"
                aria-label=move || words.get().chat.transcript
                aria-busy=move || if is_answering() { "true" } else { "false" }
                on:pointerover=move |ev| hover(&ev, true)
                on:pointerout=move |ev| hover(&ev, false)>
                <Show when=move || is_empty.get()>
                    <div class="invitation">
                        <p>{move || words.get().chat.invitation}</p>
                        <p class="hint">{move || tagged(words.get().chat.tag_hint)}</p>
                        <About session />
                    </div>
                </Show>
                <EarlierExchanges session />
                <LastExchange session />
            </div>
            <div hidden=move || !is_empty.get()>
                <Suggestions session />
            </div>
            <Composer session />
        </section>
    }
}

/// The last exchange, which is streamed, asked again and changed.
#[component]
fn LastExchange(session: Session) -> impl IntoView {
    let words = use_words();
    let shown = StoredValue::new(None::<Seen>);
    Effect::new(move |_| {
        let words = words.get();
        session.exchanges.track();
        session.streamed.track();
        session.engine.track();
        session.tool.track();
        if let Some(seen) = shown.get_value() {
            seen.follow(session, words);
        }
    });
    let show = move |exchange: Arc<Exchange>| {
        let seen = Seen::now(session, exchange, words.get_untracked());
        shown.set_value(Some(seen));
        view! { <ExchangeView session seen /> }
    };
    view! {
        <For each=move || session.exchanges.with(|all| all.last().cloned()) key=|last| last.id children=show />
    }
}

/// What the model says of itself: what it was trained on, and so what it can be asked.
#[component]
fn About(session: Session) -> impl IntoView {
    let about = move || {
        let model = session.model.get()?;
        Some(
            view! { <p class="about" data-testid="about"><strong>{model.id}</strong>" "{model.about}</p> },
        )
    };
    view! { {about} }
}

/// Keeps the end of the conversation in sight while it grows, unless the reader has scrolled up.
fn follow_end(session: Session, transcript: NodeRef<html::Div>) {
    const NEAR_END: i32 = 80;
    Effect::new(move |before: Option<usize>| {
        session.streamed.track();
        let n_exchanges = session.exchanges.with(Vec::len);
        if let Some(area) = transcript.get() {
            let has_grown = before.is_some_and(|before| n_exchanges > before);
            let below = area.scroll_height() - area.scroll_top() - area.client_height();
            if has_grown || below < NEAR_END {
                request_animation_frame(move || area.set_scroll_top(area.scroll_height()));
            }
        }
        n_exchanges
    });
}

/// Lights the tags of the box that is pointed at.
fn light_tags(session: Session, transcript: NodeRef<html::Div>) {
    Effect::new(move |_| {
        let hovered = session.hovered();
        let Some(area) = transcript.get() else {
            return;
        };
        let tags = area.get_elements_by_class_name("tag");
        for tag in (0..tags.length()).filter_map(|index| tags.item(index)) {
            let region = tag.get_attribute("data-region");
            let is_lit = hovered.is_some_and(|hovered| region == Some(hovered.to_string()));
            tag.class_list().toggle_with_force("lit", is_lit).ok();
        }
    });
}
