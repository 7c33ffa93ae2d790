//! Merging base and delta, and one error for everything that does not fit.

use super::*;
use crate::testing::{golden, write_safetensors, write_zeros};
use tempfile::TempDir;

type Tensors<'a> = [(&'a str, &'a [u64], &'a [f32])];

fn checkpoint(tensors: &Tensors<'_>) -> (TempDir, Checkpoint) {
    let dir = tempfile::tempdir().unwrap();
    let halves = |values: &[f32]| {
        values
            .iter()
            .flat_map(|value| f16::from_f32(*value).to_le_bytes())
            .collect()
    };
    let tensors: Vec<_> = tensors
        .iter()
        .map(|(name, shape, values)| ((*name).to_owned(), shape.to_vec(), halves(values)))
        .collect();
    write_safetensors(&dir.path().join("model.safetensors"), "F16", &tensors);
    let checkpoint = Checkpoint::open(dir.path()).unwrap();
    (dir, checkpoint)
}

fn spec(name: &str, shape: &[u64]) -> TensorSpec {
    TensorSpec {
        name: name.to_owned(),
        shape: shape.to_vec(),
    }
}

fn zeros(specs: &[TensorSpec]) -> (TempDir, Checkpoint) {
    let dir = tempfile::tempdir().unwrap();
    write_zeros(&dir.path().join("model.safetensors"), specs);
    let checkpoint = Checkpoint::open(dir.path()).unwrap();
    (dir, checkpoint)
}

fn read(weights: &Weights, name: &str, range: Range<u64>) -> Vec<f32> {
    let mut values = Vec::new();
    weights
        .rows(name)
        .unwrap()
        .read(range, &mut values)
        .unwrap();
    values
}

#[test]
fn sum_is_rounded_to_f16_with_ties_to_even() {
    // Between 2048 and 4096 f16 holds even numbers only, so odd sums are ties.
    let name = "model.norm.weight";
    let (_base_dir, base) = checkpoint(&[(name, &[4], &[2048.0, 2050.0, 2048.0, -2048.0])]);
    let (_delta_dir, delta) = checkpoint(&[(name, &[4], &[1.0, 1.0, 1.5, -3.0])]);
    let (_vision_dir, vision) = checkpoint(&[]);
    let weights = Weights::new(Some(base), delta, vision);
    assert_eq!(
        read(&weights, name, 0..1),
        [2048.0, 2052.0, 2050.0, -2052.0]
    );
}

#[test]
fn grown_table_gets_the_base_in_its_top_left_block() {
    let name = "model.embed_tokens.weight";
    let delta_values: Vec<f32> = (0..15_u8).map(f32::from).collect();
    let (_base_dir, base) =
        checkpoint(&[(name, &[3, 2], &[100.0, 200.0, 300.0, 400.0, 500.0, 600.0])]);
    let (_delta_dir, delta) = checkpoint(&[(name, &[5, 3], &delta_values)]);
    let (_vision_dir, vision) = checkpoint(&[]);
    let weights = Weights::new(Some(base), delta, vision);
    let merged = [
        100., 201., 2., 303., 404., 5., 506., 607., 8., 9., 10., 11., 12., 13., 14.,
    ];
    assert_eq!(read(&weights, name, 0..5), merged);
    // Blocks before, across and behind the last row of the base.
    for range in [0..2, 2..4, 3..5, 4..5] {
        let expected = &merged[range.start as usize * 3..range.end as usize * 3];
        assert_eq!(read(&weights, name, range), expected);
    }
}

#[test]
fn region_extractor_and_projector_are_copied_and_the_tower_is_not_merged() {
    let names = [
        "model.spi_module.roi_align.updims.bias",
        "model.mm_projector.bias",
        "vision_model.pre_layrnorm.bias",
    ];
    let (_base_dir, base) = checkpoint(&[("vision_model.pre_layrnorm.bias", &[1], &[8.0])]);
    let (_delta_dir, delta) = checkpoint(&[(names[0], &[1], &[1.0]), (names[1], &[1], &[2.0])]);
    let (_vision_dir, vision) = checkpoint(&[(names[2], &[1], &[3.0])]);
    let weights = Weights::new(Some(base), delta, vision);
    assert_eq!(
        names.map(|name| read(&weights, name, 0..1)[0]),
        [1.0, 2.0, 3.0]
    );
}

#[test]
fn every_difference_is_listed_in_one_error() {
    let tower = spec("vision_model.pre_layrnorm.bias", &[7]);
    let expected = [
        tower.clone(),
        spec("model.spi_module.roi_align.updims.bias", &[5]),
        spec("model.mm_projector.bias", &[5]),
        spec("model.embed_tokens.weight", &[11, 5]),
        spec("model.layers.0.mlp.up_proj.weight", &[3, 5]),
        spec("model.norm.weight", &[5]),
        spec("lm_head.weight", &[11, 5]),
    ];
    let mut given = expected[1..].to_vec();
    given[0].shape = vec![6];
    given.remove(1);
    given.push(spec("model.layers.0.self_attn.rotary_emb.inv_freq", &[2]));
    given.push(spec("model.vision_tower.norm", &[13]));
    let (_delta_dir, delta) = zeros(&given);
    let (_base_dir, base) = zeros(&[
        spec("model.embed_tokens.weight", &[12, 5]),
        spec("model.layers.0.mlp.up_proj.weight", &[2, 5]),
        spec("lm_head.weight", &[10, 5]),
    ]);
    let (_vision_dir, vision) = zeros(&[
        tower,
        spec("vision_model.post_layernorm.bias", &[7]),
        spec("text_model.final_layer_norm.bias", &[3]),
    ]);
    let weights = Weights::new(Some(base), delta, vision);

    let mismatch = weights.check(&expected).unwrap_err();
    assert_eq!(
        mismatch.tensors.missing,
        [spec("model.mm_projector.bias", &[5])]
    );
    assert_eq!(
        mismatch.tensors.unexpected,
        [spec("model.vision_tower.norm", &[13])]
    );
    assert_eq!(mismatch.tensors.wrong_shape.len(), 1);
    assert_eq!(mismatch.not_in_base, ["model.norm.weight"]);
    let unmergeable: Vec<&str> = mismatch
        .unmergeable
        .iter()
        .map(|tensor| tensor.name.as_str())
        .collect();
    assert_eq!(
        unmergeable,
        [
            "model.embed_tokens.weight",
            "model.layers.0.mlp.up_proj.weight"
        ]
    );
    let text = mismatch.to_string();
    for part in [
        "updims.bias, expected [5], found [6]",
        "not in the base: model.norm.weight",
        "delta [3, 5], base [2, 5]",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn merged_checkpoint_is_compared_without_a_base() {
    let expected = [spec("model.norm.weight", &[5])];
    let (_dir, model) = zeros(&expected);
    let (_vision_dir, vision) = zeros(&[]);
    Weights::new(None, model, vision).check(&expected).unwrap();
}

#[test]
fn only_tables_may_grow() {
    assert!(may_add("lm_head.weight", &[6, 5], &[4, 5]));
    assert!(!may_add("lm_head.weight", &[4, 5], &[6, 5]));
    assert!(!may_add("lm_head.weight", &[6, 5], &[30]));
    assert!(!may_add("model.norm.weight", &[6], &[5]));
}

#[test]
fn merged_reference_table_is_the_same_in_blocks_of_any_size() {
    let open = |part| Checkpoint::open(&golden(part)).unwrap();
    let weights = Weights::new(Some(open("base")), open("delta"), open("clip"));
    let name = "lm_head.weight";
    let whole = read(&weights, name, 0..518);
    let mut pieces = Vec::new();
    for start in (0..518).step_by(37) {
        pieces.extend(read(&weights, name, start..518.min(start + 37)));
    }
    assert_eq!(pieces, whole);
}
