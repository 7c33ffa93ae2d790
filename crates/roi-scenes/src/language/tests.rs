//! What is said is true, and said in few words.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    About, ReasonTopic, Topic, captions, captions_of_nothing, captions_of_pair, choosing,
    choosing_names, choosing_things, description,
    phrase::{Named, one},
    pointing,
    property::Property,
    questions, reasons, referring, uses, whole_caption,
};
use crate::glyphs::glyphs;
use crate::palette::Colour;
use crate::relation::Relation;
use crate::scene::{Column, Position, Row, Scene, SizeWord};
use crate::split::Split;

fn scenes() -> impl Iterator<Item = Scene> {
    (0..60).map(|seed| Scene::new(seed, Split::Train, Scene::SIDE).unwrap())
}

/// Everything that is said about a scene.
fn texts(scene: &Scene) -> Vec<String> {
    let mut texts = vec![whole_caption(scene).text, description(scene)];
    for index in 0..scene.objects.len() {
        texts.extend(captions(scene, index));
        let expressions = referring(scene, index);
        texts.extend(expressions.with_place);
        texts.extend(expressions.without_place);
    }
    for index in 0..scene.empty.len() {
        texts.extend(captions_of_nothing(scene, index));
    }
    for pair in &scene.pairs {
        texts.extend(captions_of_pair(scene, pair));
    }
    for question in questions(scene) {
        texts.extend([question.text, question.answer]);
    }
    texts.extend(pointing(scene).into_iter().map(|asked| asked.question));
    for reason in reasons(scene) {
        texts.push(reason.question);
        texts.extend(reason.answers);
        texts.extend(reason.rationales);
    }
    texts
}

#[test]
fn the_language_has_fewer_than_nine_hundred_words() {
    let mut words: BTreeSet<String> = BTreeSet::new();
    for glyph in glyphs() {
        words.extend(glyph.name.split(' ').map(str::to_owned));
        words.extend(glyph.plural.split(' ').map(str::to_owned));
    }
    for scene in scenes() {
        for text in texts(&scene) {
            assert!(text.is_ascii() && !text.contains("  "), "{text}");
            let of_text = text.split(|c: char| !c.is_ascii_alphanumeric());
            words.extend(of_text.map(str::to_ascii_lowercase));
        }
    }
    assert!(words.len() < 900, "{}", words.len());
}

#[test]
fn five_captions_name_the_thing_and_differ() {
    let mut n_acting = 0;
    for scene in scenes() {
        for (index, object) in scene.objects.iter().enumerate() {
            let captions = captions(&scene, index);
            let glyph = object.glyph();
            for caption in &captions {
                assert!(
                    caption.contains(glyph.name) || caption.contains(&glyph.plural),
                    "{caption}"
                );
                assert!(caption.contains(object.size.word()), "{caption}");
                if let Some(colour) = object.colour() {
                    assert!(caption.contains(colour.word()), "{caption}");
                }
            }
            assert_eq!(
                captions.iter().collect::<BTreeSet<_>>().len(),
                captions.len()
            );
            assert!(captions[0].ends_with(object.position.phrase()));
            if let Some(action) = glyph.action {
                n_acting += 1;
                assert!(captions[1].contains(action));
            }
        }
    }
    assert!(n_acting > 10, "{n_acting}");
}

#[test]
fn there_are_at_least_six_phrasings() {
    let mut openings: BTreeSet<String> = BTreeSet::new();
    for scene in scenes() {
        for (index, object) in scene.objects.iter().enumerate() {
            for caption in captions(&scene, index) {
                let mut form = caption.replace(object.position.phrase(), "PLACE");
                for word in [
                    object.glyph().name,
                    &object.glyph().plural,
                    object.size.word(),
                ] {
                    form = form.replace(word, "X");
                }
                let form: Vec<&str> = form
                    .split(' ')
                    .filter(|word| Colour::TINTS.iter().all(|colour| colour.word() != *word))
                    .take(3)
                    .collect();
                openings.insert(form.join(" "));
            }
        }
    }
    assert!(openings.len() >= 6, "{openings:?}");
}

/// The objects that an expression can mean, read word by word.
fn meant(scene: &Scene, expression: &str) -> Vec<usize> {
    let mut rest = expression.strip_prefix("the ").unwrap();
    let mut take = |word: &str| {
        let left = rest
            .strip_prefix(word)
            .and_then(|left| left.strip_prefix(' '));
        rest = left.unwrap_or(rest);
        left.is_some()
    };
    let size = SizeWord::ALL.into_iter().find(|size| take(size.word()));
    let colours = Colour::TINTS.into_iter().chain([Colour::White]);
    let colour = colours.into_iter().find(|colour| take(colour.word()));
    let name = glyphs()
        .iter()
        .map(|glyph| glyph.name)
        .filter(|name| rest == *name || rest.starts_with(&format!("{name} ")))
        .max_by_key(|name| name.len())
        .unwrap();
    let rest = rest[name.len()..].trim_start();
    let relation = Relation::DIRECTIONS
        .into_iter()
        .chain([Relation::NextTo])
        .find_map(|relation| {
            let of = rest.strip_prefix(relation.words())?.trim_start();
            Some((relation, meant(scene, of)))
        });
    let is_at_side = |index: usize, said: &str| {
        let Position { column, row } = scene.objects[index].position;
        match said {
            "on the left" => column == Column::Left,
            "on the right" => column == Column::Right,
            "at the top" => row == Row::Top,
            "at the bottom" => row == Row::Bottom,
            _ => false,
        }
    };
    let is_related = |index: usize| match &relation {
        // The top left is at the top, too.
        None => {
            rest.is_empty()
                || scene.objects[index].position.phrase() == rest
                || is_at_side(index, rest)
        }
        Some((relation, others)) => {
            assert_eq!(others.len(), 1, "{expression}");
            match relation {
                Relation::NextTo => {
                    index != others[0] && scene.is_next_to(index, others[0]) == Some(true)
                }
                direction => scene.direction(index, others[0]) == Some(*direction),
            }
        }
    };
    (0..scene.objects.len())
        .filter(|&index| {
            let object = &scene.objects[index];
            object.glyph().name == name
                && size.is_none_or(|size| object.size == size)
                && colour.is_none_or(|colour| object.colour() == Some(colour))
                && is_related(index)
        })
        .collect()
}

#[test]
fn referring_expressions_mean_one_thing() {
    let (mut n_with, mut n_without) = (0, 0);
    for scene in scenes() {
        for index in 0..scene.objects.len() {
            let expressions = referring(&scene, index);
            n_with += usize::from(!expressions.with_place.is_empty());
            n_without += usize::from(!expressions.without_place.is_empty());
            for text in expressions
                .with_place
                .iter()
                .chain(&expressions.without_place)
            {
                assert_eq!(meant(&scene, text), [index], "{text}");
                assert!(text.split(' ').count() >= 3);
            }
            for text in &expressions.without_place {
                assert!(
                    !text.contains(" at the ")
                        && !text.contains(" on the ")
                        && !text.contains(" in the ")
                );
            }
        }
    }
    assert!(n_with > 350 && n_without > 330, "{n_with} {n_without}");
}

#[test]
fn phrases_of_the_whole_caption_name_their_objects() {
    for scene in scenes() {
        let caption = whole_caption(&scene);
        let mut end = 0;
        for phrase in &caption.phrases {
            assert!(phrase.span.start >= end);
            end = phrase.span.end;
            let text = &caption.text[phrase.span.clone()];
            let glyph = scene.objects[phrase.objects[0]].glyph();
            match phrase.objects.len() {
                1 => assert!(text.ends_with(glyph.name), "{text}"),
                n => {
                    assert!(text.ends_with(&glyph.plural), "{text}");
                    assert_eq!(n, scene.count(scene.objects[phrase.objects[0]].glyph));
                }
            }
        }
        assert!(caption.text.ends_with('.') && caption.phrases.len() >= 3);
    }
}

#[test]
fn questions_have_the_regions_they_name_and_true_answers() {
    let mut seen: BTreeSet<Topic> = BTreeSet::new();
    for scene in scenes() {
        for question in questions(&scene) {
            seen.insert(question.topic);
            for number in 1..=2 {
                let is_named = question.text.contains(&format!("<region{number}>"));
                assert_eq!(
                    is_named,
                    question.regions.len() >= number,
                    "{}",
                    question.text
                );
            }
            let Some(&About::Object(index)) = question.regions.first() else {
                continue;
            };
            let object = &scene.objects[index];
            let answer = question.answer.as_str();
            match question.topic {
                Topic::Name => assert!(answer.contains(object.glyph().name)),
                Topic::Size => assert_eq!(answer, format!("It is {}.", object.size.word())),
                Topic::Place => assert_eq!(answer, format!("It is {}.", object.position.phrase())),
                Topic::Colour => match object.colour() {
                    Some(colour) => assert_eq!(answer, format!("It is {}.", colour.word())),
                    None => assert_eq!(answer, "It has many colours."),
                },
                Topic::Action => {
                    assert!(
                        object
                            .glyph()
                            .action
                            .is_none_or(|action| answer.contains(action))
                    );
                }
                _ => {}
            }
        }
    }
    assert_eq!(seen.len(), 18, "{seen:?}");
}

#[test]
fn yes_and_no_are_about_equally_frequent() {
    for topic in [
        Topic::Check,
        Topic::Relation,
        Topic::Comparison,
        Topic::Presence,
    ] {
        let (mut yes, mut no) = (0, 0);
        for question in scenes().flat_map(|scene| questions(&scene)) {
            if question.topic == topic {
                yes += usize::from(question.answer.starts_with("Yes"));
                no += usize::from(question.answer.starts_with("No,"));
            }
        }
        let share = yes as f64 / (yes + no) as f64;
        assert!((0.3..0.7).contains(&share), "{topic:?}: {yes} yes, {no} no");
    }
}

#[test]
fn what_is_not_there_is_denied() {
    let mut n_denied = 0;
    for scene in scenes() {
        for question in questions(&scene) {
            if question.topic == Topic::Nothing {
                assert!(question.answer.ends_with("here is nothing there."));
                assert!(matches!(question.regions[..], [About::Empty(_)]));
            }
            if question.topic == Topic::Presence && question.answer.starts_with("No") {
                n_denied += 1;
                let absent = question.answer.trim_start_matches("No, there is no ");
                let absent = absent.trim_end_matches('.');
                assert!(
                    scene
                        .objects
                        .iter()
                        .all(|object| object.glyph().name != absent)
                );
            }
        }
    }
    assert_eq!(n_denied, 120);
}

#[test]
fn pointing_has_four_different_boxes_and_one_that_is_meant() {
    for scene in scenes() {
        for asked in pointing(&scene) {
            let distinct: BTreeSet<usize> = asked.choices.into_iter().collect();
            assert_eq!(distinct.len(), 4);
            let expression = asked.question.strip_prefix("Which one is ").unwrap();
            let expression = expression.strip_suffix('?').unwrap();
            assert_eq!(meant(&scene, expression), [asked.choices[asked.answer]]);
        }
    }
}

#[test]
fn wrong_choices_differ_from_the_right_one_and_numbers_are_objects() {
    let mut n_of_topic: BTreeMap<String, usize> = BTreeMap::new();
    for scene in scenes() {
        for reason in reasons(&scene) {
            *n_of_topic.entry(format!("{:?}", reason.topic)).or_default() += 1;
            for choices in [&reason.answers, &reason.rationales] {
                assert_eq!(
                    choices.iter().collect::<BTreeSet<_>>().len(),
                    4,
                    "{choices:?}"
                );
            }
            for text in reason.answers.iter().chain(&reason.rationales) {
                let numbers = text.split(|c: char| !c.is_ascii_digit());
                for number in numbers.filter(|number| !number.is_empty()) {
                    assert!((1..=scene.objects.len()).contains(&number.parse().unwrap()));
                }
            }
        }
    }
    assert_eq!(n_of_topic.len(), 5, "{n_of_topic:?}");
}

#[test]
fn wrong_answers_are_true_of_other_things_and_not_of_this() {
    for scene in scenes() {
        for reason in reasons(&scene)
            .iter()
            .filter(|r| r.topic == ReasonTopic::Could)
        {
            let thing: usize = reason
                .question
                .split_once(" to ")
                .unwrap()
                .1
                .split('.')
                .next()
                .unwrap()
                .parse()
                .unwrap();
            let could = |index: usize| {
                let words = uses::words(scene.objects[index].glyph().use_);
                format!("They could {}.", words.could(&thing.to_string()))
            };
            for (choice, text) in reason.answers.iter().enumerate() {
                let true_of: Vec<usize> = (0..scene.objects.len())
                    .filter(|&index| could(index) == *text)
                    .collect();
                assert!(!true_of.is_empty());
                assert_eq!(true_of.contains(&(thing - 1)), choice == reason.answer);
            }
        }
    }
}

#[test]
fn the_use_that_one_thing_has_and_another_has_not_is_the_first_one_s() {
    let mut n_of_the_other = 0;
    let mut n_asked = 0;
    for scene in scenes() {
        let one_can = |index: usize| {
            let words = uses::words(scene.objects[index].glyph().use_);
            format!("One can {}.", words.could("it"))
        };
        for reason in reasons(&scene)
            .iter()
            .filter(|r| r.topic == ReasonTopic::Which)
        {
            n_asked += 1;
            let numbers: Vec<usize> = reason
                .question
                .split(|c: char| !c.is_ascii_digit())
                .filter_map(|number| number.parse().ok())
                .collect();
            let &[having, lacking] = &numbers[..] else {
                panic!("two things: {}", reason.question)
            };
            let right = &reason.answers[reason.answer];
            assert_eq!(*right, one_can(having - 1), "{}", reason.question);
            assert_ne!(*right, one_can(lacking - 1), "{}", reason.question);
            for text in &reason.answers {
                assert!((0..scene.objects.len()).any(|index| one_can(index) == *text));
            }
            n_of_the_other += usize::from(reason.answers.contains(&one_can(lacking - 1)));
            let said = one(&scene.objects[lacking - 1], Named::COLOUR);
            let of_the_other = format!(", and {lacking} is {said}.");
            for (choice, text) in reason.rationales.iter().enumerate() {
                let is_right = text.ends_with(&of_the_other);
                assert_eq!(is_right, choice == reason.rationale, "{text}");
            }
        }
    }
    assert!(
        n_asked > 60 && (n_asked / 5..n_asked).contains(&n_of_the_other),
        "{n_of_the_other} of {n_asked}"
    );
}

#[test]
fn right_choices_stand_at_every_place_equally_often() {
    let mut at = [[0_usize; 4]; 3];
    for scene in scenes() {
        for reason in reasons(&scene) {
            at[0][reason.answer] += 1;
            at[1][reason.rationale] += 1;
        }
        for asked in pointing(&scene) {
            at[2][asked.answer] += 1;
        }
    }
    for places in at {
        let n: usize = places.iter().sum();
        for place in places {
            let share = place as f64 / n as f64;
            assert!((0.18..0.32).contains(&share), "{places:?}");
        }
    }
}

#[test]
fn one_of_four_different_names_is_the_thing_s_own() {
    let mut n_of_the_scene = 0;
    for scene in scenes() {
        let names = choosing_names(&scene);
        assert_eq!(names.len(), scene.objects.len());
        let own = |object: usize| format!("It is {}.", names[object].choices[names[object].answer]);
        for (index, question) in names.iter().enumerate() {
            assert_eq!(question.objects, [index]);
            let is_own = questions(&scene).into_iter().any(|other| {
                other.topic == Topic::Name
                    && other.regions == [About::Object(index)]
                    && other.answer == own(index)
            });
            assert!(is_own, "{question:?}");
            let right = &question.choices[question.answer];
            let of_others = (0..names.len()).map(own).collect::<BTreeSet<_>>();
            n_of_the_scene += question
                .choices
                .iter()
                .filter(|&name| name != right && of_others.contains(&format!("It is {name}.")))
                .count();
        }
    }
    assert!(n_of_the_scene > 300, "{n_of_the_scene}");
}

#[test]
fn of_four_different_choices_one_is_right_and_it_stands_anywhere() {
    let mut places: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for scene in scenes() {
        let short = [
            choosing(&scene),
            choosing_names(&scene),
            choosing_things(&scene),
        ];
        for question in short.concat() {
            assert_eq!(question.choices.iter().collect::<BTreeSet<_>>().len(), 4);
            let n_tags = (1..=4)
                .filter(|number| question.question.contains(&format!("<region{number}>")))
                .count();
            assert_eq!(question.objects.len(), n_tags, "{question:?}");
            let right = question.choices[question.answer].as_str();
            let wants = |of: usize| uses::words(scene.objects[of].glyph().use_).wants;
            // By the last words of a reason, or by the thing of a tag; names are held by the test above.
            let is_right = |choice: &str| {
                let tag = choice.split_once("<region").map(|(_, tag)| tag);
                if let Some(tag) = tag.filter(|_| question.objects.len() == 4) {
                    let number: usize = tag.trim_end_matches(">.").parse().unwrap();
                    let object = &scene.objects[question.objects[number - 1]];
                    let asked = question.question.trim_end_matches('?');
                    return asked
                        .ends_with(&format!("who {}", uses::words(object.glyph().use_).wants))
                        || asked.ends_with(&format!(" {}", object.glyph().name));
                }
                let Some(reason) = choice.strip_prefix("Because ") else {
                    return choice == right;
                };
                let reason = reason.trim_end_matches('.');
                let subject = ["someone ", "<region1> is ", "both are "]
                    .into_iter()
                    .find_map(|subject| Some((subject, reason.strip_prefix(subject)?)));
                let (subject, said) = subject.expect("a reason of one of these forms");
                question.objects.iter().all(|&of| match subject {
                    "someone " => wants(of) == said,
                    _ => Property::all_of(&scene.objects[of])
                        .into_iter()
                        .flatten()
                        .any(|own| [own.of_one(), own.words()].contains(&said)),
                })
            };
            for choice in &question.choices {
                assert_eq!(is_right(choice), choice == right, "{choice}: {question:?}");
            }
            let form = question.question.split('<').next().unwrap().to_owned();
            places.entry(form).or_default().insert(question.answer);
        }
    }
    let forms: Vec<&str> = places.keys().map(String::as_str).collect();
    assert_eq!(
        forms,
        [
            "What could someone do with ",
            "What is ",
            "Which of ",
            "Why could ",
            "Why might someone pick ",
            "Why would someone go to "
        ]
    );
    assert!(
        places.values().all(|places| places.len() == 4),
        "{places:?}"
    );
}
