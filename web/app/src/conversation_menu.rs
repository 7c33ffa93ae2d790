//! The kept conversations: to go to one, to delete one, to hand one on, to open one that was handed on.

use js_sys::{Date, Object, Reflect};
use leptos::{html, prelude::*};
use wasm_bindgen::JsValue;
use web_sys::HtmlInputElement;

use crate::session::{ConversationHead, Session};

/// Id of the menu, by which its button opens it.
const MENU_ID: &str = "conversation-menu";

/// The button and the menu that it opens. The browser closes the menu again on a press elsewhere or on Escape.
#[component]
pub(crate) fn ConversationMenu(session: Session) -> impl IntoView {
    let menu = NodeRef::<html::Div>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            // One that is closed already stays so.
            menu.hide_popover().ok();
        }
    };
    let numbered = move || {
        (1..)
            .zip(session.conversations.get())
            .collect::<Vec<(usize, _)>>()
    };
    let is_empty = move || session.conversations.with(Vec::is_empty);
    let removed = move || match session.n_removed.get() {
        1 => "One conversation deleted.".to_owned(),
        n => format!("{n} conversations deleted."),
    };
    view! {
        <h2>
            <button type="button" class="quiet" data-testid="conversations" popovertarget=MENU_ID
                on:click=move |_| session.list_conversations()>
                "Conversations"
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m6 8 4 4 4-4" /></svg>
            </button>
        </h2>
        <div id=MENU_ID class="conversation-menu card" popover="auto" node_ref=menu role="group" aria-label="Conversations">
            <p class="hint" hidden=move || !is_empty()>"No conversation is kept yet. They stay on this computer."</p>
            <ul>
                <For each=numbered key=Clone::clone let:((number, head))>
                    <Row session number head on_open=close />
                </For>
            </ul>
            <p class="removed" role="status" hidden=move || session.n_removed.get() == 0>
                <span>{removed}</span>
                <button type="button" class="quiet" data-testid="undo-delete" on:click=move |_| session.restore_removed()>
                    "Undo"
                </button>
                <button type="button" class="quiet" on:click=move |_| session.forget_removed()>"Dismiss"</button>
            </p>
            <Files session on_done=close />
            <button type="button" class="quiet" data-testid="clear-all" disabled=is_empty
                title="Delete every conversation and its picture from this browser"
                on:click=move |_| session.clear_conversations()>
                "Clear all"
            </button>
        </div>
    }
}

#[component]
fn Row(
    session: Session,
    number: usize,
    head: ConversationHead,
    on_open: impl Fn() + Copy + Send + 'static,
) -> impl IntoView {
    let id = head.id;
    let is_open = move || session.conversation.get() == id;
    let title = if head.title.is_empty() {
        "Nothing asked yet".to_owned()
    } else {
        head.title.clone()
    };
    let delete = format!("Delete the conversation “{title}”");
    view! {
        <li class:open=is_open>
            <button type="button" class="conversation" data-testid=format!("conversation-{number}")
                aria-current=move || is_open().then_some("true")
                on:click=move |_| {
                    session.open_conversation(id);
                    on_open();
                }>
                <span class="title">{title}</span>
                <span class="caption">{about(&head)}</span>
            </button>
            <button type="button" class="quiet icon" data-testid="delete-conversation" title=delete.clone() aria-label=delete
                on:click=move |_| session.delete_conversation(id)>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m6 6 8 8M14 6l-8 8" /></svg>
            </button>
        </li>
    }
}

/// Saving the open conversation, and opening a saved one.
#[component]
fn Files(session: Session, on_done: impl Fn() + Copy + Send + 'static) -> impl IntoView {
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
                title="A file with picture, boxes, questions and answers, to be opened again"
                on:click=move |_| {
                    session.save_conversation();
                    on_done();
                }>
                "Save conversation"
            </button>
            <button type="button" data-testid="export-png" disabled=has_no_picture
                title="One picture with the numbered boxes and what was said"
                on:click=move |_| {
                    session.save_as_picture();
                    on_done();
                }>
                "Save as picture"
            </button>
            <label class="button">
                <input class="unseen" type="file" accept=".json,application/json" data-testid="import-json" on:change=chosen />
                "Open conversation"
            </label>
        </div>
    }
}

/// What it is about and since when.
fn about(head: &ConversationHead) -> String {
    let questions = match head.n_questions {
        0 => None,
        1 => Some("1 question".to_owned()),
        n => Some(format!("{n} questions")),
    };
    let parts = [
        Some(head.picture_name.clone()),
        questions,
        Some(day(head.id)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// A moment in milliseconds since 1970 as day and month.
fn day(moment: u64) -> String {
    let form = Object::new();
    for (part, length) in [("day", "numeric"), ("month", "short")] {
        // A plain object takes any property.
        Reflect::set(&form, &part.into(), &length.into()).ok();
    }
    Date::new(&JsValue::from_f64(moment as f64))
        .to_locale_date_string("default", &form)
        .into()
}
