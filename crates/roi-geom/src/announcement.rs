//! What happened to the boxes, in words, for those who do not see it.
//!
//! The words come from two states and not from the event between them: a drag, an arrow and a
//! typed number that move a box are the same news, and nothing is said while one is under way.

use std::fmt::{self, Display, Formatter};

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

/// What has become of a box; its index is that in the list it is or was in.
enum News {
    Added(usize, BoxPx),
    /// With the number of boxes that were there before.
    Removed(usize, usize),
    Moved(usize, BoxPx),
    Resized(usize, BoxPx),
    /// Several boxes at once; how many there are now.
    Several(usize),
}

/// What to say when the boxes went from one state to another; nothing if nothing of note happened.
pub fn announcement(before: &BoxState, after: &BoxState) -> Option<String> {
    if let Some(news) = news(&before.boxes, &after.boxes) {
        return Some(match after.step {
            Step::Change => format!("Region {news}"),
            Step::Undo => format!("Undone: region {news}"),
            Step::Redo => format!("Redone: region {news}"),
        });
    }
    match (before.begun, after.begun) {
        (_, Some(corner)) if before.begun != after.begun => {
            return Some(format!(
                "Box begun at {}, {}; the next click ends it",
                Number(corner.x),
                Number(corner.y)
            ));
        }
        (Some(_), None) => return Some("Box given up".to_owned()),
        _ => {}
    }
    if before.selected == after.selected {
        return None;
    }
    let Some(index) = after.selected else {
        return Some("No region selected".to_owned());
    };
    let found = after.boxes.get(index)?;
    Some(format!("Region {} selected, {}", index + 1, Place(*found)))
}

fn news(before: &[BoxPx], after: &[BoxPx]) -> Option<News> {
    let n_alike = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (rest_before, rest_after) = (&before[n_alike..], &after[n_alike..]);
    match (rest_before, rest_after) {
        ([], []) => None,
        (_, [new, behind @ ..]) if behind == rest_before => Some(News::Added(n_alike, *new)),
        ([_, behind @ ..], _) if behind == rest_after => Some(News::Removed(n_alike, before.len())),
        ([was, behind_was @ ..], [is, behind_is @ ..]) if behind_was == behind_is => {
            let (was, is) = (was.sorted(), is.sorted());
            let has_same_size =
                is_same(was.x2 - was.x1, is.x2 - is.x1) && is_same(was.y2 - was.y1, is.y2 - is.y1);
            Some(if has_same_size {
                News::Moved(n_alike, is)
            } else {
                News::Resized(n_alike, is)
            })
        }
        _ => Some(News::Several(after.len())),
    }
}

/// Whether two lengths are the same to anyone who reads them.
fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() < 5e-4
}

impl Display for News {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Added(index, at) => write!(f, "{} added, {}", index + 1, Place(at)),
            Self::Moved(index, to) => write!(f, "{} moved, {}", index + 1, Place(to)),
            Self::Resized(index, to) => write!(f, "{} resized, {}", index + 1, Place(to)),
            Self::Removed(index, n_before) => {
                let number = index + 1;
                write!(f, "{number} removed")?;
                match n_before - number {
                    0 => Ok(()),
                    1 => write!(f, "; region {n_before} is now {number}"),
                    _ => write!(
                        f,
                        "; regions {} to {n_before} are now {number} to {}",
                        number + 1,
                        n_before - 1
                    ),
                }
            }
            Self::Several(n) => write!(f, "list changed, {n} now"),
        }
    }
}

/// A box as it is read aloud.
struct Place(BoxPx);

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let BoxPx { x1, y1, x2, y2 } = self.0.sorted();
        let [x1, y1, x2, y2] = [x1, y1, x2, y2].map(Number);
        write!(f, "{x1}, {y1} to {x2}, {y2}")
    }
}

/// A coordinate as it is read aloud: a tenth of a pixel is more than anyone listens for.
struct Number(f64);

impl Display for Number {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // Adding zero makes −0 positive.
        write!(f, "{}", (self.0 * 10.0).round() / 10.0 + 0.0)
    }
}

#[cfg(test)]
mod tests;
