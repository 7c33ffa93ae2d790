//! The conversation so far.

use std::sync::Arc;

use leptos::{html, prelude::*};
use roi_protocol::region_tags;

use crate::{
    answer_details::AnswerDetails,
    composer::Composer,
    conversation_menu::ConversationMenu,
    earlier_exchanges::EarlierExchanges,
    failure::{FailureAt, Place},
    moved_note::MovedNote,
    palette,
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
    view! {
        <section class="chat" aria-label=move || words.get().chat.conversation>
            <div class="card-head">
                <ConversationMenu session />
                <button type="button" class="quiet" data-testid="new-conversation" disabled=move || is_empty.get()
                    on:click=move |_| session.new_conversation()>
                    {move || words.get().chat.new}
                </button>
            </div>
            <FailureAt session place=Place::Conversation />
            <div class="transcript" node_ref=transcript role="log" tabindex="0"
                aria-label=move || words.get().chat.transcript
                aria-busy=move || if is_answering() { "true" } else { "false" }>
                <Show when=move || is_empty.get()>
                    <div class="invitation">
                        <p>{move || words.get().chat.invitation}</p>
                        <p class="hint">{move || tagged(words.get().chat.tag_hint)}</p>
                        <About session />
                    </div>
                </Show>
                <EarlierExchanges session />
                <For each=move || session.exchanges.with(|all| all.last().cloned()) key=|last| last.id let:exchange>
                    <ExchangeView session exchange />
                </For>
            </div>
            <div hidden=move || !is_empty.get()>
                <Suggestions session />
            </div>
            <Composer session />
        </section>
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

/// A question and its answer, with all that can be done with them.
#[component]
pub(crate) fn ExchangeView(session: Session, exchange: Arc<Exchange>) -> impl IntoView {
    let words = use_words();
    let exchange_id = exchange.id;
    let question = question_view(session, &exchange.turn.question);
    let exchange = Memo::new(move |_| {
        let now = session.exchange(exchange_id);
        now.unwrap_or_else(|| exchange.clone())
    });
    let answer = Memo::new(move |_| exchange.with(|exchange| session.shown_answer(exchange)));
    let is_done = move || exchange.with(|exchange| exchange.turn.answer.is_some());
    let is_waiting = move || !is_done() && answer.with(String::is_empty);
    let is_last = move || {
        session.engine.get() == EngineState::Ready
            && session
                .exchanges
                .with(|all| all.last().is_some_and(|last| last.id == exchange_id))
    };
    view! {
        <article class="exchange">
            <p class="question-said"><span class="unseen">{move || words.get().chat.you_asked}</span>{question}</p>
            <div class="answer-said">
                <div class="answer" data-testid="answer" prop:textContent=move || answer.get()></div>
                <Show when=is_waiting>
                    <p class="thinking" aria-label=move || words.get().chat.thinking><i></i><i></i><i></i></p>
                </Show>
                <MovedNote session exchange />
                <Show when=is_done>
                    <AnswerDetails exchange />
                    <p class="answer-actions">
                        <button type="button" class="quiet" data-testid="copy-answer"
                            on:click=move |_| copy(&answer.get_untracked())>
                            {move || words.get().chat.copy}
                        </button>
                        <Show when=is_last>
                            <button type="button" class="quiet" data-testid="ask-again"
                                title=move || words.get().chat.ask_again_hint
                                on:click=move |_| session.ask_again()>
                                {move || words.get().chat.ask_again}
                            </button>
                            <button type="button" class="quiet" data-testid="edit-question"
                                title=move || words.get().chat.edit_hint
                                on:click=move |_| session.edit_last()>
                                {move || words.get().chat.edit}
                            </button>
                        </Show>
                    </p>
                </Show>
            </div>
        </article>
    }
}

/// The question with its region tags in their colours; pointing at one lights its box.
fn question_view(session: Session, question: &str) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut end = 0;
    for tag in region_tags(question) {
        parts.push(question[end..tag.range.start].to_owned().into_any());
        end = tag.range.end;
        let index = (tag.number as usize).saturating_sub(1);
        let text = question[tag.range].to_owned();
        let shown = view! {
            <span class="tag" data-region=index class:lit=move || session.is_hovered(index) style=palette::style(index)
                on:pointerenter=move |_| session.change_boxes(|tool| tool.hover(Some(index)))
                on:pointerleave=move |_| session.change_boxes(|tool| tool.hover(None))>
                {text}
            </span>
        };
        parts.push(shown.into_any());
    }
    parts.push(question[end..].to_owned().into_any());
    parts
}

/// Puts text on the clipboard, where the browser lets the page.
pub(crate) fn copy(text: &str) {
    let copied = window().navigator().clipboard().write_text(text);
    leptos::task::spawn_local(async move {
        wasm_bindgen_futures::JsFuture::from(copied).await.ok();
    });
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
