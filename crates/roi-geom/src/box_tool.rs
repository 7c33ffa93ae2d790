//! The box tool: pointer and key events in, boxes out.
//!
//! It knows no browser. What it is told are points of the drawing surface and the view they
//! belong to; what it holds are boxes in picture pixels. Boxes made by the pointer or by keys lie
//! on whole pixels and inside the picture; coordinates typed as numbers are kept as typed until
//! the edit is finished, so that a person may pass through an impossible box on the way.

mod change;
mod keys;
mod pointer;
mod shown;

use self::keys::Walk;
use crate::{BoxPx, BoxState, PictureSize, PointPx, gesture::Gesture, history::History};

pub use self::{
    change::{BoxToolError, Coordinate},
    keys::{Key, Modifiers},
    pointer::Pointer,
    shown::BoxView,
};

/// State of the box tool on one picture.
#[derive(Clone, Debug)]
pub struct BoxTool {
    picture: PictureSize,
    boxes: Vec<BoxPx>,
    selected: Option<usize>,
    /// Whether the selected box came to be so by being made, and nobody has chosen it since.
    is_selected_unasked: bool,
    /// The run of Tabs that led to the selected box.
    walk: Option<Walk>,
    hovered: Option<usize>,
    gesture: Option<Gesture>,
    begun: Option<Begun>,
    /// Where the last click selected a box, so that the next one there takes the box beneath.
    last_click: Option<PointPx>,
    /// The list before the coordinates now being typed.
    before_edit: Option<Vec<BoxPx>>,
    /// How many of the first boxes stay in the list under their numbers.
    pinned: usize,
    history: History,
}

/// A box whose first corner was clicked and whose second one is awaited.
#[derive(Clone, Copy, Debug)]
struct Begun {
    corner: PointPx,
    /// As far as the pointer has stretched it.
    drawn: Option<BoxPx>,
}

impl BoxTool {
    /// A tool for a picture without boxes.
    pub fn new(picture: PictureSize) -> Self {
        Self {
            picture,
            boxes: Vec::new(),
            selected: None,
            is_selected_unasked: false,
            walk: None,
            hovered: None,
            gesture: None,
            begun: None,
            last_click: None,
            before_edit: None,
            pinned: 0,
            history: History::default(),
        }
    }

    /// A tool for a picture that comes with boxes. Undoing does not go behind them.
    pub fn with_boxes(picture: PictureSize, boxes: Vec<BoxPx>) -> Self {
        Self {
            boxes,
            ..Self::new(picture)
        }
    }

    /// The picture the boxes lie on.
    pub fn picture(&self) -> PictureSize {
        self.picture
    }

    /// The boxes; box `k` of this list is region `k + 1`.
    pub fn boxes(&self) -> &[BoxPx] {
        &self.boxes
    }

    /// Index of the selected box.
    pub fn selected(&self) -> Option<usize> {
        self.selected
    }

    /// Index of the box that is pointed at, here or elsewhere on the page.
    pub fn hovered(&self) -> Option<usize> {
        self.hovered
    }

    /// Where a click began a box that the next click ends, in pixels of the picture.
    pub fn begun(&self) -> Option<PointPx> {
        self.begun.map(|begun| begun.corner)
    }

    /// Whether a press is under way, so that the boxes are not yet what they will be.
    pub fn is_pressed(&self) -> bool {
        self.gesture.is_some()
    }

    /// Whether coordinates are being typed.
    pub fn is_edited(&self) -> bool {
        self.before_edit.is_some()
    }

    /// What there is to be said of the boxes; `None` while something is half done.
    pub fn state(&self) -> Option<BoxState> {
        let is_settled = !self.is_pressed() && !self.is_edited();
        is_settled.then(|| BoxState {
            boxes: self.boxes.clone(),
            selected: self.selected,
            begun: self.begun(),
            step: self.history.last(),
        })
    }

    /// Selects a box, or none. A box begun by a click is given up for it.
    pub fn select(&mut self, index: Option<usize>) {
        self.choose(index.filter(|&index| index < self.boxes.len()));
        self.last_click = None;
        self.begun = None;
    }

    /// Selects what a person asked for, whatever selected the box before.
    fn choose(&mut self, index: Option<usize>) {
        self.selected = index;
        self.is_selected_unasked = false;
        self.walk = None;
    }

    /// Points at a box from elsewhere, or stops doing so.
    pub fn hover(&mut self, index: Option<usize>) {
        self.hovered = index;
    }
}

#[cfg(test)]
mod tests;
