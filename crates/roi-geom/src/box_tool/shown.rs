//! What of the boxes is to be drawn, and in which order.

use super::BoxTool;
use crate::{BoxPx, CanvasPx, CanvasRect, Handle, ViewTransform, gesture::Gesture};

/// One box as it is to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxView {
    /// Its place in the list; its region's number is one more. `None`: it is still being drawn
    /// and not yet in the list.
    pub index: Option<usize>,
    /// Its outline.
    pub outline: CanvasRect,
    /// Whether it is the selected one.
    pub is_selected: bool,
    /// Whether the pointer, here or elsewhere on the page, points at it.
    pub is_hovered: bool,
    /// Its handles; empty unless it is selected.
    pub handles: Vec<CanvasPx>,
}

impl BoxTool {
    /// Everything to be drawn, in drawing order: the selected box last, on top.
    pub fn view(&self, view: &ViewTransform) -> Vec<BoxView> {
        let mut views: Vec<BoxView> = self
            .boxes
            .iter()
            .enumerate()
            .map(|(index, &found)| self.view_of(view, Some(index), found))
            .collect();
        views.sort_by_key(|found| found.is_selected);
        views.extend(self.drawn().map(|drawn| self.view_of(view, None, drawn)));
        views
    }

    /// The box that is being drawn: by the drag under way, else between two clicks.
    fn drawn(&self) -> Option<BoxPx> {
        match self.gesture {
            Some(Gesture::Draw {
                drawn: Some(drawn), ..
            }) => Some(drawn),
            _ => self.begun.and_then(|begun| begun.drawn),
        }
    }

    fn view_of(&self, view: &ViewTransform, index: Option<usize>, found: BoxPx) -> BoxView {
        let is_selected = index.is_some() && index == self.selected;
        let handles = if is_selected {
            Handle::ALL
                .map(|handle| view.canvas_from_image(handle.on(found)))
                .to_vec()
        } else {
            Vec::new()
        };
        BoxView {
            index,
            outline: view.canvas_from_box(found),
            is_selected,
            is_hovered: index.is_some() && index == self.hovered,
            handles,
        }
    }
}
