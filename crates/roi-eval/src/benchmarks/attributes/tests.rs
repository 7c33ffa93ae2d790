//! Phrases are found in answers, and the longer one wins.

use serde_json::json;

use crate::testing::{SetFolder, percents, score};
use crate::{Attributes, Benchmark, EvalError};

const TURNS: [(&str, &str, &str); 6] = [
    ("What colour is <region1>?", "It is red.", "colour"),
    (
        "What colour is <region2>?",
        "It has many colours.",
        "colour",
    ),
    ("How big is <region1>?", "It is big.", "size"),
    ("Where is <region1>?", "It is at the top left.", "place"),
    ("Where is <region2>?", "It is at the top.", "place"),
    ("What is <region1>?", "It is a red cup.", "name"),
];

fn open(turns: &[(&str, &str, &str)]) -> Result<Attributes, EvalError> {
    let messages = turns.iter().flat_map(|(question, answer, _)| {
        [
            json!({"from": "human", "value": question}),
            json!({"from": "gpt", "value": answer}),
        ]
    });
    let topics = turns.iter().map(|(_, _, topic)| json!(topic));
    let record = json!({
        "id": "7", "image": "1.png", "boxes": [[0, 0, 9, 9], [10, 0, 19, 9]],
        "conversations": messages.collect::<Vec<_>>(), "topics": topics.collect::<Vec<_>>()
    });
    let set = SetFolder::new(&["1.png"]).with_file(&json!([record]));
    set.open(Attributes::open)
}

#[test]
fn each_topic_is_counted_by_itself() {
    let benchmark = open(&TURNS).unwrap();
    assert_eq!(benchmark.tasks().len(), 5);
    assert_eq!(benchmark.left_out().n_excluded, 1);
    let truth = |id: &str| {
        let number: usize = id.rsplit(' ').next().unwrap().parse().unwrap();
        TURNS[number - 1].1.to_owned()
    };
    let right = score(&benchmark, |task| truth(&task.id));
    let of = |colour, size, place| {
        [
            ("colour", Some(colour)),
            ("size", Some(size)),
            ("place", Some(place)),
        ]
    };
    assert_eq!(percents(&right.numbers), of(100.0, 100.0, 100.0));
    let same = score(&benchmark, |_| {
        "It is red, big and at the top left.".to_owned()
    });
    assert_eq!(percents(&same.numbers), of(50.0, 100.0, 50.0));
    let mute = score(&benchmark, |_| String::new());
    assert_eq!(percents(&mute.numbers), of(0.0, 0.0, 0.0));
}

#[test]
fn an_answer_of_two_phrases_is_not_read() {
    let blue = ("What colour is <region2>?", "It is blue.", "colour");
    let benchmark = open(&[TURNS[0], blue]).unwrap();
    let of = |answer: &str| {
        let scored = score(&benchmark, |_| answer.to_owned());
        percents(&scored.numbers)[0]
    };
    assert_eq!(of("It is blue."), ("colour", Some(50.0)));
    for several in ["It is red, not blue.", "Blue or red."] {
        assert_eq!(of(several), ("colour", Some(0.0)), "{several}");
    }
}

#[test]
fn the_longest_phrase_of_an_answer_is_read() {
    let benchmark = open(&TURNS).unwrap();
    let read = |answer: &str| {
        let scored = score(&benchmark, |_| answer.to_owned());
        let read = |at: usize| scored.verdicts[at].clone().unwrap().read.unwrap();
        (read(0), read(3))
    };
    let is = |colour: &str, place: &str| (colour.to_owned(), place.to_owned());
    assert_eq!(
        read("A RED cup, at the top left!"),
        is("red", "at the top left")
    );
    assert_eq!(read("at the top"), is("(none)", "at the top"));
    assert_eq!(read("Many colours."), is("many colours", "(none)"));
    assert_eq!(read("reddish, atop the left"), is("(none)", "(none)"));
}

#[test]
fn a_file_without_such_questions_is_refused() {
    assert!(matches!(open(&TURNS[5..]), Err(EvalError::Empty { .. })));
}
