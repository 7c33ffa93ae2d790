//! VCR with all regions listed once and called by bare numbers: nothing but the picture says what a number means. The paper's
//! model is fine-tuned to choose in this form; its repository has nothing for it, so wording and order are this project's own,
//! as evaluation asks.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use roi_prompt::{Question, Turn};

use super::vcr::VcrRecords;
use crate::draw::Draw;
use crate::formats::vcr::{VcrChoices, VcrObjects, VcrRecord, sentence};
use crate::parts::turn;
use crate::templates::WHY;
use crate::{DataError, Dataset, LeftOut, Sample, Visit, letter_prompt, numbered_prompt};

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VcrReply {
    /// `vcr_letter`: four answers or four rationales stand in the question, and a letter answers it.
    Letter,
    /// `vcr_choice`: the same, answered by the right one's words and then its letter: there is more to learn from than a letter.
    Choice,
    /// `vcr_words`: the answer is said in words and, asked why, the rationale.
    Words,
}

/// A set of which a record is a picture with all its questions, some of which are asked at each visit.
pub struct VcrNumbered {
    all: Arc<VcrRecords>,
    reply: VcrReply,
    /// Questions of a picture, one or more, by their place among all records. All have the same objects.
    pictures: Vec<Vec<usize>>,
    left_out: LeftOut,
}

/// A record's texts.
struct Asked {
    question: String,
    answers: VcrChoices,
    rationales: VcrChoices,
}

impl VcrNumbered {
    /// Questions of a conversation. With choices each repeats all boxes.
    const MAX_QUESTIONS: usize = 4;

    /// Chooses the records that have choices.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(all: Arc<VcrRecords>, reply: VcrReply) -> Result<Self, DataError> {
        let mut left_out = all.left_out().clone();
        let mut pictures: Vec<Vec<usize>> = Vec::new();
        let mut places: HashMap<(&str, &[String]), usize> = HashMap::new();
        for (index, record) in all.records().iter().enumerate() {
            if let Err(error) = asked(record) {
                left_out.broken.add(|| record.annot_id.clone(), &error);
                continue;
            }
            let place = *places
                .entry((&record.img_fn, &record.objects))
                .or_insert(pictures.len());
            match pictures.get_mut(place) {
                Some(questions) => questions.push(index),
                None => pictures.push(vec![index]),
            }
        }
        if pictures.is_empty() {
            return Err(left_out.all_of(name(reply)));
        }
        drop(places);
        Ok(Self {
            all,
            reply,
            pictures,
            left_out,
        })
    }

    fn first(&self, index: usize) -> Option<&VcrRecord> {
        let first = self.pictures.get(index)?.first()?;
        self.all.records().get(*first)
    }
}

fn name(reply: VcrReply) -> &'static str {
    match reply {
        VcrReply::Letter => "vcr_letter",
        VcrReply::Choice => "vcr_choice",
        VcrReply::Words => "vcr_words",
    }
}

fn asked(record: &VcrRecord) -> Result<Asked, DataError> {
    let objects = VcrObjects::Numbers(record.objects.len());
    Ok(Asked {
        question: sentence(&record.question, objects)?,
        answers: record.answers(objects)?,
        rationales: record.rationales(objects)?,
    })
}

/// The question for the answer or for the rationale, choices in any order; answered by a letter, behind the words or alone.
fn choose(record: &VcrRecord, with_words: bool, draw: &mut Draw) -> Result<Turn, DataError> {
    let Asked {
        question,
        answers,
        rationales,
    } = asked(record)?;
    let (answer, choices) = match draw.is_heads() {
        true => (None, answers),
        false => (Some(&answers.texts[answers.right]), rationales),
    };
    let mut order: Vec<usize> = (0..choices.texts.len()).collect();
    draw.shuffle(&mut order);
    let right = order.iter().position(|&choice| choice == choices.right);
    let texts: Vec<String> = order.iter().map(|&at| choices.texts[at].clone()).collect();
    let answer = answer.map(String::as_str);
    let prompt = letter_prompt(record.objects.len(), &question, answer, &texts);
    let letter = ('A'..='Z').nth(right.unwrap_or(0)).unwrap_or('A');
    let answer = if with_words {
        format!("{} ({letter})", choices.texts[choices.right])
    } else {
        format!("({letter})")
    };
    Ok(turn(Question::Typed(prompt), answer))
}

/// The question, its answer, and why. Only the first question of a conversation lists the regions.
fn say(record: &VcrRecord, is_first: bool, draw: &mut Draw) -> Result<[Turn; 2], DataError> {
    let Asked {
        question,
        mut answers,
        mut rationales,
    } = asked(record)?;
    let n_listed = if is_first { record.objects.len() } else { 0 };
    let prompt = numbered_prompt(n_listed, &question);
    let why = draw.pick(&WHY).copied().unwrap_or_default();
    Ok([
        turn(
            Question::Typed(prompt),
            answers.texts.swap_remove(answers.right),
        ),
        turn(
            Question::Typed(why.to_owned()),
            rationales.texts.swap_remove(rationales.right),
        ),
    ])
}

impl Dataset for VcrNumbered {
    fn name(&self) -> &'static str {
        name(self.reply)
    }

    fn len(&self) -> usize {
        self.pictures.len()
    }

    fn record_name(&self, index: usize) -> String {
        match self.first(index) {
            Some(record) => format!("picture {}", record.img_fn),
            None => format!("record {index}"),
        }
    }

    fn left_out(&self) -> &LeftOut {
        &self.left_out
    }

    fn sample(&self, visit: Visit) -> Result<Sample, DataError> {
        let nothing = DataError::Dangling {
            what: "record",
            id: visit.index as u64,
        };
        let (Some(questions), Some(first)) =
            (self.pictures.get(visit.index), self.first(visit.index))
        else {
            return Err(nothing);
        };
        let mut draw = visit.draw();
        let mut order = questions.clone();
        draw.shuffle(&mut order);
        let mut turns = Vec::new();
        for &at in order.iter().take(Self::MAX_QUESTIONS) {
            let record = &self.all.records()[at];
            match self.reply {
                VcrReply::Letter => turns.push(choose(record, false, &mut draw)?),
                VcrReply::Choice => turns.push(choose(record, true, &mut draw)?),
                VcrReply::Words => turns.extend(say(record, turns.is_empty(), &mut draw)?),
            }
        }
        let objects: Vec<usize> = (0..first.objects.len()).collect();
        self.all.sample(first, &objects, turns)
    }
}
