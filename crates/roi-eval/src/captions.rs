//! Captions of two files, scored against each other: no model is needed.

#[cfg(test)]
mod tests;

use std::path::Path;

use roi_data::formats::unmarked;
use roi_metrics::meteor::Meteor;
use roi_metrics::{Captions, Scores};

use crate::EvalError;

/// Scores a file of hypotheses against a file of references, both `{"id": ["caption", …]}`; METEOR
/// only where its program is given.
///
/// # Errors
/// If a file cannot be read or is not of that form, the two do not belong together, or METEOR's
/// program fails.
pub fn score_files(
    references: &Path,
    hypotheses: &Path,
    meteor: Option<&Meteor>,
) -> Result<Scores, EvalError> {
    let (references, hypotheses) = (read_captions(references)?, read_captions(hypotheses)?);
    let scores = Scores::of(&references, &hypotheses)?;
    Ok(match meteor {
        Some(meteor) => scores.with_meteor(&meteor.score(&references, &hypotheses)?),
        None => scores,
    })
}

/// Reads a file of captions.
pub(crate) fn read_captions(path: &Path) -> Result<Captions, EvalError> {
    let text = std::fs::read_to_string(path).map_err(|source| EvalError::Io {
        path: path.to_owned(),
        source,
    })?;
    Captions::from_json(unmarked(&text)).map_err(|source| EvalError::CaptionFile {
        path: path.to_owned(),
        source,
    })
}
