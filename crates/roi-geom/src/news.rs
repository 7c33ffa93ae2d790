//! What happened to the boxes, for those who do not see it: plain data, worded by whoever tells them.
//!
//! It comes from two states and not from the event between them: a drag, an arrow and a typed number
//! that move a box are the same news, and there is none while one is under way.

use crate::{BoxPx, PointPx, Step};

/// The boxes at a moment when nothing is half done.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxState {
    /// The list.
    pub boxes: Vec<BoxPx>,
    /// Index of the selected box.
    pub selected: Option<usize>,
    /// Where a click began a box that the next click ends.
    pub begun: Option<PointPx>,
    /// How the list came to be as it is.
    pub step: Step,
}

/// What is worth telling. Regions have the numbers that people know them by, and corners in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum News {
    /// The list is another one.
    Changed {
        /// By a change, or by undoing or redoing one.
        step: Step,
        /// What is different.
        change: ListChange,
    },
    /// A click began a box here; the next one ends it.
    Begun(PointPx),
    /// The box that a click began will not be.
    GivenUp,
    /// A region is selected.
    Selected {
        /// Which.
        number: usize,
        /// Where it is.
        at: BoxPx,
    },
    /// None is selected any more.
    NothingSelected,
}

/// What is different in a list of boxes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ListChange {
    /// There is one more.
    Added {
        /// Its number; those behind it have moved up.
        number: usize,
        /// Where it is.
        at: BoxPx,
    },
    /// There is one less.
    Removed {
        /// The number it had; those behind it have moved down.
        number: usize,
        /// How many boxes there were.
        n_before: usize,
    },
    /// One is elsewhere, as large as it was.
    Moved {
        /// Its number.
        number: usize,
        /// Where it is now.
        to: BoxPx,
    },
    /// One has another size.
    Resized {
        /// Its number.
        number: usize,
        /// Where it is now.
        to: BoxPx,
    },
    /// Several at once.
    Several {
        /// How many there are now.
        n_now: usize,
    },
}

/// What to tell when the boxes went from one state to another; nothing if nothing of note happened.
pub fn news(before: &BoxState, after: &BoxState) -> Option<News> {
    if let Some(change) = list_change(&before.boxes, &after.boxes) {
        let step = after.step;
        return Some(News::Changed { step, change });
    }
    match (before.begun, after.begun) {
        (_, Some(corner)) if before.begun != after.begun => return Some(News::Begun(corner)),
        (Some(_), None) => return Some(News::GivenUp),
        _ => {}
    }
    if before.selected == after.selected {
        return None;
    }
    let Some(index) = after.selected else {
        return Some(News::NothingSelected);
    };
    let found = after.boxes.get(index)?;
    Some(News::Selected {
        number: index + 1,
        at: found.sorted(),
    })
}

fn list_change(before: &[BoxPx], after: &[BoxPx]) -> Option<ListChange> {
    let n_alike = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let number = n_alike + 1;
    let (rest_before, rest_after) = (&before[n_alike..], &after[n_alike..]);
    match (rest_before, rest_after) {
        ([], []) => None,
        (_, [new, behind @ ..]) if behind == rest_before => Some(ListChange::Added {
            number,
            at: new.sorted(),
        }),
        ([_, behind @ ..], _) if behind == rest_after => Some(ListChange::Removed {
            number,
            n_before: before.len(),
        }),
        ([was, behind_was @ ..], [is, behind_is @ ..]) if behind_was == behind_is => {
            let (was, to) = (was.sorted(), is.sorted());
            let has_same_size =
                is_same(was.x2 - was.x1, to.x2 - to.x1) && is_same(was.y2 - was.y1, to.y2 - to.y1);
            Some(if has_same_size {
                ListChange::Moved { number, to }
            } else {
                ListChange::Resized { number, to }
            })
        }
        _ => Some(ListChange::Several { n_now: after.len() }),
    }
}

/// Whether two lengths are the same to anyone who reads them.
fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() < 5e-4
}

#[cfg(test)]
mod tests;
