//! The language that the page speaks, for all of its parts. What it says is in `roi-words`.

use leptos::prelude::*;
use roi_words::{Language, Words};

use crate::session::storage;

/// Where a choice is kept.
const KEY: &str = "roichat-language-1";

/// What the page speaks, for all of its parts.
#[derive(Clone, Copy)]
struct Spoken {
    language: RwSignal<Language>,
    words: Signal<&'static Words>,
}

/// Lets everything below the present component speak, in the language that suits the person: what they chose before, else the first
/// of the browser's that the page speaks.
pub(crate) fn provide_words() {
    let kept = storage::read_text(KEY);
    let suiting = Language::of_person(kept.as_deref(), &preferred_by_the_browser());
    let language = RwSignal::new(suiting);
    let words = Signal::derive(move || language.get().words());
    provide_context(Spoken { language, words });
    Effect::new(move |_| mark_document(language.get()));
}

/// The texts in the language that is spoken: whoever follows them changes with it.
pub(crate) fn use_words() -> Signal<&'static Words> {
    expect_context::<Spoken>().words
}

/// The language that is spoken.
pub(crate) fn use_language() -> RwSignal<Language> {
    expect_context::<Spoken>().language
}

/// Remembers that a language was chosen. Where the browser keeps nothing, the choice lasts as long as the page.
pub(crate) fn keep(chosen: Language) {
    storage::write_text(KEY, chosen.tag()).ok();
}

/// How dates are written: as in the person's country, where the browser tells which of the language's countries that is.
pub(crate) fn locale(language: Language) -> String {
    preferred_by_the_browser()
        .into_iter()
        .find(|tag| Language::of_tag(tag) == Some(language))
        .unwrap_or_else(|| language.tag().to_owned())
}

/// Tells the browser, which reads texts aloud, breaks lines and chooses letter forms by it.
fn mark_document(language: Language) {
    let document = document();
    document.set_title(language.words().page.title);
    if let Some(root) = document.document_element() {
        root.set_attribute("lang", language.tag()).ok();
    }
}

/// Tags of the languages that the browser is set to, the dearest first.
fn preferred_by_the_browser() -> Vec<String> {
    let languages = window().navigator().languages();
    languages.iter().filter_map(|tag| tag.as_string()).collect()
}
