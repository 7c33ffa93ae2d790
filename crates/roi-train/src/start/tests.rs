//! Every beginning there is, on the reference checkpoint and on models of a few thousand weights.

use std::path::PathBuf;

use roi_data::write::write_dataset;
use roi_import::{Checkpoint, ConvertOptions, convert};
use roi_prompt::Segment;
use roi_scenes::Split;
use roi_weights::{Layout, expected_tensors};
use safetensors::tensor::{Dtype, TensorView};

use super::*;

fn golden(part: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    tests.join("golden/tiny-gpt4roi").join(part)
}

fn config(dir: &Path, start: &str) -> Config {
    let text = format!(
        "stage = 0\nout = \"run\"\nbatch_size = 1\nsteps = 1\nwarmup_steps = 0\n\
         learning_rate = 0.1\nweight_decay = 0.0\n{start}\n\
         [[data]]\nkind = \"VGDATA\"\nannotations = \"scenes/vg_train.json\"\n\
         images = \"scenes/images\"\n"
    );
    Config::parse(&text, dir).unwrap()
}

const SIZES: &str = "
[vision]
image_size = 28
patch_size = 7
width = 16
layers = 3
heads = 2
mlp_width = 24
level_step = 1
n_levels = 2
[region]
n_fusions = 1
group_norm_groups = 4
roi_size = 3
mid_width = 12
position_hidden = 6
[decoder]
hidden = 16
layers = 2
heads = 2
ffn = 20
[tokenizer]
pieces = 460
";

/// Draws a few pictures for the configuration's set.
fn draw(dir: &Path) {
    let scenes = dir.join("scenes");
    write_dataset(&scenes, 1, Split::Train, 3, &mut |_| {}).unwrap();
}

fn from_nothing(dir: &Path) -> Beginning {
    if !dir.join("scenes").exists() {
        draw(dir);
    }
    Beginning::new(&config(dir, SIZES), &Device::flex()).unwrap()
}

fn start_from(dir: &Path, start: &str) -> Beginning {
    let config = config(dir, &format!("[start]\n{start}"));
    Beginning::new(&config, &Device::flex()).unwrap()
}

fn assert_same_weights(found: &Parameters, expected: &Parameters) {
    assert_eq!(found.config(), expected.config());
    for spec in expected.specs() {
        let [found, expected] = [found, expected].map(|p| p.values(&spec.name).unwrap());
        assert_eq!(found, expected, "{}", spec.name);
    }
}

fn quoted(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}

#[test]
fn a_model_from_nothing_has_its_sizes_and_a_vocabulary_of_its_texts() {
    let dir = tempfile::tempdir().unwrap();
    let beginning = from_nothing(dir.path());
    let sizes = beginning.parameters.config();
    assert_eq!((sizes.vision.width, sizes.decoder.ffn), (16, 20));
    assert_eq!(sizes.decoder.vocab_rows, beginning.tokenizer.n_ids());
    assert_eq!(sizes.decoder.vocab_rows, 460 + 6);
    let text = "assistant gives ### Human:".to_owned();
    let ids = beginning.tokenizer.encode(&[Segment::Text(text)]);
    // Words of the template, which all conversations have, are few pieces each.
    assert!(ids.len() < 10, "{ids:?}");
    assert!(dir.path().join("run/tokenizer/tokenizer.model").is_file());
    assert_same_weights(&from_nothing(dir.path()).parameters, &beginning.parameters);
}

#[test]
fn a_run_that_has_begun_keeps_its_tokenizer_though_pictures_are_gone() {
    let dir = tempfile::tempdir().unwrap();
    let first = from_nothing(dir.path());
    fs::create_dir_all(dir.path().join("run/checkpoints/step-00000001")).unwrap();
    fs::remove_dir_all(dir.path().join("scenes/images")).unwrap();
    let again = from_nothing(dir.path());
    assert_eq!(again.companions, first.companions);
    assert_same_weights(&again.parameters, &first.parameters);
}

#[test]
fn an_export_is_a_beginning_again() {
    let dir = tempfile::tempdir().unwrap();
    let first = from_nothing(dir.path());
    let out = dir.path().join("model");
    first
        .companions
        .export(&first.parameters, &out, Precision::F32)
        .unwrap();
    let second = start_from(dir.path(), "model = \"model\"");
    assert_same_weights(&second.parameters, &first.parameters);
    assert_eq!(second.companions, first.companions);
    assert_eq!(second.companions.licence, None);
}

#[test]
fn a_beginning_can_grow_and_be_exported() {
    let dir = tempfile::tempdir().unwrap();
    let first = from_nothing(dir.path());
    let export = |beginning: &Beginning, out: &str| {
        let out = dir.path().join(out);
        let exported = beginning
            .companions
            .export(&beginning.parameters, &out, Precision::F32);
        exported.unwrap();
    };
    export(&first, "model");
    let grown = start_from(
        dir.path(),
        "model = \"model\"\n[grown]\nlevel_step = 2\nregion_width = 32\nmid_width = 36",
    );
    let sizes = grown.parameters.config();
    assert_eq!((sizes.vision.layers, sizes.vision.level_step), (4, 2));
    assert_eq!((sizes.region.width, sizes.region.mid_width), (32, 36));
    export(&grown, "larger");
    let again = start_from(dir.path(), "model = \"larger\"");
    assert_same_weights(&again.parameters, &grown.parameters);
}

#[test]
fn a_package_is_a_beginning_and_can_be_exported() {
    let dir = tempfile::tempdir().unwrap();
    let package = dir.path().join("package");
    let options = ConvertOptions {
        base: Some(golden("base")),
        model: golden("delta"),
        vision: golden("clip"),
        out: package.clone(),
        layout: Layout::F16,
        chunk_bytes: None,
        model_id: None,
        about: None,
        constants: Constants::default(),
    };
    convert(&options, &mut |_| {}).unwrap();
    let packaged = start_from(dir.path(), "model = \"package\"");
    let merged = start_from(
        dir.path(),
        &format!(
            "model = {}\nbase = {}\nvision = {}",
            quoted(&golden("delta")),
            quoted(&golden("base")),
            quoted(&golden("clip"))
        ),
    );
    assert_same_weights(&packaged.parameters, &merged.parameters);
    let beside = config(
        dir.path(),
        "[start]\nmodel = \"package\"\nvision = \"clip\"",
    );
    let error = Beginning::new(&beside, &Device::flex()).err().unwrap();
    assert!(
        matches!(error, TrainError::PackageIsWhole { .. }),
        "{error}"
    );
    let licence = String::from_utf8(packaged.companions.licence.clone().unwrap()).unwrap();
    assert!(licence.contains("CC BY-NC 4.0"), "{licence}");

    let out = dir.path().join("model");
    packaged
        .companions
        .export(&packaged.parameters, &out, Precision::F16)
        .unwrap();
    let again = start_from(dir.path(), "model = \"model\"");
    assert_same_weights(&again.parameters, &merged.parameters);
    assert_eq!(again.companions.licence, packaged.companions.licence);
}

/// LLaVA's projector for the reference checkpoint, of made-up values.
fn write_projector(path: &Path) {
    let tensors = [
        ("model.mm_projector.weight", vec![128, 64], 0.5_f32),
        ("model.mm_projector.bias", vec![128], 0.25),
        ("model.embed_tokens.weight", vec![2, 128], 7.0),
    ];
    let bytes = tensors.clone().map(|(_, shape, value)| {
        let n_values = shape.iter().product::<usize>();
        (0..n_values)
            .flat_map(|n| (value + n as f32).to_le_bytes())
            .collect::<Vec<u8>>()
    });
    let views = tensors.iter().zip(&bytes).map(|((name, shape, _), bytes)| {
        (
            *name,
            TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap(),
        )
    });
    fs::write(path, safetensors::serialize(views, None).unwrap()).unwrap();
}

#[test]
fn a_language_model_gets_tokens_projector_and_a_new_region_extractor() {
    let dir = tempfile::tempdir().unwrap();
    let model = dir.path().join("vicuna");
    fs::create_dir(&model).unwrap();
    for entry in fs::read_dir(golden("base")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, model.join(path.file_name().unwrap())).unwrap();
    }
    // Its vocabulary has no added token yet.
    let pieces = golden("delta").join("tokenizer.model");
    fs::copy(pieces, model.join("tokenizer.model")).unwrap();
    write_projector(&dir.path().join("projector.safetensors"));
    let beginning = start_from(
        dir.path(),
        &format!(
            "model = \"vicuna\"\nprojector = \"projector.safetensors\"\nvision = {}",
            quoted(&golden("clip"))
        ),
    );

    let parameters = &beginning.parameters;
    assert_eq!(parameters.config().decoder.vocab_rows, 518);
    assert_eq!(parameters.config().tokens, ModelConfig::tiny().tokens);
    assert_eq!(parameters.config().region.mid_width, 1024);
    let values = |name: &str| parameters.values(name).unwrap();
    assert_eq!(values("model.mm_projector.bias")[..3], [0.25, 1.25, 2.25]);
    assert!(expected_tensors(parameters.config()).len() == parameters.specs().len());

    let input = values("model.embed_tokens.weight");
    let row = |table: &[f32], row: usize| table[row * 128..(row + 1) * 128].to_vec();
    let stored = Checkpoint::open(&model).unwrap();
    let old = stored.values("model.embed_tokens.weight").unwrap();
    assert_eq!(input[..512 * 128], old);
    // [PAD] is the mean of all before it, <bbox> and <point> of those and [PAD] and <im_patch>.
    let mean = |rows: usize| {
        let sum = (0..rows).map(|n| f64::from(input[n * 128])).sum::<f64>();
        (sum / rows as f64) as f32
    };
    assert_eq!(row(&input, 512)[0], mean(512));
    assert_eq!(row(&input, 514)[0], mean(514));
    assert_eq!(row(&input, 514), row(&input, 515));
    assert_eq!(row(&input, 516)[..2], [7.0, 8.0]);
    assert_eq!(row(&input, 517)[..2], [135.0, 136.0]);
    let output = values("lm_head.weight");
    assert_eq!(row(&output, 514), row(&output, 517));
    assert_ne!(row(&output, 513), row(&output, 514));
}

#[test]
fn a_licence_named_in_the_configuration_goes_with_the_model() {
    let dir = tempfile::tempdir().unwrap();
    draw(dir.path());
    fs::write(dir.path().join("OWN.txt"), "Do as you like.").unwrap();
    let config = config(dir.path(), &format!("licence = \"OWN.txt\"\n{SIZES}"));
    let beginning = Beginning::new(&config, &Device::flex()).unwrap();
    let out = dir.path().join("model");
    beginning
        .companions
        .export(&beginning.parameters, &out, Precision::F32)
        .unwrap();
    assert_eq!(
        fs::read_to_string(out.join("LICENSE")).unwrap(),
        "Do as you like."
    );
    for none in [&b"\xa9 me"[..], &[b'a'; (1 << 20) + 1]] {
        fs::write(dir.path().join("OWN.txt"), none).unwrap();
        let error = Beginning::new(&config, &Device::flex()).err().unwrap();
        assert!(matches!(error, TrainError::Licence { .. }), "{error}");
    }
}

#[test]
fn what_is_missing_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let complaint = |start: &str| {
        let beginning = Beginning::new(&config(dir.path(), start), &Device::flex());
        beginning.err().unwrap().to_string()
    };
    assert!(complaint("[start]\nmodel = \"nowhere\"").contains("nowhere"));
    let data = complaint(SIZES);
    assert!(data.contains("vg_train.json"), "{data}");
    draw(dir.path());
    let small = complaint(&SIZES.replace("pieces = 460", "pieces = 300"));
    assert!(small.contains("300 pieces are too few"), "{small}");
    let heads = complaint(&SIZES.replace("heads = 2\nffn", "heads = 3\nffn"));
    assert!(heads.contains("decoder.heads"), "{heads}");
}
