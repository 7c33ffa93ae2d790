//! What can be wrong with captions, or with the program that computes METEOR.

use std::path::PathBuf;
use std::process::ExitStatus;

/// Why there are no scores.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MetricsError {
    /// Captions are not `{"id": ["caption", …], …}`.
    #[error("captions, line {line}, column {column}: {problem}")]
    Captions {
        /// The line, counted from one.
        line: usize,
        /// The column, counted from one.
        column: usize,
        /// What was found there.
        problem: String,
    },
    /// An id stands twice.
    #[error("id {id:?} stands twice")]
    DuplicateId {
        /// The id.
        id: String,
    },
    /// References and hypotheses are about different things.
    #[error("{}", differences_in_words(no_hypothesis, no_reference))]
    DifferentIds {
        /// Ids that have references only.
        no_hypothesis: Vec<String>,
        /// Ids that have a hypothesis only.
        no_reference: Vec<String>,
    },
    /// There is nothing to score.
    #[error("there are no captions to score")]
    NoItems,
    /// An id has no caption to compare with.
    #[error("id {id:?} has no reference")]
    NoReference {
        /// The id.
        id: String,
    },
    /// An id has not exactly one hypothesis.
    #[error("id {id:?} has {found} hypotheses; one is scored")]
    HypothesisCount {
        /// The id.
        id: String,
        /// How many it has.
        found: usize,
    },
    /// METEOR's program is not where it was said to be.
    #[error("no METEOR program at {}: {source}", path.display())]
    MeteorJar {
        /// Where it was looked for.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// Java could not be started.
    #[error("cannot run {} for METEOR: {source}", path.display())]
    Java {
        /// The program that was tried.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// Talking to METEOR failed.
    #[error("METEOR cannot be talked to: {source}")]
    MeteorPipe {
        /// The system's answer.
        source: std::io::Error,
    },
    /// METEOR ended before it had answered everything.
    #[error("METEOR ended early ({status}) with {n_answers} answers: {message}")]
    MeteorEnded {
        /// How it ended.
        status: ExitStatus,
        /// How many lines it had answered.
        n_answers: usize,
        /// What it wrote to its error output.
        message: String,
    },
    /// METEOR answered something that is no score.
    #[error("METEOR answered {answer:?} where a score was due")]
    MeteorAnswer {
        /// Its answer.
        answer: String,
    },
}

/// Names up to ten ids of each kind.
fn differences_in_words(no_hypothesis: &[String], no_reference: &[String]) -> String {
    const SHOWN: usize = 10;
    let kinds = [
        ("ids without a hypothesis", no_hypothesis),
        ("ids without references", no_reference),
    ];
    let kinds = kinds.into_iter().filter(|(_, ids)| !ids.is_empty());
    let kinds = kinds.map(|(what, ids)| {
        let shown = ids.iter().take(SHOWN).map(|id| format!("{id:?}"));
        let shown = shown.collect::<Vec<_>>().join(", ");
        match ids.len().saturating_sub(SHOWN) {
            0 => format!("{what}: {shown}"),
            more => format!("{what}: {shown} and {more} more"),
        }
    });
    kinds.collect::<Vec<_>>().join("; ")
}
