//! Whole conversions of the reference checkpoint, and runs that end early.

use super::*;
use crate::Checkpoint;
use crate::testing::{copy_folder, golden, write_safetensors};
use half::f16;
use roi_weights::{ManifestError, verify_chunk};
use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

fn options(out: &Path, layout: Layout) -> ConvertOptions {
    ConvertOptions {
        base: Some(golden("base")),
        model: golden("delta"),
        vision: golden("clip"),
        out: out.to_owned(),
        layout,
        chunk_bytes: None,
        model_id: None,
        about: None,
        constants: Constants::default(),
    }
}

fn run(options: &ConvertOptions) -> Result<ConvertReport, ImportError> {
    convert(options, &mut |_| {})
}

/// A package read back from its folder, every chunk verified.
struct Package {
    manifest: Manifest,
    stream: Vec<u8>,
}

impl Package {
    fn open(dir: &Path) -> Self {
        let manifest = Manifest::parse(&fs::read(dir.join("manifest.json")).unwrap()).unwrap();
        let mut stream = Vec::new();
        for (index, entry) in manifest.chunks.iter().enumerate() {
            let bytes = fs::read(dir.join(entry.path())).unwrap();
            verify_chunk(index, entry, &bytes).unwrap();
            stream.extend(bytes);
        }
        Self { manifest, stream }
    }

    fn bytes(&self, offset: u64, length: u64) -> &[u8] {
        &self.stream[offset as usize..(offset + length) as usize]
    }

    fn tensor(&self, name: &str) -> Vec<f32> {
        let entry = self
            .manifest
            .tensors
            .iter()
            .find(|entry| entry.name == name)
            .unwrap();
        let (rows, cols) = entry.matrix();
        entry
            .layout
            .decode(
                rows as usize,
                cols as usize,
                self.bytes(entry.offset, entry.length),
            )
            .unwrap()
    }
}

fn expected_merge() -> BTreeMap<String, Vec<f32>> {
    let bytes = fs::read(golden("expected/merged_sample.safetensors")).unwrap();
    let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let halves = |bytes: &[u8]| {
        bytes
            .as_chunks()
            .0
            .iter()
            .map(|half| f16::from_le_bytes(*half).to_f32())
            .collect()
    };
    file.tensors()
        .into_iter()
        .map(|(name, tensor)| (name, halves(tensor.data())))
        .collect()
}

/// The reference checkpoint converted once for all tests that only look at the result.
fn converted(layout: Layout) -> &'static (ConvertReport, Package) {
    type Converted = LazyLock<(ConvertReport, Package)>;
    fn convert_to(layout: Layout) -> (ConvertReport, Package) {
        let out = tempfile::tempdir().unwrap();
        (
            run(&options(out.path(), layout)).unwrap(),
            Package::open(out.path()),
        )
    }
    static F32: Converted = LazyLock::new(|| convert_to(Layout::F32));
    static F16: Converted = LazyLock::new(|| convert_to(Layout::F16));
    static Q8: Converted = LazyLock::new(|| convert_to(Layout::Q8));
    static Q4: Converted = LazyLock::new(|| convert_to(Layout::Q4));
    match layout {
        Layout::F32 => &F32,
        Layout::F16 => &F16,
        Layout::Q8 => &Q8,
        Layout::Q4 => &Q4,
    }
}

/// Stored weights differ from the original by rounding only: up to half a step, where a step is the largest weight of a
/// group over 7 (q4) or 127 (q8) and the largest of 32 is some two standard deviations. f16 holds what was merged in f16.
#[test]
fn every_layout_of_the_reference_checkpoint_makes_a_package_that_verifies() {
    let (_, original) = converted(Layout::F32);
    let limits = [
        (Layout::F32, 0.0..=0.0),
        (Layout::F16, 0.0..=0.0),
        (Layout::Q8, 1e-3..=1e-2),
        (Layout::Q4, 0.03..=0.15),
    ];
    for (layout, limits) in limits {
        let (report, package) = converted(layout);
        assert_eq!(package.manifest, report.manifest);
        assert_eq!(package.manifest.config, original.manifest.config);
        assert_eq!(report.classes.len(), 6);
        for class in &report.classes {
            let what = format!("{layout} {:?}", class.class);
            assert!(
                limits.contains(&class.relative_error),
                "{what}: {}",
                class.relative_error
            );
            let tensors = || {
                package
                    .manifest
                    .tensors
                    .iter()
                    .filter(|t| TensorClass::of(&t.name) == Some(class.class))
            };
            assert_eq!(
                class.bytes,
                tensors().map(|t| t.length).sum::<u64>(),
                "{what}"
            );
            assert_eq!(
                class.values,
                tensors()
                    .map(|t| t.shape.iter().product::<u64>())
                    .sum::<u64>(),
                "{what}"
            );
        }
    }
}

#[test]
fn reported_error_is_that_of_the_stored_bytes() {
    let (report, package) = converted(Layout::Q4);
    let (_, original) = converted(Layout::F32);
    let class = report
        .classes
        .iter()
        .find(|class| class.class == TensorClass::Projector)
        .unwrap();
    let (mut difference, mut norm) = (0.0, 0.0);
    for name in ["model.mm_projector.weight", "model.mm_projector.bias"] {
        for (stored, original) in package.tensor(name).into_iter().zip(original.tensor(name)) {
            difference += f64::from(stored - original).powi(2);
            norm += f64::from(original).powi(2);
        }
    }
    let expected = (difference / norm).sqrt();
    assert!(
        (class.relative_error - expected).abs() < 1e-6 * expected,
        "{} {expected}",
        class.relative_error
    );
}

#[test]
fn merged_tensors_are_those_of_the_original_merge_script() {
    for layout in [Layout::F32, Layout::F16] {
        let (_, package) = converted(layout);
        let expected = expected_merge();
        assert_eq!(expected.len(), 4);
        for (name, values) in expected {
            assert_eq!(package.tensor(&name), values, "{name} in {layout}");
        }
    }
}

#[test]
fn configuration_of_the_reference_checkpoint() {
    let config = &converted(Layout::Q8).0.manifest.config;
    assert_eq!(config.vision.level_layers(), [2, 5, 8, 11]);
    assert_eq!(
        (
            config.vision.width,
            config.vision.heads,
            config.vision.mlp_width
        ),
        (64, 4, 160)
    );
    assert_eq!((config.vision.grid(), config.vision.layers), (16, 12));
    let region = &config.region;
    assert_eq!(
        (
            region.n_fusions,
            region.roi_size,
            region.mid_width,
            region.position_hidden
        ),
        (5, 14, 48, 16)
    );
    let decoder = &config.decoder;
    assert_eq!(
        (
            decoder.hidden,
            decoder.layers,
            decoder.heads,
            decoder.ffn,
            decoder.vocab_rows
        ),
        (128, 3, 4, 352, 518)
    );
    let tokens = &config.tokens;
    assert_eq!((tokens.bos, tokens.eos, tokens.pad), (1, 2, Some(512)));
    assert_eq!(
        (tokens.im_patch, tokens.bbox, tokens.im_start, tokens.im_end),
        (513, 514, 516, 517)
    );
    assert!(tokens.stop.is_empty());
}

#[test]
fn tokenizer_and_licence_travel_in_the_package() {
    let dir = tempfile::tempdir().unwrap();
    let model = dir.path().join("delta");
    copy_folder(&golden("delta"), &model);
    let licence_of = |out: &str| {
        let options = ConvertOptions {
            model: model.clone(),
            ..options(&dir.path().join(out), Layout::Q4)
        };
        let manifest = run(&options).unwrap().manifest;
        let package = Package::open(&options.out);
        let tokenizer = package.bytes(manifest.tokenizer.offset, manifest.tokenizer.length);
        let tokenizer = roi_prompt::Tokenizer::from_json(tokenizer).unwrap();
        assert_eq!(tokenizer.special("<bbox>"), Some(514));
        String::from_utf8(
            package
                .bytes(manifest.licence.offset, manifest.licence.length)
                .to_vec(),
        )
        .unwrap()
    };
    assert!(licence_of("without").contains("CC BY-NC 4.0"));
    fs::write(model.join("LICENSE.md"), "Do as you like.").unwrap();
    assert_eq!(licence_of("with"), "Do as you like.");
}

#[test]
fn progress_grows_to_the_size_of_all_tensors() {
    let out = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    convert(&options(out.path(), Layout::Q4), &mut |progress| {
        seen.push((progress.done_bytes, progress.total_bytes))
    })
    .unwrap();
    assert!(seen.is_sorted());
    let (done, total) = *seen.last().unwrap();
    assert_eq!(done, total);
}

/// The merged model of the reference checkpoint, as one safetensors file of `dtype` with all its other files.
fn merged_folder(dir: &Path, dtype: &str, to_bytes: impl Fn(f32) -> Vec<u8>) {
    copy_folder(&golden("delta"), dir);
    for shard in [
        "pytorch_model-00001-of-00002.bin",
        "pytorch_model-00002-of-00002.bin",
        "pytorch_model.bin.index.json",
    ] {
        fs::remove_file(dir.join(shard)).unwrap();
    }
    let open = |part| Checkpoint::open(&golden(part)).unwrap();
    let weights = Weights::new(Some(open("base")), open("delta"), open("clip"));
    let mut tensors = Vec::new();
    for (name, tensor) in weights
        .model()
        .tensors()
        .filter(|(name, _)| !name.ends_with("inv_freq"))
    {
        let mut values = Vec::new();
        weights
            .rows(name)
            .unwrap()
            .read(0..tensor.matrix().0, &mut values)
            .unwrap();
        tensors.push((
            name.to_owned(),
            tensor.shape().to_vec(),
            values.into_iter().flat_map(&to_bytes).collect(),
        ));
    }
    write_safetensors(&dir.join("model.safetensors"), dtype, &tensors);
}

#[test]
fn merged_checkpoint_makes_the_same_tensors_as_base_and_delta() {
    let dir = tempfile::tempdir().unwrap();
    let model = dir.path().join("merged");
    merged_folder(&model, "F32", |value| value.to_le_bytes().to_vec());
    let (from_delta, _) = converted(Layout::Q4);
    let merged = ConvertOptions {
        base: None,
        model,
        ..options(&dir.path().join("b"), Layout::Q4)
    };
    let from_merged = run(&merged).unwrap();
    assert_eq!(from_merged.manifest.tensors, from_delta.manifest.tensors);
    assert_eq!(from_merged.manifest.chunks, from_delta.manifest.chunks);
}

#[test]
fn bf16_checkpoint_is_rounded_to_f16_as_the_original_loads_it() {
    let dir = tempfile::tempdir().unwrap();
    let model = dir.path().join("merged");
    merged_folder(&model, "BF16", |value| {
        half::bf16::from_f32(value).to_le_bytes().to_vec()
    });
    let options = ConvertOptions {
        base: None,
        model,
        ..options(&dir.path().join("out"), Layout::F32)
    };
    run(&options).unwrap();
    let package = Package::open(&options.out);
    for (name, values) in expected_merge() {
        let rounded: Vec<f32> = values
            .iter()
            .map(|value| f16::from_f32(half::bf16::from_f32(*value).to_f32()).to_f32())
            .collect();
        assert_eq!(package.tensor(&name), rounded, "{name}");
    }
}

#[test]
fn delta_without_base_is_refused_and_so_is_a_merged_model_with_one() {
    let dir = tempfile::tempdir().unwrap();
    let lone = ConvertOptions {
        base: None,
        ..options(&dir.path().join("out"), Layout::Q4)
    };
    assert!(matches!(run(&lone), Err(ImportError::IsDelta { .. })));
    // LLaMA itself stands for a merged model: its inverse frequencies are no difference.
    let twice = ConvertOptions {
        model: golden("base"),
        ..options(&dir.path().join("out"), Layout::Q4)
    };
    assert!(matches!(run(&twice), Err(ImportError::IsMerged { .. })));
}

#[test]
fn interrupted_run_leaves_no_package_and_a_rerun_succeeds() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("package");
    run(&options(&out, Layout::Q8)).unwrap();
    fs::write(out.join("notes.txt"), "mine").unwrap();
    fs::write(out.join("chunks/README"), "mine too").unwrap();
    let before: Vec<_> = Package::open(&out).manifest.chunks;

    let stopped = std::panic::catch_unwind(|| {
        convert(&options(&out, Layout::Q4), &mut |progress| {
            assert!(progress.tensor != "model.norm.weight", "stop")
        })
    });
    assert!(stopped.is_err());
    assert!(!out.join("manifest.json").exists());

    let report = run(&options(&out, Layout::Q4)).unwrap();
    let package = Package::open(&out);
    assert_eq!(package.manifest, report.manifest);
    let stale = before
        .iter()
        .filter(|chunk| !report.manifest.chunks.contains(chunk));
    assert!(stale.clone().count() > 0);
    for chunk in stale {
        assert!(!out.join(chunk.path()).exists(), "stale {}", chunk.path());
    }
    assert!(out.join("notes.txt").exists() && out.join("chunks/README").exists());
}

#[test]
fn settings_are_checked_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let constants = Constants {
        group_norm_groups: Some(48),
        ..Constants::default()
    };
    let error = run(&ConvertOptions {
        constants,
        ..options(&out, Layout::Q4)
    })
    .unwrap_err();
    assert!(matches!(error, ImportError::Config(_)), "{error}");
    assert!(error.to_string().contains("48"), "{error}");
    assert!(!out.exists());
    let odd_chunks = ConvertOptions {
        chunk_bytes: Some(7),
        ..options(&out, Layout::Q4)
    };
    assert!(matches!(
        run(&odd_chunks),
        Err(ImportError::Pack(error)) if matches!(*error, roi_weights::PackError::Manifest(ManifestError::ChunkBytes { chunk_bytes: 7 }))
    ));
    assert!(!out.exists());
}

#[test]
fn weight_that_is_no_number_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let model = dir.path().join("merged");
    let seen = std::cell::Cell::new(0_u32);
    merged_folder(&model, "F32", |value| {
        seen.set(seen.get() + 1);
        if seen.get() == 5000 { f32::NAN } else { value }
            .to_le_bytes()
            .to_vec()
    });
    let options = ConvertOptions {
        base: None,
        model,
        ..options(&dir.path().join("out"), Layout::Q4)
    };
    let error = run(&options).unwrap_err();
    // The 5000th weight in alphabetical order of tensors: row 39, column 7 of a matrix of 128 columns.
    assert!(
        matches!(&error, ImportError::Layout { tensor, .. } if tensor == "lm_head.weight"),
        "{error}"
    );
    assert!(error.to_string().contains("row 39, column 7"), "{error}");
    assert!(!options.out.join("manifest.json").exists());
}
