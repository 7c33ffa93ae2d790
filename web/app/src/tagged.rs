//! A sentence of the page in which region tags look like what one types.

use leptos::prelude::*;
use roi_protocol::region_tags;

/// The sentence with its tags as code.
pub(crate) fn tagged(sentence: &'static str) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut end = 0;
    for tag in region_tags(sentence) {
        parts.push(sentence[end..tag.range.start].into_any());
        end = tag.range.end;
        parts.push(view! { <code>{&sentence[tag.range]}</code> }.into_any());
    }
    parts.push(sentence[end..].into_any());
    parts
}
