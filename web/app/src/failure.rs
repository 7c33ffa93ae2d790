//! What went wrong, in one sentence, at the place where it did. One failure is shown at a time:
//! the latest is the one to act on.

use leptos::prelude::*;
use roi_words::Trouble;

use crate::{question_field::go_on_in_question, session::Session, words::use_words};

/// Where on the page a failure belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Getting the engine or the model to run.
    Model,
    /// Opening a picture.
    Picture,
    /// Changing the boxes.
    Boxes,
    /// Asking or answering.
    Question,
    /// Opening or saving a conversation.
    Conversation,
}

/// A failure to be shown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    pub(crate) place: Place,
    pub(crate) trouble: Trouble,
}

/// Shows the present failure if it arose here. `children` are what can be done about it.
#[component]
pub(crate) fn FailureAt(
    session: Session,
    place: Place,
    #[prop(optional)] children: Option<ChildrenFn>,
) -> impl IntoView {
    let words = use_words();
    let is_here = Memo::new(move |_| {
        session
            .failure
            .with(|f| f.as_ref().is_some_and(|f| f.place == place))
    });
    let text = move || {
        let word = words.get().trouble;
        session
            .failure
            .with(|f| f.as_ref().map(|f| word(&f.trouble)))
    };
    let children = StoredValue::new(children);
    view! {
        <Show when=move || is_here.get()>
            <div class="failure" role="alert">
                <p data-testid="error">{text}</p>
                <div class="failure-actions">
                    {children.with_value(|c| c.as_ref().map(|c| c()))}
                    <button
                        type="button"
                        class="quiet"
                        aria-label=move || words.get().page.dismiss_message
                        on:click=move |ev| {
                            go_on_in_question(&ev);
                            session.failure.set(None);
                        }
                    >
                        {move || words.get().page.dismiss}
                    </button>
                </div>
            </div>
        </Show>
    }
}
