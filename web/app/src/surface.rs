//! The canvas over what is seen of the picture: events go to the box tool, what it says is painted.
//!
//! Events change the boxes at once, so that nothing of a drag is lost; painting waits for the
//! browser's next frame, so that however many events come there is one picture a frame.

mod keys;
mod pointers;

use js_sys::Reflect;
use leptos::{ev, html, leptos_dom::helpers::AnimationFrameRequestHandle, prelude::*};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlElement, MouseEvent};

pub(crate) use self::keys::{box_key_pressed, digit_pressed};
use self::{
    keys::{key_pressed, take_keys_everywhere},
    pointers::Hands,
};
use crate::{
    keyboard::{is_focus_lost, is_pressed_by_key},
    paint,
    session::Session,
    viewport::SharedViewport,
    words::use_words,
};

/// The canvas. `stage` is the room that the picture is seen in.
#[component]
pub(crate) fn Surface(
    session: Session,
    stage: NodeRef<html::Div>,
    viewport: SharedViewport,
) -> impl IntoView {
    let words = use_words();
    let canvas = NodeRef::<html::Canvas>::new();
    let hands = Hands::new(session, stage, canvas, viewport);
    paint_each_frame(session, canvas, viewport);
    take_lost_focus(canvas);
    take_keys_everywhere(session);
    let label = move || {
        let n = session
            .tool
            .with(|tool| tool.as_ref().map_or(0, |tool| tool.boxes().len()));
        (words.get().picture.surface)(n)
    };
    view! {
        <canvas
            node_ref=canvas
            data-testid="canvas"
            tabindex="0"
            role="application"
            aria-label=label
            style:cursor=move || hands.cursor()
            on:pointerdown=move |ev| hands.down(&ev)
            on:pointermove=move |ev| hands.moved(&ev)
            on:pointerup=move |ev| hands.up(&ev)
            on:pointercancel=move |ev| hands.cancelled(&ev)
            on:pointerleave=move |_| hands.left()
            on:mousedown=move |ev| {
                // Browsers scroll by themselves with the middle button.
                if ev.button() == 1 {
                    ev.prevent_default();
                }
            }
            on:wheel=move |ev| hands.wheel(&ev)
            on:keydown=move |ev| key_pressed(session, viewport, &ev)
        ></canvas>
    }
}

/// Takes the focus of the button that opened the picture, where it is gone with the page's beginning: the focus must not start
/// over at the top of the page. Before anyone has touched the page, as after a reload, it stays where it is.
fn take_lost_focus(canvas: NodeRef<html::Canvas>) {
    Effect::new(move |_| {
        canvas.track();
        request_animation_frame(move || {
            // Another picture may have come since, with a canvas of its own.
            if let Some(canvas) = canvas.try_get_untracked().flatten()
                && is_focus_lost()
                && was_touched()
            {
                canvas.focus().ok();
            }
        });
    });
}

/// Goes on on the canvas, where keys do the same, if a button was pressed by a key and is out of use now.
pub(crate) fn go_on_on_canvas(ev: &MouseEvent) {
    if !is_pressed_by_key(ev) {
        return;
    }
    request_animation_frame(|| {
        if is_focus_lost()
            && let Ok(Some(canvas)) = document().query_selector("canvas[tabindex]")
            && let Ok(canvas) = canvas.dyn_into::<HtmlElement>()
        {
            canvas.focus().ok();
        }
    });
}

/// Whether a person has done anything on the page since it was opened.
fn was_touched() -> bool {
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).ok();
    get(&window().navigator(), "userActivation")
        .and_then(|activation| get(&activation, "hasBeenActive"))
        .is_some_and(|active| active.is_truthy())
}

/// Paints whenever something to be painted has changed, at most once a frame.
fn paint_each_frame(session: Session, canvas: NodeRef<html::Canvas>, viewport: SharedViewport) {
    // Zooming the page or moving it to another screen resizes its window.
    let window_size = RwSignal::new(());
    let resized = window_event_listener(ev::resize, move |_| window_size.set(()));
    let requested = StoredValue::new_local(None::<AnimationFrameRequestHandle>);
    let paint = move || {
        requested.set_value(None);
        let (Some(canvas), Some(viewport)) = (canvas.get_untracked(), viewport.get_untracked())
        else {
            return;
        };
        session.tool.with_untracked(|tool| {
            if let Some(tool) = tool {
                let view = viewport.view();
                let begun = tool.begun().map(|corner| view.canvas_from_image(corner));
                paint::paint(
                    &canvas,
                    viewport.surface().size,
                    &tool.view(&view),
                    begun,
                    window().device_pixel_ratio(),
                );
            }
        });
    };
    Effect::new(move |_| {
        canvas.track();
        session.tool.track();
        viewport.get();
        window_size.track();
        if requested.with_value(Option::is_none) {
            requested.set_value(request_animation_frame_with_handle(paint).ok());
        }
    });
    on_cleanup(move || {
        resized.remove();
        requested.with_value(|requested| {
            if let Some(requested) = requested {
                requested.cancel();
            }
        });
    });
}
