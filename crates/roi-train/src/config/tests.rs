//! Configurations read, and every way in which one can be wrong.

use std::path::Path;

use super::*;
use crate::Aim;

const STAGE_1: &str = r#"
stage = 1
out = "runs/one"
[start]
model = "vicuna"
vision = "/models/clip"
projector = "projector.bin"
[[data]]
kind = "coco_det"
annotations = "instances.json"
images = "train2017"
"#;

const STAGE_0: &str = r#"
stage = 0
out = "runs/zero"
seed = 7
batch_size = 8
accumulation = 3
steps = 1000
warmup_steps = 50
learning_rate = 1e-3
weight_decay = 0.05
decay = "matrices"
[vision]
width = 160
layers = 6
heads = 5
mlp_width = 320
select_layer = -1
n_levels = 3
level_step = 2
[region]
group_norm_groups = 32
mid_width = 96
position_hidden = 32
[decoder]
hidden = 192
layers = 6
heads = 6
ffn = 512
[tokenizer]
pieces = 512
[[data]]
kind = "VGDATA"
annotations = "a.json"
images = "pictures"
[[data]]
kind = "det_llava"
annotations = "b.json"
images = "pictures"
ratio = 0.25
detections = "boxes.pkl"
classes = "lvis.json"
[rates]
"#;

fn parse(text: &str) -> Result<Config, ConfigFileError> {
    Config::parse(text, Path::new("folder"))
}

/// The complaint about `text` with `from` replaced by `to`.
fn complaint(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    parse(&text.replacen(from, to, 1)).unwrap_err().to_string()
}

fn spec(name: &str, shape: &[u64]) -> TensorSpec {
    let (name, shape) = (name.to_owned(), shape.to_vec());
    TensorSpec { name, shape }
}

fn decays(config: &Config, shape: &[u64]) -> bool {
    config.rule(&spec("some.weight", shape)).decays
}

#[test]
fn layers_with_many_inputs_learn_more_slowly_if_asked() {
    let share = |config: &Config, name, shape: &[u64]| config.rule(&spec(name, shape)).rate_share;
    let all_alike = parse(STAGE_0).unwrap();
    assert_eq!(
        share(&all_alike, "flatten_linear.weight", &[128, 3136]),
        1.0
    );
    let text = STAGE_0.replacen("stage = 0", "stage = 0\nfull_rate_inputs = 98", 1);
    let config = parse(&text).unwrap();
    for (name, shape, expected) in [
        ("flatten_linear.weight", &[128, 3136][..], 1.0 / 32.0),
        ("pconvs.0.weight", &[5, 49, 2, 2], 0.5),
        ("narrow.weight", &[3136, 98], 1.0),
        ("flatten_linear.bias", &[3136], 1.0),
        ("model.embed_tokens.weight", &[300, 196], 1.0),
        ("embeddings.position_embedding.weight", &[257, 196], 1.0),
        ("lm_head.weight", &[300, 196], 0.5),
    ] {
        assert_eq!(share(&config, name, shape), expected, "{name}");
    }
}

#[test]
fn layers_follow_muon_if_asked_and_tables_and_the_head_do_not() {
    let text = STAGE_0.replacen("stage = 0", "stage = 0\nmuon_learning_rate = 0.5", 1);
    let config = parse(&text).unwrap();
    let method = |name, shape: &[u64]| config.rule(&spec(name, shape)).method;
    for (name, shape) in [
        ("flatten_linear.weight", &[128, 3136][..]),
        ("pconvs.0.weight", &[128, 49, 3, 3]),
    ] {
        assert_eq!(method(name, shape), Method::Muon { rows: 128 }, "{name}");
        let share = config.rule(&spec(name, shape)).rate_share;
        assert_eq!(share * config.learning_rate, 0.5, "{name}");
    }
    for (name, shape) in [
        ("flatten_linear.bias", &[128][..]),
        ("model.embed_tokens.weight", &[300, 196]),
        ("embeddings.position_embedding.weight", &[257, 196]),
        ("roi_align.pos_embedd.0.weight", &[64, 4]),
        ("lm_head.weight", &[300, 196]),
    ] {
        assert_eq!(method(name, shape), Method::AdamW, "{name}");
    }
    let without = parse(STAGE_0).unwrap();
    let rule = without.rule(&spec("flatten_linear.weight", &[128, 3136]));
    assert_eq!(rule.method, Method::AdamW);
}

#[test]
fn several_gpus_are_those_of_cuda() {
    let of = |lines: &str| parse(&STAGE_0.replacen("stage = 0", &format!("stage = 0\n{lines}"), 1));
    assert_eq!(of("").unwrap().gpus, 1);
    let two = of("device = \"cuda\"\ngpus = 2").unwrap();
    assert_eq!(two.gpus, 2);
    // A run goes on where there are more or fewer of them.
    assert_eq!(two.settings, of("").unwrap().settings);
    for device in ["cpu", "gpu"] {
        let error = of(&format!("device = \"{device}\"\ngpus = 2")).unwrap_err();
        let expected = "line 4: gpus means nothing without device = \"cuda\"";
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn another_precision_makes_another_run() {
    let of = |line: &str| parse(&STAGE_0.replacen("stage = 0", &format!("stage = 0\n{line}"), 1));
    let exact = of("").unwrap();
    assert_eq!(exact.precision, Precision::F32);
    for (name, precision) in [("f16", Precision::F16), ("bf16", Precision::Bf16)] {
        let rounded = of(&format!("precision = \"{name}\"")).unwrap();
        assert_eq!(rounded.precision, precision);
        assert_ne!(rounded.settings, exact.settings);
    }
}

#[test]
fn parts_take_the_share_of_both_rates_that_is_given() {
    let text = STAGE_0.replacen("stage = 0", "stage = 0\nmuon_learning_rate = 0.5", 1);
    let with = |rates| text.replacen("[rates]", rates, 1);
    let config = parse(&with("[rates]\nregion = 0.25\nhead = 0.0")).unwrap();
    let rate =
        |name, shape: &[u64]| config.rule(&spec(name, shape)).rate_share * config.learning_rate;
    for (name, shape, expected) in [
        (
            "model.spi_module.roi_align.updims.weight",
            &[8, 4][..],
            0.125,
        ),
        (
            "model.spi_module.roi_align.updims.bias",
            &[8],
            0.25 * config.learning_rate,
        ),
        ("lm_head.weight", &[300, 8], 0.0),
        ("model.mm_projector.weight", &[8, 4], 0.5),
    ] {
        assert!((rate(name, shape) - expected).abs() < 1e-12, "{name}");
    }
    // What takes no share at all has no gradient either.
    let aim = Aim::from(&config);
    assert!(aim.trains("model.spi_module.roi_align.updims.bias"));
    assert!(!aim.trains("lm_head.weight"));

    let error = parse(&with("[rates]\nregion = 1.5"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("rates.region"), "{error}");
    assert!(error.contains("from 0 to 1"), "{error}");
}

#[test]
fn stages_one_and_two_have_the_originals_settings_without_being_told() {
    let one = parse(STAGE_1).unwrap();
    assert_eq!((one.batch_size, one.accumulation), (4, 1));
    assert_eq!(one.learning_rate, 2e-5);
    assert_eq!(one.adam.weight_decay, 0.01);
    assert_eq!(one.length, Length::Epochs(2));
    assert_eq!(one.warmup, Warmup::Ratio(0.003));
    assert_eq!((one.clip_norm, one.max_tokens), (1.0, 2048));
    assert!(decays(&one, &[7]) && !one.isolated_labels);

    let two = parse(&STAGE_1.replace("stage = 1", "stage = 2")).unwrap();
    assert_eq!(two.batch_size, 16);
    assert_eq!(two.adam.weight_decay, 0.0);
    assert_eq!(two.warmup, Warmup::Steps(3000));
}

#[test]
fn a_ratio_takes_the_place_of_the_originals_warm_up_steps() {
    let two = STAGE_1.replace("stage = 1", "stage = 2\nwarmup_ratio = 0.1");
    assert_eq!(parse(&two).unwrap().warmup, Warmup::Ratio(0.1));
}

#[test]
fn stage_zero_has_sizes_and_a_tokenizer() {
    let config = parse(STAGE_0).unwrap();
    let Start::Nothing { sizes, tokenizer } = &config.start else {
        panic!("{:?}", config.start);
    };
    assert_eq!((sizes.vision.width, sizes.vision.image_size), (160, 224));
    assert_eq!(sizes.vision.level_layers(), [2, 4, 6]);
    assert_eq!(sizes.region.width, 160);
    assert_eq!(
        (sizes.region.group_norm_groups, sizes.region.roi_size),
        (32, 14)
    );
    assert_eq!(
        (sizes.decoder.ffn, sizes.decoder.max_positions),
        (512, 2048)
    );
    assert_eq!(*tokenizer, TokenizerSource::Conversations { n_pieces: 512 });
    assert!(decays(&config, &[7, 7]) && !decays(&config, &[7]));
}

#[test]
fn paths_are_relative_to_the_files_folder() {
    let config = parse(STAGE_1).unwrap();
    assert_eq!(config.out, Path::new("folder/runs/one"));
    assert_eq!(
        config.start,
        Start::Weights {
            model: "folder/vicuna".into(),
            base: None,
            vision: Some("/models/clip".into()),
            projector: Some("folder/projector.bin".into()),
        }
    );
    assert_eq!(
        config.data[0].annotations,
        Path::new("folder/instances.json")
    );
}

#[test]
fn sets_are_mixed_by_ratio() {
    let data = parse(STAGE_0).unwrap().data;
    assert_eq!(data.len(), 2);
    assert_eq!(
        (&data[0].kind, data[0].ratio),
        (&SetKind::VisualGenome, 1.0)
    );
    assert_eq!(data[1].ratio, 0.25);
    assert!(data.iter().all(|set| !set.original_slips));
}

/// Each run of the recipe begins where the one before ended.
#[test]
fn the_recipe_of_the_demo_model_is_a_chain_of_runs() {
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    let files = recipe.read_dir().unwrap();
    let mut files: Vec<_> = files.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();
    let runs: Vec<_> = files
        .iter()
        .map(|file| Config::read(file).unwrap())
        .collect();
    assert!(!runs.is_empty(), "{} has no run", recipe.display());
    for (place, (file, run)) in files.iter().zip(&runs).enumerate() {
        // Where the next run, and the one who packs the last, look for it.
        assert_eq!(run.out.file_name(), file.file_stem());
        let before = place
            .checked_sub(1)
            .map(|place| runs[place].out.join("model"));
        match (&run.start, before) {
            (Start::Nothing { .. }, None) => {}
            (Start::Weights { model, .. }, Some(before)) => assert_eq!(*model, before),
            (start, before) => panic!("{} starts from {start:?} behind {before:?}", file.display()),
        }
    }
}

#[test]
fn every_kind_of_set_has_its_name() {
    let kinds = keys::KINDS.map(|name| {
        let text = STAGE_1.replace("coco_det", name);
        match name {
            keys::DET_LLAVA => parse(STAGE_0).unwrap().data.remove(1).kind,
            _ => parse(&text).unwrap().data.remove(0).kind,
        }
    });
    let split = "train".to_owned();
    let listed = |reply| SetKind::VcrQuestions {
        reply,
        regions: VcrRegions::Listed,
    };
    let expected = [
        SetKind::CocoDet,
        SetKind::RefCoco,
        SetKind::RefCocoPlus,
        SetKind::RefCocoG,
        SetKind::VisualGenome,
        SetKind::Flickr30k,
        SetKind::DetLlava {
            detections: "folder/boxes.pkl".into(),
            classes: "folder/lvis.json".into(),
        },
        SetKind::Vcr,
        SetKind::SingleVcr,
        SetKind::MultiVcr,
        listed(VcrReply::Letter),
        listed(VcrReply::Choice),
        listed(VcrReply::Words),
        SetKind::RegionChat,
        SetKind::Visual7W { split },
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn only_vcrs_questions_can_have_regions_in_place() {
    let in_place = |kind: &str| format!("{}in_place = true", STAGE_1.replace("coco_det", kind));
    for (kind, reply) in [
        ("vcr_letter", VcrReply::Letter),
        ("vcr_choice", VcrReply::Choice),
        ("vcr_words", VcrReply::Words),
    ] {
        let regions = VcrRegions::InPlace;
        let expected = SetKind::VcrQuestions { reply, regions };
        assert_eq!(parse(&in_place(kind)).unwrap().data[0].kind, expected);
    }
    let error = parse(&in_place("multi_vcr")).unwrap_err().to_string();
    assert!(error.contains("data[0].in_place"), "{error}");
}

#[test]
fn some_kinds_of_sets_have_keys_of_their_own() {
    let pointing = STAGE_1.replace("coco_det", "v7w");
    let text = format!("{pointing}split = \"val\"");
    let split = "val".to_owned();
    assert_eq!(
        parse(&text).unwrap().data[0].kind,
        SetKind::Visual7W { split }
    );
    assert_eq!(
        complaint(STAGE_0, "classes = \"lvis.json\"\n", ""),
        "the key data[1].classes is missing, and should be the path of a file"
    );
    assert_eq!(
        complaint(STAGE_0, "det_llava", "vcr"),
        "line 40: data[1].detections means nothing without kind = \"det_llava\""
    );
}

#[test]
fn steps_follow_from_epochs_batches_and_accumulation() {
    let config = parse(&STAGE_0.replace("steps = 1000", "epochs = 2")).unwrap();
    // 2 × 100 examples in updates of 24.
    assert_eq!(config.total_steps(100), 9);
    assert_eq!(parse(STAGE_0).unwrap().total_steps(100), 1000);
}

#[test]
fn a_warm_up_ratio_is_rounded_up() {
    let schedule = parse(STAGE_1).unwrap().schedule(1001);
    assert_eq!((schedule.total_steps, schedule.warmup_steps), (501, 2));
    assert_eq!(parse(STAGE_0).unwrap().schedule(9).warmup_steps, 50);
}

#[test]
fn a_wrong_key_is_named_with_its_line_and_the_nearest_right_one() {
    let cases = [
        (
            "seed",
            "sed",
            "line 4: there is no key sed; the nearest right one is seed",
        ),
        (
            "learning_rate",
            "learing_rate",
            "line 9: there is no key learing_rate; the nearest right one is learning_rate",
        ),
        (
            "mlp_width",
            "mlpwidth",
            "line 16: there is no key vision.mlpwidth; the nearest right one is vision.mlp_width",
        ),
        (
            "[decoder]",
            "[decodr]",
            "line 25: there is no key decodr.hidden; the nearest right one is decoder.hidden",
        ),
        (
            "ratio = 0.25",
            "rato = 0.25",
            "line 39: there is no key data[1].rato; the nearest right one is data.ratio",
        ),
        // The right name in the wrong table.
        (
            "mlp_width = 320",
            "mlp_width = 320\nbatch_size = 3",
            "line 17: there is no key vision.batch_size; the nearest right one is batch_size",
        ),
        (
            "seed = 7",
            "start = 7",
            "line 4: there is no key start; the nearest right one is",
        ),
    ];
    for (from, to, expected) in cases {
        let found = complaint(STAGE_0, from, to);
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn a_wrong_value_is_named_with_what_is_allowed() {
    let cases = [
        (
            "stage = 0",
            "stage = 3",
            "line 2: stage is 3, and should be 0, 1 or 2",
        ),
        (
            "batch_size = 8",
            "batch_size = 0",
            "line 5: batch_size is 0, and should be a whole number from 1 to 4096",
        ),
        (
            "batch_size = 8",
            "batch_size = 9223372036854775807",
            "line 5: batch_size is 9223372036854775807, and should be a whole number from 1 to 4096",
        ),
        (
            "batch_size = 8",
            "batch_size = 8\nepsilon = 1e-38",
            "line 6: epsilon is 0.00000000000000000000000000000000000001, and should be a number from 1e-37",
        ),
        (
            "batch_size = 8",
            "batch_size = \"many\"",
            "line 5: batch_size is \"many\", and should be a whole number from 1 to 4096",
        ),
        (
            "learning_rate = 1e-3",
            "learning_rate = -1e-3",
            "line 9: learning_rate is -0.001, and should be a number above 0",
        ),
        (
            "learning_rate = 1e-3",
            "learning_rate = nan",
            "line 9: learning_rate is NaN, and should be a number above 0",
        ),
        (
            "decay = \"matrices\"",
            "decay = \"some\"",
            "line 11: decay is \"some\", and should be \"all\" or \"matrices\"",
        ),
        (
            "seed = 7",
            "device = \"tpu\"",
            "line 4: device is \"tpu\", and should be \"cpu\", \"gpu\" or \"cuda\"",
        ),
        (
            "seed = 7",
            "isolated_labels = 1",
            "line 4: isolated_labels is 1, and should be true or false",
        ),
        (
            "pieces = 512",
            "pieces = 512.5",
            "line 30: tokenizer.pieces is 512.5, and should be a whole number from 300",
        ),
        (
            "kind = \"det_llava\"",
            "kind = \"det_lava\"",
            "line 36: data[1].kind is \"det_lava\", and should be \"coco_det\", \"RefCOCO\"",
        ),
        (
            "ratio = 0.25",
            "ratio = 0",
            "line 39: data[1].ratio is 0, and should be a number above 0, up to 1000",
        ),
        (
            "seed = 7",
            "seed = 99999999999999999999",
            "line 4: seed is 99999999999999999999, and should be a whole number from 0",
        ),
    ];
    for (from, to, expected) in cases {
        let found = complaint(STAGE_0, from, to);
        assert!(found.starts_with(expected), "{found}");
    }
}

#[test]
fn what_is_missing_is_named_with_what_is_allowed() {
    let cases = [
        ("stage = 0\n", "stage", "0, 1 or 2"),
        ("out = \"runs/zero\"\n", "out", "the path of a folder"),
        (
            "learning_rate = 1e-3\n",
            "learning_rate",
            "a number above 0",
        ),
        ("steps = 1000\n", "epochs", "a whole number from 1"),
        (
            "warmup_steps = 50\n",
            "warmup_ratio",
            "a number from 0 to 1",
        ),
        ("width = 160\n", "vision.width", "a whole number from 1"),
        (
            "pieces = 512\n",
            "tokenizer.pieces",
            "a whole number from 300",
        ),
        (
            "images = \"pictures\"\n",
            "data[0].images",
            "the path of a folder",
        ),
    ];
    for (line, key, allowed) in cases {
        assert_eq!(
            complaint(STAGE_0, line, ""),
            format!("the key {key} is missing, and should be {allowed}")
        );
    }
    let (without_data, _) = STAGE_0.split_once("[[data]]").unwrap();
    let error = parse(without_data).unwrap_err().to_string();
    assert!(error.starts_with("the key data.kind is missing"), "{error}");
}

#[test]
fn keys_that_exclude_each_other_are_refused() {
    assert_eq!(
        complaint(STAGE_0, "steps = 1000", "steps = 1000\nepochs = 2"),
        "line 7: steps cannot stand beside epochs"
    );
    assert_eq!(
        complaint(
            STAGE_0,
            "warmup_steps = 50",
            "warmup_steps = 50\nwarmup_ratio = 0.1"
        ),
        "line 8: warmup_steps cannot stand beside warmup_ratio"
    );
    assert_eq!(
        complaint(STAGE_0, "[vision]", "[start]\nmodel = \"m\"\n[vision]"),
        "line 15: vision.width cannot stand beside start.model"
    );
    assert_eq!(
        complaint(STAGE_1, "vision =", "base = \"llama\"\nvision ="),
        "line 8: start.projector cannot stand beside start.base"
    );
    assert_eq!(
        complaint(STAGE_1, "model = \"vicuna\"\n", ""),
        "line 5: start.vision means nothing without start.model"
    );
    assert_eq!(
        complaint(STAGE_0, "[vision]", "[grown]\nmid_width = 192\n[vision]"),
        "line 13: grown.mid_width means nothing without start.model"
    );
}

#[test]
fn what_is_no_toml_is_shown_where_it_breaks() {
    let found = complaint(STAGE_1, "stage = 1", "stage = = 1");
    assert!(
        found.contains("line 2") && found.contains("stage = = 1"),
        "{found}"
    );
    let twice = complaint(STAGE_1, "stage = 1", "stage = 1\nstage = 2");
    assert!(twice.contains("line 3"), "{twice}");
}

#[test]
fn a_missing_file_is_named() {
    let error = Config::read(Path::new("no/such.toml")).unwrap_err();
    assert!(error.to_string().starts_with("no/such.toml: "), "{error}");
}

#[test]
fn settings_hold_what_decides_the_numbers_and_nothing_else() {
    let settings = |text: &str| parse(text).unwrap().settings;
    let before = settings(STAGE_0);
    for (from, to) in [
        ("out = \"runs/zero\"", "out = \"elsewhere\""),
        ("seed = 7", "seed = 7\nworkers = 3\ndevice = \"gpu\""),
        (
            "seed = 7",
            "seed = 7\ncheckpoint_every = 3\nkeep_checkpoints = 9",
        ),
        ("seed = 7", "seed = 7\nbeta1 = 0.9\nclip_norm = 1"),
        ("steps = 1000", "# a comment\nsteps = 1_000"),
    ] {
        assert_eq!(settings(&STAGE_0.replacen(from, to, 1)), before, "{to}");
    }
    for (from, to) in [
        ("seed = 7", "seed = 8"),
        ("ratio = 0.25", "ratio = 0.5"),
        ("\"b.json\"", "\"c.json\""),
        ("ffn = 512", "ffn = 513"),
        ("seed = 7", "seed = 7\nisolated_labels = true"),
        ("steps = 1000", "epochs = 1000"),
    ] {
        assert_ne!(settings(&STAGE_0.replacen(from, to, 1)), before, "{to}");
    }
}

#[test]
fn every_key_is_one_that_something_reads() {
    // A key that nobody reads is accepted and does nothing: as bad as a misspelt one.
    const DATE: &str = "1979-05-27";
    for (key, _) in KEYS {
        let grown = format!("{STAGE_1}\n[grown]\n");
        let base = match key.split_once('.') {
            Some(("start", _)) => STAGE_1,
            Some(("grown", _)) => &grown,
            _ => STAGE_0,
        };
        let (table, name) = key.rsplit_once('.').unwrap_or(("", key));
        let line = format!("{name} = {DATE}");
        let headers = [format!("[{table}]"), format!("[[{table}]]")];
        let mut in_table = table.is_empty();
        let mut lines: Vec<&str> = if in_table { vec![&line] } else { vec![] };
        for old in base.lines() {
            if old.starts_with('[') {
                in_table = headers.iter().any(|header| old == header);
                lines.push(old);
                lines.extend(in_table.then_some(&*line));
            } else if !in_table || old.split(" =").next() != Some(name) {
                lines.push(old);
            }
        }
        let error = parse(&lines.join("\n")).unwrap_err();
        let complained = match &error {
            ConfigFileError::Value { key, .. }
            | ConfigFileError::Conflict { key, .. }
            | ConfigFileError::Alone { key, .. } => key,
            other => panic!("{key}: {other}"),
        };
        let complained = &*keys::general(complained);
        let excluded = [
            ("epochs", "steps"),
            ("warmup_ratio", "warmup_steps"),
            ("tokenizer.folder", "tokenizer.pieces"),
            ("start.base", "start.projector"),
        ];
        assert!(
            complained == *key || excluded.contains(&(key, complained)),
            "{key}: {error}"
        );
    }
}

#[test]
fn a_single_set_is_asked_for_as_a_list_of_one() {
    let text = STAGE_1.replace("[[data]]", "[data]");
    let error = parse(&text).unwrap_err();
    assert!(
        matches!(error, ConfigFileError::SingleSet { line: 9 }),
        "{error}"
    );
}

#[test]
fn every_run_of_the_demo_model_goes_on_from_the_one_before() {
    let recipe = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    let mut files: Vec<_> = recipe
        .read_dir()
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    files.sort();
    let runs: Vec<Config> = files
        .iter()
        .map(|file| {
            Config::read(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        })
        .collect();
    assert!(matches!(runs[0].start, Start::Nothing { .. }));
    for pair in runs.windows(2) {
        let Start::Weights { model, .. } = &pair[1].start else {
            panic!("{} starts from nothing", pair[1].out.display());
        };
        assert_eq!(*model, pair[0].out.join("model"));
    }
}
