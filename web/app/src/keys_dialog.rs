//! All keys of the box tool, for whoever asks with `?` or the button.

use leptos::{ev, html, prelude::*};

use crate::keyboard::is_typed_into;

/// What is pressed, alternatives apart, and what it does.
const KEYS: [(&[&str], &str); 20] = [
    (&["Drag"], "Draw a box, move one, or pull at its handles"),
    (&["Click twice"], "Draw a box from corner to corner"),
    (&["Shift + drag"], "Draw inside another box"),
    (&["Click again"], "Select the larger box beneath"),
    (
        &["Tab", "Shift + Tab"],
        "Select the next box, the one before",
    ),
    (
        &["Arrows"],
        "Move the selected box by 1 pixel; with Shift by 10",
    ),
    (&["Ctrl + arrows"], "Resize it by 1 pixel; with Shift by 10"),
    (&["Del"], "Remove it"),
    (&["Ctrl + D"], "Duplicate it"),
    (
        &["Ctrl + C", "Ctrl + V"],
        "Copy it, paste it on this picture or another one",
    ),
    (&["Ctrl + Z", "Ctrl + Shift + Z"], "Undo, redo"),
    (&["Esc"], "Give up what is under way, or select nothing"),
    (&["1 – 9"], "Put that region into the question"),
    (&["Wheel", "Pinch", "+", "-"], "Zoom"),
    (
        &["Space + drag", "Alt + drag", "Two fingers"],
        "Move the view",
    ),
    (&["Shift + wheel"], "Move the view sideways"),
    (&["Arrows"], "Move the view where no box is selected"),
    (&["0"], "Show the whole picture"),
    (
        &["Enter", "Shift + Enter"],
        "Send the question, begin a new line in it",
    ),
    (&["?"], "Show these keys"),
];

/// The button, and the dialog that it opens. The browser closes it with Escape and gives the focus back.
#[component]
pub(crate) fn Keys() -> impl IntoView {
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
    let rows = KEYS.map(|(keys, meaning)| {
        let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> });
        view! {
            <dt>{keys.collect_view()}</dt>
            <dd>{meaning}</dd>
        }
    });
    view! {
        <button type="button" class="quiet" title="Show all keys (?)" data-testid="keys" on:click=move |_| open()>
            "Keys"
        </button>
        <dialog
            node_ref=dialog
            class="keys"
            aria-label="Keys"
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
                    <h2>"Keys"</h2>
                    <button type="button" class="quiet" on:click=move |_| close()>"Close"</button>
                </div>
                <p class="hint">"Those of boxes work while the picture has the focus. On a Mac, Command is Ctrl."</p>
                <dl>{rows}</dl>
            </div>
        </dialog>
    }
}
