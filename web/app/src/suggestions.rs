//! Questions to begin with, for whoever has boxes and no words yet.

use leptos::prelude::*;

use crate::session::{EngineState, Session};

/// Where there is one box.
const OF_ONE: [&str; 4] = [
    "What colour is <region1>?",
    "Describe <region1>.",
    "What is <region1>?",
    "Where is <region1>?",
];
/// Where there are more.
const OF_TWO: [&str; 4] = [
    "What colour is <region1>?",
    "Describe <region2>.",
    "Where is <region1>, seen from <region2>?",
    "Is <region1> bigger than <region2>?",
];

/// Buttons that ask a question each. They outlive the click that hides them: a button that removes itself while it is pressed
/// takes along what it still reads.
#[component]
pub(crate) fn Suggestions(session: Session) -> impl IntoView {
    let n_boxes = Memo::new(move |_| {
        session
            .tool
            .with(|tool| tool.as_ref().map_or(0, |tool| tool.boxes().len()))
    });
    let questions = move || match n_boxes.get() {
        0 => &[][..],
        1 => &OF_ONE[..],
        _ => &OF_TWO[..],
    };
    let can_ask = move || session.engine.get() == EngineState::Ready;
    view! {
        <div class="suggestions" role="group" aria-label="Suggested questions">
            <For each=questions key=|question| *question let:question>
                <button
                    type="button"
                    class="suggestion"
                    data-testid="suggestion"
                    disabled=move || !can_ask()
                    on:click=move |_| { session.ask_this((*question).to_owned()); }
                >
                    {*question}
                </button>
            </For>
        </div>
    }
}
