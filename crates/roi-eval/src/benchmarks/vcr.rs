//! VCR: which of four answers is right, and which of four reasons. Each record is asked twice, the
//! second time with the right answer given; Q→AR counts where both are right.
//!
//! The paper's model is fine-tuned to answer with a letter. A model that is not can be asked in
//! another way: how likely each choice is as its answer ([`VcrMode::Likelihood`]). The training
//! views call objects by their classes, which can give the reason away; numbers do not ([`Called`]).
//! Either way regions can be listed before the question or stand where they are mentioned
//! ([`VcrRegions`]).
//!
//! Source: the GPT4RoI paper, table 5 (form of the letter prompt; the words are this project's
//! own); jshilong/GPT4RoI 00273ad, `gpt4roi/datasets/vcr.py`, `MultiVCRDataset` (regions in place).

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};

use roi_data::formats::vcr::{
    VcrChoices as Choices, VcrMetadata, VcrObjects, VcrRecord, records, sentence,
};
use roi_data::formats::{file_below, read_json};
use roi_data::{DataError, VcrRegions, letter_prompt, open_prompt};
use roi_geom::{BoxPx, PictureSize};
use roi_metrics::{Choice, Confusion, VcrQuestion, VcrScores};
use roi_protocol::Turn;

use super::{Source, not_empty};
use crate::EvalError;
use crate::benchmark::{Benchmark, Details, Grade, Number, Scored, Verdict};
use crate::left_out::LeftOut;
use crate::published::{self, Published};
use crate::task::{Reply, Task, asked};

const UNREAD: &str = "(unread)";
/// What is asked for the reason where answers are free, as in training.
const WHY: &str = "Why?";

/// How a choice is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VcrMode {
    /// All choices stand in the prompt, and the answer is a letter. The paper lists the regions.
    Letter(VcrRegions),
    /// No choice stands in the prompt; the likeliest per token, as the answer, is taken.
    Likelihood(Called),
}

/// What objects are called by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Called {
    /// Class and region, as in the training view with all objects listed.
    Class,
    /// Numbers, as in the letter form.
    Number(VcrRegions),
}

/// Questions with four answers and four reasons.
pub struct Vcr {
    mode: VcrMode,
    /// Two a record: its answer, its rationale.
    tasks: Vec<Task>,
    /// Of each task.
    choices: Vec<Choices>,
    settings: BTreeMap<&'static str, String>,
    left_out: LeftOut,
}

/// A record's two tasks.
type Pair = [(Task, Choices); 2];

impl Vcr {
    /// Reads `val.jsonl` or a file like it; pictures and their metadata lie below the folder of
    /// pictures.
    ///
    /// # Errors
    /// If the file cannot be read, or no record of it can be asked.
    pub fn open(source: &Source<'_>, mode: VcrMode) -> Result<Self, EvalError> {
        let mut left_out = LeftOut::default();
        let mut ids = HashSet::new();
        let mut pairs: Vec<Pair> = Vec::new();
        for (record, number) in records(source.file)?.zip(1_u64..) {
            let record = match record {
                Ok(record) => record,
                Err(error @ DataError::Io { .. }) => return Err(error.into()),
                Err(error) => {
                    left_out.add_broken(format!("record {number}"), error);
                    continue;
                }
            };
            let id = match record.annot_id.as_str() {
                "" => format!("record {number}"),
                id => id.to_owned(),
            };
            if !ids.insert(id.clone()) {
                left_out.add_broken(id, "an earlier record has the same id");
                continue;
            }
            match pair(&id, &record, mode, source) {
                Ok(pair) => pairs.push(pair),
                Err(error) => left_out.add_broken(id, error),
            }
        }
        let pairs = source
            .subset
            .choose(pairs, |[(task, _), _]| task.id.clone());
        let (tasks, choices): (Vec<_>, Vec<_>) = pairs.into_iter().flatten().unzip();
        not_empty(&tasks, mode.name(), &left_out)?;
        Ok(Self {
            mode,
            tasks,
            choices,
            settings: source.settings(),
            left_out,
        })
    }
}

impl VcrMode {
    fn name(self) -> &'static str {
        match self {
            Self::Letter(VcrRegions::Listed) => "vcr",
            Self::Letter(VcrRegions::InPlace) => "vcr-in-place",
            Self::Likelihood(Called::Class) => "vcr-likelihood",
            Self::Likelihood(Called::Number(VcrRegions::Listed)) => "vcr-numbered-likelihood",
            Self::Likelihood(Called::Number(VcrRegions::InPlace)) => "vcr-in-place-likelihood",
        }
    }
}

fn pair(
    id: &str,
    record: &VcrRecord,
    mode: VcrMode,
    source: &Source<'_>,
) -> Result<Pair, DataError> {
    let picture = file_below(source.pictures, &record.img_fn)?;
    let metadata: VcrMetadata = read_json(&file_below(source.pictures, &record.metadata_fn)?)?;
    let boxes = boxes(record, &metadata, metadata.size(&picture)?)?;
    let n_objects = record.objects.len();
    let classes = VcrObjects::Regions(&record.objects);
    let (n_listed, in_question, in_choices) = match mode {
        // Choices that stand in the prompt are part of the question.
        VcrMode::Letter(regions) => (
            regions.n_listed(n_objects),
            regions.asked(n_objects),
            regions.asked(n_objects),
        ),
        VcrMode::Likelihood(Called::Number(regions)) => (
            regions.n_listed(n_objects),
            regions.asked(n_objects),
            regions.said(n_objects),
        ),
        VcrMode::Likelihood(Called::Class) => (n_objects, classes, classes),
    };
    let question = sentence(&record.question, in_question)?;
    let answers = record.answers(in_choices)?;
    let reasons = record.rationales(in_choices)?;
    let answer = &answers.texts[answers.right];
    let task = |part: &str, turns: Vec<Turn>, choices: &Choices| Task {
        id: format!("{id} {part}"),
        picture_name: record.img_fn.clone(),
        picture: picture.clone(),
        boxes: boxes.clone(),
        stated_size: metadata.stated_size(),
        turns,
        continuations: match mode {
            VcrMode::Letter(_) => Vec::new(),
            VcrMode::Likelihood(_) => choices.texts.clone(),
        },
    };
    let (ask_answer, ask_reason) = match mode {
        VcrMode::Letter(_) => (
            asked(letter_prompt(n_listed, &question, None, &answers.texts)),
            asked(letter_prompt(
                n_listed,
                &question,
                Some(answer),
                &reasons.texts,
            )),
        ),
        VcrMode::Likelihood(called) => {
            let open = match called {
                Called::Class => open_question(n_listed, &question),
                Called::Number(_) => open_prompt(n_listed, &question),
            };
            let answered = Turn {
                question: open.clone(),
                answer: Some(answer.clone()),
            };
            let why = asked(WHY);
            (asked(open), std::iter::once(answered).chain(why).collect())
        }
    };
    Ok([
        (task("answer", ask_answer, &answers), answers.clone()),
        (task("rationale", ask_reason, &reasons), reasons.clone()),
    ])
}

/// The box of each object, all of which are listed in the prompt.
fn boxes(
    record: &VcrRecord,
    metadata: &VcrMetadata,
    size: PictureSize,
) -> Result<Vec<BoxPx>, DataError> {
    let numbered = (1..=record.objects.len()).zip(metadata.boxes.iter());
    let boxes: Vec<BoxPx> = numbered
        .map(|(number, found)| match found.edges.clipped(size) {
            Ok(_) => Ok(found.edges),
            Err(source) => Err(DataError::Box { number, source }),
        })
        .collect::<Result<_, _>>()?;
    if boxes.len() < record.objects.len() {
        return Err(DataError::Dangling {
            what: "box",
            id: boxes.len() as u64 + 1,
        });
    }
    Ok(boxes)
}

/// The prompt without choices, as in training with all objects listed.
fn open_question(n_regions: usize, question: &str) -> String {
    if n_regions == 0 {
        return question.to_owned();
    }
    let tags = tags(n_regions);
    format!("The picture has these regions: {tags}. {question}")
}

fn tags(n_regions: usize) -> String {
    let tags: Vec<String> = (1..=n_regions).map(|k| format!("<region{k}>")).collect();
    tags.join(",")
}

/// The choice that an answer names, counted from zero, of `n`: the only letter in parentheses, else
/// a letter that is all there is.
#[must_use]
pub fn letter_in(answer: &str, n: usize) -> Option<usize> {
    let index = |letter: char| {
        let index = (letter.is_ascii_alphabetic())
            .then(|| usize::from(letter.to_ascii_uppercase() as u8 - b'A'));
        index.filter(|&index| index < n)
    };
    let in_parentheses = answer.match_indices('(').filter_map(|(at, _)| {
        let mut behind = answer[at + 1..].chars();
        let (letter, end) = (behind.next()?, behind.next()?);
        (end == ')').then(|| index(letter)).flatten()
    });
    let named: HashSet<usize> = in_parentheses.collect();
    if !named.is_empty() {
        return (named.len() == 1)
            .then(|| named.into_iter().next())
            .flatten();
    }
    let mut letters = answer.chars().filter(|c| c.is_alphanumeric());
    match (letters.next(), letters.next()) {
        (Some(letter), None) => index(letter),
        _ => None,
    }
}

/// What a reply chooses, and how people are told.
fn chosen(reply: &Reply, choices: &Choices) -> (Option<usize>, String) {
    match reply {
        Reply::Answer(answer) => (letter_in(answer, choices.texts.len()), answer.clone()),
        Reply::Likelihoods(likelihoods) => {
            let each = likelihoods.iter().map(|likelihood| likelihood.per_token());
            let each: Vec<Option<f64>> = each.collect();
            let mut best: Option<(usize, f64)> = None;
            for (index, value) in each.iter().enumerate() {
                if let Some(value) = *value
                    && best.is_none_or(|(_, highest)| value > highest)
                {
                    best = Some((index, value));
                }
            }
            let told = ('A'..='Z').zip(&each).map(|(letter, value)| match value {
                Some(value) => format!("({letter}) {value:.3}"),
                None => format!("({letter}) –"),
            });
            let told: Vec<String> = told.collect();
            (best.map(|(index, _)| index), told.join(", "))
        }
    }
}

fn letter(index: usize) -> String {
    ('A'..='Z')
        .nth(index)
        .map_or_else(|| UNREAD.to_owned(), |letter| format!("({letter})"))
}

impl Benchmark for Vcr {
    fn name(&self) -> &'static str {
        self.mode.name()
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
        &published::VCR
    }

    fn score(&self, replies: &[Option<Reply>]) -> Result<Scored, EvalError> {
        let mut confusion = Confusion::default();
        let mut outcomes = Vec::with_capacity(replies.len());
        let mut verdicts = Vec::with_capacity(replies.len());
        for (choices, reply) in self.choices.iter().zip(replies) {
            let Some(reply) = reply else {
                outcomes.push(None);
                verdicts.push(None);
                continue;
            };
            let (chosen, answer) = chosen(reply, choices);
            let choice = Choice {
                chosen,
                right: choices.right,
            };
            let read = chosen.map_or_else(|| UNREAD.to_owned(), letter);
            confusion.add(&letter(choices.right), &read);
            outcomes.push(Some(choice));
            verdicts.push(Some(Verdict {
                answer,
                read: Some(read),
                truth: format!("{} {}", letter(choices.right), choices.texts[choices.right]),
                grade: Grade::of(choice.is_right()),
            }));
        }
        // A record of which one half was not answered counts nowhere: its Q→AR is unknown.
        let (halves, _) = outcomes.as_chunks::<2>();
        let questions = halves.iter().filter_map(|&[answer, rationale]| {
            Some(VcrQuestion {
                answer: answer?,
                rationale: rationale?,
            })
        });
        let scores = VcrScores::of(questions);
        Ok(Scored {
            numbers: vec![
                Number::accuracy("Q→A", scores.q_to_a),
                Number::accuracy("QA→R", scores.qa_to_r),
                Number::accuracy("Q→AR", scores.q_to_ar),
            ],
            details: Details::Vcr(scores),
            confusion: Some(confusion),
            verdicts,
        })
    }
}
