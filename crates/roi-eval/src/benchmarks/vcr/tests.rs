//! Letters, prompts, and records with what is wrong with them.

use roi_data::VcrRegions;
use serde_json::{Value, json};

use super::letter_in;
use crate::testing::{Fake, SetFolder, percents, score};
use crate::{
    Answerer as _, Benchmark, Called, EvalError, Likelihood, Question, Reply, Subset, Vcr, VcrMode,
};

#[test]
fn letters_are_read_in_parentheses_or_alone() {
    for (answer, choice) in [
        ("(A)", Some(0)),
        ("(d)", Some(3)),
        ("The answer is (B).", Some(1)),
        ("(C),because he is tall", Some(2)),
        ("(C) and again (C)", Some(2)),
        ("b", Some(1)),
        (" D. ", Some(3)),
        ("\"C\"", Some(2)),
    ] {
        assert_eq!(letter_in(answer, 4), choice, "{answer}");
    }
}

#[test]
fn answers_without_one_letter_are_no_choice() {
    for answer in [
        "",
        "(E)",
        "(A) or (B)",
        "A or B",
        "the man",
        "(AB)",
        "()",
        "(",
        "1",
        "é",
        "(é)",
    ] {
        assert_eq!(letter_in(answer, 4), None, "{answer}");
    }
}

fn record(id: &str) -> Value {
    let choices = |words: [&str; 4]| -> Vec<Value> {
        words
            .iter()
            .map(|word| json!([[0], "is", word, "."]))
            .collect()
    };
    json!({
        "annot_id": id, "img_fn": "1.png", "metadata_fn": "1.json",
        "objects": ["person", "dog", "person"],
        "question_orig": "Why are 1 and 3 here?", "answer_orig": "", "rationale_orig": "",
        "question": ["Why", "are", [0, 2], "here", "?"],
        "answer_choices": choices(["late", "sad", "exceedingly glad", "old"]), "answer_label": 1,
        "rationale_choices": choices(["in", "outside", "up", "off"]), "rationale_label": 3
    })
}

fn set(records: &[Value]) -> SetFolder {
    let set = SetFolder::new(&["1.png"]).with_lines(records);
    let boxes = json!({
        "boxes": [[0, 0, 10, 10, 0.9], [5, 5, 20, 20, 0.8], [10, 0, 30, 30, 0.7]],
        "width": 40, "height": 30
    });
    std::fs::write(set.pictures().join("1.json"), boxes.to_string()).unwrap();
    set
}

fn open(set: &SetFolder, mode: VcrMode) -> Result<Vcr, EvalError> {
    set.open(|source| Vcr::open(source, mode))
}

#[test]
fn letter_prompts_have_the_papers_form() {
    let benchmark = open(&set(&[record("v-0")]), VcrMode::Letter(VcrRegions::Listed)).unwrap();
    let [answer, rationale] = benchmark.tasks() else {
        panic!("two tasks a record");
    };
    assert_eq!(answer.id, "v-0 answer");
    assert_eq!(answer.boxes.len(), 3);
    assert_eq!(
        answer.turns[0].question,
        "<region1>,<region2>,<region3> are areas of the picture, called by these numbers from here on.\n\
         Question: Why are 1 and 3 here?\n\
         Which of these answers is right?\n\
         (A),1 is late.\n(B),1 is sad.\n(C),1 is exceedingly glad.\n(D),1 is old.\n\
         Answer with a letter in parentheses."
    );
    assert_eq!(
        rationale.turns[0].question,
        "<region1>,<region2>,<region3> are areas of the picture, called by these numbers from here on.\n\
         Question: Why are 1 and 3 here?\n\
         The right answer: 1 is sad.\n\
         Which of these is the reason?\n\
         (A),1 is in.\n(B),1 is outside.\n(C),1 is up.\n(D),1 is off.\n\
         Answer with a letter in parentheses."
    );
    assert!(answer.continuations.is_empty());
}

#[test]
fn letter_prompts_in_place_bring_regions_with_their_tags() {
    let mode = VcrMode::Letter(VcrRegions::InPlace);
    let benchmark = open(&set(&[record("v-0")]), mode).unwrap();
    assert_eq!(benchmark.name(), "vcr-in-place");
    let [answer, rationale] = benchmark.tasks() else {
        panic!("two tasks a record");
    };
    assert_eq!(answer.boxes.len(), 3);
    assert_eq!(
        answer.turns[0].question,
        "Question: Why are <region1> and <region3> here?\n\
         Which of these answers is right?\n\
         (A),<region1> is late.\n(B),<region1> is sad.\n(C),<region1> is exceedingly glad.\n(D),<region1> is old.\n\
         Answer with a letter in parentheses."
    );
    assert!(
        rationale.turns[0]
            .question
            .contains("\nThe right answer: <region1> is sad.\n")
    );
}

#[test]
fn both_must_be_right_for_q_to_ar() {
    let benchmark = open(
        &set(&[record("a"), record("b")]),
        VcrMode::Letter(VcrRegions::Listed),
    )
    .unwrap();
    let truth = |id: &str| if id.ends_with("answer") { "(B)" } else { "(D)" };
    let all_right = score(&benchmark, |task| truth(&task.id).to_owned());
    assert_eq!(
        percents(&all_right.numbers),
        [
            ("Q→A", Some(100.0)),
            ("QA→R", Some(100.0)),
            ("Q→AR", Some(100.0))
        ]
    );
    let half = score(&benchmark, |task| match task.id.as_str() {
        "a answer" => "(A)".to_owned(),
        "b rationale" => "no idea".to_owned(),
        id => truth(id).to_owned(),
    });
    assert_eq!(
        percents(&half.numbers),
        [
            ("Q→A", Some(50.0)),
            ("QA→R", Some(50.0)),
            ("Q→AR", Some(0.0))
        ]
    );
    let all_wrong = score(&benchmark, |_| "(C)".to_owned());
    assert_eq!(
        percents(&all_wrong.numbers),
        [("Q→A", Some(0.0)), ("QA→R", Some(0.0)), ("Q→AR", Some(0.0))]
    );
}

#[test]
fn a_record_of_which_half_is_missing_counts_nowhere() {
    let benchmark = open(
        &set(&[record("a"), record("b")]),
        VcrMode::Letter(VcrRegions::Listed),
    )
    .unwrap();
    let reply = |letter: &str| Some(Reply::Answer(letter.to_owned()));
    let scored = benchmark
        .score(&[reply("(B)"), None, reply("(B)"), reply("(D)")])
        .unwrap();
    assert!(scored.numbers.iter().all(|number| number.n == 1));
    assert!(scored.verdicts[1].is_none() && scored.verdicts[0].is_some());
}

#[test]
fn likelihood_asks_in_the_words_of_training() {
    let benchmark = open(&set(&[record("v")]), VcrMode::Likelihood(Called::Class)).unwrap();
    assert_eq!(benchmark.name(), "vcr-likelihood");
    let [answer, rationale] = benchmark.tasks() else {
        panic!("two tasks a record");
    };
    let question = "The picture has these regions: <region1>,<region2>,<region3>. \
        Why are person at region1 and person at region3 here?";
    assert_eq!(answer.turns.len(), 1);
    assert_eq!(answer.turns[0].question, question);
    assert_eq!(answer.continuations[1], "person at region1 is sad.");
    assert_eq!(rationale.turns[0].question, question);
    assert_eq!(
        rationale.turns[0].answer.as_deref(),
        Some("person at region1 is sad.")
    );
    assert_eq!(rationale.turns[1].question, "Why?");
    assert_eq!(rationale.continuations.len(), 4);
}

#[test]
fn numbered_likelihood_asks_in_the_letter_forms_words_and_names_nothing() {
    let benchmark = open(
        &set(&[record("v")]),
        VcrMode::Likelihood(Called::Number(VcrRegions::Listed)),
    )
    .unwrap();
    assert_eq!(benchmark.name(), "vcr-numbered-likelihood");
    let [answer, rationale] = benchmark.tasks() else {
        panic!("two tasks a record");
    };
    let question = "<region1>,<region2>,<region3> are areas of the picture, called by these numbers \
        from here on.\nQuestion: Why are 1 and 3 here?";
    assert_eq!(answer.turns[0].question, question);
    let answers = [
        "1 is late.",
        "1 is sad.",
        "1 is exceedingly glad.",
        "1 is old.",
    ];
    assert_eq!(answer.continuations, answers);
    assert_eq!(rationale.turns[0].question, question);
    assert_eq!(rationale.turns[0].answer.as_deref(), Some("1 is sad."));
    assert_eq!(rationale.turns[1].question, "Why?");
    assert_eq!(rationale.continuations[3], "1 is off.");
}

#[test]
fn likelihood_in_place_asks_with_tags_and_answers_with_names() {
    let mode = VcrMode::Likelihood(Called::Number(VcrRegions::InPlace));
    let benchmark = open(&set(&[record("v")]), mode).unwrap();
    assert_eq!(benchmark.name(), "vcr-in-place-likelihood");
    let [answer, rationale] = benchmark.tasks() else {
        panic!("two tasks a record");
    };
    let question = "Question: Why are <region1> and <region3> here?";
    assert_eq!(answer.turns[0].question, question);
    assert_eq!(answer.continuations[1], "region1 is sad.");
    assert_eq!(
        rationale.turns[0].answer.as_deref(),
        Some("region1 is sad.")
    );
    assert_eq!(rationale.continuations[3], "region1 is off.");
}

#[test]
fn the_likeliest_choice_a_token_is_taken() {
    let benchmark = open(&set(&[record("v")]), VcrMode::Likelihood(Called::Class)).unwrap();
    let likelihoods = |values: [(f64, u32); 4]| {
        let each = values.map(|(log_probability, n_tokens)| Likelihood {
            log_probability,
            n_tokens,
        });
        Some(Reply::Likelihoods(each.to_vec()))
    };
    // The right ones are longer and in sum less likely.
    let replies = [
        likelihoods([(-4.0, 2), (-6.0, 6), (-8.0, 4), (-9.0, 3)]),
        likelihoods([(-4.0, 2), (-6.0, 3), (-8.0, 4), (-9.0, 9)]),
    ];
    let scored = benchmark.score(&replies).unwrap();
    assert_eq!(scored.numbers[2].percent, Some(100.0));
    let verdict = scored.verdicts[0].as_ref().unwrap();
    assert_eq!(verdict.read.as_deref(), Some("(B)"));
    assert_eq!(
        verdict.answer,
        "(A) -2.000, (B) -1.000, (C) -2.000, (D) -3.000"
    );
    assert_eq!(verdict.truth, "(B) person at region1 is sad.");

    // The shortest text is the likeliest to this one: "old" is one letter off "sad".
    let mut shortest = Fake::saying("");
    let replies = benchmark.tasks().iter().map(|task| {
        let question = Question {
            picture: &[],
            boxes: &task.boxes,
            turns: &task.turns,
            zero_regions: false,
        };
        let found = shortest.likelihoods(&question, &task.continuations);
        Some(Reply::Likelihoods(found.unwrap()))
    });
    let replies: Vec<_> = replies.collect();
    let scored = benchmark.score(&replies).unwrap();
    // Ties go to the first.
    let read = |index: usize| scored.verdicts[index].as_ref().unwrap().read.clone();
    assert_eq!(read(0).as_deref(), Some("(B)"));
    assert_eq!(read(1).as_deref(), Some("(A)"));
}

#[test]
fn broken_records_are_named() {
    let with = |id: &str, field: &str, value: Value| {
        let mut record = record(id);
        record[field] = value;
        record
    };
    let records = [
        record("good"),
        record("good"),
        with("no picture", "img_fn", json!("2.png")),
        with("outside", "img_fn", json!("../set.json")),
        with("no boxes", "metadata_fn", json!("2.json")),
        with("four objects", "objects", json!(["a", "b", "c", "d"])),
        with("unknown object", "question", json!(["Who", "is", [7]])),
        with("no words", "question", json!([])),
        with("no choices", "answer_choices", json!([])),
        with("no label", "rationale_label", json!(null)),
        with("label too high", "answer_label", json!(4)),
        json!({"objects": 3}),
        with("", "img_fn", json!("1.png")),
    ];
    let set = set(&records);
    let benchmark = open(&set, VcrMode::Letter(VcrRegions::Listed)).unwrap();
    let ids: Vec<&str> = benchmark
        .tasks()
        .iter()
        .map(|task| task.id.as_str())
        .collect();
    assert_eq!(
        ids,
        [
            "good answer",
            "good rationale",
            "record 13 answer",
            "record 13 rationale"
        ]
    );
    let broken = &benchmark.left_out().broken;
    let told: Vec<String> = broken
        .iter()
        .map(|skip| format!("{}: {}", skip.record, skip.reason))
        .collect();
    assert_eq!(told.len(), 11, "{told:#?}");
    for (told, part) in told.iter().zip([
        "good: an earlier record",
        "2.png does not exist",
        "leads out",
        "2.json does not exist",
        "box 4, which does not exist",
        "object 8, which does not exist",
        "no words",
        "0 answers to choose from",
        "no rationale of the 4",
        "no answer of the 4",
        "record 12: ",
    ]) {
        assert!(told.contains(part), "{part} in {told}");
    }
    let two = Subset {
        limit: Some(1),
        seed: Some(3),
    };
    let part = set.open_part(two, |source| {
        Vcr::open(source, VcrMode::Letter(VcrRegions::Listed))
    });
    assert_eq!(part.unwrap().tasks().len(), 2);
}

#[test]
fn a_size_that_the_metadata_lacks_is_the_pictures() {
    let set = set(&[record("v")]);
    for (boxes, is_asked) in [
        (
            json!([[0, 0, 10, 10], [5, 5, 20, 20], [10, 0, 30, 30]]),
            true,
        ),
        // The picture is 40 by 30.
        (
            json!([[0, 0, 10, 10], [5, 5, 20, 20], [10, 31, 30, 40]]),
            false,
        ),
    ] {
        let metadata = json!({ "boxes": boxes }).to_string();
        std::fs::write(set.pictures().join("1.json"), metadata).unwrap();
        let opened = open(&set, VcrMode::Letter(VcrRegions::Listed));
        assert_eq!(opened.is_ok(), is_asked);
    }
}

#[test]
fn words_are_joined_as_people_write_them() {
    let mut spoken = record("v");
    spoken["question"] = json!([
        "Do",
        "n't",
        [0, 1, 2],
        "know",
        "(",
        "or",
        "care",
        ")",
        "what",
        [1],
        "'s",
        "up",
        "?"
    ]);
    let benchmark = open(&set(&[spoken]), VcrMode::Letter(VcrRegions::Listed)).unwrap();
    let question = &benchmark.tasks()[0].turns[0].question;
    assert!(
        question.contains("Question: Don't 1, 2 and 3 know (or care) what 2's up?\n"),
        "{question}"
    );
}
