//! Captions by id, as the evaluation's files hold them: `{"id": ["caption", …], …}`.
//!
//! The order of the file is kept, since per-item scores are listed in it. A caption file may have
//! been joined together by hand, so an id that stands twice is refused, where most readers of JSON
//! would keep the last and score something nobody meant.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};

use crate::MetricsError;

/// Captions of each id, in the order of their file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captions {
    items: Vec<(String, Vec<String>)>,
    index: HashMap<String, usize>,
}

impl Captions {
    /// Reads `{"id": ["caption", …], …}`.
    ///
    /// # Errors
    /// If the text is no JSON of that form or an id stands twice, with the line and column.
    pub fn from_json(text: &str) -> Result<Self, MetricsError> {
        serde_json::from_str(text).map_err(|error| {
            let place = format!(" at line {} column {}", error.line(), error.column());
            let problem = error.to_string();
            MetricsError::Captions {
                line: error.line(),
                column: error.column(),
                problem: problem.strip_suffix(&place).unwrap_or(&problem).to_owned(),
            }
        })
    }

    /// Captions that are there already.
    ///
    /// # Errors
    /// If an id stands twice.
    pub fn from_items(
        items: impl IntoIterator<Item = (String, Vec<String>)>,
    ) -> Result<Self, MetricsError> {
        let mut captions = Self::default();
        for (id, texts) in items {
            if captions.get(&id).is_some() {
                return Err(MetricsError::DuplicateId { id });
            }
            captions.push(id, texts);
        }
        Ok(captions)
    }

    fn push(&mut self, id: String, texts: Vec<String>) {
        self.index.insert(id.clone(), self.items.len());
        self.items.push((id, texts));
    }

    /// How many ids there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no id.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The captions of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&[String]> {
        let &index = self.index.get(id)?;
        Some(&self.items[index].1)
    }

    /// Ids and their captions, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.items
            .iter()
            .map(|(id, texts)| (id.as_str(), texts.as_slice()))
    }

    /// The same with every caption tokenized, in the order of the file
    /// ([`crate::tokenize_all`]).
    #[must_use]
    pub fn tokenized(&self) -> Self {
        let texts = self.items.iter().flat_map(|(_, texts)| texts);
        let mut tokenized = crate::tokenize_all(texts.map(String::as_str)).into_iter();
        let items = self.items.iter().map(|(id, texts)| {
            let texts = tokenized.by_ref().take(texts.len());
            (id.clone(), texts.collect())
        });
        Self {
            items: items.collect(),
            index: self.index.clone(),
        }
    }
}

impl<'de> Deserialize<'de> for Captions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Captions;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of ids, each with a list of captions")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Captions, A::Error> {
                let mut captions = Captions::default();
                while let Some(id) = map.next_key::<String>()? {
                    if captions.get(&id).is_some() {
                        return Err(A::Error::custom(format!("id {id:?} stands twice")));
                    }
                    captions.push(id, map.next_value()?);
                }
                Ok(captions)
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}

/// References and the hypothesis of one id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair<'a> {
    pub(crate) id: &'a str,
    pub(crate) references: &'a [String],
    pub(crate) hypothesis: &'a str,
}

/// Brings references and hypotheses together, in the references' order.
pub(crate) fn pairs<'a>(
    references: &'a Captions,
    hypotheses: &'a Captions,
) -> Result<Vec<Pair<'a>>, MetricsError> {
    let lacking = |these: &Captions, those: &Captions| -> Vec<String> {
        these
            .iter()
            .filter(|(id, _)| those.get(id).is_none())
            .map(|(id, _)| id.to_owned())
            .collect()
    };
    let no_hypothesis = lacking(references, hypotheses);
    let no_reference = lacking(hypotheses, references);
    if !no_hypothesis.is_empty() || !no_reference.is_empty() {
        return Err(MetricsError::DifferentIds {
            no_hypothesis,
            no_reference,
        });
    }
    if references.is_empty() {
        return Err(MetricsError::NoItems);
    }
    references
        .iter()
        .map(|(id, references)| {
            if references.is_empty() {
                return Err(MetricsError::NoReference { id: id.to_owned() });
            }
            match hypotheses.get(id) {
                Some([hypothesis]) => Ok(Pair {
                    id,
                    references,
                    hypothesis,
                }),
                found => Err(MetricsError::HypothesisCount {
                    id: id.to_owned(),
                    found: found.map_or(0, <[String]>::len),
                }),
            }
        })
        .collect()
}
