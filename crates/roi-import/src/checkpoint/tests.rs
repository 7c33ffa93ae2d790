//! Folders of shards as people have them: whole, sharded, with an index that lies, with a shard missing.

use super::*;
use crate::testing::{Archive, View, golden, state_dict, write_safetensors, write_zeros};
use roi_weights::TensorSpec;
use std::fs;

fn spec(name: &str, shape: &[u64]) -> TensorSpec {
    TensorSpec {
        name: name.to_owned(),
        shape: shape.to_vec(),
    }
}

fn write_index(dir: &Path, name: &str, places: &[(&str, &str)]) {
    let map: BTreeMap<_, _> = places.iter().copied().collect();
    fs::write(
        dir.join(name),
        serde_json::json!({"metadata": {}, "weight_map": map}).to_string(),
    )
    .unwrap();
}

fn write_bin(path: &Path, name: &'static str) {
    let zeros = [("0", vec![0; 6])];
    Archive::default().write(
        path,
        &state_dict(&[View::whole(name, "HalfStorage", "0", &[3])], false),
        &zeros,
    );
}

fn names(checkpoint: &Checkpoint) -> Vec<&str> {
    checkpoint.tensors().map(|(name, _)| name).collect()
}

fn wrong_index(dir: &Path) -> Vec<String> {
    match Checkpoint::open(dir) {
        Err(ImportError::WrongIndex { problems, .. }) => problems,
        other => panic!("expected a wrong index, got {other:?}"),
    }
}

#[test]
fn sharded_reference_checkpoint_opens_whole() {
    let base = Checkpoint::open(&golden("base")).unwrap();
    assert_eq!(base.tensors().count(), 3 * 10 + 3);
    assert_eq!(
        base.shape("model.embed_tokens.weight"),
        Some(&[512, 128][..])
    );
    assert_eq!(
        base.tensor("lm_head.weight").map(Tensor::dtype),
        Some(crate::Dtype::F16)
    );
}

#[test]
fn safetensors_in_one_file_and_in_shards() {
    let dir = tempfile::tempdir().unwrap();
    let values: Vec<u8> = [0.5_f32, -2.0, 3.0]
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    write_safetensors(
        &dir.path().join("one.safetensors"),
        "F32",
        &[("a".to_owned(), vec![3, 1], values)],
    );
    write_zeros(&dir.path().join("two.safetensors"), &[spec("b", &[2, 3])]);
    write_index(
        dir.path(),
        "model.safetensors.index.json",
        &[("a", "one.safetensors"), ("b", "two.safetensors")],
    );
    let sharded = Checkpoint::open(dir.path()).unwrap();
    assert_eq!(names(&sharded), ["a", "b"]);
    let mut read: Vec<half::f16> = Vec::new();
    sharded
        .rows("a")
        .unwrap()
        .unwrap()
        .read(1..3, &mut read)
        .unwrap();
    assert_eq!(read, [half::f16::from_f32(-2.0), half::f16::from_f32(3.0)]);
    assert_eq!(sharded.total_bytes().unwrap(), {
        let length = |name| fs::metadata(dir.path().join(name)).unwrap().len();
        length("one.safetensors") + length("two.safetensors")
    });

    fs::rename(
        dir.path().join("two.safetensors"),
        dir.path().join("model.safetensors"),
    )
    .unwrap();
    assert_eq!(names(&Checkpoint::open(dir.path()).unwrap()), ["b"]);
}

#[test]
fn damaged_safetensors_are_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("model.safetensors");
    write_zeros(&path, &[spec("a", &[2, 3]), spec("b", &[5])]);
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let error = Checkpoint::open(dir.path()).expect_err("a part of a file");
        assert!(
            error.to_string().contains("model.safetensors"),
            "{length}: {error}"
        );
    }
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x40;
        fs::write(&path, &damaged).unwrap();
        if let Ok(checkpoint) = Checkpoint::open(dir.path()) {
            assert!(checkpoint.tensors().count() <= 2);
        }
    }
    fs::write(&path, u64::MAX.to_le_bytes()).unwrap();
    assert!(matches!(
        Checkpoint::open(dir.path()),
        Err(ImportError::Format { .. })
    ));
}

#[test]
fn folder_without_weights_says_what_was_looked_for() {
    let dir = tempfile::tempdir().unwrap();
    let error = Checkpoint::open(dir.path()).unwrap_err();
    assert!(matches!(error, ImportError::NoWeights { .. }));
    assert!(error.to_string().contains("pytorch_model.bin"), "{error}");
}

#[test]
fn every_fault_of_an_index_is_listed() {
    let dir = tempfile::tempdir().unwrap();
    write_bin(&dir.path().join("first.bin"), "a");
    write_index(
        dir.path(),
        "pytorch_model.bin.index.json",
        &[
            ("a", "first.bin"),
            ("b", "first.bin"),
            ("c", "second.bin"),
            ("d", "../elsewhere.bin"),
            ("e", "/etc/passwd"),
        ],
    );
    let problems = wrong_index(dir.path());
    assert_eq!(problems.len(), 4, "{problems:?}");
    for part in [
        "first.bin does not hold b",
        "second.bin is missing",
        "\"../elsewhere.bin\"",
        "\"/etc/passwd\"",
    ] {
        assert!(
            problems.iter().any(|problem| problem.contains(part)),
            "{part}: {problems:?}"
        );
    }
}

#[test]
fn index_that_is_no_index_is_named() {
    let dir = tempfile::tempdir().unwrap();
    for text in ["", "[]", "{}", "{\"weight_map\": 3}"] {
        fs::write(dir.path().join("pytorch_model.bin.index.json"), text).unwrap();
        let error = Checkpoint::open(dir.path()).unwrap_err();
        assert!(matches!(error, ImportError::Json { .. }), "{error}");
        assert!(
            error.to_string().contains("pytorch_model.bin.index.json"),
            "{error}"
        );
    }
}

#[test]
fn shard_cut_short_is_named() {
    let dir = tempfile::tempdir().unwrap();
    crate::testing::copy_folder(&golden("base"), dir.path());
    let shard = dir.path().join("pytorch_model-00002-of-00003.bin");
    let file = fs::OpenOptions::new().write(true).open(&shard).unwrap();
    file.set_len(file.metadata().unwrap().len() - 1000).unwrap();
    let error = Checkpoint::open(dir.path()).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("pytorch_model-00002-of-00003.bin"),
        "{error}"
    );
}

#[test]
fn index_decides_between_two_shards_with_the_same_tensor() {
    let dir = tempfile::tempdir().unwrap();
    write_zeros(
        &dir.path().join("x.safetensors"),
        &[spec("a", &[2]), spec("extra", &[7])],
    );
    write_zeros(
        &dir.path().join("y.safetensors"),
        &[spec("a", &[3]), spec("b", &[1])],
    );
    for (place, length) in [("x.safetensors", 2), ("y.safetensors", 3)] {
        write_index(
            dir.path(),
            "model.safetensors.index.json",
            &[
                ("a", place),
                ("b", "y.safetensors"),
                ("extra", "x.safetensors"),
            ],
        );
        assert_eq!(
            Checkpoint::open(dir.path()).unwrap().shape("a"),
            Some(&[length][..])
        );
    }
}
