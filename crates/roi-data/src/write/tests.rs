//! A written set is read by the readers of the real ones, and says what the scenes say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use roi_scenes::{Scene, Split, glyphs};
use tempfile::tempdir;

use super::choices::tokens;
use super::{UNFINISHED, Written, write_dataset};
use crate::formats::coco::CocoFile;
use crate::formats::read_json;
use crate::formats::regions::RegionRecord;
use crate::formats::vcr::VcrToken;
use crate::readers::{
    ClassNames, CocoDet, DetLlava, ExtraQuestions, Flickr30k, Pictures, Positions, RefCoco,
    RefCocoG, Vcr, VcrQuestions, VcrRecords, VcrReply, VcrView, Visual7W, VisualGenome,
    read_detections,
};
use crate::{DataError, Dataset, VcrRegions};

const SEED: u64 = 11;
const N_PICTURES: u64 = 6;

fn written(folder: &Path, split: Split) -> Written {
    write_dataset(&folder.join("set"), SEED, split, N_PICTURES, &mut |_| {}).unwrap()
}

fn scenes(split: Split) -> Vec<Scene> {
    (0..N_PICTURES)
        .map(|index| Scene::new(Scene::seed_of_picture(SEED, index), split, Scene::SIDE).unwrap())
        .collect()
}

#[test]
fn every_set_is_read_without_a_broken_record() {
    let folder = tempdir().unwrap();
    let files = written(folder.path(), Split::Train);
    let pictures = Pictures {
        folder: &files.pictures,
        side: 224,
    };
    let vcr = VcrRecords::open(&files.vcr, &files.pictures).unwrap();
    let view = |view| Box::new(Vcr::new(vcr.clone(), view).unwrap()) as Box<dyn Dataset>;
    let llava = DetLlava::open(
        &files.llava,
        &files.pictures,
        read_detections(&files.detections).unwrap(),
        ClassNames::read(&files.coco).unwrap(),
        ExtraQuestions::Asked,
    );
    let asked = |reply, regions| -> Box<dyn Dataset> {
        Box::new(VcrQuestions::new(vcr.clone(), reply, regions).unwrap())
    };
    let sets: Vec<Box<dyn Dataset>> = vec![
        Box::new(CocoDet::open(&files.coco, pictures).unwrap()),
        Box::new(RefCoco::open(&files.refcoco, pictures, Positions::Allowed).unwrap()),
        Box::new(RefCoco::open(&files.refcoco_plus, pictures, Positions::Forbidden).unwrap()),
        Box::new(RefCocoG::open(&files.refcocog, pictures).unwrap()),
        Box::new(VisualGenome::open(&files.vg, pictures).unwrap()),
        Box::new(Flickr30k::open(&files.flickr30k, pictures).unwrap()),
        Box::new(llava.unwrap()),
        Box::new(Visual7W::open(&files.v7w, &files.pictures, "train").unwrap()),
        asked(VcrReply::Letter, VcrRegions::Listed),
        asked(VcrReply::Choice, VcrRegions::Listed),
        asked(VcrReply::Words, VcrRegions::Listed),
        asked(VcrReply::Choice, VcrRegions::InPlace),
        asked(VcrReply::Words, VcrRegions::InPlace),
        view(VcrView::All { off_by_one: false }),
        view(VcrView::Single),
        view(VcrView::Multi),
    ];
    for set in sets {
        let left_out = set.left_out();
        assert!(!set.is_empty(), "{}", set.name());
        assert_eq!(left_out.broken.count, 0, "{}: {left_out:?}", set.name());
    }
}

#[test]
fn boxes_and_references_are_the_scenes_own() {
    let folder = tempdir().unwrap();
    let files = written(folder.path(), Split::Test);
    let scenes = scenes(Split::Test);
    let coco: CocoFile = read_json(&files.coco).unwrap();
    assert_eq!(coco.categories.len(), glyphs().len());
    let objects: Vec<_> = scenes.iter().flat_map(|scene| &scene.objects).collect();
    assert_eq!(coco.annotations.len(), objects.len());
    for (annotation, object) in coco.annotations.iter().zip(objects) {
        assert_eq!(annotation.bbox.edges(), object.bounds);
        assert_eq!(annotation.category_id, object.glyph as u64 + 1);
    }

    let vg: CocoFile = read_json(&files.vg).unwrap();
    let references: BTreeMap<String, Vec<String>> = read_json(&files.captions).unwrap();
    assert_eq!(references.len(), vg.annotations.len());
    let n_negatives: usize = scenes.iter().map(|s| s.empty.len() + s.pairs.len()).sum();
    assert_eq!(vg.annotations.len(), coco.annotations.len() + n_negatives);
    for annotation in &vg.annotations {
        let caption = annotation.caption.as_ref().unwrap();
        assert!(references[&annotation.id.to_string()].contains(caption));
    }

    let picture = image::open(files.pictures.join("000000000003.png")).unwrap();
    assert_eq!(picture.into_rgb8().into_raw(), scenes[2].draw().rgb);
}

#[test]
fn phrases_of_a_caption_are_its_spans() {
    let folder = tempdir().unwrap();
    let files = written(folder.path(), Split::Train);
    let file: CocoFile = read_json(&files.flickr30k).unwrap();
    let scenes = scenes(Split::Train);
    for annotation in &file.annotations {
        let image = (annotation.image_id - 1) as usize;
        let caption = file.images[image].caption.as_ref().unwrap();
        let phrase = annotation.tokens_positive.as_ref().unwrap()[0]
            .of(caption)
            .unwrap();
        let mut named = scenes[image].objects.iter();
        let object = named
            .find(|o| o.bounds == annotation.bbox.edges())
            .unwrap()
            .glyph();
        assert!(
            phrase.ends_with(object.name) || phrase.ends_with(&object.plural),
            "{phrase}: {}",
            object.name
        );
    }
}

#[test]
fn regions_of_a_conversation_are_numbered_as_they_come() {
    let folder = tempdir().unwrap();
    let files = written(folder.path(), Split::Train);
    let records: Vec<RegionRecord> = read_json(&files.regions).unwrap();
    assert!(!records.is_empty());
    for record in records {
        assert_eq!(record.conversations.len(), 2 * record.topics.len());
        let text: String = record
            .conversations
            .iter()
            .map(|m| m.value.as_str())
            .collect();
        assert_eq!(text.matches("<image>").count(), 1);
        assert!(!text.contains("<own"), "{text}");
        let mut highest = 0;
        for tag in text.split("<region").skip(1) {
            let number: usize = tag.split('>').next().unwrap().parse().unwrap();
            assert!(number <= highest + 1, "{text}");
            highest = highest.max(number);
        }
        assert_eq!(highest, record.boxes.len());
    }
}

#[test]
fn every_thing_is_named_then_every_things_colour_said_then_every_thing_described() {
    let folder = tempdir().unwrap();
    let files = written(folder.path(), Split::Train);
    let records: Vec<RegionRecord> = read_json(&files.regions).unwrap();
    let mut beginnings = BTreeSet::new();
    for (scene, number) in scenes(Split::Train).iter().zip(1..) {
        let of_picture = |index: usize| {
            let id = format!("{number:012}-{index}");
            records.iter().find(|record| record.id == id).unwrap()
        };
        for (index, topic) in ["name", "colour", "description"].into_iter().enumerate() {
            let topics = &of_picture(index).topics;
            let n_about = topics.iter().filter(|&about| about == topic).count();
            assert_eq!(n_about, scene.objects.len());
            assert!(topics.len() > n_about);
            beginnings.insert((topic, topics[0] == topic));
        }
    }
    // Each begins some conversations and follows another question in some.
    assert_eq!(beginnings.len(), 2 * 3, "{beginnings:?}");
}

#[test]
fn conversations_point_at_one_of_the_boxes_they_list() {
    let folder = tempdir().unwrap();
    let files = written(folder.path(), Split::Train);
    let records: Vec<RegionRecord> = read_json(&files.regions).unwrap();
    let mut n_pointing = 0;
    for record in records {
        let turns = record.conversations.chunks(2).zip(&record.topics);
        for (turn, _) in turns.filter(|(_, topic)| *topic == "pointing") {
            let (question, answer) = (&turn[0].value, &turn[1].value);
            let listed = question
                .split("Choose one of ")
                .nth(1)
                .and_then(|rest| rest.split(". Which one is ").next());
            let listed: Vec<&str> = listed.unwrap().split(", ").collect();
            assert_eq!(listed.len(), 4, "{question}");
            assert!(listed.contains(&format!("<{answer}>").as_str()), "{answer}");
            n_pointing += 1;
        }
    }
    assert!(n_pointing > 0);
}

#[test]
fn numbers_become_objects_and_marks_words() {
    let word = |text: &str| VcrToken::Word(text.to_owned());
    let object = |index| VcrToken::Objects(vec![index]);
    assert_eq!(
        tokens("Of 1, 12 and apples?"),
        [
            word("Of"),
            object(0),
            word(","),
            object(11),
            word("and"),
            word("apples"),
            word("?")
        ]
    );
}

#[test]
fn a_folder_that_exists_is_left_alone_and_an_unfinished_one_is_replaced() {
    let folder = tempdir().unwrap();
    let out = folder.path().join("set");
    let partial = folder.path().join("set.partial");
    std::fs::create_dir_all(partial.join("images")).unwrap();
    std::fs::write(partial.join("images/stale.png"), "").unwrap();
    // It could be anybody's as long as nothing says that it is not finished.
    let foreign = write_dataset(&out, 1, Split::Train, 2, &mut |_| {});
    assert!(matches!(foreign, Err(DataError::Exists { path }) if path == partial));
    assert!(partial.join("images/stale.png").exists());
    std::fs::write(partial.join(UNFINISHED), "").unwrap();
    let mut seen = Vec::new();
    write_dataset(&out, 1, Split::Train, 2, &mut |n| seen.push(n)).unwrap();
    assert_eq!(seen, [1, 2]);
    assert!(!out.join("images/stale.png").exists());
    assert!(!partial.exists() && !out.join(UNFINISHED).exists());

    let again = write_dataset(&out, 2, Split::Train, 2, &mut |_| {});
    assert!(matches!(again, Err(DataError::Exists { path }) if path == out));
}

#[test]
fn a_folder_may_be_named_with_a_slash_or_a_point_behind_it() {
    for ending in ["/", "/."] {
        let folder = tempdir().unwrap();
        let mut out = folder.path().join("set");
        out.as_mut_os_string().push(ending);
        let files = write_dataset(&out, 1, Split::Train, 1, &mut |_| {}).unwrap();
        assert!(files.vg.exists());
        let entries = std::fs::read_dir(folder.path()).unwrap();
        assert_eq!(entries.count(), 1, "{ending}");
    }
}

#[test]
fn short_choices_are_made_by_a_letter_alone_or_behind_the_words_and_names_by_a_letter_alone() {
    let folder = tempdir().unwrap();
    let files = written(folder.path(), Split::Train);
    let (n_bare, n_asked) = letters_alone(&read_json::<Vec<_>>(&files.choices).unwrap());
    assert!((1..n_asked).contains(&n_bare), "{n_bare} of {n_asked}");
    let (n_bare, n_asked) = letters_alone(&read_json::<Vec<_>>(&files.names).unwrap());
    assert_eq!(n_bare, n_asked);
}

/// How many answers are a letter alone, and of how many; each letter's choice is held against the words before it, where there are any.
fn letters_alone(records: &[RegionRecord]) -> (usize, usize) {
    let (mut n_bare, mut n_asked) = (0, 0);
    let scenes = scenes(Split::Train);
    assert_eq!(records.len(), scenes.len());
    for (record, scene) in records.iter().zip(&scenes) {
        for edges in &record.boxes {
            assert!(scene.objects.iter().any(|object| object.bounds == *edges));
        }
        for pair in record.conversations.chunks(2) {
            let [question, answer] = pair else {
                panic!("a question without an answer: {pair:?}")
            };
            let (said, letter) = answer.value.rsplit_once('(').unwrap();
            let line = format!("({letter},");
            let chosen = question.value.lines().find(|l| l.starts_with(&line));
            let chosen = chosen.unwrap().trim_start_matches(&line);
            n_asked += 1;
            match said.trim_end() {
                "" => n_bare += 1,
                // An answer has no vectors, so its regions have no brackets.
                said => assert_eq!(said, chosen.replace(['<', '>'], "")),
            }
        }
    }
    (n_bare, n_asked)
}

#[test]
fn which_of_four_things_is_answered_by_a_region_that_the_question_lists() {
    let folder = tempdir().unwrap();
    let files = written(folder.path(), Split::Train);
    let records: Vec<RegionRecord> = read_json(&files.regions).unwrap();
    let among_four = records
        .iter()
        .filter(|record| record.topics.iter().any(|topic| topic == "choice"));
    let mut listed_first = BTreeSet::new();
    for record in among_four {
        assert_eq!(record.boxes.len(), 4);
        for pair in record.conversations.chunks(2) {
            let listed = pair[0].value.split_once("Which of ").unwrap().1;
            let (_, region) = pair[1].value.rsplit_once(' ').unwrap();
            let tag = format!("<{}>", region.trim_end_matches('.'));
            assert!(listed.contains(&tag), "{tag}: {listed}");
            listed_first.insert(listed.split(',').next().unwrap().to_owned());
        }
    }
    assert_eq!(listed_first.len(), 4, "{listed_first:?}");
}
