//! What is pointed at: a part of the box tool's state that many look at, so that none of them hears
//! of every movement of the pointer.

use leptos::prelude::*;
use roi_geom::{BoxPx, BoxTool, CanvasPx, ViewTransform};

use super::Session;

impl Session {
    pub(super) fn hovered_in(tool: RwSignal<Option<BoxTool>>) -> Memo<Option<usize>> {
        Memo::new(move |_| tool.with(|tool| tool.as_ref().and_then(BoxTool::hovered)))
    }

    /// Whether this box is pointed at, to be followed.
    pub(crate) fn is_hovered(self, index: usize) -> bool {
        self.hovered() == Some(index)
    }

    /// The box that is pointed at.
    pub(crate) fn hovered(self) -> Option<usize> {
        self.hovered.get()
    }

    /// The selected box.
    pub(crate) fn selected_box_untracked(self) -> Option<BoxPx> {
        self.tool.with_untracked(|tool| {
            let tool = tool.as_ref()?;
            tool.boxes().get(tool.selected()?).copied()
        })
    }

    /// Tells the box tool where the pointer is. Nobody hears of it unless it changes what is to be drawn.
    pub(crate) fn point(self, view: &ViewTransform, at: CanvasPx) {
        self.tool.maybe_update(|tool| {
            let Some(tool) = tool else { return false };
            let before = tool.hovered();
            tool.pointer_move(view, at);
            tool.is_pressed() || tool.begun().is_some() || tool.hovered() != before
        });
    }
}
