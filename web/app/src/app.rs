//! The page as a whole: where its parts stand, and what reaches it from outside of them.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;

use crate::{
    announcer::Announcer,
    box_list::BoxList,
    chat::Chat,
    clipboard::use_clipboard,
    header::Header,
    models::Models,
    picture::first_file,
    session::Session,
    settings::Settings,
    shell::Updates,
    stage::PicturePane,
    words::{provide_words, use_words},
};

/// The page.
#[component]
pub(crate) fn App() -> impl IntoView {
    provide_words();
    let words = use_words();
    let session = Session::new();
    session.remember();
    session.open_model();
    let is_dragged_over = RwSignal::new(false);

    use_clipboard(session);
    let online = window_event_listener(ev::online, move |_| session.open_again());
    on_cleanup(move || online.remove());

    // Without the first two a browser leaves the page to show the file that is dropped on it.
    view! {
        <div
            class="page"
            class:dropping=move || is_dragged_over.get()
            data-drop=move || words.get().page.drop
            on:dragover=move |ev| {
                ev.prevent_default();
                is_dragged_over.set(true);
            }
            on:drop=move |ev| {
                ev.prevent_default();
                is_dragged_over.set(false);
                let dropped = ev.data_transfer();
                let is_folder = dropped.as_ref().is_some_and(|dropped| session.open_dropped_folder(dropped));
                if !is_folder && let Some(file) = first_file(dropped) {
                    session.open_file(file);
                }
            }
            on:dragleave=move |ev| {
                let left_window = ev.related_target().is_none();
                if left_window || ev.target() == ev.current_target() {
                    is_dragged_over.set(false);
                }
            }
        >
            <Header session />
            <Updates session />
            <main class="workbench">
                <PicturePane session />
                <aside class="side" aria-label=move || words.get().page.side>
                    <BoxList session />
                    <Settings session />
                    <Models session />
                </aside>
                <Chat session />
            </main>
            <Announcer session />
        </div>
    }
}

/// A number of an event as the browser has it: CSS pixels come in fractions, which the typed
/// accessors round away.
pub(crate) fn event_number(event: &web_sys::Event, name: &str) -> f64 {
    js_sys::Reflect::get(event.unchecked_ref(), &name.into())
        .ok()
        .and_then(|value| value.as_f64())
        .unwrap_or_default()
}
