//! Models written out and read back by what reads published ones.

use roi_import::{CheckpointModel, Constants, ConvertOptions, convert};
use roi_weights::{Activation, DecoderConfig, Layout, RegionConfig, TokenIds, VisionConfig};

use super::*;

/// The reference tokenizer.
fn tokenizer() -> TokenizerFiles {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    TokenizerFiles::read(&tests.join("golden/tiny-gpt4roi/delta")).unwrap()
}

/// A model whose every size and constant differs from the published one's.
fn config() -> ModelConfig {
    ModelConfig {
        vision: VisionConfig {
            image_size: 28,
            patch_size: 7,
            width: 24,
            layers: 5,
            heads: 3,
            mlp_width: 50,
            activation: Activation::Gelu,
            layer_norm_eps: 1e-6,
            image_mean: [0.5, 0.25, 0.1],
            image_std: [0.2, 0.3, 0.7],
            select_layer: -1,
            level_step: 2,
            n_levels: 3,
        },
        region: RegionConfig {
            n_fusions: 2,
            group_norm_groups: 12,
            roi_size: 5,
            sampling_ratio: 3,
            mid_width: 17,
            position_hidden: 13,
            ..RegionConfig::gpt4roi(24)
        },
        decoder: DecoderConfig {
            hidden: 40,
            layers: 2,
            heads: 5,
            ffn: 37,
            rms_norm_eps: 1e-5,
            rope_theta: 500.0,
            max_positions: 512,
            vocab_rows: 521,
        },
        tokens: TokenIds {
            bos: 1,
            eos: 2,
            pad: Some(512),
            im_patch: 513,
            bbox: 514,
            im_start: 516,
            im_end: 517,
            stop: vec![7, 9],
        },
    }
}

/// Values that no two tensors share and half precision does not hold.
fn values(name: &str) -> Result<Vec<f32>, TrainError> {
    let specs = expected_tensors(&config());
    let place = specs.iter().position(|spec| spec.name == name).unwrap();
    let n_values = specs[place].shape.iter().product::<u64>();
    let value = |n: u64| ((place as u64 * 7919 + n) as f32).sin() + 1e-5;
    Ok((0..n_values).map(value).collect())
}

fn export(dir: &Path, precision: Precision) -> Result<(), TrainError> {
    let config = config();
    let folder = ModelFolder {
        config: &config,
        tokenizer: &tokenizer(),
        licence: Some(b"Do as you like."),
    };
    folder.write(dir, precision, values)
}

fn open(dir: &Path) -> CheckpointModel {
    CheckpointModel::open(None, dir, &dir.join(VISION), &Constants::default()).unwrap()
}

#[test]
fn an_export_reads_like_a_published_model_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    export(&out, Precision::F32).unwrap();
    let model = open(&out);
    assert_eq!(*model.config(), config());
    for spec in expected_tensors(&config()) {
        let read = model.weights().values(&spec.name).unwrap();
        assert_eq!(read, values(&spec.name).unwrap(), "{}", spec.name);
    }
    assert_eq!(TokenizerFiles::read(&out).unwrap(), tokenizer());
}

#[test]
fn half_precision_rounds_and_says_that_the_optimizer_starts_anew() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    export(&out, Precision::F16).unwrap();
    let model = open(&out);
    let name = "model.spi_module.roi_align.flatten_linear.weight";
    let rounded: Vec<f32> = values(name)
        .unwrap()
        .into_iter()
        .map(|value| f16::from_f32(value).to_f32())
        .collect();
    assert_eq!(model.weights().values(name).unwrap(), rounded);
    assert_ne!(rounded, values(name).unwrap());
    let index = fs::read_to_string(out.join(INDEX)).unwrap();
    assert!(
        index.contains("in float16") && index.contains("fresh optimizer"),
        "{index}"
    );
}

#[test]
fn convert_takes_an_export_without_being_told_anything() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    export(&out, Precision::F16).unwrap();
    let options = ConvertOptions {
        base: None,
        model: out.clone(),
        vision: out.join(VISION),
        out: dir.path().join("package"),
        layout: Layout::Q8,
        chunk_bytes: None,
        model_id: None,
        about: None,
        constants: Constants::default(),
    };
    let manifest = convert(&options, &mut |_| {}).unwrap().manifest;
    assert_eq!(manifest.config, config());
    assert_eq!(manifest.model_id, "model");
}

#[test]
fn a_later_export_takes_the_place_of_an_earlier_one() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    export(&out, Precision::F16).unwrap();
    export(&out, Precision::F32).unwrap();
    let index = fs::read_to_string(out.join(INDEX)).unwrap();
    assert!(index.contains("in float32"), "{index}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

/// What lies beside an export.
fn beside(out: &Path) -> Vec<String> {
    let entries = fs::read_dir(out.parent().unwrap()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn precision_of(out: &Path) -> &'static str {
    let index = fs::read_to_string(out.join(INDEX)).unwrap();
    ["float32", "float16"]
        .into_iter()
        .find(|name| index.contains(name))
        .unwrap()
}

#[test]
fn an_export_that_is_killed_leaves_one_of_the_two_and_the_next_mends_it() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    let aside = dir.path().join("model.replaced");
    let part = dir.path().join("model.part");
    let full_disk = || {
        let config = config();
        let tokenizer = tokenizer();
        let folder = ModelFolder {
            config: &config,
            tokenizer: &tokenizer,
            licence: None,
        };
        folder.write(&out, Precision::F32, |_| Err(TrainError::NoExamples))
    };

    // Between the two renames: the earlier one is aside, the new one not yet there.
    export(&out, Precision::F16).unwrap();
    fs::rename(&out, &aside).unwrap();
    fs::create_dir(&part).unwrap();
    full_disk().unwrap_err();
    assert_eq!(precision_of(&out), "float16");
    assert_eq!(beside(&out), ["model"]);
    fs::rename(&out, &aside).unwrap();
    export(&out, Precision::F32).unwrap();
    assert_eq!(precision_of(&out), "float32");
    assert_eq!(beside(&out), ["model"]);

    // While the earlier one is deleted: all of it, half of it, its index alone, or nothing of it is left.
    for left in [&[VISION, "config.json", INDEX][..], &[INDEX], &[]] {
        fs::create_dir(&aside).unwrap();
        for name in left {
            match *name {
                VISION => fs::create_dir(aside.join(VISION)).unwrap(),
                _ => drop(fs::copy(out.join(name), aside.join(name)).unwrap()),
            }
        }
        full_disk().unwrap_err();
        assert_eq!(precision_of(&out), "float32");
        assert_eq!(beside(&out), ["model"], "{left:?}");
    }
    export(&out, Precision::F16).unwrap();
    assert_eq!(precision_of(&out), "float16");
    open(&out);
}

#[test]
fn a_folder_of_something_else_beside_an_export_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    export(&out, Precision::F16).unwrap();
    let aside = dir.path().join("model.replaced");
    fs::create_dir(&aside).unwrap();
    fs::write(aside.join("note.txt"), "mine").unwrap();
    let error = export(&out, Precision::F32).unwrap_err();
    assert!(
        matches!(&error, TrainError::Occupied { path } if *path == aside),
        "{error}"
    );
    assert_eq!(fs::read_to_string(aside.join("note.txt")).unwrap(), "mine");
    assert_eq!(precision_of(&out), "float16");
}

#[test]
fn an_empty_folder_is_a_place_for_an_export() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    fs::create_dir(&out).unwrap();
    ModelFolder::expect_free(&out).unwrap();
    export(&out, Precision::F16).unwrap();
    open(&out);
    assert_eq!(beside(&out), ["model"]);
    ModelFolder::expect_free(&out).unwrap();
}

#[test]
fn an_export_may_be_named_from_within() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    export(&out, Precision::F16).unwrap();
    // What ends in `..` has no name of its own, as `.` has none.
    export(&out.join("clip/.."), Precision::F32).unwrap();
    assert_eq!(precision_of(&out), "float32");
    assert_eq!(beside(&out), ["model"]);
}

#[test]
fn a_folder_of_something_else_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let note = dir.path().join("note.txt");
    fs::write(&note, "mine").unwrap();
    let error = ModelFolder::expect_free(dir.path()).unwrap_err();
    assert!(matches!(error, TrainError::Occupied { .. }), "{error}");
    let error = export(dir.path(), Precision::F32).unwrap_err();
    assert!(matches!(error, TrainError::Occupied { .. }), "{error}");
    assert_eq!(fs::read_to_string(note).unwrap(), "mine");
}

#[test]
fn what_half_precision_cannot_hold_is_named_and_the_old_export_stays() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    export(&out, Precision::F32).unwrap();
    let config = config();
    let folder = ModelFolder {
        config: &config,
        tokenizer: &tokenizer(),
        licence: None,
    };
    let error = folder
        .write(&out, Precision::F16, |name| {
            let mut values = values(name)?;
            if name == "model.norm.weight" {
                values[3] = 7e4;
            }
            Ok(values)
        })
        .unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("model.norm.weight") && said.contains("70000"),
        "{said}"
    );
    assert_eq!(*open(&out).config(), config);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn what_is_no_number_is_named_in_either_precision_and_the_old_export_stays() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("model");
    export(&out, Precision::F32).unwrap();
    let config = config();
    let folder = ModelFolder {
        config: &config,
        tokenizer: &tokenizer(),
        licence: None,
    };
    for precision in [Precision::F32, Precision::F16] {
        for poison in [f32::NAN, f32::NEG_INFINITY] {
            let poisoned = |name: &str| {
                let mut values = values(name)?;
                if name == "model.norm.weight" {
                    values[3] = poison;
                }
                Ok(values)
            };
            let error = folder.write(&out, precision, poisoned).unwrap_err();
            assert!(matches!(error, TrainError::NoWeight { .. }), "{error}");
            assert!(error.to_string().contains("model.norm.weight"), "{error}");
        }
    }
    assert_eq!(*open(&out).config(), config);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn files_of_weights_are_small_unless_one_tensor_is_not() {
    let spec = |name: &str, mebibytes: u64| TensorSpec {
        name: name.to_owned(),
        shape: vec![mebibytes << 18],
    };
    let specs = [("a", 7), ("b", 8), ("c", 2), ("d", 20), ("e", 1), ("f", 15)];
    let specs = specs.map(|(name, mebibytes)| spec(name, mebibytes));
    let names = |value_bytes| -> Vec<String> {
        let shards = shards(&specs, value_bytes);
        let name = |shard: &&[TensorSpec]| shard.iter().map(|spec| &*spec.name).collect();
        shards.iter().map(name).collect()
    };
    assert_eq!(names(4), ["ab", "c", "d", "e", "f"]);
    assert_eq!(names(2), ["abc", "de", "f"]);
}
