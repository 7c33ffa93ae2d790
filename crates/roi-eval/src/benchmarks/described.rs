//! Regions that are to be described, scored by caption metrics: what `vg` and `refcocog` share.

use std::collections::BTreeMap;

use roi_metrics::meteor::Meteor;
use roi_metrics::{Captions, Scores};

use super::{Source, not_empty};
use crate::EvalError;
use crate::benchmark::{Benchmark, Details, Grade, Number, Scored, Verdict};
use crate::left_out::LeftOut;
use crate::published::Published;
use crate::task::{Reply, Task};

/// Regions with reference captions.
pub struct Described {
    name: &'static str,
    published: &'static Published,
    tasks: Vec<Task>,
    /// Parallel to `tasks`; none is empty.
    references: Vec<Vec<String>>,
    settings: BTreeMap<&'static str, String>,
    left_out: LeftOut,
    meteor: Option<Meteor>,
}

/// A region's task and its references.
pub(super) struct ToDescribe {
    pub(super) task: Task,
    pub(super) references: Vec<String>,
}

impl Described {
    /// Takes the source's part of the records. Ids must be unique.
    ///
    /// # Errors
    /// If nothing is left of the records, or METEOR is wanted and its program does not work.
    pub(super) fn new(
        name: &'static str,
        published: &'static Published,
        source: &Source<'_>,
        question: &str,
        records: Vec<ToDescribe>,
        left_out: LeftOut,
        meteor: Option<&Meteor>,
    ) -> Result<Self, EvalError> {
        let records = source
            .subset
            .choose(records, |record| record.task.id.clone());
        let (tasks, references): (Vec<_>, Vec<_>) = records
            .into_iter()
            .map(|record| (record.task, record.references))
            .unzip();
        not_empty(&tasks, name, &left_out)?;
        if let Some(meteor) = meteor {
            meteor.check()?;
        }
        let mut settings = source.settings();
        settings.insert("question", question.to_owned());
        Ok(Self {
            name,
            published,
            tasks,
            references,
            settings,
            left_out,
            meteor: meteor.cloned(),
        })
    }
}

impl Benchmark for Described {
    fn name(&self) -> &'static str {
        self.name
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
        self.published
    }

    fn score(&self, replies: &[Option<Reply>]) -> Result<Scored, EvalError> {
        let records = self.tasks.iter().zip(&self.references).zip(replies);
        let answered: Vec<(&Task, &[String], &str)> = records
            .filter_map(|((task, references), reply)| match reply {
                Some(Reply::Answer(answer)) => Some((task, &references[..], answer.as_str())),
                _ => None,
            })
            .collect();
        let items = answered
            .iter()
            .map(|(task, references, _)| (task.id.clone(), references.to_vec()));
        let references = Captions::from_items(items)?;
        // A line end in an answer would be one between captions to METEOR's program.
        let items = answered
            .iter()
            .map(|(task, _, answer)| (task.id.clone(), vec![answer.replace(['\n', '\r'], " ")]));
        let hypotheses = Captions::from_items(items)?;
        let mut scores = Scores::of(&references, &hypotheses)?;
        if let Some(meteor) = &self.meteor {
            scores = scores.with_meteor(&meteor.score(&references, &hypotheses)?);
        }
        let n = scores.n_items as u64;
        let numbers = vec![
            Number::part("BLEU-4", Some(scores.bleu[3]), n),
            Number::part("METEOR", scores.meteor, n),
            Number::part("ROUGE-L", Some(scores.rouge_l), n),
            Number::part("CIDEr", Some(scores.cider), n),
        ];
        let mut scored = answered.iter().zip(&scores.items);
        let verdicts = replies.iter().map(|reply| {
            let ((_, references, answer), item) = reply.as_ref().and_then(|_| scored.next())?;
            Some(Verdict {
                answer: (*answer).to_owned(),
                read: None,
                truth: references.join(" / "),
                grade: Grade::Cider(item.cider * 100.0),
            })
        });
        let verdicts = verdicts.collect();
        Ok(Scored {
            numbers,
            details: Details::Captions(scores),
            confusion: None,
            verdicts,
        })
    }
}
