//! Colour, size and place of things, each asked for by itself.
//!
//! No published set has such questions; these are of the project's own conversations about boxes. What is right is one of a
//! few phrases ("brown", "at the bottom left"), and an answer is read as the longest of them that it holds.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use roi_metrics::{Choice, Confusion, choices_right};

use super::Source;
use super::region_chat::{RegionQuestion, questions};
use crate::EvalError;
use crate::benchmark::{Benchmark, Details, Grade, Number, Scored, Verdict};
use crate::left_out::LeftOut;
use crate::naming::words;
use crate::published::{self, Published};
use crate::task::{Reply, Task};

const NAME: &str = "attributes";
/// What is asked for, as topics and as columns.
const TOPICS: [&str; 3] = ["colour", "size", "place"];
/// What answers begin with before they say what is asked for.
const LEAD_INS: [&str; 2] = ["it is ", "it has "];
const UNREAD: &str = "(none)";

/// Questions whose answers are a few phrases.
pub struct Attributes {
    tasks: Vec<Task>,
    truths: Vec<Truth>,
    /// Phrases that are right somewhere, by topic.
    phrases: [Vec<Phrase>; TOPICS.len()],
    settings: BTreeMap<&'static str, String>,
    left_out: LeftOut,
}

/// What is right.
struct Truth {
    /// Its place in [`TOPICS`].
    topic: usize,
    phrase: String,
}

/// Words that answer a question.
struct Phrase {
    text: String,
    words: Vec<String>,
}

impl Attributes {
    /// Reads the file of conversations about boxes that `roichat scenes` writes.
    ///
    /// # Errors
    /// If the file cannot be read, or no question of it can be asked.
    pub fn open(source: &Source<'_>) -> Result<Self, EvalError> {
        let place = |topic: &str| TOPICS.iter().position(|&other| other == topic);
        let (questions, left_out) = questions(source, NAME, |topic| place(topic).is_some())?;
        let mut phrases = [const { BTreeSet::new() }; TOPICS.len()];
        let mut tasks = Vec::with_capacity(questions.len());
        let mut truths = Vec::with_capacity(questions.len());
        for RegionQuestion {
            task,
            topic,
            answer,
        } in questions
        {
            let topic = place(&topic).unwrap_or(0);
            let phrase = phrase(&answer);
            phrases[topic].insert(phrase.clone());
            tasks.push(task);
            truths.push(Truth { topic, phrase });
        }
        Ok(Self {
            tasks,
            truths,
            phrases: phrases.map(longest_first),
            settings: source.settings(),
            left_out,
        })
    }

    /// The phrase of a topic that an answer holds: the longest, as the top left is not just the top. None if it holds several.
    fn read(&self, topic: usize, answer: &str) -> Option<&str> {
        let answer: Vec<String> = words(answer).collect();
        let is_held = |phrase: &&Phrase| {
            let n = phrase.words.len();
            answer.windows(n).any(|run| run == phrase.words)
        };
        let mut held = self.phrases[topic].iter().filter(is_held);
        let longest = held.next()?;
        let is_only = held.all(|other| other.words.len() < longest.words.len());
        is_only.then_some(longest.text.as_str())
    }
}

/// An answer without its lead-in and its full stop.
fn phrase(answer: &str) -> String {
    let text = answer.trim().trim_end_matches('.').to_lowercase();
    let rest = LEAD_INS.iter().find_map(|lead| text.strip_prefix(lead));
    rest.unwrap_or(&text).to_owned()
}

fn longest_first(texts: BTreeSet<String>) -> Vec<Phrase> {
    let phrases = texts.into_iter().map(|text| Phrase {
        words: words(&text).collect(),
        text,
    });
    let mut phrases: Vec<Phrase> = phrases.filter(|phrase| !phrase.words.is_empty()).collect();
    phrases.sort_by_key(|phrase| Reverse(phrase.words.len()));
    phrases
}

impl Benchmark for Attributes {
    fn name(&self) -> &'static str {
        NAME
    }

    fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    fn settings(&self) -> &BTreeMap<&'static str, String> {
        &self.settings
    }

    fn published(&self) -> &'static Published {
        &published::ATTRIBUTES
    }

    fn score(&self, replies: &[Option<Reply>]) -> Result<Scored, EvalError> {
        let mut choices: [Vec<Choice>; TOPICS.len()] = Default::default();
        let mut confusion = Confusion::default();
        let mut verdicts = Vec::with_capacity(replies.len());
        for (truth, reply) in self.truths.iter().zip(replies) {
            let Some(Reply::Answer(answer)) = reply else {
                verdicts.push(None);
                continue;
            };
            let read = self.read(truth.topic, answer);
            let place = |text: &str| {
                let mut phrases = self.phrases[truth.topic].iter();
                phrases.position(|phrase| phrase.text == text)
            };
            let choice = Choice {
                chosen: read.and_then(place),
                // Every truth is a phrase of its topic, unless it has no words: then nothing is right.
                right: place(&truth.phrase).unwrap_or(usize::MAX),
            };
            choices[truth.topic].push(choice);
            let read = read.unwrap_or(UNREAD);
            confusion.add(&truth.phrase, read);
            verdicts.push(Some(Verdict {
                answer: answer.clone(),
                read: Some(read.to_owned()),
                truth: truth.phrase.clone(),
                grade: Grade::of(choice.is_right()),
            }));
        }
        let tallies = choices.map(choices_right);
        let numbers = TOPICS.into_iter().zip(tallies);
        Ok(Scored {
            numbers: numbers
                .map(|(topic, tally)| Number::accuracy(topic, tally))
                .collect(),
            details: Details::Attributes(TOPICS.into_iter().zip(tallies).collect()),
            confusion: Some(confusion),
            verdicts,
        })
    }
}
