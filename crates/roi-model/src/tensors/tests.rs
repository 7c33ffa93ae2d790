//! A model from tensors is the package's, learns in every part, and says what the other one says.

use std::collections::HashMap;

use roi_geom::BoxNorm;
use roi_kernels::Precision;
use roi_testkit::{Array, assert_close};
use roi_weights::{Layout, expected_tensors, matrix_shape};

use crate::tests::synthetic::{self, Checkpoint, noise};
use crate::{Device, Gpt4Roi, ModelError, Tensor};

/// The same sums of f32, at most in another order.
const REORDERED: f32 = 1e-5;

type Tensors = HashMap<String, Tensor<2>>;

fn tensors(checkpoint: &Checkpoint, device: &Device) -> Tensors {
    let specs = expected_tensors(&checkpoint.config).into_iter();
    let tensors = specs.map(|spec| {
        let (rows, cols) = matrix_shape(&spec.shape).expect("a shape");
        let values = &checkpoint.values[&spec.name][..];
        let tensor = Tensor::<1>::from_floats(values, device);
        (spec.name, tensor.reshape([rows as usize, cols as usize]))
    });
    tensors.collect()
}

fn model(checkpoint: &Checkpoint, tensors: &Tensors, device: &Device) -> Gpt4Roi {
    Gpt4Roi::from_tensors(&checkpoint.config, device, Precision::F32, |name| {
        tensors.get(name).cloned()
    })
    .expect("all tensors")
}

/// Ids of a conversation about two boxes, and its embeddings.
fn conversation(model: &Gpt4Roi) -> (Vec<u32>, Tensor<2>) {
    let config = model.config();
    let (tokens, n_patches) = (&config.tokens, config.vision.n_patches());
    let mut ids = vec![tokens.bos, 3, tokens.im_start];
    ids.extend(vec![tokens.im_patch; n_patches]);
    ids.extend([tokens.im_end, 7, tokens.bbox, 9, 9, tokens.bbox, 11, 4]);
    let pixels = noise(99, 3 * config.vision.image_size * config.vision.image_size);
    let picture = model.encode_picture(&pixels);
    let boxes = [[0.11, 0.4, 0.35, 0.97], [0.0, 0.0, 1.0, 1.0]];
    let boxes = boxes.map(|[x1, y1, x2, y2]| BoxNorm { x1, y1, x2, y2 });
    let regions = model.encode_regions(&picture, &boxes, false);
    let regions = [0, 1].map(|region| regions.clone().narrow(0, region, 1));
    let embeds = model
        .embed_prompt(&ids, 0..ids.len(), &picture.image_tokens, &regions)
        .expect("a prompt");
    (ids, embeds)
}

fn tensors_make_the_packages_model(device: &Device) {
    let checkpoint = Checkpoint::new(synthetic::config());
    let packed = checkpoint.model(Layout::F32, 1, device);
    let named = model(&checkpoint, &tensors(&checkpoint, device), device);
    assert_eq!(named.weight_bytes(), packed.weight_bytes());
    assert_eq!(named.bytes_per_token(), packed.bytes_per_token());
    let (ids, embeds) = conversation(&named);
    let (_, expected) = conversation(&packed);
    assert_close(
        "embeddings",
        &Array::of(embeds.clone()),
        &Array::of(expected.clone()),
        REORDERED,
    );
    // Out of order, and one of them twice.
    let positions = [ids.len() - 1, 0, 30, 30, 33];
    let found = named.logits_at(embeds, &positions);
    let expected = positions.map(|position| {
        let mut cache = packed.new_cache(ids.len());
        let width = packed.config().decoder.hidden;
        let prefix = expected.clone().slice([0..position + 1, 0..width]);
        packed.prefill(prefix, &mut cache)
    });
    assert_close(
        "logits",
        &Array::of(found),
        &Array::of(Tensor::cat(expected.to_vec(), 0)),
        REORDERED,
    );
}

on_each_device!(tensors_make_the_packages_model);

#[test]
fn every_weight_takes_part_in_what_is_said() {
    let device = Device::flex().autodiff();
    let checkpoint = Checkpoint::new(synthetic::config());
    let tracked: Tensors = tensors(&checkpoint, &device)
        .into_iter()
        .map(|(name, tensor)| (name, tensor.require_grad()))
        .collect();
    let model = model(&checkpoint, &tracked, &device);
    let (ids, embeds) = conversation(&model);
    let positions: Vec<_> = (0..ids.len()).collect();
    let logits = model.logits_at(embeds, &positions);
    let gradients = logits.square().sum().backward();
    for (name, tensor) in &tracked {
        let gradient = tensor.grad(&gradients);
        let gradient = gradient.unwrap_or_else(|| panic!("no gradient for {name}"));
        assert_eq!(gradient.dims(), tensor.dims(), "{name}");
        let values = Array::of(gradient).values;
        assert!(values.iter().all(|value| value.is_finite()), "{name}");
        assert!(values.iter().any(|&value| value != 0.0), "{name}");
    }
}

#[test]
fn missing_and_misshapen_tensors_are_named() {
    let device = Device::flex();
    let checkpoint = Checkpoint::new(synthetic::config());
    let name = "model.layers.1.mlp.up_proj.weight";
    let load = |tensors: &Tensors| {
        let find = |name: &str| tensors.get(name).cloned();
        Gpt4Roi::from_tensors(&checkpoint.config, &device, Precision::F32, find).map(|_| ())
    };
    let mut tensors = tensors(&checkpoint, &device);
    let tensor = tensors.remove(name).expect("a tensor of the model");
    let error = load(&tensors);
    assert!(
        matches!(&error, Err(ModelError::MissingTensor { name: found }) if found == name),
        "{error:?}"
    );
    tensors.insert(name.to_owned(), tensor.transpose());
    let error = load(&tensors);
    assert!(
        matches!(&error, Err(ModelError::Shape { name: found, .. }) if found == name),
        "{error:?}"
    );
}
