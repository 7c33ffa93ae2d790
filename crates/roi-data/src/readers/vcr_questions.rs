//! VCR as it is judged: regions are listed once and called by bare numbers, or each stands where it is mentioned, and nothing but
//! the picture says what is in it. The paper's model is fine-tuned to choose in the first form; its repository has nothing for
//! it, so wording and order are this project's own, as evaluation asks.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use roi_prompt::{Part, Question, Turn};

use super::vcr::VcrRecords;
use crate::draw::Draw;
use crate::formats::vcr::{VcrChoices, VcrObjects, VcrRecord, sentence};
use crate::parts::turn;
use crate::templates::WHY;
use crate::{DataError, Dataset, LeftOut, Sample, VcrRegions, Visit, letter_prompt, open_prompt};

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
pub struct VcrQuestions {
    all: Arc<VcrRecords>,
    reply: VcrReply,
    regions: VcrRegions,
    /// Questions of a picture, one or more, by their place among all records. All have the same objects.
    pictures: Vec<Vec<usize>>,
    left_out: LeftOut,
}

/// A record's texts.
struct Texts {
    question: String,
    answers: VcrChoices,
    rationales: VcrChoices,
}

impl VcrQuestions {
    /// Questions of a conversation. All but listed ones without choices repeat their boxes.
    const MAX_QUESTIONS: usize = 4;

    /// Chooses the records that have choices.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(
        all: Arc<VcrRecords>,
        reply: VcrReply,
        regions: VcrRegions,
    ) -> Result<Self, DataError> {
        let mut left_out = all.left_out().clone();
        let mut pictures: Vec<Vec<usize>> = Vec::new();
        let mut places: HashMap<(&str, &[String]), usize> = HashMap::new();
        for (index, record) in all.records().iter().enumerate() {
            if let Err(error) = texts(record, regions.asked(record.objects.len())) {
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
            regions,
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

fn texts(record: &VcrRecord, objects: VcrObjects<'_>) -> Result<Texts, DataError> {
    Ok(Texts {
        question: sentence(&record.question, objects)?,
        answers: record.answers(objects)?,
        rationales: record.rationales(objects)?,
    })
}

impl VcrQuestions {
    /// The question for the answer or for the rationale, choices in any order; answered by a letter, behind the words or alone.
    fn choose(&self, record: &VcrRecord, draw: &mut Draw) -> Result<Turn, DataError> {
        let n_objects = record.objects.len();
        let Texts {
            question,
            answers,
            rationales,
        } = texts(record, self.regions.asked(n_objects))?;
        let names = self.regions.said(n_objects);
        let (answer, choices, said) = match draw.is_heads() {
            true => (None, answers, record.answers(names)?),
            false => (
                Some(&answers.texts[answers.right]),
                rationales,
                record.rationales(names)?,
            ),
        };
        let mut order: Vec<usize> = (0..choices.texts.len()).collect();
        draw.shuffle(&mut order);
        let right = order.iter().position(|&choice| choice == choices.right);
        let texts: Vec<String> = order.iter().map(|&at| choices.texts[at].clone()).collect();
        let answer = answer.map(String::as_str);
        let n_listed = self.regions.n_listed(n_objects);
        let prompt = letter_prompt(n_listed, &question, answer, &texts);
        let letter = ('A'..='Z').nth(right.unwrap_or(0)).unwrap_or('A');
        let answer = match self.reply {
            VcrReply::Letter => format!("({letter})"),
            _ => format!("{} ({letter})", said.texts[said.right]),
        };
        Ok(turn(self.question(prompt, n_objects), answer))
    }

    /// The question, its answer, and why. Only the first question of a conversation lists the regions.
    fn say(
        &self,
        record: &VcrRecord,
        is_first: bool,
        draw: &mut Draw,
    ) -> Result<[Turn; 2], DataError> {
        let n_objects = record.objects.len();
        let question = sentence(&record.question, self.regions.asked(n_objects))?;
        let names = self.regions.said(n_objects);
        let (mut answers, mut rationales) = (record.answers(names)?, record.rationales(names)?);
        let n_listed = if is_first {
            self.regions.n_listed(n_objects)
        } else {
            0
        };
        let prompt = open_prompt(n_listed, &question);
        let why = draw.pick(&WHY).copied().unwrap_or_default();
        Ok([
            turn(
                self.question(prompt, n_objects),
                answers.texts.swap_remove(answers.right),
            ),
            turn(
                Question::Typed(why.to_owned()),
                rationales.texts.swap_remove(rationales.right),
            ),
        ])
    }

    /// In place, every question brings the regions that it mentions, whatever earlier ones brought: each can be asked alone.
    fn question(&self, prompt: String, n_objects: usize) -> Question {
        match self.regions {
            VcrRegions::Listed => Question::Typed(prompt),
            VcrRegions::InPlace => Question::Parts(Part::tagged(&prompt, n_objects)),
        }
    }
}

impl Dataset for VcrQuestions {
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
                VcrReply::Letter | VcrReply::Choice => turns.push(self.choose(record, &mut draw)?),
                VcrReply::Words => turns.extend(self.say(record, turns.is_empty(), &mut draw)?),
            }
        }
        let objects: Vec<usize> = (0..first.objects.len()).collect();
        self.all.sample(first, &objects, turns)
    }
}
