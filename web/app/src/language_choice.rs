//! Choosing the language of the page.

use leptos::prelude::*;
use roi_words::Language;

use crate::words::{keep, use_language, use_words};

/// The languages, each under the name that its speakers know it by.
#[component]
pub(crate) fn LanguageChoice() -> impl IntoView {
    let (language, words) = (use_language(), use_words());
    let options = Language::ALL.map(|offered| {
        view! {
            <option value=offered.tag() lang=offered.tag() prop:selected=move || language.get() == offered>
                {offered.own_name()}
            </option>
        }
    });
    view! {
        <select
            class="language"
            data-testid="language"
            aria-label=move || words.get().page.language
            on:change=move |ev| {
                if let Some(chosen) = Language::of_tag(&event_target_value(&ev)) {
                    language.set(chosen);
                    keep(chosen);
                }
            }
        >
            {options}
        </select>
    }
}
