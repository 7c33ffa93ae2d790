//! The engine's messages as other pages see them: what `web/engine` declares in TypeScript is what serde makes of these types.
//!
//! Neither names nor fields stand here a second time. The variants come from serde, the fields from serialising one of each,
//! and whether a field may be left out from leaving it out.

mod declarations;
mod samples;

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapDeserializer, StrDeserializer};
use serde_json::Value;

use self::declarations::Declarations;
use self::samples::{events, requests};
use crate::{Event, FailureKind, FinishReason, Request};

/// Everything that declares the messages to people and their tools.
const DECLARED_IN: [&str; 2] = ["module/index.d.ts", "README.md"];

fn read(name: &str) -> String {
    let path = format!("{}/../../web/engine/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What each place declares; of a text for people, what its TypeScript blocks do.
fn declared() -> impl Iterator<Item = (&'static str, Declarations)> {
    DECLARED_IN.into_iter().map(|name| {
        let text = read(name);
        let is_text = name.ends_with(".md");
        let code = if is_text { blocks(&text) } else { text };
        (name, Declarations::parse(&code))
    })
}

fn blocks(markdown: &str) -> String {
    let after_fences = markdown.split("```ts\n").skip(1);
    after_fences
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

/// An error that keeps what serde would have taken.
#[derive(Debug)]
struct Expected(&'static [&'static str]);

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected one of {:?}", self.0)
    }
}

impl std::error::Error for Expected {}

impl serde::de::Error for Expected {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self(&[])
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(expected)
    }
}

/// What serde calls the variants of a message.
fn variants<T: for<'de> Deserialize<'de> + fmt::Debug>() -> BTreeSet<String> {
    let unknown = MapDeserializer::new(std::iter::once(("type", "no such variant")));
    let Expected(names) = T::deserialize(unknown).unwrap_err();
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn tag(message: &Value) -> String {
    message["type"].as_str().expect("a tag").to_owned()
}

#[test]
fn there_is_a_sample_of_every_message() {
    let tags = |samples: &[Value]| samples.iter().map(tag).collect::<BTreeSet<_>>();
    assert_eq!(tags(&requests()), variants::<Request>());
    assert_eq!(tags(&events()), variants::<Event>());
}

#[test]
fn every_message_is_declared_and_no_other() {
    for (place, declarations) in declared() {
        assert_eq!(
            declarations.tags("Request"),
            variants::<Request>(),
            "{place}"
        );
        assert_eq!(declarations.tags("Event"), variants::<Event>(), "{place}");
        assert_eq!(
            declarations.literals("FinishReason"),
            words::<FinishReason>(),
            "{place}"
        );
        assert_eq!(
            declarations.literals("FailureKind"),
            words::<FailureKind>(),
            "{place}"
        );
    }
}

/// What serde calls the variants of a choice without fields.
fn words<T: for<'de> Deserialize<'de> + fmt::Debug>() -> BTreeSet<String> {
    let unknown = StrDeserializer::<Expected>::new("no such variant");
    let Expected(names) = T::deserialize(unknown).unwrap_err();
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The strings in double quotes that `code` has behind each `mark`, up to the end of that line.
fn quoted_after<'a>(code: &'a str, mark: &str) -> impl Iterator<Item = &'a str> {
    code.split(mark).skip(1).filter_map(|rest| {
        let line = rest.lines().next()?;
        line.split('"').nth(1)
    })
}

#[test]
fn what_the_client_hands_on_is_declared_as_progress() {
    let client = read("module/index.js");
    let (_, endings) = client.split_once("const ENDINGS = {").expect("endings");
    let (endings, _) = endings.split_once("};").expect("an end of the endings");
    let mut handed_on = variants::<Event>();
    for kept in quoted_after(endings, ": ").chain(quoted_after(&client, "case ")) {
        handed_on.remove(kept);
    }
    let declarations = Declarations::parse(&read("module/index.d.ts"));
    assert_eq!(declarations.tags("Progress"), handed_on);
}

#[test]
fn every_field_is_declared_with_its_type_and_no_other() {
    for (place, declarations) in declared() {
        for (name, samples) in [("Request", requests()), ("Event", events())] {
            for sample in samples {
                let fit = declarations.fit(name, &sample);
                assert!(fit.breaches.is_empty(), "{place}: {:#?}", fit.breaches);
            }
        }
    }
}

#[test]
fn what_may_be_left_out_of_a_request_is_declared_so() {
    for (place, declarations) in declared() {
        for sample in requests() {
            for field in declarations.fit("Request", &sample).fields {
                let mut without = sample.clone();
                let object = without.pointer_mut(&field.object);
                object
                    .and_then(Value::as_object_mut)
                    .and_then(|object| object.remove(&field.name))
                    .expect("the sample has every field");
                assert_eq!(
                    serde_json::from_value::<Request>(without).is_ok(),
                    field.is_optional,
                    "{place}: {}{}/{}",
                    tag(&sample),
                    field.object,
                    field.name
                );
            }
        }
    }
}

#[test]
fn what_an_event_may_lack_is_declared_so() {
    for (place, declarations) in declared() {
        let (mut optional, mut lacking) = (BTreeSet::new(), BTreeSet::new());
        for sample in events() {
            for field in declarations.fit("Event", &sample).fields {
                let name = format!("{}{}/{}", tag(&sample), field.object, field.name);
                if field.is_null {
                    lacking.insert(name.clone());
                }
                if field.is_optional {
                    optional.insert(name);
                }
            }
        }
        assert_eq!(optional, lacking, "{place}");
    }
}
