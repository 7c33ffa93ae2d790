//! A question and its answer, as they are seen.

use std::sync::Arc;

use leptos::prelude::*;
use roi_protocol::{RegionTag, region_tags, regions_named};
use roi_words::Words;

use crate::{
    answer_details::AnswerDetails,
    moved_note::{MovedNote, moved_since},
    palette,
    question_field::{focus_question, go_on_in_question},
    session::{EngineState, Exchange, Session},
};

/// What is seen of an exchange: signals of whatever shows it, which go when that goes.
///
/// A signal keeps some memory of each subscriber there ever was, so what comes and goes with every question must not follow those
/// that stay, such as the session's. One effect that stays [follows](Self::follow) them for it.
#[derive(Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) words: RwSignal<&'static Words>,
    pub(crate) exchange: RwSignal<Arc<Exchange>>,
    /// The answer as far as it has come.
    answer: RwSignal<String>,
    /// Regions it speaks of that have moved since.
    pub(crate) moved: RwSignal<Vec<u32>>,
    /// Whether it can be asked again or changed.
    can_change: RwSignal<bool>,
}

impl Seen {
    /// As it is now.
    pub(crate) fn now(session: Session, exchange: Arc<Exchange>, words: &'static Words) -> Self {
        untrack(|| Self {
            words: RwSignal::new(words),
            answer: RwSignal::new(session.shown_answer(&exchange)),
            moved: RwSignal::new(moved_since(session, &exchange)),
            can_change: RwSignal::new(can_change(session, exchange.id)),
            exchange: RwSignal::new(exchange),
        })
    }

    /// Takes over what has changed in the session. Nothing happens if it is no longer shown.
    pub(crate) fn follow(self, session: Session, words: &'static Words) {
        let id = self.exchange.try_with_untracked(|exchange| exchange.id);
        let Some(exchange) = id.and_then(|id| session.exchange(id)) else {
            return;
        };
        if self.words.try_with_untracked(|before| before.language) != Some(words.language) {
            self.words.try_set(words);
        }
        put(self.answer, session.shown_answer(&exchange));
        put(self.moved, moved_since(session, &exchange));
        put(self.can_change, can_change(session, exchange.id));
        put(self.exchange, exchange);
    }
}

/// Sets what is another value than before.
fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|before| *before != value) == Some(true) {
        signal.try_set(value);
    }
}

fn can_change(session: Session, id: u64) -> bool {
    let last = session.exchanges.with(|all| all.last().map(|last| last.id));
    session.engine.get() == EngineState::Ready && last == Some(id)
}

/// A question and its answer, with all that can be done with them.
#[component]
pub(crate) fn ExchangeView(session: Session, seen: Seen) -> impl IntoView {
    let Seen {
        words,
        exchange,
        answer,
        can_change,
        ..
    } = seen;
    let hovered = untrack(|| session.hovered());
    let question = exchange.with_untracked(|exchange| {
        with_regions(&exchange.question, region_tags(&exchange.question), hovered)
    });
    let is_done = move || exchange.with(|exchange| exchange.is_answered());
    let is_waiting = move || !is_done() && answer.with(String::is_empty);
    view! {
        <article class="exchange">
            <p class="question-said"><span class="unseen">{move || words.get().chat.you_asked}</span>{question}</p>
            <div class="answer-said">
                <div class="answer" data-testid="answer">
                    {move || answer.with(|answer| with_regions(answer, regions_named(answer), untrack(|| session.hovered())))}
                </div>
                <Show when=is_waiting>
                    <p class="thinking" role="img" aria-label=move || words.get().chat.thinking><i></i><i></i><i></i></p>
                </Show>
                <MovedNote seen />
                <Show when=is_done>
                    <AnswerDetails seen />
                    <p class="answer-actions">
                        <button type="button" class="quiet" data-testid="copy-answer"
                            on:click=move |_| copy(session, &answer.get_untracked())>
                            {move || words.get().chat.copy}
                        </button>
                        <Show when=move || can_change.get()>
                            <button type="button" class="quiet" data-testid="ask-again"
                                title=move || words.get().chat.ask_again_hint
                                on:click=move |ev| {
                                    session.ask_again();
                                    go_on_in_question(&ev);
                                }>
                                {move || words.get().chat.ask_again}
                            </button>
                            <button type="button" class="quiet" data-testid="edit-question"
                                title=move || words.get().chat.edit_hint
                                on:click=move |_| {
                                    session.edit_last();
                                    focus_question();
                                }>
                                {move || words.get().chat.edit}
                            </button>
                        </Show>
                    </p>
                </Show>
            </div>
        </article>
    }
}

/// A text with the regions that it names in their colours, that of box `hovered` lit.
fn with_regions(text: &str, named: Vec<RegionTag>, hovered: Option<usize>) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut end = 0;
    for tag in named {
        parts.push(text[end..tag.range.start].to_owned().into_any());
        end = tag.range.end;
        let index = (tag.number as usize).saturating_sub(1);
        let class = if hovered == Some(index) {
            "tag lit"
        } else {
            "tag"
        };
        let name = text[tag.range].to_owned();
        let shown =
            view! { <span class=class data-region=index style=palette::style(index)>{name}</span> };
        parts.push(shown.into_any());
    }
    parts.push(text[end..].to_owned().into_any());
    parts
}

/// Puts text on the clipboard, and says whether the browser let the page.
pub(crate) fn copy(session: Session, text: &str) {
    let copied = window().navigator().clipboard().write_text(text);
    leptos::task::spawn_local(async move {
        let outcome = wasm_bindgen_futures::JsFuture::from(copied).await;
        session.copied.set(Some(outcome.is_ok()));
    });
}
