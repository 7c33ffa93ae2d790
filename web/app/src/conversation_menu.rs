//! The kept conversations: to go to one, to delete one, to hand one on, to open one that was handed on.

use js_sys::{Date, Object, Reflect};
use leptos::{html, prelude::*};
use roi_words::{Words, shown_name};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, HtmlInputElement, MouseEvent};

use crate::{
    keyboard::is_pressed_by_key,
    session::{ConversationHead, Session},
    words::{locale, use_words},
};

/// Id of the menu, by which its button opens it.
const MENU_ID: &str = "conversation-menu";

/// The button of a row that deletes its conversation.
const DELETE: &str = "[data-testid=\"delete-conversation\"]";

/// The button and the menu that it opens. The browser closes the menu again on a press elsewhere or on Escape.
#[component]
pub(crate) fn ConversationMenu(session: Session) -> impl IntoView {
    let words = use_words();
    let menu = NodeRef::<html::Div>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            // One that is closed already stays so.
            menu.hide_popover().ok();
        }
    };
    let goes_on = move |ev: &MouseEvent, number: Option<usize>| go_on(menu, ev, number);
    let numbered = move || {
        (1..)
            .zip(session.conversations.get())
            .collect::<Vec<(usize, _)>>()
    };
    let is_empty = move || session.conversations.with(Vec::is_empty);
    let removed = move || (words.get().conversations.n_deleted)(session.n_removed.get());
    view! {
        <h2>
            <button type="button" class="quiet" data-testid="conversations" popovertarget=MENU_ID
                on:click=move |_| session.list_conversations()>
                {move || words.get().conversations.conversations}
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m6 8 4 4 4-4" /></svg>
            </button>
        </h2>
        <div id=MENU_ID class="conversation-menu card" popover="auto" node_ref=menu role="group" tabindex="-1"
            aria-label=move || words.get().conversations.conversations>
            <p class="hint" hidden=move || !is_empty()>{move || words.get().conversations.none}</p>
            <ul>
                <For each=numbered key=Clone::clone let:((number, head))>
                    <Row session number head on_open=close on_delete=goes_on />
                </For>
            </ul>
            <p class="removed" role="status" hidden=move || session.n_removed.get() == 0>
                <span>{removed}</span>
                <button type="button" class="quiet" data-testid="undo-delete"
                    on:click=move |ev| {
                        session.restore_removed();
                        goes_on(&ev, None);
                    }>
                    {move || words.get().conversations.undo}
                </button>
                <button type="button" class="quiet"
                    on:click=move |ev| {
                        session.forget_removed();
                        goes_on(&ev, None);
                    }>
                    {move || words.get().page.dismiss}
                </button>
            </p>
            <Files session on_done=close />
            <button type="button" class="quiet" data-testid="clear-all" disabled=is_empty
                title=move || words.get().conversations.clear_hint
                on:click=move |ev| {
                    session.clear_conversations();
                    goes_on(&ev, None);
                }>
                {move || words.get().conversations.clear}
            </button>
        </div>
    }
}

/// Goes on in the menu where a button of it was pressed by a key and goes: one of a row on that of the row that takes its place, or
/// of the last one; any other at the menu's beginning.
fn go_on(menu: NodeRef<html::Div>, ev: &MouseEvent, number: Option<usize>) {
    if !is_pressed_by_key(ev) {
        return;
    }
    request_animation_frame(move || {
        let Some(menu) = menu.try_get_untracked().flatten() else {
            return;
        };
        let next = number.and_then(|number| {
            // The first that is found: if there is a row of this number, it comes before the last one.
            let rows = format!(":is(li:nth-child({number}), li:last-child) {DELETE}");
            menu.query_selector(&rows)
                .ok()??
                .dyn_into::<HtmlElement>()
                .ok()
        });
        next.unwrap_or_else(|| menu.into()).focus().ok();
    });
}

#[component]
fn Row(
    session: Session,
    number: usize,
    head: ConversationHead,
    on_open: impl Fn() + Copy + Send + 'static,
    on_delete: impl Fn(&MouseEvent, Option<usize>) + Copy + Send + 'static,
) -> impl IntoView {
    let words = use_words();
    let id = head.id;
    let is_open = move || session.conversation.get() == id;
    let head = StoredValue::new(head);
    let title = move || head.with_value(|head| title(head, words.get()));
    let delete = move || (words.get().conversations.delete)(&title());
    view! {
        <li class:open=is_open>
            <button type="button" class="conversation" data-testid=format!("conversation-{number}")
                aria-current=move || is_open().then_some("true")
                on:click=move |_| {
                    session.open_conversation(id);
                    on_open();
                }>
                <span class="title">{title}</span>
                <span class="caption">{move || head.with_value(|head| about(head, words.get()))}</span>
            </button>
            <button type="button" class="quiet icon" data-testid="delete-conversation" title=delete aria-label=delete
                on:click=move |ev| {
                    session.delete_conversation(id);
                    on_delete(&ev, Some(number));
                }>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m6 6 8 8M14 6l-8 8" /></svg>
            </button>
        </li>
    }
}

/// Saving the open conversation, and opening a saved one.
#[component]
fn Files(session: Session, on_done: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let words = use_words();
    let has_no_picture = move || session.picture.with(Option::is_none);
    let chosen = move |ev: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&ev);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            session.open_saved(file);
        }
        // So that choosing the same file again is a change again.
        input.set_value("");
        on_done();
    };
    view! {
        <div class="files">
            <button type="button" data-testid="export-json" disabled=has_no_picture
                title=move || words.get().conversations.save_hint
                on:click=move |_| {
                    session.save_conversation();
                    on_done();
                }>
                {move || words.get().conversations.save}
            </button>
            <button type="button" data-testid="export-png" disabled=has_no_picture
                title=move || words.get().conversations.save_picture_hint
                on:click=move |_| {
                    session.save_as_picture(words.get_untracked());
                    on_done();
                }>
                {move || words.get().conversations.save_picture}
            </button>
            <label class="button">
                <input class="unseen" type="file" accept=".json,application/json" data-testid="import-json" on:change=chosen />
                {move || words.get().conversations.open}
            </label>
        </div>
    }
}

/// What it is known by.
fn title(head: &ConversationHead, words: &Words) -> String {
    match head.title.as_str() {
        "" => words.conversations.untitled.to_owned(),
        question => question.to_owned(),
    }
}

/// What it is about and since when.
fn about(head: &ConversationHead, words: &Words) -> String {
    let questions = match head.n_questions {
        0 => None,
        n => Some((words.conversations.n_questions)(n)),
    };
    let parts = [
        Some(shown_name(&head.picture_name, words)),
        questions,
        Some(day(head.id, &locale(words.language))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A moment in milliseconds since 1970 as day and month.
fn day(moment: u64, locale: &str) -> String {
    let form = Object::new();
    for (part, length) in [("day", "numeric"), ("month", "short")] {
        // A plain object takes any property.
        Reflect::set(&form, &part.into(), &length.into()).ok();
    }
    Date::new(&JsValue::from_f64(moment as f64))
        .to_locale_date_string(locale, &form)
        .into()
}
