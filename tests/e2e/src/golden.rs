//! What the original model says: the recorded cases of the reference checkpoint.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// One picture with its boxes and questions.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The picture's file, relative to the reference folder.
    image: String,
    /// Its width and height.
    pub size_px: [f64; 2],
    /// `x1, y1, x2, y2` of each box in pixels of the picture.
    pub boxes_px: Vec<[f64; 4]>,
    /// What earlier turns are taken to have been answered with.
    pub history_answer_used: String,
    /// The questions asked about it, each on top of the ones before.
    pub turns: Vec<Turn>,
}

/// A question and the original's answer to it.
#[derive(Debug, Deserialize)]
pub struct Turn {
    /// What the user types.
    pub question: String,
    /// 24 greedy tokens, never stopped.
    pub greedy_text: String,
    /// Tokens of the prompt.
    pub n_input_ids: u64,
}

/// Tokens of each recorded answer.
pub const ANSWER_TOKENS: u32 = 24;

impl Case {
    /// The recorded case of this name.
    ///
    /// # Errors
    /// There is none.
    pub fn named(name: &str) -> Result<Self> {
        #[derive(Deserialize)]
        struct Cases {
            cases: Vec<Case>,
        }
        let path = folder().join("expected/manifest.json");
        let text = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let cases: Cases = serde_json::from_slice(&text)?;
        cases
            .cases
            .into_iter()
            .find(|case| case.name == name)
            .with_context(|| format!("no case {name}"))
    }

    /// The picture's file.
    #[must_use]
    pub fn picture(&self) -> PathBuf {
        folder().join(&self.image)
    }
}

fn folder() -> PathBuf {
    xtask::workspace::root().join("tests/golden/tiny-gpt4roi")
}
