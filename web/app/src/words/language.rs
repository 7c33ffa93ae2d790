//! Which language the page speaks.

use leptos::prelude::*;

use super::{Words, english::ENGLISH, japanese::JAPANESE};
use crate::session::storage;

/// Where a choice is kept.
const KEY: &str = "roichat-language-1";

/// A language of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Japanese,
}

impl Language {
    pub(crate) const ALL: [Self; 2] = [Self::English, Self::Japanese];

    /// What this person chose before; else the first of the browser's languages that the page speaks.
    pub(super) fn at_start() -> Self {
        choice(
            storage::read_text(KEY).as_deref(),
            &preferred_by_the_browser(),
        )
    }

    /// The language of a tag such as `ja` or `ja-JP`, if the page speaks it.
    pub(crate) fn of_tag(tag: &str) -> Option<Self> {
        let spoken = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(spoken))
    }

    /// Its tag, as documents name languages.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Japanese => "ja",
        }
    }

    /// What its speakers call it.
    pub(crate) fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Japanese => "日本語",
        }
    }

    /// Its texts.
    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::Japanese => &JAPANESE,
        }
    }

    /// How dates are written: as in the person's country, where the browser tells which of the language's countries that is.
    pub(crate) fn locale(self) -> String {
        preferred_by_the_browser()
            .into_iter()
            .find(|tag| Self::of_tag(tag) == Some(self))
            .unwrap_or_else(|| self.tag().to_owned())
    }

    /// Remembers that this one was chosen. Where the browser keeps nothing, the choice lasts as long as the page.
    pub(crate) fn keep(self) {
        storage::write_text(KEY, self.tag()).ok();
    }

    /// Tells the browser, which reads texts aloud, breaks lines and chooses letter forms by it.
    pub(super) fn mark_document(self) {
        let document = document();
        document.set_title(self.words().page.title);
        if let Some(root) = document.document_element() {
            root.set_attribute("lang", self.tag()).ok();
        }
    }
}

/// The language of `kept`, else the first of `preferred` that the page speaks, else English. All are tags.
fn choice(kept: Option<&str>, preferred: &[String]) -> Language {
    kept.into_iter()
        .chain(preferred.iter().map(String::as_str))
        .find_map(Language::of_tag)
        .unwrap_or(Language::English)
}

/// Tags of the languages that the browser is set to, the dearest first.
fn preferred_by_the_browser() -> Vec<String> {
    let languages = window().navigator().languages();
    languages.iter().filter_map(|tag| tag.as_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Language, choice};

    fn chosen(kept: Option<&str>, preferred: &[&str]) -> Language {
        let preferred: Vec<String> = preferred.iter().map(|&tag| tag.to_owned()).collect();
        choice(kept, &preferred)
    }

    #[test]
    fn the_first_language_of_the_browser_that_the_page_speaks_is_spoken() {
        assert_eq!(chosen(None, &["ja", "en"]), Language::Japanese);
        assert_eq!(chosen(None, &["en-GB", "ja-JP"]), Language::English);
        assert_eq!(chosen(None, &["de-CH", "fr", "ja-JP"]), Language::Japanese);
    }

    #[test]
    fn english_is_spoken_to_whoever_prefers_neither() {
        assert_eq!(chosen(None, &[]), Language::English);
        assert_eq!(chosen(None, &["de", "zh-Hant-TW"]), Language::English);
        // Javanese and Middle English are languages of their own.
        assert_eq!(chosen(None, &["jav", "enm", ""]), Language::English);
    }

    #[test]
    fn what_was_chosen_before_comes_first_unless_it_is_no_language_of_the_page() {
        assert_eq!(chosen(Some("en"), &["ja"]), Language::English);
        assert_eq!(chosen(Some("ja"), &["en"]), Language::Japanese);
        assert_eq!(chosen(Some("tlh"), &["ja"]), Language::Japanese);
    }

    #[test]
    fn tags_are_read_in_any_case() {
        assert_eq!(Language::of_tag("JA-jp"), Some(Language::Japanese));
        for language in Language::ALL {
            assert_eq!(Language::of_tag(language.tag()), Some(language));
        }
    }
}
