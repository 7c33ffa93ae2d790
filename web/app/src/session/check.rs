//! Whether a question can be sent, and if not, why.

use leptos::prelude::*;
use roi_geom::{BoxError, PictureSize};
use roi_protocol::region_tags;
use roi_words::QuestionTrouble;

use super::{EngineState, PictureState, Session};

impl Session {
    /// Why this question cannot be sent as it stands.
    pub(super) fn check(self, question: &str) -> Result<(), QuestionTrouble> {
        match self.engine.get_untracked() {
            EngineState::Loading => return Err(QuestionTrouble::ModelLoading),
            EngineState::LoadingFailed => return Err(QuestionTrouble::NoModel),
            EngineState::Ready | EngineState::Answering => {}
        }
        if self.picture_state.get_untracked() == PictureState::Refused {
            return Err(QuestionTrouble::PictureRefused);
        }
        self.tool.with_untracked(|tool| {
            let tool = tool.as_ref().ok_or(QuestionTrouble::NoPicture)?;
            let n_boxes = tool.boxes().len();
            for tag in region_tags(question) {
                let is_there = (1..=n_boxes).contains(&(tag.number as usize));
                if !is_there {
                    return Err(QuestionTrouble::NoSuchRegion {
                        tag: question[tag.range].to_owned(),
                        n_boxes,
                    });
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

fn unusable(index: usize, error: BoxError, picture: PictureSize) -> QuestionTrouble {
    let number = index + 1;
    match error {
        BoxError::NotFinite(_) => QuestionTrouble::NotANumber(number),
        _ => QuestionTrouble::NoArea { number, picture },
    }
}
