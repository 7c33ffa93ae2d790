//! The exchanges before the last one, as plain elements.
//!
//! Whatever reacts holds memory for as long as it may: for one exchange more than ten kilobytes, and a conversation has hundreds.
//! The last exchange is streamed, asked again and edited; those before it hardly change any more. So they are built by the same
//! views, copied as elements, and the views let go. What may still become of them is seen to here for all of them at once.

use leptos::{
    ev, html,
    prelude::*,
    tachys::view::{Mountable, Render},
};
use roi_words::Words;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDetailsElement};

use crate::{
    answer_details::{details_list, show_all},
    exchange_view::{ExchangeView, Seen, copy},
    moved_note::{moved_note, moved_since},
    session::{Exchange, Session},
    words::use_words,
};

type Area = NodeRef<html::Div>;

/// All exchanges of the conversation but the last.
#[component]
pub(crate) fn EarlierExchanges(session: Session) -> impl IntoView {
    let words = use_words();
    let area = Area::new();
    draw(session, area);
    note_moved(session, area);
    let on_click = move |ev: ev::MouseEvent| {
        let target: Element = event_target(&ev);
        if let Some(button) = closest(&target, "[data-testid=copy-answer]") {
            let answer =
                closest(&button, ".exchange").and_then(|article| find(&article, ".answer"));
            if let Some(text) = answer.and_then(|answer| answer.text_content()) {
                copy(session, &text);
            }
        } else if let Some(summary) = closest(&target, "summary") {
            tell_details(session, words, &summary);
        }
    };
    // A script unfolds details without a click.
    let on_toggle = move |ev: ev::Event| {
        let details: HtmlDetailsElement = event_target(&ev);
        tell_details(session, words, &details);
        show_all(&details);
    };
    // Read out when they were the last; nothing new is to be heard here.
    view! {
        <div class="earlier" aria-live="off" node_ref=area
            on:click=on_click
            on:toggle:capture=on_toggle>
        </div>
    }
}

/// Keeps an article for each exchange, in their order.
fn draw(session: Session, area: Area) {
    let words = use_words();
    Effect::new(move |drawn: Option<(_, Vec<u64>)>| {
        let words = words.get();
        let language = words.language;
        let ids: Vec<u64> = of_earlier(session, |exchange| exchange.id);
        let Some(area) = area.get() else {
            return (language, Vec::new());
        };
        let n_kept = match &drawn {
            Some((spoken, drawn)) if *spoken == language => {
                let pairs = drawn.iter().zip(&ids);
                pairs.take_while(|(drawn, id)| drawn == id).count()
            }
            _ => 0,
        };
        while let Some(last) = area.last_element_child()
            && area.child_element_count() as usize > n_kept
        {
            last.remove();
        }
        let exchanges = session.exchanges;
        for index in n_kept..ids.len() {
            let Some(exchange) = exchanges.with(|all| all.get(index).cloned()) else {
                break;
            };
            let article = still(|| {
                let seen = Seen::now(session, exchange, words);
                view! { <ExchangeView session seen /> }
            });
            if let Some(article) = article {
                area.append_child(&article).ok();
            }
        }
        (language, ids)
    });
}

/// Says of each exchange which of its boxes have moved since.
fn note_moved(session: Session, area: Area) {
    let words = use_words();
    Effect::new(move |_| {
        let moved = of_earlier(session, |exchange| moved_since(session, exchange));
        let mut article = area.get().and_then(|area| area.first_element_child());
        for moved in moved {
            let Some(exchange) = article else { break };
            let note = find(&exchange, ".moved");
            let said = (!moved.is_empty()).then(|| (words.get().chat.moved)(&moved));
            match (note, said) {
                (Some(note), Some(said)) if note.text_content().as_ref() == Some(&said) => {}
                (Some(note), Some(said)) => note.set_text_content(Some(&said)),
                (Some(note), None) => note.remove(),
                (None, Some(said)) => {
                    let answer = find(&exchange, ".answer");
                    if let Some((answer, note)) = answer.zip(still(|| moved_note(said))) {
                        answer.insert_adjacent_element("afterend", &note).ok();
                    }
                }
                (None, None) => {}
            }
            article = exchange.next_element_sibling();
        }
    });
}

/// Says what the answer took whose details `part` belongs to, unless it has been said.
fn tell_details(session: Session, words: Signal<&'static Words>, part: &Element) {
    let (Some(details), Some(article)) = (closest(part, "details"), closest(part, ".exchange"))
    else {
        return;
    };
    let before = std::iter::successors(article.previous_element_sibling(), |article| {
        article.previous_element_sibling()
    });
    let index = before.count();
    let exchange = session
        .exchanges
        .with_untracked(|all| all.get(index).cloned());
    if let (Some(exchange), None) = (exchange, find(&details, "dl"))
        && let Some(list) = still(|| details_list(&exchange, &words.get_untracked().answer))
    {
        details.append_child(&list).ok();
    }
}

/// Something of each exchange but the last.
fn of_earlier<T>(session: Session, what: impl Fn(&Exchange) -> T) -> Vec<T> {
    session.exchanges.with(|all| {
        let n_earlier = all.len().saturating_sub(1);
        let earlier = all[..n_earlier].iter();
        earlier.map(|exchange| what(exchange)).collect()
    })
}

/// The element that a view is at first, without anything of it that reacts.
fn still<V: IntoView>(view: impl FnOnce() -> V) -> Option<Element> {
    let owner = Owner::new();
    let element = owner.with(|| {
        untrack(|| {
            let holder = document().create_element("div").ok()?;
            let mut state = view().into_view().build();
            state.mount(&holder, None);
            let element = holder.first_element_child();
            let copied = element.and_then(|element| element.clone_node_with_deep(true).ok());
            state.unmount();
            copied
        })
    });
    owner.cleanup();
    element.and_then(|element| element.dyn_into().ok())
}

fn closest(element: &Element, selector: &str) -> Option<Element> {
    element.closest(selector).ok().flatten()
}

fn find(element: &Element, selector: &str) -> Option<Element> {
    element.query_selector(selector).ok().flatten()
}
