//! Pieces in any order make the model; wrong tensors and wrong bytes are named.

use roi_kernels::MatrixError;
use roi_weights::{ConfigError, Layout, TensorEntry};

use super::ModelLoader;
use crate::tests::synthetic::{self, Checkpoint};
use crate::{Device, ModelError};

type Stored = Vec<(TensorEntry, Vec<u8>)>;

fn load(change: impl FnOnce(&mut Stored)) -> Result<(), ModelError> {
    let checkpoint = Checkpoint::new(synthetic::config());
    let mut stored = checkpoint.stored(Layout::F16, 1);
    change(&mut stored);
    checkpoint.load(&stored, &Device::flex()).map(|_| ())
}

fn place(stored: &Stored, name: &str) -> usize {
    stored
        .iter()
        .position(|(entry, _)| entry.name == name)
        .expect("a tensor of the model")
}

const MATRIX: &str = "model.layers.1.mlp.up_proj.weight";

#[test]
fn all_tensors_make_a_model() {
    load(|_| ()).expect("a complete checkpoint");
    let checkpoint = Checkpoint::new(synthetic::config());
    let stored = checkpoint.stored(Layout::Q4, 2);
    let model = checkpoint
        .load(&stored, &Device::flex())
        .expect("a complete checkpoint");
    assert_eq!(
        model.weight_bytes(),
        stored
            .iter()
            .map(|(_, bytes)| bytes.len() as u64)
            .sum::<u64>()
    );
}

#[test]
fn missing_tensor_is_named() {
    let error = load(|stored| drop(stored.remove(place(stored, MATRIX))));
    assert!(
        matches!(&error, Err(ModelError::MissingTensor { name }) if name == MATRIX),
        "{error:?}"
    );
}

#[test]
fn tensor_without_a_place_is_named() {
    for name in [
        "model.layers.2.mlp.up_proj.weight",
        MATRIX,
        "model.layers.1.mlp.up_proj.weight#1",
    ] {
        let error = load(|stored| {
            let mut copy = stored[place(stored, MATRIX)].clone();
            copy.0.name = name.to_owned();
            stored.push(copy);
        });
        assert!(
            matches!(&error, Err(ModelError::UnexpectedTensor { name: found }) if found == name),
            "{error:?}"
        );
    }
}

#[test]
fn parts_out_of_order_are_refused() {
    let checkpoint = Checkpoint::new(synthetic::config());
    let mut stored = checkpoint.stored(Layout::F32, 2);
    let first = place(&stored, &format!("{MATRIX}#0"));
    stored.swap(first, first + 1);
    let error = checkpoint.load(&stored, &Device::flex());
    assert!(
        matches!(error, Err(ModelError::UnexpectedTensor { .. })),
        "{error:?}"
    );
}

#[test]
fn other_shape_shows_both() {
    let error = load(|stored| {
        let at = place(stored, MATRIX);
        stored[at].0.shape = vec![24, 23];
    });
    let Err(ModelError::Shape {
        name,
        expected,
        found,
    }) = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(
        (&*name, &expected[..], &found[..]),
        (MATRIX, &[23, 24][..], &[24, 23][..])
    );
}

#[test]
fn lost_part_is_a_wrong_shape() {
    let checkpoint = Checkpoint::new(synthetic::config());
    let mut stored = checkpoint.stored(Layout::F32, 2);
    stored.remove(place(&stored, &format!("{MATRIX}#1")));
    let error = checkpoint.load(&stored, &Device::flex());
    let Err(ModelError::Shape { found, .. }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(found, [11, 24]);
}

#[test]
fn vectors_are_f32() {
    let name = "vision_model.embeddings.position_embedding.weight";
    let error = load(|stored| {
        let at = place(stored, name);
        stored[at].0.layout = Layout::F16;
    });
    assert!(
        matches!(&error, Err(ModelError::NotF32 { name: n, found: Layout::F16 }) if n == name),
        "{error:?}"
    );
}

#[test]
fn one_matrix_has_one_layout() {
    let checkpoint = Checkpoint::new(synthetic::config());
    let mut stored = checkpoint.stored(Layout::F16, 1);
    let name = "model.layers.0.self_attn.k_proj.weight";
    let at = place(&stored, name);
    stored[at] = checkpoint.stored(Layout::Q8, 1).swap_remove(at);
    let error = checkpoint.load(&stored, &Device::flex());
    let Err(ModelError::MixedLayouts { name: found, .. }) = error else {
        panic!("{error:?}")
    };
    assert_eq!(found, name);
}

#[test]
fn missing_bytes_are_counted() {
    for name in [MATRIX, "model.norm.weight"] {
        let error = load(|stored| {
            let at = place(stored, name);
            let (_, bytes) = &mut stored[at];
            bytes.truncate(bytes.len() - 4);
        });
        let Err(ModelError::Bytes {
            name: found_name,
            source: MatrixError::Incomplete { expected, found },
        }) = error
        else {
            panic!("{error:?}");
        };
        assert_eq!((&*found_name, expected - found), (name, 4));
    }
}

#[test]
fn bytes_behind_the_end_are_refused() {
    for name in [MATRIX, "model.norm.weight"] {
        let error = load(|stored| {
            let at = place(stored, name);
            stored[at].1.extend([0; 4]);
        });
        let is_right = matches!(
            &error,
            Err(ModelError::Bytes {
                source: MatrixError::OutOfRange { .. },
                ..
            })
        );
        assert!(is_right, "{error:?}");
    }
    let checkpoint = Checkpoint::new(synthetic::config());
    let stored = checkpoint.stored(Layout::F32, 1);
    let entries: Vec<_> = stored.into_iter().map(|(entry, _)| entry).collect();
    let mut loader = ModelLoader::new(&checkpoint.config, &entries, &Device::flex())
        .expect("the model's tensors");
    let error = loader.write(0, u64::MAX - 3, &[0; 4]);
    assert!(matches!(error, Err(ModelError::Bytes { .. })), "{error:?}");
    let error = loader.write(entries.len(), 0, &[0; 4]);
    assert!(
        matches!(error, Err(ModelError::TensorIndex { .. })),
        "{error:?}"
    );
}

#[test]
fn eyes_open_before_the_decoder_is_there() {
    let checkpoint = Checkpoint::new(synthetic::config());
    let stored = checkpoint.stored(Layout::F32, 1);
    let entries: Vec<_> = stored.iter().map(|(entry, _)| entry.clone()).collect();
    let mut loader = ModelLoader::new(&checkpoint.config, &entries, &Device::flex())
        .expect("the model's tensors");
    let first_of_decoder = place(&stored, "model.embed_tokens.weight");
    for (index, (_, bytes)) in stored.iter().enumerate().take(first_of_decoder) {
        assert!(
            matches!(loader.eyes(), Err(ModelError::Bytes { .. })),
            "eyes without {index}"
        );
        loader.write(index, 0, bytes).expect("a piece that fits");
    }
    let eyes = loader.eyes().expect("all the eyes need");
    let pixels = synthetic::noise(5, 3 * 20 * 20);
    assert_eq!(eyes.encode_picture(&pixels).image_tokens.dims(), [25, 24]);
    for (index, (_, bytes)) in stored.iter().enumerate().skip(first_of_decoder) {
        loader.write(index, 0, bytes).expect("a piece that fits");
    }
    let model = loader.finish().expect("a complete checkpoint");
    assert_eq!(model.encode_picture(&pixels).pyramid.len(), 3);
}

#[test]
fn impossible_configuration_is_refused_first() {
    let mut config = synthetic::config();
    config.region.group_norm_groups = 5;
    let error = ModelLoader::new(&config, &[], &Device::flex()).map(|_| ());
    assert!(
        matches!(
            error,
            Err(ModelError::Config(ConfigError::NotMultiple { .. }))
        ),
        "{error:?}"
    );
}
