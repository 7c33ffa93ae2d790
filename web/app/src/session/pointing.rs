//! What is pointed at and what has settled: parts of the box tool's state that many look at, so
//! that none of them hears of every movement of the pointer.

use leptos::prelude::*;
use roi_geom::{BoxPx, BoxTool};

use super::Session;

impl Session {
    pub(super) fn hovered_in(tool: RwSignal<Option<BoxTool>>) -> Memo<Option<usize>> {
        Memo::new(move |_| tool.with(|tool| tool.as_ref().and_then(BoxTool::hovered)))
    }

    pub(super) fn settled_in(tool: RwSignal<Option<BoxTool>>) -> Memo<Vec<BoxPx>> {
        Memo::new(move |before: Option<&Vec<BoxPx>>| {
            tool.with(|tool| match (tool, before) {
                (Some(tool), Some(before)) if tool.is_pressed() => before.clone(),
                (Some(tool), _) => tool.boxes().to_vec(),
                (None, _) => Vec::new(),
            })
        })
    }

    /// Whether this box is pointed at, to be followed.
    pub(crate) fn is_hovered(self, index: usize) -> bool {
        self.hovered.get() == Some(index)
    }
}
