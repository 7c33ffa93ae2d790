//! Names of a detector's classes, which come with the detector's data and not with this project.

use std::path::Path;

use crate::DataError;
use crate::formats::coco::Category;
use crate::formats::{read_json, unmarked};

/// The name whose comma the original's list of LVIS classes lacks.
const UNENDED: &str = "shaver_(electric)";

/// The name of each label, counted from zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassNames(Vec<String>);

impl ClassNames {
    /// Takes the names as they are.
    ///
    /// # Errors
    /// If there is none, or one is empty.
    pub fn new(names: Vec<String>) -> Result<Self, DataError> {
        let problem = match names.as_slice() {
            [] => "it is empty",
            names if names.iter().any(|name| name.trim().is_empty()) => "a name is empty",
            _ => return Ok(Self(names)),
        };
        Err(DataError::ClassNames {
            found: names.len(),
            problem,
        })
    }

    /// Reads a text file with a name a line, or an annotation file in JSON whose `categories`, in the order of their ids,
    /// are the names: LVIS's own.
    ///
    /// # Errors
    /// If it cannot be read or holds no names.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        #[derive(serde::Deserialize)]
        struct Categories {
            // Labels count them, so none may be missing.
            categories: Vec<Category>,
        }
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let Categories { mut categories } = read_json(path)?;
            categories.sort_by_key(|category| category.id);
            return Self::new(categories.into_iter().map(|c| c.name).collect());
        }
        let text = std::fs::read_to_string(path).map_err(|source| DataError::Io {
            path: path.to_owned(),
            source,
        })?;
        let lines = unmarked(&text).lines();
        Self::new(lines.map(|line| line.trim().to_owned()).collect())
    }

    /// The list as the original has it, where a comma is missing behind `shaver_(electric)`: that name and the next are one,
    /// every later name stands a place too early, and the last place is `background`.
    ///
    /// # Errors
    /// If the list has no such name, or none behind it.
    pub fn with_missing_comma(mut self) -> Result<Self, DataError> {
        let at = self.0.iter().position(|name| name == UNENDED);
        let Some(at) = at.filter(|at| at + 1 < self.0.len()) else {
            return Err(DataError::ClassNames {
                found: self.0.len(),
                problem: "it is not LVIS's, which has a class behind shaver_(electric)",
            });
        };
        let next = self.0.remove(at + 1);
        self.0[at].push_str(&next);
        self.0.push("background".to_owned());
        Ok(self)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none, which never is.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name of a label.
    pub(super) fn name(&self, label: usize) -> &str {
        self.0.get(label).map_or("", String::as_str)
    }
}
