//! Questions to begin with, for whoever has boxes and no words yet.

use leptos::prelude::*;
use roi_words::Suggestion;

use crate::{
    question_field::go_on_in_question,
    session::{EngineState, Session},
    words::use_words,
};

/// Buttons that ask a question each. They outlive the click that hides them: a button that removes itself while it is pressed
/// takes along what it still reads.
#[component]
pub(crate) fn Suggestions(session: Session) -> impl IntoView {
    let words = use_words();
    let n_boxes = Memo::new(move |_| {
        session
            .tool
            .with(|tool| tool.as_ref().map_or(0, |tool| tool.boxes().len()))
    });
    let suggestions = move || match n_boxes.get() {
        0 => &[][..],
        1 => &Suggestion::OF_ONE[..],
        _ => &Suggestion::OF_TWO[..],
    };
    let can_ask = move || session.engine.get() == EngineState::Ready;
    view! {
        <div class="suggestions" role="group" aria-label=move || words.get().chat.suggestions>
            <For each=suggestions key=|suggestion| **suggestion let:suggestion>
                <button
                    type="button"
                    class="suggestion"
                    data-testid="suggestion"
                    disabled=move || !can_ask()
                    on:click=move |ev| {
                        session.ask_this(suggestion.prompt().to_owned());
                        go_on_in_question(&ev);
                    }
                >
                    {move || (words.get().chat.suggestion)(*suggestion)}
                </button>
            </For>
        </div>
    }
}
