//! Choices by letter and answers in words, several a picture.

use std::collections::HashSet;
use std::sync::Arc;

use roi_prompt::{Part, Question};
use serde_json::{Value, json};

use super::{VcrQuestions, VcrReply};
use crate::readers::VcrRecords;
use crate::readers::testing::{Folder, visit};
use crate::{DataError, Dataset as _, VcrRegions};

fn record(id: &str, question: &str) -> Value {
    let choices = |words: [&str; 4]| -> Vec<Value> {
        let choice = |word: &&str| json!([[0], "is", word, "."]);
        words.iter().map(choice).collect()
    };
    json!({
        "annot_id": id, "img_fn": "a.png", "metadata_fn": "a.json", "objects": ["person", "dog"],
        "question_orig": "", "answer_orig": "", "rationale_orig": "",
        "question": [question, [0, 1], "?"],
        "answer_choices": choices(["late", "sad", "glad", "old"]), "answer_label": 1,
        "rationale_choices": choices(["in", "outside", "up", "off"]), "rationale_label": 3
    })
}

fn open(folder: &Folder, records: &[Value]) -> Result<Arc<VcrRecords>, DataError> {
    folder.picture("a.png", 100, 50);
    let boxes =
        json!({"boxes": [[0, 0, 10, 10, 0.9], [20, 0, 30, 10, 0.8]], "width": 100, "height": 50});
    folder.json("a.json", &boxes);
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    let lines = folder.write("train.jsonl", lines.join("\n"));
    VcrRecords::open(&lines, folder.path())
}

fn letters(records: Arc<VcrRecords>) -> VcrQuestions {
    VcrQuestions::new(records, VcrReply::Letter, VcrRegions::Listed).unwrap()
}

/// A region's vector as its box's number in brackets.
fn shown(part: &Part) -> String {
    match part {
        Part::Text(words) => words.clone(),
        Part::Region(index) => format!("[{}]", index + 1),
        Part::Picture => panic!("the picture stands in the overview"),
    }
}

/// Questions and answers of a visit.
fn turns(set: &VcrQuestions, epoch: u64) -> Vec<[String; 2]> {
    let sample = set.sample(visit(epoch, 0)).unwrap();
    assert_eq!(set.sample(visit(epoch, 0)).unwrap(), sample);
    assert_eq!(sample.boxes.len(), 2);
    let turn = |turn: roi_prompt::Turn| match turn.question {
        Question::Typed(text) => [text, turn.answer.unwrap()],
        Question::Parts(parts) => [parts.iter().map(shown).collect(), turn.answer.unwrap()],
    };
    sample.turns.into_iter().map(turn).collect()
}

#[test]
fn the_letter_is_that_of_the_right_choice_wherever_it_stands() {
    let folder = Folder::new();
    let set = letters(open(&folder, &[record("one", "Why are")]).unwrap());
    let mut seen = HashSet::new();
    for epoch in 0..60 {
        let [[prompt, letter]] = &turns(&set, epoch)[..] else {
            panic!("one record, one turn");
        };
        assert!(
            prompt.starts_with("<region1>,<region2> are areas"),
            "{prompt}"
        );
        assert!(prompt.contains("\nQuestion: Why are 1 and 2?\n"));
        let asks_why = prompt.contains("\nThe right answer: 1 is sad.\n");
        let right = if asks_why { "1 is off." } else { "1 is sad." };
        assert!(
            prompt.contains(&format!("\n{letter},{right}\n")),
            "{prompt}{letter}"
        );
        seen.insert((asks_why, letter.clone()));
    }
    assert_eq!(seen.len(), 8, "both halves, each with every letter");
}

#[test]
fn a_picture_is_asked_about_at_most_four_times() {
    let folder = Folder::new();
    let names = ["Why", "When", "Where", "How", "Who", "With whom"];
    let records: Vec<Value> = names.iter().map(|name| record(name, name)).collect();
    let set = letters(open(&folder, &records).unwrap());
    assert_eq!(set.len(), 1);
    let mut asked = HashSet::new();
    for epoch in 0..60 {
        let turns = turns(&set, epoch);
        let questions: HashSet<String> = turns
            .iter()
            .filter_map(|[prompt, _]| prompt.lines().nth(1))
            .map(str::to_owned)
            .collect();
        assert_eq!((turns.len(), questions.len()), (4, 4));
        asked.extend(questions);
    }
    assert_eq!(asked.len(), names.len());
}

#[test]
fn a_choice_is_said_before_its_letter() {
    let folder = Folder::new();
    let records = open(&folder, &[record("one", "Why are")]).unwrap();
    let set = VcrQuestions::new(records, VcrReply::Choice, VcrRegions::Listed).unwrap();
    let mut letters = HashSet::new();
    for epoch in 0..60 {
        let [[prompt, said]] = &turns(&set, epoch)[..] else {
            panic!("one record, one turn");
        };
        let (words, letter) = said.rsplit_once(' ').unwrap();
        let right = if prompt.contains("The right answer") {
            "1 is off."
        } else {
            "1 is sad."
        };
        assert_eq!(words, right);
        assert!(prompt.contains(&format!("\n{letter},{words}\n")), "{said}");
        letters.insert(letter.to_owned());
    }
    assert_eq!(letters.len(), 4);
}

#[test]
fn answers_in_words_call_regions_by_number_and_say_why() {
    let folder = Folder::new();
    let records = open(
        &folder,
        &[record("one", "Why are"), record("two", "How do")],
    )
    .unwrap();
    let set = VcrQuestions::new(records, VcrReply::Words, VcrRegions::Listed).unwrap();
    let mut first = HashSet::new();
    for epoch in 0..60 {
        let turns = turns(&set, epoch);
        let [
            [asked, said],
            [_, because],
            [next, said_next],
            [_, because_next],
        ] = &turns[..]
        else {
            panic!("two records of two turns each, not {turns:?}");
        };
        let question = asked.strip_prefix(
            "<region1>,<region2> are areas of the picture, called by these numbers from here on.\n",
        );
        let questions = ["Question: Why are 1 and 2?", "Question: How do 1 and 2?"];
        assert!(questions.contains(&question.unwrap()), "{asked}");
        assert!(questions.contains(&next.as_str()), "{next}");
        assert_ne!(question, Some(next.as_str()));
        assert_eq!([said, said_next], ["1 is sad."; 2]);
        assert_eq!([because, because_next], ["1 is off."; 2]);
        first.insert(asked.clone());
    }
    assert_eq!(first.len(), 2, "either comes first");
}

#[test]
fn regions_in_place_stand_where_each_question_mentions_them_first() {
    let folder = Folder::new();
    let two = [record("one", "Why are"), record("two", "How do")];
    let records = open(&folder, &two).unwrap();
    let set = VcrQuestions::new(records, VcrReply::Choice, VcrRegions::InPlace).unwrap();
    for epoch in 0..60 {
        let turns = turns(&set, epoch);
        assert_eq!(turns.len(), 2);
        for [prompt, said] in turns {
            let (first, rest) = prompt.split_once('\n').unwrap();
            let questions = ["Why are", "How do"]
                .map(|words| format!("Question: {words} region1 [1] and region2 [2]?"));
            assert!(
                questions.iter().any(|question| question == first),
                "{first}"
            );
            assert!(!rest.contains('['), "{rest}");
            let (words, letter) = said.rsplit_once(' ').unwrap();
            assert!(
                rest.contains(&format!("\n{letter},{words}\n")),
                "{rest}{said}"
            );
            assert!(
                ["region1 is sad.", "region1 is off."].contains(&words),
                "{words}"
            );
        }
    }
}

#[test]
fn regions_in_place_are_called_by_name_in_answers_without_choices() {
    let folder = Folder::new();
    let records = open(&folder, &[record("one", "Why are")]).unwrap();
    let set = VcrQuestions::new(records, VcrReply::Words, VcrRegions::InPlace).unwrap();
    let [[asked, said], [_, because]] = &turns(&set, 0)[..] else {
        panic!("one record, two turns");
    };
    assert_eq!(asked, "Question: Why are region1 [1] and region2 [2]?");
    assert_eq!([said, because], ["region1 is sad.", "region1 is off."]);
}

#[test]
fn records_without_choices_are_reported() {
    let folder = Folder::new();
    let mut broken = record("broken", "Why");
    broken["answer_label"] = json!(4);
    let mut strange = record("strange", "Why");
    strange["rationale_choices"][2] = json!([[7], "is", "there"]);
    let all = [record("fine", "Why"), broken.clone(), strange];
    let set = letters(open(&folder, &all).unwrap());
    let broken_ones = &set.left_out().broken;
    assert_eq!(broken_ones.count, 2);
    assert_eq!(
        broken_ones.first[0].reason,
        "no answer of the 4 is said to be right"
    );
    assert_eq!(set.len(), 1);
    let none = open(&folder, &[broken]).unwrap();
    let none = VcrQuestions::new(none, VcrReply::Letter, VcrRegions::Listed);
    assert!(matches!(none, Err(DataError::NoRecords { .. })));
}
