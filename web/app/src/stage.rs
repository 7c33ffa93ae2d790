//! The picture with its boxes: an image element, and a canvas of the same size over it on which
//! the box tool draws. The tool thinks, this passes events to it and paints what it says.

use leptos::{ev, html, prelude::*};
use roi_geom::{BoxTool, CanvasPx, Handle, Hit, Key, Modifiers, Pointer, ViewTransform};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{HtmlCanvasElement, ResizeObserver};

use crate::{
    app::event_number,
    composer::insert_region,
    failure::{FailureAt, Place},
    paint,
    picture::{OpenButton, Samples},
    session::{PictureState, Session},
};

/// Small pictures are enlarged up to this: beyond it one sees nothing but pixels.
const MAX_SCALE: f64 = 4.0;

/// Picture, drawing surface and the buttons that go with them.
#[component]
pub(crate) fn PicturePane(session: Session) -> impl IntoView {
    let has_picture = Memo::new(move |_| session.picture.with(Option::is_some));
    view! {
        <section class="picture-pane" aria-label="Picture">
            <div class="toolbar">
                <OpenButton
                    session
                    label=Signal::derive(move || {
                        if has_picture.get() { "Change picture" } else { "Open a picture" }
                    })
                />
                <Show when=move || has_picture.get()>
                    <Samples session />
                    <UndoButtons session />
                </Show>
            </div>
            <FailureAt session place=Place::Picture />
            <Stage session />
            <p class="caption hint">
                <Show when=move || has_picture.get() fallback=|| "Pictures stay on this computer.">
                    "Drag to draw a box, drag it or its handles to change it. Shift draws inside a box."
                </Show>
            </p>
        </section>
    }
}

#[component]
fn UndoButtons(session: Session) -> impl IntoView {
    let can = move |what: fn(&roi_geom::BoxTool) -> bool| {
        session.tool.with(|tool| tool.as_ref().is_some_and(what))
    };
    view! {
        <div class="undo" role="group" aria-label="History of the boxes">
            <button type="button" class="quiet icon" aria-label="Undo" title="Undo (Ctrl+Z)"
                disabled=move || !can(roi_geom::BoxTool::can_undo)
                on:click=move |_| { session.change_boxes(|tool| tool.undo()); }>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M8 5 4 9l4 4M4.5 9H12a4 4 0 0 1 0 8H9" /></svg>
            </button>
            <button type="button" class="quiet icon" aria-label="Redo" title="Redo (Ctrl+Shift+Z)"
                disabled=move || !can(roi_geom::BoxTool::can_redo)
                on:click=move |_| { session.change_boxes(|tool| tool.redo()); }>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m12 5 4 4-4 4M15.5 9H8a4 4 0 0 0 0 8h3" /></svg>
            </button>
        </div>
    }
}

/// The room the picture may take, and the picture fitted into it.
#[component]
fn Stage(session: Session) -> impl IntoView {
    let stage = NodeRef::<html::Div>::new();
    let room = RwSignal::new((0.0, 0.0));
    observe_size(stage, room);
    let view = Memo::new(move |_| {
        let (width, height) = room.get();
        let size = session
            .picture
            .with(|picture| picture.as_ref().map(|picture| picture.size))?;
        Some((ViewTransform::fit(size, width, height, MAX_SCALE), size))
    });
    let picture = move || session.picture.get();
    let frame_style = move || {
        view.get().map(|(view, size)| {
            let area = view.canvas_from_picture(size);
            format!("width: {}px; height: {}px", area.width, area.height)
        })
    };
    view! {
        <div class="stage" node_ref=stage>
            {move || match picture() {
                None => view! {
                    <div class="empty">
                        <p class="lead">"Ask about any part of a picture"</p>
                        <p>"Drop a picture here, paste one, or begin with one of these:"</p>
                        <Samples session />
                    </div>
                }.into_any(),
                Some(picture) => view! {
                    <div class="frame" style=frame_style>
                        <img src=picture.url.as_str().to_owned() alt=picture.name.clone() draggable="false" />
                        <Surface session view=Signal::derive(move || view.get().map(|(view, _)| view)) />
                    </div>
                    <Show when=move || session.picture_state.get() == PictureState::Reading>
                        <p class="reading">"Reading the picture"</p>
                    </Show>
                }.into_any(),
            }}
        </div>
    }
}

/// The canvas.
#[component]
fn Surface(session: Session, view: Signal<Option<ViewTransform>>) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let cursor = RwSignal::new("crosshair");
    let pixel_ratio = RwSignal::new(window().device_pixel_ratio());
    let resized = window_event_listener(ev::resize, move |_| {
        pixel_ratio.set(window().device_pixel_ratio());
    });
    on_cleanup(move || resized.remove());

    Effect::new(move |_| {
        let (Some(canvas), Some(view)) = (canvas.get(), view.get()) else {
            return;
        };
        session.tool.with(|tool| {
            if let Some(tool) = tool {
                let area = view.canvas_from_picture(tool.picture());
                paint::paint(&canvas, area, &tool.view(&view), pixel_ratio.get());
            }
        });
    });

    let point_of = move |ev: &web_sys::PointerEvent| {
        let canvas: HtmlCanvasElement = canvas.get_untracked()?;
        let area = canvas.get_bounding_client_rect();
        let at = CanvasPx::new(
            event_number(ev, "clientX") - area.left(),
            event_number(ev, "clientY") - area.top(),
        );
        Some((view.get_untracked()?, at))
    };
    let down = move |ev: web_sys::PointerEvent| {
        if ev.button() != 0 || !ev.is_primary() {
            return;
        }
        let Some((view, at)) = point_of(&ev) else {
            return;
        };
        if let Some(canvas) = canvas.get_untracked() {
            // A pointer that is already gone cannot be captured, and need not be.
            canvas.set_pointer_capture(ev.pointer_id()).ok();
            canvas.focus().ok();
        }
        ev.prevent_default();
        let (pointer, held) = (pointer_of(&ev), modifiers_of(&ev));
        session.change_boxes(|tool| tool.pointer_down(&view, at, pointer, held));
    };
    let moved = move |ev: web_sys::PointerEvent| {
        let Some((view, at)) = point_of(&ev) else {
            return;
        };
        if ev.buttons() == 0 {
            let hit = session.tool.with_untracked(|tool| {
                tool.as_ref()
                    .map_or(Hit::Nothing, |tool| tool.hit(&view, at, pointer_of(&ev)))
            });
            cursor.set(if ev.shift_key() {
                "crosshair"
            } else {
                cursor_over(hit)
            });
        }
        session.change_boxes(|tool| tool.pointer_move(&view, at));
    };
    let up = move |ev: web_sys::PointerEvent| {
        if let Some((view, at)) = point_of(&ev) {
            session.change_boxes(|tool| tool.pointer_up(&view, at));
        }
    };
    let label = move || {
        let n = session
            .tool
            .with(|tool| tool.as_ref().map_or(0, |tool| tool.boxes().len()));
        match n {
            0 => "Drawing surface, no boxes yet. Boxes can also be added in the list.".to_owned(),
            1 => "Drawing surface with one box".to_owned(),
            n => format!("Drawing surface with {n} boxes"),
        }
    };
    view! {
        <canvas
            node_ref=canvas
            data-testid="canvas"
            tabindex="0"
            role="application"
            aria-label=label
            style:cursor=move || cursor.get()
            on:pointerdown=down
            on:pointermove=moved
            on:pointerup=up
            on:pointercancel=move |_| session.change_boxes(|tool| tool.pointer_cancel())
            on:pointerleave=move |_| session.change_boxes(|tool| tool.pointer_leave())
            on:keydown=move |ev| key_pressed(session, &ev)
        ></canvas>
    }
}

fn key_pressed(session: Session, ev: &web_sys::KeyboardEvent) {
    let held = Modifiers {
        shift: ev.shift_key(),
        control: ev.ctrl_key() || ev.meta_key(),
    };
    let name = ev.key();
    let key = match name.as_str() {
        "Delete" | "Backspace" => Key::Delete,
        "Escape" => Key::Escape,
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "ArrowUp" => Key::Up,
        "ArrowDown" => Key::Down,
        "Tab" => Key::Tab,
        "z" | "Z" if held.control => {
            ev.prevent_default();
            session.change_boxes(|tool| if held.shift { tool.redo() } else { tool.undo() });
            return;
        }
        "d" | "D" if held.control => {
            ev.prevent_default();
            session.change_boxes(BoxTool::duplicate);
            return;
        }
        "c" | "C" if held.control => return session.copy_box(),
        "v" | "V" if held.control => {
            // What is not taken here may be a picture, which the page takes.
            if session.paste_box() {
                ev.prevent_default();
            }
            return;
        }
        digit => {
            if let Ok(number @ 1..=9) = digit.parse::<usize>()
                && !held.control
                && session.n_boxes_untracked() >= number
            {
                ev.prevent_default();
                insert_region(session, number);
            }
            return;
        }
    };
    let is_ours = match (key, session.selected_untracked()) {
        (Key::Delete, Some(index)) => {
            session.remove_box(index);
            true
        }
        _ => session.change_boxes(|tool| tool.key(key, held)),
    };
    if is_ours {
        ev.prevent_default();
    }
}

fn pointer_of(ev: &web_sys::PointerEvent) -> Pointer {
    if ev.pointer_type() == "touch" {
        Pointer::Touch
    } else {
        Pointer::Fine
    }
}

fn modifiers_of(ev: &web_sys::PointerEvent) -> Modifiers {
    Modifiers {
        shift: ev.shift_key(),
        control: ev.ctrl_key() || ev.meta_key(),
    }
}

fn cursor_over(hit: Hit) -> &'static str {
    match hit {
        Hit::Nothing => "crosshair",
        Hit::Inside(_) => "move",
        Hit::Handle(Handle::North | Handle::South) => "ns-resize",
        Hit::Handle(Handle::East | Handle::West) => "ew-resize",
        Hit::Handle(Handle::NorthWest | Handle::SouthEast) => "nwse-resize",
        Hit::Handle(Handle::NorthEast | Handle::SouthWest) => "nesw-resize",
    }
}

/// Keeps `room` at the element's inner size.
fn observe_size(element: NodeRef<html::Div>, room: RwSignal<(f64, f64)>) {
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let watched = element.clone();
        let measure = move || {
            room.set((
                f64::from(watched.client_width()),
                f64::from(watched.client_height()),
            ));
        };
        measure();
        let resized = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = ResizeObserver::new(resized.as_ref().unchecked_ref()) {
            observer.observe(&element);
            let kept = StoredValue::new_local((observer, resized));
            on_cleanup(move || kept.with_value(|(observer, _)| observer.disconnect()));
        }
    });
}
