//! The picture with its boxes: an image element, cut to what is seen of it, and the canvas over
//! that on which boxes are drawn; around them the room that the page gives both, and the buttons.

use leptos::{html, prelude::*};
use roi_geom::{CanvasPx, PictureSize, PointPx, RoomSize, Viewport};
use roi_words::shown_name;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::ResizeObserver;

use crate::{
    failure::{FailureAt, Place},
    keys_dialog::Keys,
    picture::{OpenButton, Picture},
    samples::Samples,
    session::{PictureState, Session},
    surface::{Surface, go_on_on_canvas},
    viewport::{SharedViewport, ZoomButtons},
    words::use_words,
};

/// Shown with more CSS pixels than this, a picture pixel is a square with edges: boxes lie along them.
const SQUARES_FROM_SCALE: f64 = 4.0;

/// Picture, drawing surface and the buttons that go with them.
#[component]
pub(crate) fn PicturePane(session: Session) -> impl IntoView {
    let words = use_words();
    let has_picture = Memo::new(move |_| session.picture.with(Option::is_some));
    let room = RwSignal::new(RoomSize::new(0.0, 0.0));
    let viewport = SharedViewport::new(session, room);
    view! {
        <section class="picture-pane" aria-label=move || words.get().picture.picture>
            <div class="toolbar">
                <OpenButton
                    session
                    label=Signal::derive(move || {
                        let picture = &words.get().picture;
                        if has_picture.get() { picture.change } else { picture.open }
                    })
                />
                <Show when=move || has_picture.get()>
                    <Samples session />
                    <UndoButtons session />
                </Show>
            </div>
            <FailureAt session place=Place::Picture />
            <Stage session room viewport />
            <div class="under-picture">
                <p class="caption hint">
                    {move || {
                        let picture = &words.get().picture;
                        if has_picture.get() { picture.how_to } else { picture.stays }
                    }}
                </p>
                <Show when=move || has_picture.get()>
                    <ZoomButtons viewport />
                </Show>
                <Keys />
            </div>
        </section>
    }
}

#[component]
fn UndoButtons(session: Session) -> impl IntoView {
    let words = use_words();
    let can = move |what: fn(&roi_geom::BoxTool) -> bool| {
        session.tool.with(|tool| tool.as_ref().is_some_and(what))
    };
    view! {
        <div class="undo" role="group" aria-label=move || words.get().picture.history>
            <button type="button" class="quiet icon" aria-label=move || words.get().picture.undo
                title=move || words.get().picture.undo_key
                disabled=move || !can(roi_geom::BoxTool::can_undo)
                on:click=move |ev| {
                    session.undo();
                    go_on_on_canvas(&ev);
                }>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M8 5 4 9l4 4M4.5 9H12a4 4 0 0 1 0 8H9" /></svg>
            </button>
            <button type="button" class="quiet icon" aria-label=move || words.get().picture.redo
                title=move || words.get().picture.redo_key
                disabled=move || !can(roi_geom::BoxTool::can_redo)
                on:click=move |ev| {
                    session.redo();
                    go_on_on_canvas(&ev);
                }>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m12 5 4 4-4 4M15.5 9H8a4 4 0 0 0 0 8h3" /></svg>
            </button>
        </div>
    }
}

/// The room the picture may take, and what is seen of the picture in it.
#[component]
fn Stage(session: Session, room: RwSignal<RoomSize>, viewport: SharedViewport) -> impl IntoView {
    let words = use_words();
    let stage = NodeRef::<html::Div>::new();
    observe_size(stage, room);
    let picture = move || session.picture.get();
    view! {
        <div class="stage" node_ref=stage>
            {move || match picture() {
                None => view! {
                    <div class="start">
                        <p class="lead">{move || words.get().picture.lead}</p>
                        <p>{move || words.get().picture.begin}</p>
                        <Samples session />
                    </div>
                }.into_any(),
                Some(Picture { url, name, size, .. }) => view! {
                    <div class="frame" style=move || viewport.get().map(frame_style)>
                        <img
                            src=url.as_str().to_owned()
                            alt=move || shown_name(&name, words.get())
                            draggable="false"
                            style=move || viewport.get().map(|viewport| image_style(size, viewport))
                        />
                        <Surface session stage viewport />
                    </div>
                    <Show when=move || session.picture_state.get() == PictureState::Reading>
                        <p class="reading">{move || words.get().picture.reading}</p>
                    </Show>
                }.into_any(),
            }}
        </div>
    }
}

/// Puts the frame over what is seen of the picture.
fn frame_style(viewport: Viewport) -> String {
    let surface = viewport.surface();
    format!(
        "left: {}px; top: {}px; width: {}px; height: {}px",
        surface.corner.x, surface.corner.y, surface.size.width, surface.size.height
    )
}

/// Puts the whole image behind the frame, in its own size and transformed, which costs as much at any zoom.
fn image_style(picture: PictureSize, viewport: Viewport) -> String {
    let CanvasPx { x, y } = viewport.view().canvas_from_image(PointPx::default());
    let scale = viewport.scale();
    let rendering = if scale > SQUARES_FROM_SCALE {
        "pixelated"
    } else {
        "auto"
    };
    format!(
        "width: {}px; height: {}px; transform: translate({x}px, {y}px) scale({scale}); image-rendering: {rendering}",
        picture.width, picture.height
    )
}

/// Keeps `room` at the element's inner size.
fn observe_size(element: NodeRef<html::Div>, room: RwSignal<RoomSize>) {
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        let watched = element.clone();
        let measure = move || {
            room.set(RoomSize::new(
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
