//! What a run leaves behind: all numbers as JSON, a table for people, a picture of what was taken
//! for what, and a sheet of pictures with questions and answers.
//!
//! Nothing in a report depends on when it was made or in what order answers came, so the same
//! answers give the same bytes.

mod base64;
mod confusion;
mod escape;
mod markdown;
mod sheet;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use roi_metrics::Confusion;
use serde::Serialize;

use crate::benchmark::{Details, Number, Scored, Verdict};
use crate::file::write_whole;
use crate::left_out::LeftOut;
use crate::published::Published;
use crate::{Benchmark, EvalError, ReportOptions, Settings};

/// Everything that `report.json` holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The benchmark, its mode included.
    pub benchmark: &'static str,
    /// The numbers beside the published ones.
    pub numbers: Vec<Number>,
    /// The model and how it was asked.
    pub model: Settings,
    /// The devices that gave the answers.
    pub devices: BTreeSet<String>,
    /// The set and its part, and the question's wording.
    pub set: BTreeMap<&'static str, String>,
    /// Questions asked.
    pub n_asked: u64,
    /// Questions answered.
    pub n_answered: u64,
    /// Questions that could not be asked; they are not among the counted ones.
    pub failed: LeftOut,
    /// What of the set was not asked about.
    pub left_out: LeftOut,
    /// All numbers.
    pub details: Details,
    /// What was called what, true names first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confusion: Option<Confusion>,
    /// What others reached.
    pub published: &'static Published,
    /// For the sheet; each answer stands in the file of answers already.
    #[serde(skip)]
    pub(crate) verdicts: Vec<Option<Verdict>>,
}

impl Report {
    pub(crate) fn new(
        benchmark: &dyn Benchmark,
        settings: &Settings,
        scored: Scored,
        failed: LeftOut,
        devices: BTreeSet<String>,
    ) -> Self {
        let n_asked = benchmark.tasks().len() as u64;
        Self {
            benchmark: benchmark.name(),
            numbers: scored.numbers,
            model: settings.clone(),
            devices,
            set: benchmark.settings().clone(),
            n_asked,
            n_answered: n_asked - failed.n_broken,
            failed,
            left_out: benchmark.left_out().clone(),
            details: scored.details,
            confusion: scored.confusion,
            published: benchmark.published(),
            verdicts: scored.verdicts,
        }
    }

    /// The table and all that belongs to it, as `report.md` holds it.
    #[must_use]
    pub fn markdown(&self) -> String {
        markdown::render(self)
    }
}

/// Writes the report's files; the JSON last, so that it stands for all of them.
pub(crate) fn write_report(
    report: &Report,
    benchmark: &dyn Benchmark,
    options: &ReportOptions,
) -> Result<(), EvalError> {
    let file = |name: &str| options.folder.join(name);
    let mut json =
        serde_json::to_vec_pretty(report).map_err(|source| EvalError::Report { source })?;
    json.push(b'\n');
    let picture = file("confusion.svg");
    match &report.confusion {
        Some(confusion) => {
            let title = format!("{}: {}", report.benchmark, report.model.model);
            let svg = confusion::render(confusion, &title);
            write_whole(&picture, svg.as_bytes())?;
        }
        None if picture.exists() => {
            fs::remove_file(&picture).map_err(|source| EvalError::Io {
                path: picture.clone(),
                source,
            })?;
        }
        None => {}
    }
    let sheet = sheet::render(report, benchmark.tasks(), options.n_on_sheet);
    write_whole(&file("sheet.html"), sheet.as_bytes())?;
    write_whole(&file("report.md"), report.markdown().as_bytes())?;
    write_whole(&file("report.json"), &json)
}
