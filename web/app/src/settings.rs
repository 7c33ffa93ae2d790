//! How answers are generated: six numbers with the original demo's defaults.

use leptos::prelude::*;
use roi_protocol::GenerateOptions;
use roi_words::{FieldWords, Words};

use crate::{session::Session, words::use_words};

/// The settings. They are always in sight: what they are set to decides what an answer means.
#[component]
pub(crate) fn Settings(session: Session) -> impl IntoView {
    let words = use_words();
    let options = session.options;
    view! {
        <details class="settings card" data-testid="settings" open>
            <summary>{move || words.get().settings.title}</summary>
            <div class="fields">
                <NumberField session name="temperature" said=|words| &words.settings.temperature
                    initial=|o| o.temperature.to_string()
                    apply=|o, text| in_range(text, 0.0..=100.0).map(|v| o.temperature = v) />
                <NumberField session name="top-k" said=|words| &words.settings.top_k
                    initial=|o| o.top_k.to_string()
                    apply=|o, text| in_range(text, 0..=64).map(|v| o.top_k = v) />
                <NumberField session name="top-p" said=|words| &words.settings.top_p
                    initial=|o| o.top_p.to_string()
                    apply=|o, text| in_range(text, f32::MIN_POSITIVE..=1.0).map(|v| o.top_p = v) />
                <NumberField session name="max-new-tokens" said=|words| &words.settings.longest
                    initial=|o| o.max_new_tokens.to_string()
                    apply=|o, text| in_range(text, 1..=u32::MAX).map(|v| o.max_new_tokens = v) />
                <NumberField session name="seed" said=|words| &words.settings.seed
                    initial=|o| o.seed.to_string()
                    apply=|o, text| in_range(text, 0..=GenerateOptions::MAX_SEED).map(|v| o.seed = v) />
                <label class="check">
                    <input
                        type="checkbox"
                        data-testid="setting-ignore-stop"
                        prop:checked=options.with_untracked(|o| o.ignore_stop)
                        on:change=move |ev| options.update(|o| o.ignore_stop = event_target_checked(&ev))
                    />
                    <span>{move || words.get().settings.past_end}</span>
                </label>
            </div>
        </details>
    }
}

/// One number. What does not fit is marked, and the last value that did stays in force.
#[component]
fn NumberField(
    session: Session,
    name: &'static str,
    said: fn(&'static Words) -> &'static FieldWords,
    initial: fn(&GenerateOptions) -> String,
    apply: fn(&mut GenerateOptions, &str) -> Option<()>,
) -> impl IntoView {
    let words = use_words();
    let said = move || said(words.get());
    let is_wrong = RwSignal::new(false);
    let id = format!("setting-{name}");
    let labelled = id.clone();
    view! {
        <label class="field" for=labelled title=move || said().hint>
            <span>{move || said().label}</span>
            <input
                id=id.clone()
                data-testid=id.clone()
                type="text"
                inputmode="decimal"
                autocomplete="off"
                value=session.options.with_untracked(initial)
                aria-invalid=move || is_wrong.get().then_some("true")
                on:input=move |ev| {
                    let text = event_target_value(&ev);
                    let mut changed = session.options.get_untracked();
                    let fits = apply(&mut changed, text.trim()).is_some();
                    is_wrong.set(!fits);
                    if fits {
                        session.options.set(changed);
                    }
                }
            />
            <Show when=move || is_wrong.get()>
                <small class="hint">{move || said().hint}</small>
            </Show>
        </label>
    }
}

fn in_range<T: std::str::FromStr + PartialOrd>(
    text: &str,
    range: std::ops::RangeInclusive<T>,
) -> Option<T> {
    text.parse().ok().filter(|value| range.contains(value))
}
