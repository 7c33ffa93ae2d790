//! Whether a question can be sent, and if not, what a person can do about it.

use leptos::prelude::*;
use roi_geom::{BoxError, PictureSize};
use roi_protocol::region_tags;

use super::{EngineState, PictureState, Session};

impl Session {
    /// Why this question cannot be sent as it stands.
    pub(super) fn check(self, question: &str) -> Result<(), String> {
        match self.engine.get_untracked() {
            EngineState::Loading => {
                return Err(
                    "The model is still loading; send the question when it is ready.".into(),
                );
            }
            EngineState::LoadingFailed => {
                return Err("No model is running; see the message at the top of the page.".into());
            }
            EngineState::Ready | EngineState::Answering => {}
        }
        if self.picture_state.get_untracked() == PictureState::Refused {
            return Err("The model cannot read this picture; open another one.".into());
        }
        self.tool.with_untracked(|tool| {
            let tool = tool
                .as_ref()
                .ok_or("Open a picture first: questions are about one.")?;
            let n_boxes = tool.boxes().len();
            for tag in region_tags(question) {
                let is_there = (1..=n_boxes).contains(&(tag.number as usize));
                if !is_there {
                    return Err(no_such_region(&question[tag.range], n_boxes));
                }
            }
            for (index, found) in tool.boxes().iter().enumerate() {
                found
                    .clipped(tool.picture())
                    .map_err(|e| unusable(index, e, tool.picture()))?;
            }
            Ok(())
        })
    }
}

/// The highest region a question names; 0 if it names none.
pub(super) fn highest_region(question: &str) -> usize {
    region_tags(question)
        .iter()
        .map(|tag| tag.number as usize)
        .max()
        .unwrap_or(0)
}

fn no_such_region(tag: &str, n_boxes: usize) -> String {
    let there = match n_boxes {
        0 => "no box has been drawn yet".to_owned(),
        1 => "there is only <region1>".to_owned(),
        n => format!("there are <region1> to <region{n}>"),
    };
    format!("The question names {tag}, but {there}. Draw that box, or name another region.")
}

fn unusable(index: usize, error: BoxError, picture: PictureSize) -> String {
    let number = index + 1;
    let size = format!("{}×{} pixels", picture.width, picture.height);
    match error {
        BoxError::NotFinite(_) => format!("A coordinate of region {number} is not a number."),
        _ => format!(
            "Region {number} has no area inside the picture of {size}. Correct its coordinates \
             or remove it."
        ),
    }
}
