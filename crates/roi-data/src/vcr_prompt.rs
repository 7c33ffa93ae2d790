//! Prompts of VCR's questions. The GPT4RoI paper's table 5 lists all regions first and calls them by bare numbers from there on;
//! in `multi_vcr`, the original's training view, each region stands where it is mentioned. The words are this project's own.

use crate::formats::vcr::VcrObjects;

/// Where the regions of a question stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VcrRegions {
    /// All before the question; bare numbers from there on.
    Listed,
    /// Each where question or choices mention it.
    InPlace,
}

impl VcrRegions {
    /// How many regions are listed before a question about so many objects.
    #[must_use]
    pub fn n_listed(self, n_objects: usize) -> usize {
        match self {
            Self::Listed => n_objects,
            Self::InPlace => 0,
        }
    }

    /// How questions and choices call so many objects.
    #[must_use]
    pub fn asked(self, n_objects: usize) -> VcrObjects<'static> {
        match self {
            Self::Listed => VcrObjects::Numbers(n_objects),
            Self::InPlace => VcrObjects::Tags(n_objects),
        }
    }

    /// How answers call them.
    #[must_use]
    pub fn said(self, n_objects: usize) -> VcrObjects<'static> {
        match self {
            Self::Listed => VcrObjects::Numbers(n_objects),
            Self::InPlace => VcrObjects::Names(n_objects),
        }
    }
}

/// The prompt of the letter form for the answer or, where the right one is given, for its reason.
///
/// Regions that are listed come first, by number; each choice is a line of its letter in parentheses, a comma and its words; and
/// a letter in parentheses is asked for.
#[must_use]
pub fn letter_prompt(
    n_listed: usize,
    question: &str,
    answer: Option<&str>,
    choices: &[String],
) -> String {
    let mut prompt = open_prompt(n_listed, question);
    prompt.push('\n');
    match answer {
        None => prompt.push_str("Which of these answers is right?\n"),
        Some(answer) => {
            prompt.push_str("The right answer: ");
            prompt.push_str(answer);
            prompt.push_str("\nWhich of these is the reason?\n");
        }
    }
    for (letter, choice) in ('A'..='Z').zip(choices) {
        prompt.push_str(&format!("({letter}),{choice}\n"));
    }
    prompt.push_str("Answer with a letter in parentheses.");
    prompt
}

/// A question with no choices, to be answered in words: the first lines of [`letter_prompt`].
#[must_use]
pub fn open_prompt(n_listed: usize, question: &str) -> String {
    let mut prompt = String::new();
    if n_listed > 0 {
        let tags: Vec<String> = (1..=n_listed).map(|k| format!("<region{k}>")).collect();
        prompt.push_str(&tags.join(","));
        prompt.push_str(" are areas of the picture, called by these numbers from here on.\n");
    }
    prompt.push_str("Question: ");
    prompt.push_str(question);
    prompt
}
