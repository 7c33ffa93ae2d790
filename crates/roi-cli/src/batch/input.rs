//! Lines of questions.

use std::collections::HashSet;
use std::path::PathBuf;

use roi_protocol::{BoxPx, Turn};
use serde::Deserialize;
use serde_json::Value;

#[cfg(test)]
mod tests;

/// A line of the input.
#[derive(Debug)]
pub(crate) struct Query {
    /// Its id as it stands there; `null` where none could be read.
    pub(crate) id: Value,
    /// What is to be done, or why the line cannot be used.
    pub(crate) task: Result<Task, String>,
}

/// A question about boxes on a picture.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Task {
    /// Relative to the input file.
    pub(crate) image: PathBuf,
    #[serde(default)]
    pub(crate) boxes_px: Vec<BoxPx>,
    pub(crate) turns: Vec<Turn>,
}

/// The lines that are not empty, each with its own success or failure.
pub(crate) fn parse(input: &str) -> impl Iterator<Item = Query> + '_ {
    let mut ids = HashSet::new();
    input
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty())
        .map(move |(line, number)| {
            let mut query = parse_line(line, number);
            // A second line of the same id could never be told from the first in the output.
            if query.task.is_ok() && !ids.insert(query.id.to_string()) {
                query.task = Err(format!("line {number}: an earlier line has the same id"));
            }
            query
        })
}

fn parse_line(line: &str, number: usize) -> Query {
    let wrong = |error: serde_json::Error| {
        // Every line is the first one to its parser, so only the column means anything.
        let error = error.to_string();
        let error = error.replace("line 1 column", "column");
        format!("line {number}: {error}")
    };
    let value: Value = match serde_json::from_str(line) {
        Ok(value) => value,
        Err(error) => {
            return Query {
                id: Value::Null,
                task: Err(wrong(error)),
            };
        }
    };
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    let task = match &id {
        Value::String(_) | Value::Number(_) => Task::deserialize(value).map_err(wrong),
        _ => Err(format!(
            "line {number}: there is no id that is a text or a number"
        )),
    };
    Query { id, task }
}
