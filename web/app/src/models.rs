//! The models this browser keeps: which, how much, since when; to be opened, checked and dropped.

use js_sys::Date;
use leptos::{html, prelude::*};
use roi_protocol::KeptPackage;
use roi_words::{Words, format};
use wasm_bindgen::JsValue;

use crate::{
    preflight::PreflightDetails,
    session::{EngineState, PackageCheck, Session, has_picker},
    words::{locale, use_words},
};

/// What a kept model is used for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// It is open, or on its way.
    Open,
    /// It is open, and some of what it came from is not kept: it has been dropped, or there was no room.
    OpenInPart,
    /// It can be opened.
    Other,
}

/// The list, and a field to open another address.
#[component]
pub(crate) fn Models(session: Session) -> impl IntoView {
    let words = use_words();
    let address = RwSignal::new(String::new());
    let open = move |ev: web_sys::SubmitEvent| {
        ev.prevent_default();
        let url = address.get_untracked().trim().to_owned();
        if !url.is_empty() && session.open_address(&url) {
            address.set(String::new());
        }
    };
    // Another tab may have fetched some, or dropped some.
    let look_again = move |ev: web_sys::Event| {
        let details: web_sys::HtmlDetailsElement = event_target(&ev);
        if details.open() {
            session.list_packages();
        }
    };
    let is_empty = move || {
        session
            .packages
            .with(|packages| packages.as_ref().is_some_and(Vec::is_empty))
    };
    view! {
        <details class="models card" data-testid="models" on:toggle=look_again>
            <summary>{move || words.get().models.models}</summary>
            <ul class="kept">
                <For each=move || session.packages.get().unwrap_or_default() key=|kept| (kept.url.clone(), kept.kept_bytes, kept.opened_ms as u64) let:kept>
                    <Kept session kept />
                </For>
            </ul>
            <Show when=is_empty>
                <p class="hint">{move || words.get().models.none}</p>
            </Show>
            <form class="open-model" on:submit=open>
                <label class="field">
                    <span>{move || words.get().models.address}</span>
                    <input type="text" inputmode="url" autocomplete="off" data-testid="model-url"
                        prop:value=move || address.get()
                        on:input=move |ev| address.set(event_target_value(&ev)) />
                </label>
                <button type="submit" data-testid="model-open">{move || words.get().models.open}</button>
            </form>
            <FolderButton session />
            <PreflightDetails session />
        </details>
    }
}

/// Opens a package that is on the disk already.
#[component]
fn FolderButton(session: Session) -> impl IntoView {
    let words = use_words();
    let files = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(input) = files.get() {
            // Every browser has it and no standard, and so neither do the view's attributes.
            input.set_attribute("webkitdirectory", "").ok();
        }
    });
    let choose = move |_: web_sys::MouseEvent| {
        if has_picker() {
            session.pick_folder();
        } else if let Some(files) = files.get_untracked() {
            files.click();
        }
    };
    let chosen = move |ev: web_sys::Event| {
        let input: web_sys::HtmlInputElement = event_target(&ev);
        if let Some(files) = input.files() {
            session.open_folder_files((0..files.length()).filter_map(|index| files.get(index)));
        }
        // The same folder may be chosen again.
        input.set_value("");
    };
    view! {
        <button type="button" class="quiet" data-testid="model-folder"
            title=move || words.get().models.folder_hint on:click=choose>
            {move || words.get().models.folder}
        </button>
        <input node_ref=files type="file" hidden data-testid="model-folder-files" tabindex="-1"
            aria-label=move || words.get().models.folder_files on:change=chosen />
    }
}

#[component]
fn Kept(session: Session, kept: KeptPackage) -> impl IntoView {
    let words = use_words();
    let url = StoredValue::new(kept.url.clone());
    let is_in_part = kept.kept_bytes < kept.total_bytes;
    let used = Memo::new(move |_| {
        let is_open = session.model_url.get() == url.get_value();
        match session.engine.get() {
            EngineState::Ready | EngineState::Answering if is_open && is_in_part => Use::OpenInPart,
            EngineState::LoadingFailed => Use::Other,
            _ if is_open => Use::Open,
            _ => Use::Other,
        }
    });
    let check = move || {
        let check = session.package_check.get()?;
        url.with_value(|url| check_of(&check, url, words.get()))
    };
    let is_checking = move || {
        session
            .package_check
            .with(|check| matches!(check, Some(PackageCheck::Underway { .. })))
    };
    view! {
        <li data-testid="kept-model">
            <p>
                <strong>{kept.id.clone()}</strong>
                " "
                <span class="caption">{move || summary(&kept, words.get())}</span>
            </p>
            <p class="address" title=url.get_value()>{url.get_value()}</p>
            <p class="row">
                <button type="button" data-testid="kept-open" disabled=move || used.get() == Use::Open
                    on:click=move |_| session.open_package(url.get_value())>
                    {move || {
                        let words = &words.get().models;
                        match used.get() {
                            Use::Open => words.in_use,
                            Use::OpenInPart => words.fetch_missing,
                            Use::Other => words.open,
                        }
                    }}
                </button>
                <button type="button" class="quiet" data-testid="kept-verify"
                    title=move || words.get().models.check_hint
                    disabled=is_checking
                    on:click=move |_| session.verify_package(url.get_value())>
                    {move || words.get().models.check}
                </button>
                <button type="button" class="quiet" data-testid="kept-remove"
                    on:click=move |_| session.remove_package(url.get_value())>
                    {move || words.get().models.delete}
                </button>
            </p>
            // Always there, so that it is read aloud when it begins to say something.
            <p class="check" role="status" data-testid="kept-check">{check}</p>
        </li>
    }
}

/// How far the check of the model of this address has come, or what came of it.
fn check_of(check: &PackageCheck, of_url: &str, words: &Words) -> Option<String> {
    match check {
        PackageCheck::Underway { url, bytes, total } if url == of_url => {
            Some((words.models.checking)(
                &format::bytes(*bytes),
                &format::bytes(*total),
            ))
        }
        PackageCheck::Done {
            url,
            chunks,
            dropped,
        } if url == of_url => Some((words.models.checked)(*chunks, *dropped)),
        _ => None,
    }
}

/// How much of it is kept, and since when.
fn summary(kept: &KeptPackage, words: &Words) -> String {
    let size = if kept.kept_bytes == kept.total_bytes {
        format::bytes(kept.total_bytes)
    } else {
        (words.models.part)(
            &format::bytes(kept.kept_bytes),
            &format::bytes(kept.total_bytes),
        )
    };
    if kept.opened_ms > 0.0 {
        let day = Date::new(&JsValue::from_f64(kept.opened_ms))
            .to_locale_date_string(&locale(words.language), &JsValue::UNDEFINED);
        (words.models.last_opened)(&size, &String::from(day))
    } else {
        size
    }
}
