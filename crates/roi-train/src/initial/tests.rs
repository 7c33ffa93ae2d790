//! Every tensor's values have the spread its original's have.

use burn::tensor::Device;
use roi_weights::ModelConfig;

use super::Parameters;
use crate::testing;

fn wide() -> ModelConfig {
    let mut config = testing::config();
    // Wide enough for the spread of a few thousand values to be told.
    (config.vision.width, config.vision.mlp_width) = (48, 96);
    config.region.width = 48;
    (config.region.mid_width, config.region.position_hidden) = (64, 40);
    (config.decoder.hidden, config.decoder.ffn) = (64, 96);
    config
}

/// Standard deviation around zero.
fn spread(values: &[f32]) -> f64 {
    let squares: f64 = values.iter().map(|&value| f64::from(value).powi(2)).sum();
    (squares / values.len() as f64).sqrt()
}

#[test]
fn spreads_are_those_of_the_originals() {
    let config = wide();
    let parameters = Parameters::initial(&config, 7, &Device::flex()).unwrap();
    let (width, depth) = (48.0_f64, 2.0 * 4.0_f64);
    let layer = "vision_model.encoder.layers.1";
    let head = "model.spi_module.roi_align";
    let fuse = "model.spi_module.mlvl_fuse";
    let cases = [
        (
            "vision_model.embeddings.patch_embedding.weight".to_owned(),
            0.02,
        ),
        (
            "vision_model.embeddings.position_embedding.weight".to_owned(),
            0.02,
        ),
        (
            format!("{layer}.self_attn.k_proj.weight"),
            (width * depth).sqrt().recip(),
        ),
        (
            format!("{layer}.self_attn.out_proj.weight"),
            width.sqrt().recip(),
        ),
        (
            format!("{layer}.mlp.fc1.weight"),
            (2.0 * width).sqrt().recip(),
        ),
        (
            format!("{layer}.mlp.fc2.weight"),
            (width * depth).sqrt().recip(),
        ),
        // A uniform distribution's deviation is its bound over the root of 3.
        (
            format!("{fuse}.input_conv.2.weight"),
            (3.0 * 50.0_f64).sqrt().recip(),
        ),
        (
            format!("{fuse}.fuse_convs.1.conv.weight"),
            (2.0 / (9.0 * width)).sqrt(),
        ),
        // A pyramid of 48 is narrower than the original's by the square of this.
        (
            format!("{head}.pconvs.0.weight"),
            0.01 * (1024.0_f64 / 48.0).sqrt(),
        ),
        (format!("{head}.flatten_linear.weight"), 0.02),
        (format!("{head}.pos_embedd.3.weight"), 0.02),
        (format!("{head}.updims.weight"), 0.02),
        ("model.mm_projector.weight".to_owned(), 0.02),
        ("model.embed_tokens.weight".to_owned(), 0.02),
        // A decoder of 64 is an eighth of LLaMA's root of width.
        ("model.layers.1.self_attn.o_proj.weight".to_owned(), 0.16),
        ("model.layers.0.mlp.down_proj.weight".to_owned(), 0.16),
        ("lm_head.weight".to_owned(), 0.02),
    ];
    for (name, expected) in cases {
        let values = parameters.values(&name).unwrap();
        let found = spread(&values);
        // Four standard errors of the deviation of so many normal values.
        let limit = expected * 4.0 / (2.0 * values.len() as f64).sqrt();
        assert!(
            (found - expected).abs() < limit,
            "{name}: {found}, expected {expected}"
        );
        let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / values.len() as f64;
        assert!(
            mean.abs() < 4.0 * expected / (values.len() as f64).sqrt(),
            "{name}: mean {mean}"
        );
    }
}

#[test]
fn beside_what_has_learnt_pooled_regions_start_as_in_the_original() {
    let config = wide();
    let nothing = Parameters::initial(&config, 7, &Device::flex()).unwrap();
    let beside = Parameters::initial_beside_learnt(&config, 7, &Device::flex()).unwrap();
    let mut n_pooled = 0;
    for spec in nothing.specs() {
        let [nothing, beside] = [&nothing, &beside].map(|p| p.values(&spec.name).unwrap());
        if spec.name.contains(".pconvs.") && spec.shape.len() == 4 {
            n_pooled += 1;
            let (found, limit) = (
                spread(&beside),
                0.01 * 4.0 / (2.0 * beside.len() as f64).sqrt(),
            );
            assert!((found - 0.01).abs() < limit, "{}: {found}", spec.name);
        } else {
            assert_eq!(nothing, beside, "{}", spec.name);
        }
    }
    assert_eq!(n_pooled, config.vision.n_levels);
}

#[test]
fn norms_scale_by_one_and_biases_add_nothing() {
    let parameters = Parameters::initial(&wide(), 7, &Device::flex()).unwrap();
    for spec in parameters.specs() {
        let name = &spec.name;
        if spec.shape.len() > 1
            || name.ends_with(".class_embedding")
            || name.contains(".input_conv.")
        {
            continue;
        }
        let expected = if name.ends_with(".bias") { 0.0 } else { 1.0 };
        let values = parameters.values(name).unwrap();
        assert!(values.iter().all(|&value| value == expected), "{name}");
    }
}

#[test]
fn input_convolutions_stay_in_their_bound() {
    let parameters = Parameters::initial(&wide(), 7, &Device::flex()).unwrap();
    let bound = 50.0_f32.sqrt().recip();
    for part in ["weight", "bias"] {
        let name = format!("model.spi_module.mlvl_fuse.input_conv.0.{part}");
        let values = parameters.values(&name).unwrap();
        assert!(values.iter().all(|value| value.abs() <= bound), "{name}");
        // Of 48 values one in a thousand times all are below nine tenths of the bound.
        assert!(
            values.iter().any(|value| value.abs() > 0.85 * bound),
            "{name}"
        );
    }
}

#[test]
fn a_seed_gives_the_same_weights_and_another_seed_others() {
    let [first, again, other] = [7, 7, 8]
        .map(|seed| Parameters::initial(&testing::config(), seed, &Device::flex()).unwrap());
    let mut hashes = std::collections::HashSet::new();
    for spec in first.specs() {
        let hash = first.hash(&spec.name).unwrap();
        assert_eq!(hash, again.hash(&spec.name).unwrap(), "{}", spec.name);
        let random = spec.shape.len() > 1;
        if random {
            assert_ne!(hash, other.hash(&spec.name).unwrap(), "{}", spec.name);
            // No two tensors share a stream.
            assert!(hashes.insert(hash), "{}", spec.name);
        }
    }
}
