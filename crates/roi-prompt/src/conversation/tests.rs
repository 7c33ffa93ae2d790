//! Region tags, template and labels on hand-made conversations.

use super::{Conversation, Habits, Part, PromptError, Question, Room, SYSTEM, Turn};
use crate::{Tokenizer, goldens};

const FIRST: &str =
    "The <im_start><im_patch><im_patch><im_patch><im_end> provides an overview of the picture.\n";

/// A turn from its question, or from question and answer divided by `|`.
fn turns(texts: &[&str]) -> Vec<Turn> {
    let turn = |text: &&str| match text.split_once('|') {
        Some((question, answer)) => Turn {
            question: question.into(),
            answer: Some(answer.to_owned()),
        },
        None => Turn {
            question: (*text).into(),
            answer: None,
        },
    };
    texts.iter().map(turn).collect()
}

fn about(turns: &[Turn], n_boxes: usize) -> Conversation<'_> {
    Conversation {
        turns,
        n_boxes,
        n_image_tokens: 3,
        habits: Habits::default(),
    }
}

/// Asserts the prompt's ids, given as text with control strings behind the system text, and boxes.
fn assert_prompt(conversation: Conversation<'_>, text: &str, regions: &[usize]) {
    let tokenizer = goldens::tokenizer();
    let prompt = conversation.prompt(&tokenizer).unwrap();
    let expected = tokenizer.encode_with_controls(&format!("{SYSTEM}{text}"));
    assert_eq!(prompt.ids, expected, "{}", tokenizer.decode(&prompt.ids));
    assert_eq!(prompt.regions, regions);
}

fn error(texts: &[&str], n_boxes: usize) -> PromptError {
    about(&turns(texts), n_boxes)
        .prompt(&goldens::tokenizer())
        .unwrap_err()
}

#[test]
fn a_picture_without_tokens_leaves_no_mark() {
    let turns = turns(&["What is <region1>?"]);
    let without = Conversation {
        n_image_tokens: 0,
        ..about(&turns, 1)
    };
    let first = ["<im_start>", "<im_patch>", "<im_end>"]
        .iter()
        .fold(FIRST.to_owned(), |first, token| first.replace(token, ""));
    let text = format!("### Human: {first}What is region1 <bbox>?\n### ");
    assert_prompt(without, &text, &[0]);
}

#[test]
fn region_gets_its_vector_at_its_first_tag_only() {
    let turns = turns(&[
        "Is <region2> on <region2> or <region1>?|No.",
        "<region3>, <region1>, <region03>",
    ]);
    let text = format!(
        "### Human: {FIRST}Is region2 <bbox> on region2 or region1 <bbox>?\n### Assistant: No.\n\
         ### Human: region3 <bbox>, region1, region3\n### "
    );
    assert_prompt(about(&turns, 4), &text, &[1, 0, 2]);
}

#[test]
fn boxes_without_a_tag_add_nothing() {
    let text = format!("### Human: {FIRST}What is this?\n### ");
    assert_prompt(about(&turns(&[" What is this?\n\n"]), 5), &text, &[]);
    assert_prompt(about(&turns(&["What is this?"]), 0), &text, &[]);
}

#[test]
fn other_angle_brackets_are_text() {
    let question = "<1> <> <region> <regionx> <region1 <Region1> <region<region1>>";
    let tokenizer = goldens::tokenizer();
    let prompt = about(&turns(&[question]), 1).prompt(&tokenizer).unwrap();
    assert_eq!(prompt.regions, [0]);
    let shown = tokenizer.decode(&prompt.ids);
    assert!(shown.contains("<1> <> <region> <regionx> <region1 <Region1> <regionregion1 <bbox> >"));
}

#[test]
fn control_strings_of_the_user_are_text_in_question_and_answer() {
    let tokenizer = goldens::tokenizer();
    let typed = "<image></s><bbox> <im_patch><im_start>";
    let turns = turns(&[&format!("{typed}|{typed}"), typed]);
    let prompt = about(&turns, 1).prompt(&tokenizer).unwrap();
    let count = |token| {
        let id = tokenizer.special(token).unwrap();
        prompt.ids.iter().filter(|&&other| other == id).count()
    };
    let counts = [
        "<s>",
        "</s>",
        "<bbox>",
        "<im_patch>",
        "<im_start>",
        "<im_end>",
    ]
    .map(count);
    assert_eq!(counts, [1, 0, 0, 3, 1, 1]);
    assert_eq!(tokenizer.decode(&prompt.ids).matches(typed).count(), 3);
}

#[test]
fn an_answer_to_the_asked_question_is_not_in_its_prompt() {
    let text = format!("### Human: {FIRST}Why?\n### ");
    assert_prompt(about(&turns(&["Why?|Because."]), 0), &text, &[]);
}

#[test]
fn what_cannot_be_asked_is_refused_in_words() {
    let error = |texts: &[&str], n_boxes| error(texts, n_boxes).to_string();
    assert_eq!(
        error(&["Is <region1> <region3>?"], 2),
        "<region3> does not exist: there are 2 boxes, <region1> to <region2>"
    );
    assert_eq!(
        error(&["<region0>"], 1),
        "<region0> does not exist: there is 1 box, <region1>"
    );
    assert_eq!(
        error(&["<region99999999999999999999999>"], 0),
        "<region99999999999999999999999> does not exist: there is no box"
    );
    assert_eq!(error(&["a|b", " \n\t"], 0), "question 2 is empty");
    assert_eq!(error(&[], 0), "the conversation has no question");
    assert_eq!(
        error(&["a", "b"], 0),
        "turn 1 of 2 has no answer; only the last question may lack one"
    );
}

#[test]
fn a_tokenizer_without_the_templates_tokens_is_refused() {
    let model = goldens::read("delta/tokenizer.model");
    let json = crate::tokenizer_json(&model, &[("<im_start>".to_owned(), 512)].into()).unwrap();
    let tokenizer = Tokenizer::from_json(json.as_bytes()).unwrap();
    assert_eq!(
        about(&turns(&["Why?"]), 0).prompt(&tokenizer).unwrap_err(),
        PromptError::MissingToken {
            token: "<im_patch>"
        }
    );
}

#[test]
fn order_binding_gives_the_kth_vector_the_kth_box() {
    let turns = turns(&["<region7> and <region2> and <region7>?"]);
    let habits = Habits {
        order_binding: true,
        ..Habits::default()
    };
    let conversation = Conversation {
        habits,
        ..about(&turns, 2)
    };
    let text = format!("### Human: {FIRST}region7 <bbox> and region2 <bbox> and region7?\n### ");
    assert_prompt(conversation, &text, &[0, 1]);
    assert_eq!(
        Conversation {
            n_boxes: 1,
            ..conversation
        }
        .prompt(&goldens::tokenizer())
        .unwrap_err(),
        PromptError::TooManyRegions {
            n_regions: 2,
            n_boxes: 1
        }
    );
}

#[test]
fn repeat_headers_adds_one_with_every_turn_that_sends_a_message_again() {
    let texts = ["a|b", "c|d", "e|f", "g"];
    let habits = Habits {
        repeat_headers: true,
        ..Habits::default()
    };
    let prompts = [
        format!("### Human: {FIRST}a\n### "),
        format!("### Human: {FIRST}a\n### Assistant: b\n### Human: c\n### "),
        format!(
            "### Human: ### Human: {FIRST}a\n\n### Assistant: ### Assistant: b\n\n\
             ### Human: ### Human: c\n\n### Assistant: d\n### Human: e\n### "
        ),
        format!(
            "### Human: ### Human: ### Human: {FIRST}a\n\n\n\
             ### Assistant: ### Assistant: ### Assistant: b\n\n\n\
             ### Human: ### Human: ### Human: c\n\n\n### Assistant: ### Assistant: d\n\n\
             ### Human: ### Human: e\n\n### Assistant: f\n### Human: g\n### "
        ),
    ];
    for (n_turns, prompt) in (1..).zip(prompts) {
        let turns = turns(&texts[..n_turns]);
        let conversation = Conversation {
            habits,
            ..about(&turns, 0)
        };
        assert_prompt(conversation, &prompt, &[]);
    }
}

/// Room for a prompt alone.
fn tokens(whole: usize) -> Room {
    Room { whole, answer: 0 }
}

#[test]
fn oldest_turns_are_dropped_and_the_picture_and_regions_stay() {
    let tokenizer = goldens::tokenizer();
    let turns = turns(&[
        "Is <region1> red?|Yes.",
        "And <region2>?|No.",
        "<region1> or <region2>?",
    ]);
    let conversation = about(&turns, 2);
    let whole = conversation.prompt(&tokenizer).unwrap();
    assert_eq!(whole.n_turns_dropped, 0);
    let length = whole.ids.len();
    let within = |room| conversation.prompt_within(&tokenizer, room);
    assert_eq!(within(tokens(length)).unwrap(), whole);

    let last = about(&turns[2..], 2).prompt(&tokenizer).unwrap();
    let patch = tokenizer.special("<im_patch>").unwrap();
    for limit in last.ids.len()..length {
        let cut = within(tokens(limit)).unwrap();
        let n_dropped = cut.n_turns_dropped;
        assert!((1..3).contains(&n_dropped), "{n_dropped} within {limit}");
        assert!(cut.ids.len() <= limit, "{} within {limit}", cut.ids.len());
        let rest = about(&turns[n_dropped..], 2);
        let rest = rest.prompt(&tokenizer).unwrap();
        assert_eq!((cut.ids, &cut.regions), (rest.ids.clone(), &rest.regions));
        assert_eq!(rest.regions, [[1, 0], [0, 1]][n_dropped - 1]);
        assert_eq!(rest.ids.iter().filter(|&&id| id == patch).count(), 3);
    }

    let limit = last.ids.len() - 1;
    let tokens_of_last = last.ids.len();
    let too_long = PromptError::TooLong {
        tokens: tokens_of_last,
        limit,
    };
    assert_eq!(within(tokens(limit)).unwrap_err(), too_long);
}

#[test]
fn earlier_turns_leave_room_for_the_answer_and_the_last_question_may_take_it() {
    let tokenizer = goldens::tokenizer();
    let turns = turns(&["Is <region1> red?|Yes, it is.", "<region1> or <region2>?"]);
    let conversation = about(&turns, 2);
    let whole = conversation.prompt(&tokenizer).unwrap().ids.len();
    let last = about(&turns[1..], 2);
    let last = last.prompt(&tokenizer).unwrap().ids.len();
    for (room, expected) in [
        ((whole + 5, 5), Some(0)),
        ((whole + 5, 6), Some(1)),
        ((whole, usize::MAX), Some(1)),
        ((last, 5), Some(1)),
        ((last - 1, 0), None),
    ] {
        let (whole, answer) = room;
        let prompt = conversation.prompt_within(&tokenizer, Room { whole, answer });
        let n_dropped = prompt.map(|prompt| prompt.n_turns_dropped).ok();
        assert_eq!(n_dropped, expected, "{room:?}");
    }
}

#[test]
fn prompts_of_a_long_conversation_begin_alike_from_question_to_question() {
    let tokenizer = goldens::tokenizer();
    // Of many lengths; the regions' first mentions move when turns are dropped.
    let texts: Vec<String> = (0..97)
        .map(|index| {
            let more = " or is it something else".repeat(index % 5);
            format!("Is <region{}> red{more}?|No{more}.", 1 + index % 3)
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let turns = turns(&texts);
    for (whole, answer) in [(307, 11), (811, 0), (1201, 256)] {
        let room = Room { whole, answer };
        let prompts: Vec<_> = (1..=turns.len())
            .map(|n_turns| about(&turns[..n_turns], 3).prompt_within(&tokenizer, room))
            .collect::<Result<_, _>>()
            .unwrap();
        let mut n_anew = 0;
        for pair in prompts.windows(2) {
            let [before, after] = pair else { continue };
            assert!(after.ids.len() <= whole - answer);
            assert!(after.n_turns_dropped >= before.n_turns_dropped);
            if after.n_turns_dropped > before.n_turns_dropped {
                n_anew += 1;
                continue;
            }
            // All but the signal, which the answer's header joins.
            let kept = before.ids.len() - 2;
            assert_eq!(after.ids[..kept], before.ids[..kept]);
        }
        let all = about(&turns, 3).prompt(&tokenizer).unwrap().ids.len();
        // Each time a quarter of the room is cleared, which the picture and the system text take part of.
        let cleared = (whole - answer) / 8;
        assert!(n_anew > 0, "nothing was dropped within {whole}");
        assert!(n_anew <= all / cleared, "{n_anew} times within {whole}");
    }
}

#[test]
fn labels_are_what_the_assistant_says_and_the_signal_after_it() {
    let tokenizer = goldens::tokenizer();
    let turns = turns(&["Is it <region1>|A café ☕.", "<region2>|No"]);
    let labelled = about(&turns, 2).labelled(&tokenizer).unwrap();
    assert_eq!(labelled.ids.len(), labelled.labels.len());
    assert_eq!(labelled.regions, [0, 1]);
    for (label, id) in labelled.labels.iter().zip(&labelled.ids) {
        assert!(label.is_none_or(|label| label == *id));
    }
    let learnt: Vec<u32> = labelled.labels.iter().flatten().copied().collect();
    assert_eq!(
        tokenizer.decode(&learnt),
        "### Assistant: A café ☕.\n### ### Assistant: No\n###"
    );
}

#[test]
fn the_last_answer_can_stand_behind_the_prompt_that_asks_for_it() {
    let tokenizer = goldens::tokenizer();
    let turns = turns(&["Is it <region1>|A café ☕.", "<region2>|No"]);
    let whole = about(&turns, 2);
    let labelled = whole.labelled_behind_prompt(&tokenizer).unwrap();
    let prompt = whole.prompt(&tokenizer).unwrap();
    assert_eq!(labelled.ids.len(), labelled.labels.len());
    assert_eq!(labelled.regions, prompt.regions);
    let (before, behind) = labelled.ids.split_at(prompt.ids.len());
    assert_eq!(before, prompt.ids);
    assert_eq!(tokenizer.decode(behind), "Assistant: No\n### ");
    let in_place = whole.labelled(&tokenizer).unwrap();
    let of_first = |labels: &[Option<u32>]| -> Vec<u32> {
        labels[..before.len()].iter().flatten().copied().collect()
    };
    let learnt = of_first(&labelled.labels);
    assert_eq!(tokenizer.decode(&learnt), "### Assistant: A café ☕.\n###");
    assert!(of_first(&in_place.labels).starts_with(&learnt));
    let learnt: Vec<u32> = labelled.labels[before.len()..]
        .iter()
        .flatten()
        .copied()
        .collect();
    assert_eq!(tokenizer.decode(&learnt), "Assistant: No\n###");
    let unanswered = about(&turns[..1], 2);
    let question = [Turn {
        answer: None,
        ..unanswered.turns[0].clone()
    }];
    assert_eq!(
        about(&question, 2).labelled_behind_prompt(&tokenizer),
        Err(PromptError::MissingAnswer {
            turn: 1,
            n_turns: 1
        })
    );
}

#[test]
fn labels_of_a_question_alone_are_none() {
    let labelled = about(&turns(&["Why?"]), 0)
        .labelled(&goldens::tokenizer())
        .unwrap();
    assert!(labelled.labels.iter().all(Option::is_none));
}

fn text(words: &str) -> Part {
    Part::Text(words.to_owned())
}

fn parts(turns: &[(&[Part], &str)]) -> Vec<Turn> {
    let turn = |&(parts, answer): &(&[Part], &str)| Turn {
        question: Question::Parts(parts.to_vec()),
        answer: Some(answer.to_owned()),
    };
    turns.iter().map(turn).collect()
}

/// Asserts the ids of a whole conversation, given as in [`assert_prompt`], and its boxes.
fn assert_labelled(conversation: Conversation<'_>, text: &str, regions: &[usize]) {
    let tokenizer = goldens::tokenizer();
    let labelled = conversation.labelled(&tokenizer).unwrap();
    let expected = tokenizer.encode_with_controls(&format!("{SYSTEM}{text}"));
    assert_eq!(
        labelled.ids,
        expected,
        "{}",
        tokenizer.decode(&labelled.ids)
    );
    assert_eq!(labelled.regions, regions);
}

#[test]
fn parts_may_open_with_the_picture_and_ask_with_a_bare_region() {
    let first = [Part::Picture, text("\nName: cat, dog.\n"), Part::Region(1)];
    let turns = parts(&[(&first, "cat"), (&[Part::Region(0)], "dog")]);
    let image = "<im_start><im_patch><im_patch><im_patch><im_end>";
    let text = format!(
        "### Human: {image}\nName: cat, dog.\n<bbox>\n### Assistant: cat\n\
         ### Human: <bbox>\n### Assistant: dog\n### "
    );
    assert_labelled(about(&turns, 2), &text, &[1, 0]);
}

#[test]
fn parts_without_a_picture_follow_the_overview_sentence() {
    let [name, region] = Part::introduced(0);
    let turns = parts(&[
        (&[text("Look at "), name, region, text(".")], "Yes."),
        (&[text("And region 1?")], "No."),
    ]);
    let text = format!(
        "### Human: {FIRST}Look at region1 <bbox>.\n### Assistant: Yes.\n\
         ### Human: And region 1?\n### Assistant: No.\n### "
    );
    assert_labelled(about(&turns, 1), &text, &[0]);
}

#[test]
fn the_overview_sentence_may_stand_behind_other_parts() {
    let [before, picture, after] = Part::overview();
    let turns = parts(&[(&[text("Why?\n"), before, picture, after], "So.")]);
    let text = format!("### Human: Why?\n{FIRST}\n### Assistant: So.\n### ");
    assert_labelled(about(&turns, 0), &text, &[]);
}

#[test]
fn tags_and_control_strings_in_a_parts_text_are_text() {
    let tokenizer = goldens::tokenizer();
    let spelt = "<region1> <bbox> <image> </s>";
    let turns = parts(&[(&[text(spelt)], spelt)]);
    let labelled = about(&turns, 1).labelled(&tokenizer).unwrap();
    assert!(labelled.regions.is_empty());
    assert_eq!(tokenizer.decode(&labelled.ids).matches(spelt).count(), 2);
    let bbox = tokenizer.special("<bbox>").unwrap();
    assert!(!labelled.ids.contains(&bbox));
}

#[test]
fn parts_that_make_no_conversation_are_refused_in_words() {
    let refused = |turns: &[(&[Part], &str)]| {
        let turns = parts(turns);
        let error = about(&turns, 1).labelled(&goldens::tokenizer());
        error.unwrap_err().to_string()
    };
    assert_eq!(
        refused(&[(&[text("a"), Part::Region(1)], "b")]),
        "question 1 holds the vector of box 2: there is 1 box, <region1>"
    );
    let again = "holds the picture again; it belongs into the first question, once";
    assert_eq!(
        refused(&[(&[Part::Picture, Part::Picture, text("a")], "b")]),
        format!("question 1 {again}")
    );
    let second: (&[Part], &str) = (&[Part::Picture, text("a")], "b");
    assert_eq!(
        refused(&[(&[text("a")], "b"), second]),
        format!("question 2 {again}")
    );
    assert_eq!(refused(&[(&[], "b")]), "question 1 is empty");
    assert_eq!(
        refused(&[(&[Part::Picture, text(" \n")], "b")]),
        "question 1 is empty"
    );
}

#[test]
fn a_conversation_that_loses_its_picture_question_opens_with_the_overview() {
    let tokenizer = goldens::tokenizer();
    let turns = parts(&[
        (
            &[Part::Picture, text("\nName it.\n"), Part::Region(0)],
            "cat",
        ),
        (&[Part::Region(1)], "dog"),
    ]);
    let conversation = about(&turns, 2);
    let cut = about(&turns[1..], 2).prompt(&tokenizer).unwrap();
    let prompt = conversation
        .prompt_within(&tokenizer, tokens(cut.ids.len()))
        .unwrap();
    assert_eq!(prompt.n_turns_dropped, 1);
    assert_eq!(prompt.ids, cut.ids);
    assert_prompt(
        about(&turns[1..], 2),
        &format!("### Human: {FIRST}<bbox>\n### "),
        &[1],
    );
}

#[test]
fn the_newest_turns_are_left_out_of_what_is_learnt_until_it_fits() {
    let tokenizer = goldens::tokenizer();
    let questions: Vec<Vec<Part>> = (0..7).map(|index| vec![Part::Region(index)]).collect();
    let answered: Vec<(&[Part], &str)> = questions.iter().map(|q| (&q[..], "a cat")).collect();
    let turns = parts(&answered);
    let conversation = about(&turns, 7);
    let lengths: Vec<usize> = (1..=7)
        .map(|n| {
            about(&turns[..n], 7)
                .labelled(&tokenizer)
                .unwrap()
                .ids
                .len()
        })
        .collect();
    for (n_turns, &length) in (1..).zip(&lengths) {
        let next = lengths.get(n_turns).map_or(length + 9, |&next| next);
        for limit in [length, next - 1] {
            let cut = conversation.labelled_within(&tokenizer, limit).unwrap();
            assert_eq!(cut.n_turns_dropped, 7 - n_turns);
            assert_eq!(cut.regions, (0..n_turns).collect::<Vec<_>>());
            let alone = about(&turns[..n_turns], 7).labelled(&tokenizer).unwrap();
            assert_eq!((cut.ids, cut.labels), (alone.ids, alone.labels));
        }
    }
    let limit = lengths[0] - 1;
    assert_eq!(
        conversation.labelled_within(&tokenizer, limit).unwrap_err(),
        PromptError::TooLong {
            tokens: lengths[0],
            limit
        }
    );
}

#[test]
fn answer_is_its_text_without_header_and_end() {
    let tokenizer = goldens::tokenizer();
    let with_history = turns(&["Who is <region1>?|A cat.", "Why?|It sits there. Yes."]);
    let answered = about(&with_history, 1).answered(&tokenizer).unwrap();
    let labelled = about(&with_history, 1).labelled(&tokenizer).unwrap();
    assert_eq!(answered.ids, labelled.ids);
    assert_eq!(answered.regions, labelled.regions);
    let text = tokenizer.decode(&answered.ids[answered.answer.clone()]);
    assert_eq!(text.trim(), "It sits there. Yes.");
    // What comes before is the header, what follows the end of the message.
    let header = tokenizer.decode(&answered.ids[..answered.answer.start]);
    assert!(header.ends_with("Assistant:"), "{header:?}");
    let end = tokenizer.decode(&answered.ids[answered.answer.end..]);
    assert_eq!(end.trim(), "###");
}

#[test]
fn a_question_without_an_answer_has_no_answers_tokens() {
    let asked = turns(&["Who?|A cat.", "Why?"]);
    assert_eq!(
        about(&asked, 0).answered(&goldens::tokenizer()),
        Err(PromptError::MissingAnswer {
            turn: 2,
            n_turns: 2
        })
    );
}

#[test]
fn texts_are_the_runs_between_control_tokens() {
    let [name, region] = Part::introduced(0);
    let turns = parts(&[
        (
            &[text("Look at "), name, region, text(", please.")],
            "A cat.",
        ),
        (&[text("<bbox> is what?")], "No </s>."),
    ]);
    let texts = about(&turns, 1).texts().unwrap();
    assert_eq!(
        texts,
        [
            &*format!("{SYSTEM}### Human: The "),
            " provides an overview of the picture.\nLook at region1 ",
            ", please.\n### Assistant: A cat.\n### Human: <bbox> is what?\n### Assistant: No </s>.\n### ",
        ]
    );
}
