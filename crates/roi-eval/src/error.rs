//! What can go wrong, in sentences a person can act on.

use std::path::PathBuf;

use roi_data::DataError;
use roi_metrics::MetricsError;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A set's file cannot be used.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A file of captions is not of its form.
    #[error("{}: {source}", path.display())]
    CaptionFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: MetricsError,
    },
    /// Captions could not be scored.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// A set has nothing to ask.
    #[error("{benchmark} has nothing to ask{}", in_words(reasons))]
    Empty {
        /// The benchmark.
        benchmark: &'static str,
        /// What was left out and why.
        reasons: Vec<String>,
    },
    /// No question of the set was answered.
    #[error("none of the {n} questions was answered; the first: {first}")]
    NoAnswers {
        /// How many were asked.
        n: usize,
        /// Why the first was not.
        first: String,
    },
    /// A question does not name its region, or names others.
    #[error("the question {question:?} must name <region1> and no other region")]
    QuestionWithoutRegion {
        /// The question.
        question: String,
    },
    /// The file of answers is something else.
    #[error(
        "{} is no file of answers: its first line does not say of what run. Name another folder",
        path.display()
    )]
    NotALog {
        /// The file.
        path: PathBuf,
    },
    /// Another run writes answers into the same folder.
    #[error("another run writes to {}: wait until it has ended, or name another folder", path.display())]
    Busy {
        /// The file of answers.
        path: PathBuf,
    },
    /// The file of answers belongs to a run that is not comparable.
    #[error(
        "{} has answers of another run: {what} was {before} there and is {now} now. Name another folder",
        path.display()
    )]
    OtherRun {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// Its value in the file.
        before: String,
        /// Its value now.
        now: String,
    },
    /// The model stopped working. Answers so far are kept.
    #[error("{source}")]
    Answerer {
        /// What happened.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A report could not be put into JSON.
    #[error("the report cannot be written as JSON: {source}")]
    Report {
        /// What is wrong.
        source: serde_json::Error,
    },
}

fn in_words(reasons: &[String]) -> String {
    if reasons.is_empty() {
        String::new()
    } else {
        format!(": {}", reasons.join("; "))
    }
}
