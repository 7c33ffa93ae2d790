//! The boxes as numbers: what the canvas shows, for hands that type and eyes that do not see it.

use leptos::{html, prelude::*};
use roi_geom::{BoxPx, Coordinate};
use roi_words::format;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, Node};

use crate::{
    failure::{FailureAt, Place},
    keyboard::{is_focus_lost, is_typed_into},
    palette,
    selected_row::follow_selected,
    session::Session,
    surface::{box_key_pressed, digit_pressed},
    tagged::tagged,
    words::use_words,
};

const COORDINATES: [(Coordinate, &str); 4] = [
    (Coordinate::X1, "x1"),
    (Coordinate::Y1, "y1"),
    (Coordinate::X2, "x2"),
    (Coordinate::Y2, "y2"),
];

/// The list of boxes.
#[component]
pub(crate) fn BoxList(session: Session) -> impl IntoView {
    let words = use_words();
    let n_boxes = Memo::new(move |_| {
        session
            .tool
            .with(|tool| tool.as_ref().map_or(0, |tool| tool.boxes().len()))
    });
    let size = move || session.picture.with(|p| p.as_ref().map(|p| p.size));
    follow_selected(session);
    view! {
        <section
            class="card boxes"
            aria-label=move || words.get().boxes.regions
            on:keydown=move |ev| {
                if is_typed_into(&ev) {
                    return;
                }
                if digit_pressed(session, &ev) {
                    ev.prevent_default();
                } else if box_key_pressed(session, &ev) {
                    ev.prevent_default();
                    // Escape lets go of the box, and means it.
                    if ev.key() != "Escape" {
                        go_on(session);
                    }
                }
            }
        >
            <div class="card-head">
                <h2>{move || words.get().boxes.regions}</h2>
                <span class="caption">
                    {move || size().map(|size| format!("{} × {} px", size.width, size.height))}
                </span>
            </div>
            <FailureAt session place=Place::Boxes />
            <Show when=move || n_boxes.get() == 0>
                <p class="hint">{move || tagged(words.get().boxes.first)}</p>
            </Show>
            <ol>
                <For each=move || 0..n_boxes.get() key=|index| *index let:index>
                    <BoxRow session index />
                </For>
            </ol>
            <Show when=move || size().is_some()>
                <button type="button" class="quiet add" data-testid="add-box"
                    on:click=move |_| session.change_boxes(|tool| tool.add_in_the_middle())>
                    {move || words.get().boxes.add}
                </button>
            </Show>
        </section>
    }
}

#[component]
fn BoxRow(session: Session, index: usize) -> impl IntoView {
    let words = use_words();
    let row = NodeRef::<html::Li>::new();
    let number = index + 1;
    let is_selected = move || {
        session
            .tool
            .with(|tool| tool.as_ref().is_some_and(|t| t.selected() == Some(index)))
    };
    let is_unusable = Memo::new(move |_| {
        session.tool.with(|tool| {
            tool.as_ref().is_some_and(|tool| {
                let found = tool.boxes().get(index);
                found.is_some_and(|found| found.clipped(tool.picture()).is_err())
            })
        })
    });
    let left = move |ev: web_sys::FocusEvent| {
        let to = ev
            .related_target()
            .and_then(|to| to.dyn_into::<Node>().ok());
        let stays = row
            .get_untracked()
            .is_some_and(|row| row.contains(to.as_ref()));
        if !stays {
            session.change_boxes(|tool| tool.finish_edit());
        }
    };
    view! {
        <li
            node_ref=row
            class="box-row"
            data-testid=format!("box-{number}")
            data-index=index
            style=palette::style(index)
            class:selected=is_selected
            class:lit=move || session.is_hovered(index)
            class:unusable=move || is_unusable.get()
            on:focusin=move |_| session.change_boxes(|tool| tool.select(Some(index)))
            on:focusout=left
            on:pointerenter=move |_| session.change_boxes(|tool| tool.hover(Some(index)))
            on:pointerleave=move |_| session.change_boxes(|tool| tool.hover(None))
        >
            <button type="button" class="badge" aria-label=move || (words.get().boxes.select)(number)
                aria-pressed=move || if is_selected() { "true" } else { "false" }
                on:click=move |_| session.change_boxes(|tool| tool.select(Some(index)))>
                {number}
            </button>
            <div class="coordinates">
                {COORDINATES.map(|(coordinate, name)| view! { <CoordinateField session index coordinate name /> })}
            </div>
            <button type="button" class="quiet icon delete" aria-label=move || (words.get().boxes.remove)(number)
                title=move || words.get().boxes.remove_hint data-testid=format!("box-{number}-delete")
                on:click=move |_| {
                    session.remove_box(index);
                    go_on(session);
                }>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m6 6 8 8M14 6l-8 8" /></svg>
            </button>
            <Show when=move || is_unusable.get()>
                <p class="problem">{move || words.get().boxes.no_area}</p>
            </Show>
        </li>
    }
}

/// Lets keys go on meaning something when boxes have gone or come back: the focus stays in a row, whichever box that is now, and
/// selects it if no other one is.
fn go_on(session: Session) {
    let row = document()
        .active_element()
        .and_then(|focused| focused.closest("[data-index]").ok().flatten())
        .and_then(|row| row.get_attribute("data-index")?.parse().ok());
    if row.is_some() && session.selected_untracked().is_none() {
        session.change_boxes(|tool| tool.select(row));
    }
    keep_focus();
}

/// Where the row that had the focus is gone, puts it on the button below the list: it must not start over at the top of the page.
fn keep_focus() {
    request_animation_frame(|| {
        let below = document().query_selector("[data-testid=\"add-box\"]");
        if is_focus_lost()
            && let Ok(Some(below)) = below
            && let Ok(below) = below.dyn_into::<HtmlElement>()
        {
            below.focus().ok();
        }
    });
}

/// One number of a box. While it is being typed the text is the typist's; the number behind it
/// follows as far as the text is one. Enter ends the typing, and Escape takes it back.
#[component]
fn CoordinateField(
    session: Session,
    index: usize,
    coordinate: Coordinate,
    name: &'static str,
) -> impl IntoView {
    let words = use_words();
    let draft = RwSignal::new(None::<String>);
    let value = Memo::new(move |_| {
        session.tool.with(|tool| {
            let found = tool
                .as_ref()
                .and_then(|tool| tool.boxes().get(index).copied());
            found.map_or_else(String::new, |found| {
                format::coordinate(of(found, coordinate))
            })
        })
    });
    let is_wrong =
        move || draft.with(|draft| draft.as_ref().is_some_and(|text| number(text).is_none()));
    let now = move || {
        session.tool.with_untracked(|tool| {
            let found = tool.as_ref()?.boxes().get(index)?;
            Some(of(*found, coordinate))
        })
    };
    let before_typing = StoredValue::new(None::<f64>);
    let set = move |value: f64| session.change_boxes(|tool| tool.edit(index, coordinate, value));
    // Shows the number as it is now, for what is typed next to take its place.
    let begin_anew = move |field: HtmlInputElement| {
        draft.set(None);
        request_animation_frame(move || field.select());
    };
    let label = move || (words.get().boxes.coordinate)(index + 1, name);
    view! {
        <label>
            <span aria-hidden="true">{name}</span>
            <input
                type="text"
                inputmode="decimal"
                autocomplete="off"
                data-testid=format!("box-{}-{name}", index + 1)
                aria-label=label
                aria-invalid=move || is_wrong().then_some("true")
                prop:value=move || draft.get().unwrap_or_else(|| value.get())
                on:focus=move |ev| {
                    before_typing.set_value(now());
                    event_target::<HtmlInputElement>(&ev).select();
                }
                on:input=move |ev| {
                    let text = event_target_value(&ev);
                    if let Some(value) = number(&text) {
                        set(value);
                    }
                    draft.set(Some(text));
                }
                on:change=move |_| draft.set(None)
                on:blur=move |_| draft.set(None)
                on:keydown=move |ev| {
                    let step = match ev.key().as_str() {
                        "ArrowUp" => 1.0,
                        "ArrowDown" => -1.0,
                        // They may belong to an input method.
                        _ if ev.is_composing() => return,
                        "Enter" => {
                            session.change_boxes(|tool| tool.finish_edit());
                            before_typing.set_value(now());
                            return begin_anew(event_target(&ev));
                        }
                        "Escape" => {
                            let before = before_typing.get_value();
                            if let Some(before) = before.filter(|_| before != now()) {
                                set(before);
                            }
                            return begin_anew(event_target(&ev));
                        }
                        _ => return,
                    };
                    ev.prevent_default();
                    draft.set(None);
                    if let Some(value) = number(&value.get_untracked()) {
                        set(value + if ev.shift_key() { 10.0 * step } else { step });
                    }
                }
            />
        </label>
    }
}

fn of(found: BoxPx, coordinate: Coordinate) -> f64 {
    match coordinate {
        Coordinate::X1 => found.x1,
        Coordinate::Y1 => found.y1,
        Coordinate::X2 => found.x2,
        Coordinate::Y2 => found.y2,
    }
}

/// A typed number; a comma is a decimal point to half of the world.
fn number(text: &str) -> Option<f64> {
    text.trim()
        .replace(',', ".")
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
}
