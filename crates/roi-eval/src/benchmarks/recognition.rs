//! Open-vocabulary recognition: a region is described freely, and the description's class is the
//! one whose name is most like it.
//!
//! Source: the GPT4RoI paper, open-vocabulary recognition by similarity to class names; there it
//! is measured by a text encoder, here by words ([`Classes`]), so that no other model is needed.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use roi_data::formats::coco::CocoFile;
use roi_data::formats::{missing, read_json};
use roi_metrics::Confusion;

use super::regions::{Habits, name, regions};
use super::{Source, about_one_region, not_empty};
use crate::EvalError;
use crate::benchmark::{Benchmark, Details, Grade, Number, Scored, Verdict};
use crate::left_out::LeftOut;
use crate::naming::Classes;
use crate::published::{self, Published};
use crate::task::{Reply, Task};

const NAME: &str = "recognition";
/// What the confusion calls an answer in which no class was found.
const NO_CLASS: &str = "(none)";

/// Regions with classes.
pub struct Recognition {
    classes: Classes,
    tasks: Vec<Task>,
    /// The class of each task.
    truths: Vec<String>,
    settings: BTreeMap<&'static str, String>,
    left_out: LeftOut,
}

impl Recognition {
    /// Reads a COCO instance file; its categories are the classes to choose from.
    ///
    /// # Errors
    /// If the file cannot be read or is no such file, nothing in it can be asked about, or the
    /// question is not about `<region1>`.
    pub fn open(source: &Source<'_>, question: &str) -> Result<Self, EvalError> {
        about_one_region(question)?;
        let mut file: CocoFile = read_json(source.file)?;
        let categories = std::mem::take(&mut file.categories);
        let by_id: HashMap<u64, &str> = categories
            .iter()
            .map(|category| (category.id, category.name.as_str()))
            .collect();
        let mut left_out = LeftOut::default();
        left_out.add_unread(&categories.broken);
        let habits = Habits {
            keeps_crowds: false,
            has_prefixed_names: false,
        };
        let mut records = Vec::new();
        for region in regions(file, source.pictures, habits, &mut left_out) {
            let id = region.annotation.category_id;
            match by_id.get(&id) {
                Some(&class) => {
                    let id = region.annotation.id.to_string();
                    records.push((region.task(id, question), class.to_owned()));
                }
                None => {
                    let error = missing("category", id, &categories.broken);
                    left_out.add_broken(name(&region.annotation), error);
                }
            }
        }
        let records = source.subset.choose(records, |(task, _)| task.id.clone());
        let (tasks, truths): (Vec<_>, Vec<_>) = records.into_iter().unzip();
        not_empty(&tasks, NAME, &left_out)?;
        let classes = Classes::new(categories.into_iter().map(|category| category.name));
        let mut settings = source.settings();
        settings.insert("question", question.to_owned());
        settings.insert("classes", classes.len().to_string());
        Ok(Self {
            classes,
            tasks,
            truths,
            settings,
            left_out,
        })
    }
}

impl Benchmark for Recognition {
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
        &published::RECOGNITION
    }

    fn score(&self, replies: &[Option<Reply>]) -> Result<Scored, EvalError> {
        let mut confusion = Confusion::default();
        let mut n_unread = 0;
        let mut verdicts = Vec::with_capacity(replies.len());
        for (truth, reply) in self.truths.iter().zip(replies) {
            let Some(Reply::Answer(answer)) = reply else {
                verdicts.push(None);
                continue;
            };
            let called = self.classes.named_in(answer);
            n_unread += u64::from(called.is_none());
            let called = called.unwrap_or(NO_CLASS);
            confusion.add(truth, called);
            verdicts.push(Some(Verdict {
                answer: answer.clone(),
                read: Some(called.to_owned()),
                truth: truth.clone(),
                grade: Grade::of(called == truth),
            }));
        }
        let n = confusion.n();
        Ok(Scored {
            numbers: vec![
                Number::part("accuracy", confusion.accuracy(), n),
                Number::part("mean recall", confusion.mean_recall(), n),
            ],
            details: Details::Recognition {
                n,
                n_right: confusion.n_right(),
                n_unread,
                classes: confusion.classes(),
            },
            confusion: Some(confusion),
            verdicts,
        })
    }
}
