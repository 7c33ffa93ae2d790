//! The recorded conversations: pictures, boxes, questions, and what the original answered.

use std::path::PathBuf;

use roi_protocol::{BoxPx, Turn};
use roi_testkit::{Golden, golden_dir};
use serde::Deserialize;

/// A picture and the conversation about it.
#[derive(Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    image: PathBuf,
    pub(crate) boxes_px: Vec<BoxPx>,
    history_answer_used: String,
    pub(crate) turns: Vec<RecordedTurn>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RecordedTurn {
    question: String,
    pub(crate) greedy_text: String,
    /// Boxes its conversation had when it was asked.
    pub(crate) regions_so_far: usize,
}

impl Case {
    pub(crate) fn all() -> Vec<Self> {
        #[derive(Deserialize)]
        struct Manifest {
            cases: Vec<Case>,
        }
        let path = golden_dir().join("expected/manifest.json");
        let text = std::fs::read_to_string(&path).expect("the recorded cases");
        let manifest: Manifest = serde_json::from_str(&text).expect("cases");
        assert!(!manifest.cases.is_empty());
        manifest.cases
    }

    pub(crate) fn named(name: &str) -> Self {
        let case = Self::all().into_iter().find(|case| case.name == name);
        case.unwrap_or_else(|| panic!("no case {name}"))
    }

    /// The picture's file.
    pub(crate) fn picture(&self) -> Vec<u8> {
        std::fs::read(golden_dir().join(&self.image)).expect("the case's picture")
    }

    /// The conversation that ends with question `turn`, earlier answers as the original was told.
    pub(crate) fn conversation(&self, turn: usize) -> Vec<Turn> {
        let turns = self.turns[..=turn].iter().enumerate();
        turns
            .map(|(index, recorded)| Turn {
                question: recorded.question.clone(),
                answer: (index < turn).then(|| self.history_answer_used.clone()),
            })
            .collect()
    }

    /// Ids of the original's prompt and of its greedy answer to question `turn`.
    pub(crate) fn ids(&self, turn: usize) -> (Vec<u32>, Vec<u32>) {
        let golden = Golden::open(&self.name);
        let ids = |what| golden.ids(&format!("turn{turn}.{what}"));
        (ids("input_ids"), ids("greedy_ids"))
    }
}
