//! All keys of the box tool, for whoever asks with `?` or the button.

use leptos::{ev, html, prelude::*};
use roi_words::KeyRow;

use crate::{keyboard::is_typed_into, words::use_words};

/// The button, and the dialog that it opens. The browser closes it with Escape and gives the focus back.
#[component]
pub(crate) fn Keys() -> impl IntoView {
    let words = use_words();
    let dialog = NodeRef::<html::Dialog>::new();
    let open = move || {
        if let Some(dialog) = dialog.get_untracked()
            && !dialog.open()
        {
            // It can only fail while it is open already, or off the page.
            dialog.show_modal().ok();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let asked = window_event_listener(ev::keydown, move |ev| {
        if ev.key() == "?" && !is_typed_into(&ev) {
            ev.prevent_default();
            open();
        }
    });
    on_cleanup(move || asked.remove());
    let rows = move || words.get().keys.rows.map(row);
    view! {
        <button type="button" class="quiet" title=move || words.get().keys.show_key data-testid="keys" on:click=move |_| open()>
            {move || words.get().keys.keys}
        </button>
        <dialog
            node_ref=dialog
            class="keys"
            aria-label=move || words.get().keys.keys
            data-testid="keys-dialog"
            on:click=move |ev| {
                // What is around the dialog counts as the dialog itself.
                if ev.target() == ev.current_target() {
                    close();
                }
            }
        >
            <div>
                <div class="card-head">
                    <h2>{move || words.get().keys.keys}</h2>
                    <button type="button" class="quiet" on:click=move |_| close()>{move || words.get().keys.close}</button>
                </div>
                <p class="hint">{move || words.get().keys.note}</p>
                <dl>{rows}</dl>
            </div>
        </dialog>
    }
}

fn row((keys, meaning): KeyRow) -> impl IntoView {
    let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> });
    view! {
        <dt>{keys.collect_view()}</dt>
        <dd>{meaning}</dd>
    }
}
