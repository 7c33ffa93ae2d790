//! Lists of a file, read entry by entry: a broken one costs only itself.

#[cfg(test)]
mod tests;

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::{DeserializeOwned, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::{DataError, Skips};

/// What stands in a list.
pub trait Entry: DeserializeOwned {
    /// What one is called where nothing but a number tells it from others: `annotation`.
    const KIND: &'static str;
    /// The field that says which one it is.
    const KEY: &'static str;
}

/// A list of which every entry is either read or counted as broken. Written, it is those that could be read.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries<T> {
    /// Those that could be read, in the file's order.
    pub whole: Vec<T>,
    /// The others.
    pub broken: Skips,
}

/// Why an entry that another one names is not among those that could be read.
#[must_use]
pub fn missing(what: &'static str, id: u64, broken: &Skips) -> DataError {
    match broken.count {
        0 => DataError::Dangling { what, id },
        _ => DataError::Record {
            problem: format!("it names {what} {id}, which is broken or does not exist"),
        },
    }
}

impl<T> Default for Entries<T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T> From<Vec<T>> for Entries<T> {
    fn from(whole: Vec<T>) -> Self {
        Self {
            whole,
            broken: Skips::default(),
        }
    }
}

impl<T> FromIterator<T> for Entries<T> {
    fn from_iter<I: IntoIterator<Item = T>>(entries: I) -> Self {
        Self::from(Vec::from_iter(entries))
    }
}

impl<T> IntoIterator for Entries<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.whole.into_iter()
    }
}

impl<T> Deref for Entries<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.whole
    }
}

impl<'a, T> IntoIterator for &'a Entries<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.whole.iter()
    }
}

impl<T: Serialize> Serialize for Entries<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.whole.serialize(serializer)
    }
}

impl<'de, T: Entry> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(List(PhantomData))
    }
}

struct List<T>(PhantomData<T>);

impl<'de, T: Entry> Visitor<'de> for List<T> {
    type Value = Entries<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    /// Holds the text of one entry at a time: files are larger than what is read of them.
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Entries<T>, A::Error> {
        let mut entries = Entries::default();
        let mut place = 0_u64;
        while let Some(text) = list.next_element::<Box<RawValue>>()? {
            place += 1;
            match serde_json::from_str(text.get()) {
                Ok(entry) => entries.whole.push(entry),
                Err(error) => {
                    let problem = without_place(&error);
                    let name = || name::<T>(text.get(), place);
                    entries.broken.add(name, &DataError::Record { problem });
                }
            }
        }
        Ok(entries)
    }
}

/// What a broken entry is called: by what its key says, if that can be read, else by its place.
fn name<T: Entry>(text: &str, place: u64) -> String {
    let fields: Option<serde_json::Map<String, Value>> = serde_json::from_str(text).ok();
    match fields.as_ref().and_then(|fields| fields.get(T::KEY)) {
        Some(Value::String(name)) if !name.trim().is_empty() => name.clone(),
        Some(Value::Number(number)) => format!("{} {number}", T::KIND),
        _ => format!("{} #{place}", T::KIND),
    }
}

/// What is wrong with an entry. Where in its own text that is says nothing to who has the file.
fn without_place(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match words.strip_suffix(&place) {
        Some(words) => words.to_owned(),
        None => words,
    }
}
