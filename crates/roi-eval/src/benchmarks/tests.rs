//! Every benchmark on the project's own scenes, whose truths are known: nothing of them is left out,
//! and a model that says what is written there is right.

use std::collections::HashMap;
use std::path::Path;

use roi_data::VcrRegions;
use roi_data::formats::coco::CocoFile;
use roi_data::formats::llava::Speaker;
use roi_data::formats::read_json;
use roi_data::formats::regions::RegionRecord;
use roi_data::write::{Written, write_dataset};
use roi_scenes::Split;
use tempfile::TempDir;

use crate::testing::{percents, score};
use crate::{
    Attributes, Benchmark, Called, DESCRIBE, Described, Negatives, Recognition, Source, Subset,
    Task, Vcr, VcrMode, Visual7W,
};

fn scenes() -> (TempDir, Written) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("scenes");
    let written = write_dataset(&out, 3, Split::Test, 12, &mut |_| {}).unwrap();
    (folder, written)
}

fn source<'a>(written: &'a Written, file: &'a Path) -> Source<'a> {
    Source {
        file,
        pictures: &written.pictures,
        subset: Subset::default(),
    }
}

fn is_whole(benchmark: &dyn Benchmark) {
    let left_out = benchmark.left_out();
    assert_eq!(left_out.n_broken, 0, "{left_out:?}");
    assert!(benchmark.tasks().len() > 20, "{}", benchmark.tasks().len());
}

/// What the Visual Genome file says of a task's box.
fn captions(written: &Written) -> impl Fn(&Task) -> String {
    let file: CocoFile = read_json(&written.vg).unwrap();
    let names: HashMap<u64, String> = file
        .images
        .into_iter()
        .map(|image| (image.id, image.file_name))
        .collect();
    let captions = file.annotations.into_iter().map(|annotation| {
        let key = format!(
            "{} {}",
            names[&annotation.image_id],
            annotation.bbox.edges()
        );
        (key, annotation.caption.unwrap())
    });
    let captions: HashMap<String, String> = captions.collect();
    move |task| captions[&format!("{} {}", task.picture_name, task.boxes[0])].clone()
}

#[test]
fn captions_of_scenes_are_their_own_references() {
    let (_folder, written) = scenes();
    let source = source(&written, &written.vg);
    let references = Some(written.captions.as_path());
    let benchmark = Described::vg(&source, references, DESCRIBE, None).unwrap();
    is_whole(&benchmark);
    let scored = score(&benchmark, captions(&written));
    let bleu = scored.numbers[0].percent.unwrap();
    // Each caption is one of its five references; BLEU adds 1e-9 to its counts.
    assert!((bleu - 100.0).abs() < 1e-4, "{bleu}");
    let source = self::source(&written, &written.refcocog);
    is_whole(&Described::refcocog(&source, DESCRIBE, None).unwrap());
}

#[test]
fn things_are_named_by_their_captions() {
    let (_folder, written) = scenes();
    let source = source(&written, &written.coco);
    let benchmark = Recognition::open(&source, DESCRIBE).unwrap();
    is_whole(&benchmark);
    let scored = score(&benchmark, captions(&written));
    let confusion = scored.confusion.unwrap();
    assert_eq!(confusion.mistakes(), []);
}

#[test]
fn choices_of_scenes_can_all_be_asked_for() {
    let (_folder, written) = scenes();
    let v7w = Visual7W::open(&source(&written, &written.v7w), "test").unwrap();
    is_whole(&v7w);
    assert!(v7w.tasks().iter().all(|task| task.boxes.len() == 4));
    for mode in [
        VcrMode::Letter(VcrRegions::Listed),
        VcrMode::Letter(VcrRegions::InPlace),
        VcrMode::Likelihood(Called::Class),
        VcrMode::Likelihood(Called::Number(VcrRegions::Listed)),
        VcrMode::Likelihood(Called::Number(VcrRegions::InPlace)),
    ] {
        let vcr = Vcr::open(&source(&written, &written.vcr), mode).unwrap();
        is_whole(&vcr);
    }
}

/// The right answers of the conversations about boxes, by their tasks.
fn answers(written: &Written) -> HashMap<String, String> {
    let records: Vec<RegionRecord> = read_json(&written.regions).unwrap();
    let answers = records.into_iter().flat_map(|record| {
        let said = record.conversations.into_iter();
        let said = said.filter(|message| message.from == Speaker::Gpt);
        let numbered = (1..).zip(said);
        let id = record.id;
        numbered.map(move |(number, message)| (format!("{id} {number}"), message.value))
    });
    answers.collect()
}

#[test]
fn attributes_of_scenes_are_read_from_their_answers() {
    let (_folder, written) = scenes();
    let benchmark = Attributes::open(&source(&written, &written.regions)).unwrap();
    is_whole(&benchmark);
    let answers = answers(&written);
    let scored = score(&benchmark, |task| answers[&task.id].clone());
    for (topic, percent) in percents(&scored.numbers) {
        assert_eq!(percent, Some(100.0), "{topic}");
    }
}

#[test]
fn answers_of_scenes_deny_exactly_where_nothing_is() {
    let (_folder, written) = scenes();
    let benchmark = Negatives::open(&source(&written, &written.regions)).unwrap();
    is_whole(&benchmark);
    let answers = answers(&written);
    let scored = score(&benchmark, |task| answers[&task.id].clone());
    assert_eq!(
        percents(&scored.numbers),
        [
            ("nothing there", Some(100.0)),
            ("something there", Some(100.0))
        ]
    );
}
