//! Multiple choice: Visual-7W's pointing questions, and VCR's answers with their reasons.
//!
//! Counts travel with every accuracy, so that a report can say of how many. An answer from which
//! no choice could be read is wrong, and counted apart: a model that does not keep to the form of
//! the answer is another failure than one that chooses badly.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

/// One question's outcome; choices are counted from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What was chosen; none if the answer names no choice.
    pub chosen: Option<usize>,
    /// What is right.
    pub right: usize,
}

impl Choice {
    /// Whether the right one was chosen.
    #[must_use]
    pub fn is_right(self) -> bool {
        self.chosen == Some(self.right)
    }
}

/// How many questions there were and how many were right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Questions.
    pub n: u64,
    /// Questions answered rightly.
    pub n_right: u64,
    /// Questions whose answer named no choice; they are among the wrong ones.
    pub n_unread: u64,
}

impl Tally {
    /// The part that was right; none of nothing.
    #[must_use]
    pub fn accuracy(self) -> Option<f64> {
        (self.n > 0).then(|| self.n_right as f64 / self.n as f64)
    }

    fn add(&mut self, is_right: bool, is_read: bool) {
        self.n += 1;
        self.n_right += u64::from(is_right);
        self.n_unread += u64::from(!is_read);
    }
}

/// Counts single questions, such as Visual-7W's.
#[must_use]
pub fn choices_right(choices: impl IntoIterator<Item = Choice>) -> Tally {
    let mut tally = Tally::default();
    for choice in choices {
        tally.add(choice.is_right(), choice.chosen.is_some());
    }
    tally
}

/// A VCR question: its answer, and the reason given the right answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VcrQuestion {
    /// Question to answer.
    pub answer: Choice,
    /// Question and right answer to rationale.
    pub rationale: Choice,
}

/// VCR's three accuracies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VcrScores {
    /// Q→A: answers.
    pub q_to_a: Tally,
    /// QA→R: rationales.
    pub qa_to_r: Tally,
    /// Q→AR: right only where both are.
    pub q_to_ar: Tally,
}

impl VcrScores {
    /// Counts all questions.
    #[must_use]
    pub fn of(questions: impl IntoIterator<Item = VcrQuestion>) -> Self {
        let mut scores = Self::default();
        for VcrQuestion { answer, rationale } in questions {
            let (a_read, r_read) = (answer.chosen.is_some(), rationale.chosen.is_some());
            scores.q_to_a.add(answer.is_right(), a_read);
            scores.qa_to_r.add(rationale.is_right(), r_read);
            let both = answer.is_right() && rationale.is_right();
            scores.q_to_ar.add(both, a_read && r_read);
        }
        scores
    }
}
