//! A TOML document as keys and values with their lines, read key by key so that every complaint names its place.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Settings, keys};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigFileError {
    /// The file could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is no TOML.
    #[error("{0}")]
    Syntax(Box<toml::de::Error>),
    /// A key that means nothing.
    #[error("line {line}: there is no key {key}; the nearest right one is {nearest}")]
    UnknownKey {
        /// Where it stands.
        line: usize,
        /// The key.
        key: String,
        /// The key that is spelt most like it.
        nearest: &'static str,
    },
    /// One set where a list of them belongs.
    #[error(
        "line {line}: sets form a list, even a single one: begin it with [[data]] instead of [data]"
    )]
    SingleSet {
        /// Where its first key stands.
        line: usize,
    },
    /// A value its key cannot have.
    #[error("line {line}: {key} is {value}, and should be {allowed}")]
    Value {
        /// Where it stands.
        line: usize,
        /// The key.
        key: String,
        /// The value.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// A key without which nothing can be done.
    #[error("the key {key} is missing, and should be {allowed}")]
    Missing {
        /// The key.
        key: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// Two keys of which one makes the other meaningless.
    #[error("line {line}: {key} cannot stand beside {other}")]
    Conflict {
        /// Where the key stands.
        line: usize,
        /// The key.
        key: String,
        /// What it cannot stand beside.
        other: &'static str,
    },
    /// A key that means nothing without another.
    #[error("line {line}: {key} means nothing without {other}")]
    Alone {
        /// Where the key stands.
        line: usize,
        /// The key.
        key: String,
        /// What is missing.
        other: &'static str,
    },
}

/// A value with its type.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Integer(i64),
    Float(f64),
    Flag(bool),
    List(Vec<Value>),
    /// A date, a table, a number without end: nothing any key takes.
    Other(String),
}

#[derive(Debug)]
struct Entry {
    line: usize,
    value: Value,
}

/// Keys, as in `data[0].kind`, and values.
#[derive(Debug)]
pub(super) struct Document {
    entries: BTreeMap<String, Entry>,
    n_sets: usize,
    /// What was read, defaults included.
    read: Settings,
}

impl Document {
    pub(super) fn parse(text: &str) -> Result<Self, ConfigFileError> {
        let table = DeTable::parse(text).map_err(|mut error| {
            error.set_input(Some(text));
            ConfigFileError::Syntax(Box::new(error))
        })?;
        let mut document = Self {
            entries: BTreeMap::new(),
            n_sets: 0,
            read: Settings::new(),
        };
        let line = |at: usize| text[..at].matches('\n').count() + 1;
        document.flatten("", table.get_ref(), &line);
        if let Some((key, line)) = document.first(|key| !keys::is_known(key)) {
            return Err(ConfigFileError::UnknownKey {
                line,
                nearest: keys::nearest(&key),
                key,
            });
        }
        match document.first(|key| key.starts_with("data.")) {
            Some((_, line)) => Err(ConfigFileError::SingleSet { line }),
            None => Ok(document),
        }
    }

    /// The first key in the text that `is_meant` accepts, with its line.
    fn first(&self, is_meant: impl Fn(&str) -> bool) -> Option<(String, usize)> {
        let meant = self.entries.iter().filter(|(key, _)| is_meant(key));
        let (key, entry) = meant.min_by_key(|(_, entry)| entry.line)?;
        Some((key.clone(), entry.line))
    }

    fn flatten(&mut self, prefix: &str, table: &DeTable<'_>, line: &dyn Fn(usize) -> usize) {
        for (name, value) in table {
            let key = match prefix {
                "" => name.get_ref().to_string(),
                prefix => format!("{prefix}.{}", name.get_ref()),
            };
            match value.get_ref() {
                DeValue::Table(inner) => self.flatten(&key, inner, line),
                DeValue::Array(items) if key == "data" && items.iter().all(is_table) => {
                    self.n_sets = items.len();
                    for (index, item) in items.iter().enumerate() {
                        if let DeValue::Table(inner) = item.get_ref() {
                            self.flatten(&format!("{key}[{index}]"), inner, line);
                        }
                    }
                }
                other => {
                    let entry = Entry {
                        line: line(name.span().start),
                        value: Value::of(other),
                    };
                    self.entries.insert(key, entry);
                }
            }
        }
    }

    /// How many `[[data]]` there are.
    pub(super) fn n_sets(&self) -> usize {
        self.n_sets
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// What was read so far of what decides numbers.
    pub(super) fn decisive_settings(&self) -> Settings {
        let mut settings = self.read.clone();
        settings.retain(|key, _| !keys::INDECISIVE.contains(&&**key));
        settings
    }

    /// The complaint about a key's value.
    pub(super) fn wrong(&self, key: &str) -> ConfigFileError {
        let allowed = keys::allowed(key);
        match self.entries.get(key) {
            Some(entry) => ConfigFileError::Value {
                line: entry.line,
                key: key.to_owned(),
                value: entry.value.to_string(),
                allowed,
            },
            None => ConfigFileError::Missing {
                key: key.to_owned(),
                allowed,
            },
        }
    }

    pub(super) fn at_most_one(&self, pair: [&'static str; 2]) -> Result<(), ConfigFileError> {
        let [first, second] = pair;
        match self.entries.get(second) {
            Some(entry) if self.has(first) => Err(ConfigFileError::Conflict {
                line: entry.line,
                key: second.to_owned(),
                other: first,
            }),
            _ => Ok(()),
        }
    }

    /// Refuses all keys with these beginnings, which `other` makes meaningless.
    pub(super) fn refuse_beside(
        &self,
        other: &'static str,
        beginnings: &[&str],
    ) -> Result<(), ConfigFileError> {
        match self.first(|key| {
            beginnings
                .iter()
                .any(|beginning| key.starts_with(beginning))
        }) {
            Some((key, line)) => Err(ConfigFileError::Conflict { line, key, other }),
            None => Ok(()),
        }
    }

    /// Refuses keys that mean nothing without `other`, which is not there.
    pub(super) fn needs(&self, other: &'static str, keys: &[&str]) -> Result<(), ConfigFileError> {
        match self.first(|key| keys.contains(&key)) {
            Some((key, line)) => Err(ConfigFileError::Alone { line, key, other }),
            None => Ok(()),
        }
    }

    pub(super) fn optional_text(&mut self, key: &str) -> Result<Option<String>, ConfigFileError> {
        self.optional(key, |value| match value {
            Value::Text(text) if !text.is_empty() => Some(text.clone()),
            _ => None,
        })
    }

    pub(super) fn required_text(&mut self, key: &str) -> Result<String, ConfigFileError> {
        let text = self.optional_text(key)?;
        text.ok_or_else(|| self.wrong(key))
    }

    pub(super) fn choice(
        &mut self,
        key: &str,
        choices: &[&str],
        default: Option<&str>,
    ) -> Result<String, ConfigFileError> {
        let chosen = self.optional(key, |value| match value {
            Value::Text(text) if choices.contains(&&**text) => Some(text.clone()),
            _ => None,
        })?;
        self.or_default(key, chosen, default.map(str::to_owned))
    }

    pub(super) fn flag(&mut self, key: &str, default: bool) -> Result<bool, ConfigFileError> {
        let flag = self.optional(key, |value| match value {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        })?;
        self.or_default(key, flag, Some(default))
    }

    pub(super) fn integer(&mut self, key: &str, default: i64) -> Result<i64, ConfigFileError> {
        let integer = self.optional(key, |value| match value {
            Value::Integer(integer) => Some(*integer),
            _ => None,
        })?;
        self.or_default(key, integer, Some(default))
    }

    pub(super) fn optional_whole(
        &mut self,
        key: &str,
        least: u64,
    ) -> Result<Option<u64>, ConfigFileError> {
        self.optional(key, |value| match value {
            Value::Integer(integer) => u64::try_from(*integer).ok().filter(|n| *n >= least),
            _ => None,
        })
    }

    pub(super) fn whole(
        &mut self,
        key: &str,
        least: u64,
        default: Option<u64>,
    ) -> Result<u64, ConfigFileError> {
        let whole = self.optional_whole(key, least)?;
        self.or_default(key, whole, default)
    }

    /// As many of something as memory is asked for at once.
    pub(super) fn count(
        &mut self,
        key: &str,
        default: Option<u64>,
    ) -> Result<u64, ConfigFileError> {
        let count = self.optional_count(key)?;
        self.or_default(key, count, default)
    }

    pub(super) fn optional_count(&mut self, key: &str) -> Result<Option<u64>, ConfigFileError> {
        self.optional(key, |value| match value {
            Value::Integer(integer) => {
                let counts = 1..=4096;
                u64::try_from(*integer).ok().filter(|n| counts.contains(n))
            }
            _ => None,
        })
    }

    /// A number that f32 tells from nothing.
    pub(super) fn tiny(&mut self, key: &str, default: Option<f64>) -> Result<f64, ConfigFileError> {
        self.number(key, default, |number| number >= 1e-37)
    }

    pub(super) fn positive(
        &mut self,
        key: &str,
        default: Option<f64>,
    ) -> Result<f64, ConfigFileError> {
        self.number(key, default, |number| number > 0.0)
    }

    pub(super) fn optional_positive(&mut self, key: &str) -> Result<Option<f64>, ConfigFileError> {
        self.optional_number(key, |number| number > 0.0)
    }

    pub(super) fn not_negative(
        &mut self,
        key: &str,
        default: Option<f64>,
    ) -> Result<f64, ConfigFileError> {
        self.number(key, default, |number| number >= 0.0)
    }

    pub(super) fn below_one(
        &mut self,
        key: &str,
        default: Option<f64>,
    ) -> Result<f64, ConfigFileError> {
        self.number(key, default, |number| (0.0..1.0).contains(&number))
    }

    /// A share that may be nothing.
    pub(super) fn share(
        &mut self,
        key: &str,
        default: Option<f64>,
    ) -> Result<f64, ConfigFileError> {
        self.number(key, default, |number| (0.0..=1.0).contains(&number))
    }

    pub(super) fn optional_share(&mut self, key: &str) -> Result<Option<f64>, ConfigFileError> {
        self.optional_number(key, |number| (0.0..=1.0).contains(&number))
    }

    /// How many visits an epoch has to each record; more than a thousand are a slip of the pen.
    pub(super) fn ratio(
        &mut self,
        key: &str,
        default: Option<f64>,
    ) -> Result<f64, ConfigFileError> {
        self.number(key, default, |number| number > 0.0 && number <= 1000.0)
    }

    fn number(
        &mut self,
        key: &str,
        default: Option<f64>,
        is_allowed: impl Fn(f64) -> bool,
    ) -> Result<f64, ConfigFileError> {
        let number = self.optional_number(key, is_allowed)?;
        self.or_default(key, number, default)
    }

    fn optional_number(
        &mut self,
        key: &str,
        is_allowed: impl Fn(f64) -> bool,
    ) -> Result<Option<f64>, ConfigFileError> {
        self.optional(key, |value| {
            let number = match value {
                Value::Float(float) => *float,
                Value::Integer(integer) => *integer as f64,
                _ => return None,
            };
            (number.is_finite() && is_allowed(number)).then_some(number)
        })
    }

    /// The value of a key as `read` takes it, if the key is there.
    fn optional<T: fmt::Display>(
        &mut self,
        key: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>, ConfigFileError> {
        let Some(entry) = self.entries.get(key) else {
            return Ok(None);
        };
        let value = read(&entry.value).ok_or_else(|| self.wrong(key))?;
        self.note(key, &value);
        Ok(Some(value))
    }

    fn or_default<T: fmt::Display>(
        &mut self,
        key: &str,
        given: Option<T>,
        default: Option<T>,
    ) -> Result<T, ConfigFileError> {
        let value = given.or(default).ok_or_else(|| self.wrong(key))?;
        self.note(key, &value);
        Ok(value)
    }

    fn note(&mut self, key: &str, value: &dyn fmt::Display) {
        self.read.insert(key.to_owned(), value.to_string());
    }
}

fn is_table(value: &Spanned<DeValue<'_>>) -> bool {
    matches!(value.get_ref(), DeValue::Table(_))
}

impl Value {
    fn of(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Boolean(flag) => Self::Flag(*flag),
            DeValue::Integer(integer) => {
                match i64::from_str_radix(integer.as_str(), integer.radix()) {
                    Ok(integer) => Self::Integer(integer),
                    Err(_) => Self::Other(integer.to_string()),
                }
            }
            DeValue::Float(float) => match float.as_str().parse() {
                Ok(float) => Self::Float(float),
                Err(_) => Self::Other(float.to_string()),
            },
            DeValue::Array(items) => {
                Self::List(items.iter().map(|item| Self::of(item.get_ref())).collect())
            }
            DeValue::Datetime(date) => Self::Other(date.to_string()),
            DeValue::Table(_) => Self::Other("a table".to_owned()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Integer(integer) => write!(f, "{integer}"),
            Self::Float(float) => write!(f, "{float}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(Self::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Self::Other(text) => f.write_str(text),
        }
    }
}
