//! Questions that a press asks: of the region in hand, and the typed one of every region.

use leptos::prelude::*;
use roi_geom::BoxTool;
use roi_words::prompts::{comparison, description, reason};
use web_sys::MouseEvent;

use crate::{
    palette,
    question_field::go_on_in_question,
    session::{EngineState, Session},
    words::use_words,
};

/// What a press asks of one region. Nothing in it is removed while it is pressed: parts are hidden instead, since what they read
/// would go with them.
#[component]
pub(crate) fn QuickActions(session: Session) -> impl IntoView {
    let words = use_words();
    let is_comparing = RwSignal::new(false);
    let n_boxes = Memo::new(move |_| {
        session
            .tool
            .with(|tool| tool.as_ref().map_or(0, |tool| tool.boxes().len()))
    });
    // The selected region, or the only one.
    let target = Memo::new(move |_| {
        let selected = session
            .tool
            .with(|tool| tool.as_ref().and_then(BoxTool::selected));
        selected.or((n_boxes.get() == 1).then_some(0))
    });
    let is_ready = move || session.engine.get() == EngineState::Ready;
    let number = move || target.get().map_or(0, |index| index + 1);
    // The buttons go out of use while there is no answer.
    let ask = move |question: fn(usize) -> String, ev: &MouseEvent| {
        if let Some(index) = target.get_untracked() {
            session.ask_this(question(index + 1));
            go_on_in_question(ev);
        }
    };
    let compare = move |other: usize, ev: &MouseEvent| {
        if let Some(index) = target.get_untracked() {
            session.ask_this(comparison(index + 1, other + 1));
            go_on_in_question(ev);
        }
        is_comparing.set(false);
    };
    // With two regions there is only one to compare with.
    let compare_pressed =
        move |ev: MouseEvent| match (target.get_untracked(), n_boxes.get_untracked()) {
            (Some(index @ 0..=1), 2) => compare(1 - index, &ev),
            _ => is_comparing.update(|is_comparing| *is_comparing = !*is_comparing),
        };
    let waiting = move || match session.queue.with(|queue| queue.len()) {
        0 => None,
        n => Some((words.get().quick.waiting)(n)),
    };
    view! {
        <div class="quick" hidden=move || target.get().is_none() && waiting().is_none()>
            <span class="quick-of" role="group" hidden=move || target.get().is_none()
                aria-label=move || (words.get().quick.of_region)(number())
                style=move || palette::style(target.get().unwrap_or(0))>
                <span class="quick-region" aria-hidden="true">{number}</span>
                <button type="button" data-testid="quick-describe" disabled=move || !is_ready()
                    on:click=move |ev| ask(description, &ev)>
                    {move || words.get().quick.describe}
                </button>
                <button type="button" data-testid="quick-why" disabled=move || !is_ready()
                    on:click=move |ev| ask(reason, &ev)>
                    {move || words.get().quick.why}
                </button>
                <button type="button" data-testid="quick-compare" disabled=move || !is_ready()
                    hidden=move || { n_boxes.get() < 2 }
                    aria-expanded=move || if is_comparing.get() { "true" } else { "false" }
                    on:click=compare_pressed>
                    {move || words.get().quick.compare}
                </button>
            </span>
            <span class="quick-others" role="group" aria-label=move || words.get().quick.others
                hidden=move || !is_comparing.get() || target.get().is_none()>
                <For each=move || 0..n_boxes.get() key=|index| *index let:index>
                    <button type="button" class="chip" style=palette::style(index)
                        data-testid=format!("quick-compare-{}", index + 1)
                        hidden=move || target.get() == Some(index)
                        disabled=move || !is_ready()
                        on:click=move |ev| compare(index, &ev)>
                        {format!("region{}", index + 1)}
                    </button>
                </For>
            </span>
            <span class="caption" role="status">{waiting}</span>
        </div>
    }
}

/// The button that asks the typed question of all regions.
#[component]
pub(crate) fn AskEveryRegion(session: Session) -> impl IntoView {
    let words = use_words();
    let has_one_region = Memo::new(move |_| {
        session
            .tool
            .with(|tool| tool.as_ref().is_none_or(|tool| tool.boxes().len() < 2))
    });
    let can_ask = move || {
        session.engine.get() == EngineState::Ready
            && session
                .question
                .with(|question| !question.trim().is_empty())
    };
    view! {
        <button type="button" class="quick-all" data-testid="ask-every-region"
            title=move || words.get().quick.every_region_hint
            hidden=move || has_one_region.get()
            disabled=move || !can_ask()
            on:click=move |ev| {
                session.ask_every_region();
                go_on_in_question(&ev);
            }>
            {move || words.get().quick.every_region}
        </button>
    }
}
