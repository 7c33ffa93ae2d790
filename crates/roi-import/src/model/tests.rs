//! The reference checkpoint opened whole, and read as it is stored.

use super::*;
use crate::testing::{copy_folder, golden, write_safetensors};

#[test]
fn the_reference_checkpoint_opens_with_its_sizes_and_tokenizer() {
    let constants = Constants::default();
    let (base, delta, clip) = (golden("base"), golden("delta"), golden("clip"));
    let model = CheckpointModel::open(Some(&base), &delta, &clip, &constants).unwrap();
    assert_eq!(*model.config(), ModelConfig::tiny());
    assert!(model.tokenizer_json().contains("<im_patch>"));
    for spec in expected_tensors(model.config()) {
        let n_values: u64 = spec.shape.iter().product();
        let values = model.weights().values(&spec.name).unwrap();
        assert_eq!(values.len() as u64, n_values, "{}", spec.name);
    }
}

#[test]
fn a_delta_alone_is_no_model() {
    let error = CheckpointModel::open(
        None,
        &golden("delta"),
        &golden("clip"),
        &Constants::default(),
    );
    assert!(matches!(error, Err(ImportError::IsDelta { .. })));
}

#[test]
fn values_of_single_precision_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (model, vision) = (dir.path().join("model"), dir.path().join("vision"));
    copy_folder(&golden("clip"), &vision);
    std::fs::create_dir(&model).unwrap();
    // Between two halves, and beyond the largest of them.
    let stored = [1.000_1_f32, 1e-9, 1e6, -3.0];
    let bytes = stored
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let name = "model.norm.weight";
    let tensors = [(name.to_owned(), vec![4], bytes)];
    write_safetensors(&model.join("model.safetensors"), "F32", &tensors);
    let weights = open_weights(None, &model, &vision).unwrap();
    assert_eq!(weights.values(name).unwrap(), stored);
    assert!(matches!(
        weights.values("lm_head.weight"),
        Err(ImportError::NoTensor { .. })
    ));
}

#[test]
fn values_of_a_sum_are_those_that_are_packed() {
    let [base, delta, clip] = ["base", "delta", "clip"].map(golden);
    let weights = open_weights(Some(&base), &delta, &clip).unwrap();
    for name in [
        "model.embed_tokens.weight",
        "model.layers.1.mlp.up_proj.weight",
    ] {
        let mut packed = Vec::new();
        let mut rows = weights.rows(name).unwrap();
        let n_rows = weights.model().tensor(name).unwrap().matrix().0;
        rows.read(0..n_rows, &mut packed).unwrap();
        assert_eq!(weights.values(name).unwrap(), packed);
    }
}

#[test]
fn a_language_model_has_what_the_published_extractor_would_add() {
    // The base has no rows for added tokens, and settings of LLaMA alone.
    let model =
        CheckpointModel::open_language_model(&golden("base"), &golden("clip"), &golden("delta"))
            .unwrap();
    let mut expected = ModelConfig::tiny();
    expected.decoder.vocab_rows = 512;
    expected.region.mid_width = 1024;
    expected.region.position_hidden = 256;
    assert_eq!(*model.config(), expected);
    let name = "model.embed_tokens.weight";
    assert_eq!(model.weights().values(name).unwrap().len(), 512 * 128);
    assert!(model.weights().values("model.mm_projector.bias").is_err());
}
