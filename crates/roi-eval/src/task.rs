//! One thing to be asked, and what came back.

use std::path::PathBuf;

use roi_geom::{BoxPx, PictureSize};
use roi_protocol::Turn;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Likelihood;

/// A question about a picture of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The set's name of it. The file of answers finds it by this.
    pub id: String,
    /// The picture's file below the folder of pictures.
    pub picture_name: String,
    /// The picture's file.
    pub picture: PathBuf,
    /// Box `k` of this list is `<region(k+1)>`.
    pub boxes: Vec<BoxPx>,
    /// The size of the picture that the boxes lie in, where the set states it.
    pub stated_size: Option<PictureSize>,
    /// The conversation; the last turn is to be answered.
    pub turns: Vec<Turn>,
    /// Texts whose likelihood as the answer is asked for; with none, an answer is.
    pub continuations: Vec<String>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// An answer.
    Answer(String),
    /// How likely each of the task's continuations is.
    Likelihoods(Vec<Likelihood>),
}

impl Task {
    /// Sixteen hex digits of all that is asked, the picture by its name: an answer in a file is
    /// taken for the answer to this task only if they agree.
    pub(crate) fn fingerprint(&self) -> String {
        let asked = (
            &self.picture_name,
            &self.boxes,
            &self.turns,
            &self.continuations,
        );
        // Numbers and texts only, whose serialisation into memory cannot fail.
        let asked = serde_json::to_vec(&asked).unwrap_or_default();
        let hash = Sha256::digest(asked);
        hash.iter().take(8).map(|b| format!("{b:02x}")).collect()
    }

    /// Whether the picture has the size that its boxes are in: in one of another size, or one that has been turned, they would lie
    /// elsewhere.
    ///
    /// # Errors
    /// What is wrong, with both sizes.
    pub(crate) fn check_size(&self, picture: &[u8]) -> Result<(), String> {
        let Some(stated) = self.stated_size else {
            return Ok(());
        };
        let found = roi_picture::announced_size(picture).map_err(|error| error.to_string())?;
        if found == stated {
            return Ok(());
        }
        Err(format!(
            "{} has {}×{} pixels, but its boxes are in {}×{}",
            self.picture.display(),
            found.width,
            found.height,
            stated.width,
            stated.height
        ))
    }

    /// The last question, for people.
    pub(crate) fn question(&self) -> &str {
        self.turns.last().map_or("", |turn| &turn.question)
    }
}

/// A conversation of one question.
pub(crate) fn asked(question: impl Into<String>) -> Vec<Turn> {
    vec![Turn {
        question: question.into(),
        answer: None,
    }]
}
