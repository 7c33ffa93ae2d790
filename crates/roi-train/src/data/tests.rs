//! All kinds of sets, drawn small, read as examples.

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use roi_data::write::{Written, write_dataset};
use roi_scenes::Split;
use tempfile::TempDir;

use super::*;

const N_PICTURES: u64 = 4;

/// A few pictures, written once for all tests.
struct Drawn {
    dir: TempDir,
    files: Written,
}

static DRAWN: LazyLock<Drawn> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("scenes");
    let files = write_dataset(&folder, 1, Split::Train, N_PICTURES, &mut |_| {}).unwrap();
    Drawn { dir, files }
});

/// A table `[[data]]` of this kind.
fn set(kind: &str) -> String {
    let files = &DRAWN.files;
    let annotations = match kind {
        "coco_det" => &files.coco,
        "RefCOCO" => &files.refcoco,
        "RefCOCOP" => &files.refcoco_plus,
        "RefCOCOG" => &files.refcocog,
        "VGDATA" => &files.vg,
        "flickr30k" => &files.flickr30k,
        "det_llava" => &files.llava,
        "region_chat" => &files.regions,
        "v7w" => &files.v7w,
        _ => &files.vcr,
    };
    let quoted = |path: &Path| format!("{:?}", path.display().to_string());
    let mut table = format!(
        "[[data]]\nkind = {kind:?}\nannotations = {}\nimages = {}\n",
        quoted(annotations),
        quoted(&files.pictures)
    );
    if kind == "det_llava" {
        let (detections, classes) = (quoted(&files.detections), quoted(&files.coco));
        table.push_str(&format!("detections = {detections}\nclasses = {classes}\n"));
    }
    table
}

fn config(more: &str, sets: &[String]) -> Config {
    let text = format!(
        "stage = 2\nout = \"run\"\n{more}\n[start]\nmodel = \"m\"\n{}",
        sets.concat()
    );
    Config::parse(&text, DRAWN.dir.path()).unwrap()
}

fn tokenizer() -> Tokenizer {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/tiny-gpt4roi");
    let converted = roi_import::read_tokenizer(&golden.join("delta")).unwrap();
    Tokenizer::from_json(converted.json.as_bytes()).unwrap()
}

fn vision() -> VisionConfig {
    VisionConfig {
        image_size: 56,
        ..VisionConfig::clip_vit_l_14()
    }
}

fn open(more: &str, sets: &[String]) -> Conversations {
    Conversations::open(&config(more, sets), tokenizer(), &vision()).unwrap()
}

/// All that is read, by name.
fn examples(conversations: &Conversations, epoch: u64) -> Vec<Named<Example>> {
    let length = conversations.epoch_len();
    let places = epoch * length..(epoch + 1) * length;
    places
        .filter_map(|place| conversations.get(place).ok())
        .collect()
}

const KINDS: [&str; 15] = [
    "coco_det",
    "RefCOCO",
    "RefCOCOP",
    "RefCOCOG",
    "VGDATA",
    "flickr30k",
    "det_llava",
    "vcr",
    "single_vcr",
    "multi_vcr",
    "vcr_letter",
    "vcr_choice",
    "vcr_words",
    "region_chat",
    "v7w",
];

#[test]
fn every_kind_of_set_gives_examples_that_fit_the_model() {
    for kind in KINDS {
        let conversations = open("", &[set(kind)]);
        let opened: Vec<_> = conversations.sets().collect();
        assert_eq!((opened.len(), opened[0].name), (1, kind));
        assert_eq!(opened[0].n_records as u64, conversations.epoch_len());
        let read = examples(&conversations, 0);
        assert!(!read.is_empty(), "{kind}");
        for Named { name, example } in read {
            assert!(name.starts_with(&format!("{kind} ")), "{name}");
            assert_eq!(example.pixels.len(), 3 * 56 * 56);
            assert_eq!(example.labelled.ids.len(), example.labelled.labels.len());
            assert!(
                example.n_targets() > 0 && example.regions().is_ok(),
                "{name}"
            );
        }
    }
}

#[test]
fn a_place_gives_the_same_example_whenever_and_wherever_it_is_asked_for() {
    let sets = ["VGDATA", "flickr30k", "vcr"].map(set);
    let whole = examples(&open("seed = 3", &sets), 0);
    let conversations = open("seed = 3", &sets);
    let mut backwards = Vec::new();
    for place in (0..conversations.epoch_len()).rev() {
        backwards.extend(conversations.get(place).ok());
    }
    backwards.reverse();
    assert_eq!(backwards, whole);
    assert_ne!(examples(&conversations, 1), whole);
    assert_ne!(examples(&open("seed = 4", &sets), 0), whole);
}

#[test]
fn ratios_say_how_much_of_a_set_an_epoch_has() {
    let records = open("", &[set("VGDATA")]).epoch_len();
    let doubled = format!("{}ratio = 2\n", set("VGDATA"));
    assert_eq!(open("", &[doubled]).epoch_len(), 2 * records);
    let half = format!("{}ratio = 0.5\n", set("VGDATA"));
    assert_eq!(
        open("", &[half, set("VGDATA")]).epoch_len(),
        records + records / 2
    );
}

#[test]
fn isolated_labels_are_the_originals_of_the_same_tokens() {
    let exact = examples(&open("", &[set("VGDATA")]), 0);
    let isolated = examples(&open("isolated_labels = true", &[set("VGDATA")]), 0);
    assert_eq!(exact.len(), isolated.len());
    let mut n_different = 0;
    for (exact, isolated) in exact.iter().zip(&isolated) {
        let [exact, isolated] = [exact, isolated].map(|named| &named.example.labelled);
        assert_eq!(exact.ids, isolated.ids);
        n_different += usize::from(exact.labels != isolated.labels);
    }
    // With this vocabulary the original's masks slip.
    assert!(n_different > 0);
}

#[test]
fn conversations_too_long_lose_turns_under_either_labels() {
    let whole = examples(&open("", &[set("VGDATA")]), 0);
    let n_tokens = |named: &Named<Example>| named.example.labelled.ids.len();
    let longest = whole.iter().map(n_tokens).max().unwrap();
    let limit = longest - 1;
    for labels in ["", "isolated_labels = true"] {
        let more = format!("max_tokens = {limit}\n{labels}");
        let short = examples(&open(&more, &[set("VGDATA")]), 0);
        assert!(short.iter().all(|named| n_tokens(named) <= limit));
        assert!(
            short
                .iter()
                .any(|named| named.example.labelled.n_turns_dropped > 0)
        );
    }
}

#[test]
fn a_picture_that_is_missing_or_torn_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let files = write_dataset(&dir.path().join("scenes"), 2, Split::Train, 2, &mut |_| {}).unwrap();
    let mut pictures: Vec<_> = fs::read_dir(&files.pictures)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "png"))
        .collect();
    pictures.sort();
    fs::remove_file(&pictures[0]).unwrap();
    let torn = fs::read(&pictures[1]).unwrap();
    fs::write(&pictures[1], &torn[..torn.len() / 2]).unwrap();
    let set = format!(
        "[[data]]\nkind = \"VGDATA\"\nannotations = {:?}\nimages = {:?}\n",
        files.vg.display().to_string(),
        files.pictures.display().to_string()
    );
    let conversations = open("", &[set]);
    let mut problems: Vec<String> = (0..conversations.epoch_len())
        .filter_map(|place| conversations.get(place).err())
        .map(|broken| broken.problem)
        .collect();
    problems.sort();
    problems.dedup();
    assert_eq!(problems.len(), 2, "{problems:?}");
    for picture in &pictures[..2] {
        let name = picture.file_name().unwrap().to_string_lossy();
        assert!(
            problems.iter().any(|problem| problem.contains(&*name)),
            "{problems:?}"
        );
    }
}

#[test]
fn an_example_without_words_of_one_region_is_broken_where_only_words_are_learnt() {
    // A choice between listed regions introduces all of them at once.
    let sets = [set("VGDATA"), set("v7w")];
    let all = open("", &sets);
    let n_said = examples(&open("", &sets[..1]), 0).len();
    assert!(examples(&all, 0).len() > n_said);
    for objective in ["answers", "both"] {
        let conversations = open(&format!("objective = {objective:?}"), &sets);
        assert_eq!(examples(&conversations, 0), examples(&all, 0));
    }
    let words = open("objective = \"words\"", &sets);
    let read = examples(&words, 0);
    assert_eq!(read.len(), n_said);
    assert!(read.iter().all(|named| named.name.starts_with("VGDATA")));
    let broken = (0..words.epoch_len()).find_map(|place| words.get(place).err());
    let Broken { name, problem } = broken.unwrap();
    assert!(name.starts_with("v7w picture"), "{name}");
    assert_eq!(problem, "no word in it is said of one region");
}

#[test]
fn a_set_that_cannot_be_opened_is_an_error_that_names_it() {
    let missing = set("VGDATA").replace("vg_train.json", "nothing.json");
    let opened = Conversations::open(&config("", &[missing]), tokenizer(), &vision());
    let error = opened.err().unwrap().to_string();
    assert!(error.contains("nothing.json"), "{error}");
}

#[test]
fn texts_are_what_the_conversations_say() {
    let config = config("", &[set("VGDATA")]);
    let texts = texts(&config, &vision()).unwrap();
    let n_openings = texts
        .iter()
        .filter(|text| text.starts_with("A chat between"))
        .count();
    let conversations = Conversations::open(&config, tokenizer(), &vision()).unwrap();
    assert_eq!(n_openings as u64, conversations.epoch_len());
    let said = texts.concat();
    assert!(
        said.contains("\n### Assistant: ") && !said.contains("<bbox>"),
        "{said}"
    );
}

#[test]
fn conversations_behind_their_prompt_fit_as_well() {
    for max_tokens in [230, 260, 301] {
        let settings = format!("max_tokens = {max_tokens}\nbehind_prompt = true");
        let conversations = open(&settings, &[set("VGDATA"), set("region_chat")]);
        let read = examples(&conversations, 0);
        assert!(!read.is_empty(), "{max_tokens}");
        let lengths = read.iter().map(|named| named.example.labelled.ids.len());
        assert!(lengths.max() <= Some(max_tokens));
        // Turns were dropped, or the limit would not be met at all.
        assert!(
            read.iter()
                .any(|named| named.example.labelled.n_turns_dropped > 0)
        );
    }
}

#[test]
fn what_is_read_is_known_again_wherever_it_lies_and_by_nothing_else() {
    let sets = [set("VGDATA"), set("vcr_words"), set("det_llava")];
    let sha256 = |sets: &[String]| open("", sets).source_sha256().to_owned();
    let before = sha256(&sets);
    assert_eq!(before.len(), 64);

    let folder = tempfile::tempdir().unwrap();
    let moved = |name: &str| folder.path().join(name);
    let files = &DRAWN.files;
    for (file, name) in [
        (&files.vg, "v.json"),
        (&files.vcr, "r.json"),
        (&files.llava, "l.json"),
        (&files.detections, "d.json"),
        (&files.coco, "c.json"),
    ] {
        fs::copy(file, moved(name)).unwrap();
    }
    let there = |set: &String, names: &[(&PathBuf, &str)]| {
        names.iter().fold(set.clone(), |set, (file, name)| {
            let quoted = |path: &Path| format!("{:?}", path.display().to_string());
            set.replace(&quoted(file), &quoted(&moved(name)))
        })
    };
    let sets = [
        there(&sets[0], &[(&files.vg, "v.json")]),
        there(&sets[1], &[(&files.vcr, "r.json")]),
        there(
            &sets[2],
            &[
                (&files.llava, "l.json"),
                (&files.detections, "d.json"),
                (&files.coco, "c.json"),
            ],
        ),
    ];
    assert_eq!(sha256(&sets), before);
    for name in ["v.json", "r.json", "l.json", "d.json", "c.json"] {
        let whole = fs::read(moved(name)).unwrap();
        // White space behind it changes no record, but it is another file.
        fs::write(moved(name), [whole.as_slice(), b"\n"].concat()).unwrap();
        assert_ne!(sha256(&sets), before, "{name}");
        fs::write(moved(name), whole).unwrap();
    }
    assert_eq!(sha256(&sets), before);
}
