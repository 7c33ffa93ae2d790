//! How the picture is seen, shared by what shows it and what moves it, and the buttons that do.

use leptos::prelude::*;
use roi_geom::{BoxTool, RoomSize, Viewport};
use web_sys::MouseEvent;

use crate::{session::Session, surface::go_on_on_canvas, words::use_words};

/// The view of the picture that is shown; none without a picture. A handle: copies are the same view.
#[derive(Clone, Copy)]
pub(crate) struct SharedViewport(RwSignal<Option<Viewport>>);

impl SharedViewport {
    /// Of whatever picture there is, in whatever room there is: each new picture is seen whole.
    pub(crate) fn new(session: Session, room: RwSignal<RoomSize>) -> Self {
        let viewport = RwSignal::new(None::<Viewport>);
        Effect::new(move |before: Option<Option<u64>>| {
            let room = room.get();
            let shown = session
                .picture
                .with(|picture| picture.as_ref().map(|p| (p.number, p.size)));
            let number = shown.map(|(number, _)| number);
            let is_same = before.is_some_and(|before| before == number);
            viewport.update(|viewport| match (shown, viewport) {
                (Some(_), Some(viewport)) if is_same => viewport.resize(room),
                (shown, viewport) => {
                    *viewport = shown.map(|(_, size)| Viewport::new(size, room));
                }
            });
            number
        });
        let viewport = Self(viewport);
        viewport.show_selected(session);
        viewport
    }

    /// A box that is selected elsewhere, such as in the list, comes into sight if nothing of it is.
    fn show_selected(self, session: Session) {
        let selected = Memo::new(move |_| {
            session
                .tool
                .with(|tool| tool.as_ref().and_then(BoxTool::selected))
        });
        Effect::new(move |_| {
            if selected.get().is_some() {
                let selected = session.selected_box_untracked();
                self.change(|viewport| {
                    if let Some(selected) = selected.filter(|&found| !viewport.sees(found)) {
                        viewport.reveal(selected);
                    }
                });
            }
        });
    }

    /// The view, to be followed.
    pub(crate) fn get(self) -> Option<Viewport> {
        self.0.get()
    }

    /// The view as it is now.
    pub(crate) fn get_untracked(self) -> Option<Viewport> {
        self.0.get_untracked()
    }

    /// Lets something move the view, if there is one. Whoever follows it hears of changes alone.
    pub(crate) fn change<R: Default>(self, change: impl FnOnce(&mut Viewport) -> R) -> R {
        let Some(before) = self.get_untracked() else {
            return R::default();
        };
        let mut viewport = before;
        let result = change(&mut viewport);
        if viewport != before {
            self.0.set(Some(viewport));
        }
        result
    }
}

/// Nearer, back, and the whole picture.
#[component]
pub(crate) fn ZoomButtons(viewport: SharedViewport) -> impl IntoView {
    let words = use_words();
    let percent = move || {
        let scale = viewport.get().map_or(1.0, |viewport| viewport.scale());
        format!("{:.0} %", scale * 100.0)
    };
    let is_fitted = Memo::new(move |_| viewport.get().is_none_or(|viewport| viewport.is_fitted()));
    let can_zoom_in = Memo::new(move |_| {
        viewport
            .get()
            .is_some_and(|viewport| viewport.can_zoom_in())
    });
    let zoom = move |change: fn(&mut Viewport), ev: &MouseEvent| {
        viewport.change(change);
        go_on_on_canvas(ev);
    };
    view! {
        <div class="zoom" role="group" aria-label=move || words.get().view.zoom>
            <button type="button" class="quiet icon" aria-label=move || words.get().view.back
                title=move || words.get().view.back_key data-testid="zoom-out"
                disabled=move || is_fitted.get() on:click=move |ev| zoom(Viewport::zoom_out, &ev)>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M4 10h12" /></svg>
            </button>
            <span class="caption" data-testid="zoom" title=move || words.get().view.scale>{percent}</span>
            <button type="button" class="quiet icon" aria-label=move || words.get().view.nearer
                title=move || words.get().view.nearer_key data-testid="zoom-in"
                disabled=move || !can_zoom_in.get() on:click=move |ev| zoom(Viewport::zoom_in, &ev)>
                <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M10 4v12M4 10h12" /></svg>
            </button>
            <button type="button" class="quiet" title=move || words.get().view.fit_key data-testid="zoom-fit"
                disabled=move || is_fitted.get() on:click=move |ev| zoom(Viewport::fit, &ev)>
                {move || words.get().view.fit}
            </button>
        </div>
    }
}
