//! Where the next question is written: text, a chip per region, send and stop.

use leptos::{html, prelude::*};

use crate::{
    failure::{FailureAt, Place},
    palette,
    question_field::{QUESTION_ID, focus_question, go_on_in_question, go_on_with_region, grow},
    quick_actions::{AskEveryRegion, QuickActions},
    session::{EngineState, Session},
    set_aside::SetAside,
    words::use_words,
};

/// The question and its buttons.
#[component]
pub(crate) fn Composer(session: Session) -> impl IntoView {
    let words = use_words();
    let area = NodeRef::<html::Textarea>::new();
    let n_boxes = Memo::new(move |_| {
        session
            .tool
            .with(|tool| tool.as_ref().map_or(0, |tool| tool.boxes().len()))
    });
    let is_answering = move || session.engine.get() == EngineState::Answering;
    let can_send = move || {
        session.engine.get() == EngineState::Ready
            && session.question.with(|q| !q.trim().is_empty())
    };
    Effect::new(move |_| {
        session.question.track();
        if let Some(area) = area.get() {
            grow(&area);
        }
    });
    let key = move |ev: web_sys::KeyboardEvent| {
        // Enter that ends a composition (Japanese, Chinese …) belongs to the input method, and so does Escape.
        match ev.key().as_str() {
            "Enter" if !ev.shift_key() && !ev.is_composing() => {
                ev.prevent_default();
                session.ask();
            }
            "Escape" if !ev.is_composing() => session.cancel_edit(),
            _ => {}
        }
    };
    view! {
        <div class="composer">
            <FailureAt session place=Place::Question />
            <div class="chip-bar">
                <div class="chips" role="group" aria-label=move || words.get().composer.chips>
                    <For each=move || 0..n_boxes.get() key=|index| *index let:index>
                        <button type="button" class="chip" class:lit=move || session.is_hovered(index) style=palette::style(index)
                            data-testid=format!("region-chip-{}", index + 1)
                            title=move || (words.get().composer.insert)(index + 1)
                            on:click=move |_| go_on_with_region(session, index + 1)
                            on:pointerenter=move |_| session.change_boxes(|tool| tool.hover(Some(index)))
                            on:pointerleave=move |_| session.change_boxes(|tool| tool.hover(None))>
                            {format!("region{}", index + 1)}
                        </button>
                    </For>
                </div>
                <AskEveryRegion session />
            </div>
            <QuickActions session />
            <SetAside session />
            <p class="editing caption" role="status" data-testid="editing">
                <Show when=move || session.editing.with(Option::is_some)>
                    <span>{move || words.get().composer.editing}</span>
                    <button type="button" class="quiet" data-testid="cancel-edit"
                        on:click=move |_| {
                            session.cancel_edit();
                            focus_question();
                        }>
                        {move || words.get().composer.keep_as_it_is}
                    </button>
                </Show>
            </p>
            <div class="ask">
                <label class="unseen" for=QUESTION_ID>{move || words.get().composer.question}</label>
                <textarea
                    node_ref=area
                    id=QUESTION_ID
                    data-testid="question"
                    rows="1"
                    placeholder=move || words.get().composer.placeholder
                    prop:value=move || session.question.get()
                    on:input=move |ev| session.question.set(event_target_value(&ev))
                    on:keydown=key
                ></textarea>
                <button type="button" class="primary" data-testid="send" title=move || words.get().composer.send_key
                    disabled=move || !can_send() hidden=is_answering
                    on:click=move |ev| {
                        session.ask();
                        go_on_in_question(&ev);
                    }>
                    {move || words.get().composer.send}
                </button>
                <button type="button" class="stop" data-testid="stop" hidden=move || !is_answering()
                    on:click=move |ev| {
                        session.stop();
                        go_on_in_question(&ev);
                    }>
                    {move || words.get().composer.stop}
                </button>
            </div>
        </div>
    }
}
