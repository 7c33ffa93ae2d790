//! Parameters are what a package holds, and are changed only by what has their shape.

use pollster::block_on;
use roi_weights::{Layout, MemoryPackage, PackageHeader, Packer};

use super::Parameters;
use crate::testing::{self, noise};
use burn::tensor::{Device, Tensor};

use crate::TrainError;

fn package(layout: Layout) -> MemoryPackage {
    let header = PackageHeader {
        model_id: "small".into(),
        about: "A model of noise.".into(),
        config: testing::config(),
        layout,
        chunk_bytes: Some(1 << 12),
    };
    let mut packer = Packer::new(header, MemoryPackage::default()).unwrap();
    for (index, tensor) in packer.plan().to_vec().into_iter().enumerate() {
        let rows = tensor.shape[0] as usize;
        let count = tensor.shape.iter().product::<u64>() as usize;
        let (rows, cols) = match tensor.shape.len() {
            1 => (1, count),
            _ => (rows, count / rows),
        };
        let bytes = tensor
            .layout
            .encode(rows, cols, &noise(index as u64, count))
            .unwrap();
        packer.tensor(&tensor.name, &bytes).unwrap();
    }
    packer.finish(b"{}", b"None.").unwrap().1
}

#[test]
fn a_package_gives_its_weights() {
    for (layout, limit) in [
        (Layout::F32, 0.0),
        // Half a unit in the last place below 1.
        (Layout::F16, 2.5e-4),
        // Half a code of a group whose greatest is 1, and the scale's own rounding.
        (Layout::Q8, 0.5 / 127.0 + 5e-4),
        (Layout::Q4, 0.5 / 7.0 + 5e-4),
    ] {
        let source = package(layout);
        let found = block_on(Parameters::from_package(&source, &Device::flex())).unwrap();
        assert_eq!(found.config(), &testing::config());
        for (index, spec) in found.specs().iter().enumerate() {
            let values = found.values(&spec.name).unwrap();
            let expected = noise(index as u64, values.len());
            let count: u64 = spec.shape.iter().product();
            assert_eq!(values.len() as u64, count);
            for (value, expected) in values.iter().zip(&expected) {
                assert!((value - expected).abs() <= limit, "{layout} {}", spec.name);
            }
        }
    }
}

#[test]
fn a_damaged_chunk_is_refused() {
    let mut source = package(Layout::F32);
    if let Some(chunk) = source.chunks.values_mut().next() {
        chunk[7] ^= 1;
    }
    let outcome = block_on(Parameters::from_package(&source, &Device::flex()));
    assert!(
        matches!(outcome, Err(TrainError::Chunk(_))),
        "{:?}",
        outcome.map(|_| ())
    );
}

#[test]
fn wrong_shapes_and_names_are_refused_and_change_nothing() {
    let mut parameters = testing::parameters();
    let name = "model.layers.1.mlp.down_proj.weight";
    let before = parameters.hash(name).unwrap();
    let device = Device::flex();
    let outcome = parameters.set(name, Tensor::zeros([23, 24], &device));
    assert!(
        matches!(
            outcome,
            Err(TrainError::TensorShape {
                expected: [24, 23],
                found: [23, 24],
                ..
            })
        ),
        "{outcome:?}"
    );
    let outcome = parameters.set("model.layers.2", Tensor::zeros([23, 24], &device));
    assert!(
        matches!(outcome, Err(TrainError::NoSuchTensor { .. })),
        "{outcome:?}"
    );
    assert_eq!(parameters.hash(name).unwrap(), before);
    parameters
        .set(name, Tensor::zeros([24, 23], &device))
        .unwrap();
    assert_ne!(parameters.hash(name).unwrap(), before);
}

#[test]
fn a_hash_sees_the_last_bit_and_the_sign_of_zero() {
    let mut parameters = testing::parameters();
    let name = "model.norm.weight";
    let mut values = parameters.values(name).unwrap();
    values[23] = 0.0;
    let mut hash = |values: &[f32]| {
        let tensor = Tensor::<1>::from_floats(values, &Device::flex()).reshape([1, 24]);
        parameters.set(name, tensor).unwrap();
        parameters.hash(name).unwrap()
    };
    let first = hash(&values);
    assert_eq!(hash(&values), first);
    values[5] = f32::from_bits(values[5].to_bits() ^ 1);
    let second = hash(&values);
    assert_ne!(second, first);
    values[23] = -0.0;
    assert_ne!(hash(&values), second);
}

#[test]
fn too_few_values_are_named() {
    let outcome = Parameters::new(&testing::config(), &Device::flex(), |_| Ok(vec![0.0; 7]));
    assert!(
        matches!(
            outcome.as_ref().map(|_| ()),
            Err(TrainError::ValueCount {
                expected: 12,
                found: 7,
                ..
            })
        ),
        "{:?}",
        outcome.map(|_| ())
    );
}
