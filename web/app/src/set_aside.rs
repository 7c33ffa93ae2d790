//! Questions that came to nothing, to be asked after all or given up.

use leptos::prelude::*;

use crate::{
    question_field::go_on_in_question,
    session::{EngineState, Session},
    words::use_words,
};

/// The list; nothing while there are none.
#[component]
pub(crate) fn SetAside(session: Session) -> impl IntoView {
    let words = use_words();
    let n_questions = Memo::new(move |_| session.set_aside.with(Vec::len));
    let is_ready = move || session.engine.get() == EngineState::Ready;
    let question = move |place: usize| {
        session
            .set_aside
            .with(|aside| aside.get(place).cloned().unwrap_or_default())
    };
    view! {
        <div class="set-aside" role="group" aria-label=move || words.get().composer.set_aside
            data-testid="set-aside" hidden=move || n_questions.get() == 0>
            <p class="caption">{move || words.get().composer.set_aside}</p>
            <ul>
                <For each=move || 0..n_questions.get() key=|place| *place let:place>
                    <li>
                        <span data-testid="set-aside-question">{move || question(place)}</span>
                        <button type="button" data-testid="ask-set-aside" disabled=move || !is_ready()
                            aria-label=move || format!("{}: {}", words.get().composer.ask_set_aside, question(place))
                            on:click=move |ev| {
                                session.ask_set_aside(place);
                                go_on_in_question(&ev);
                            }>
                            {move || words.get().composer.ask_set_aside}
                        </button>
                        <button type="button" class="quiet icon" data-testid="drop-set-aside"
                            title=move || (words.get().composer.drop_set_aside)(&question(place))
                            aria-label=move || (words.get().composer.drop_set_aside)(&question(place))
                            on:click=move |ev| {
                                session.drop_set_aside(place);
                                go_on_in_question(&ev);
                            }>
                            <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m6 6 8 8M14 6l-8 8" /></svg>
                        </button>
                    </li>
                </For>
            </ul>
            <button type="button" data-testid="ask-all-set-aside" disabled=move || !is_ready()
                hidden=move || { n_questions.get() < 2 }
                on:click=move |ev| {
                    session.ask_all_set_aside();
                    go_on_in_question(&ev);
                }>
                {move || words.get().composer.ask_all_set_aside}
            </button>
        </div>
    }
}
