//! The tensors of known models, their layouts, and how large ones are cut.

use std::collections::{HashMap, HashSet};

use super::*;
use crate::fixture::small_config;

fn shapes(config: &ModelConfig) -> HashMap<String, Vec<u64>> {
    expected_tensors(config)
        .into_iter()
        .map(|spec| (spec.name, spec.shape))
        .collect()
}

fn n_values(config: &ModelConfig, class: TensorClass) -> u64 {
    expected_tensors(config)
        .iter()
        .filter(|spec| TensorClass::of(&spec.name) == Some(class))
        .map(|spec| spec.shape.iter().product::<u64>())
        .sum()
}

#[test]
fn region_extractor_has_the_published_size() {
    assert_eq!(
        n_values(&ModelConfig::gpt4roi_7b(), TensorClass::Region),
        299_142_912
    );
    assert_eq!(
        n_values(&ModelConfig::gpt4roi_13b(), TensorClass::Region),
        300_192_512
    );
    let n_tensors = expected_tensors(&ModelConfig::gpt4roi_7b())
        .iter()
        .filter(|spec| TensorClass::of(&spec.name) == Some(TensorClass::Region))
        .count();
    assert_eq!(n_tensors, 43);
}

#[test]
fn decoder_has_the_size_of_llama_7b() {
    let config = ModelConfig::gpt4roi_7b();
    let classes = [
        TensorClass::Embeddings,
        TensorClass::Decoder,
        TensorClass::Head,
    ];
    let added_rows = 2 * 6 * 4096;
    let total: u64 = classes.iter().map(|class| n_values(&config, *class)).sum();
    assert_eq!(total - added_rows, 6_738_415_616);
}

#[test]
fn shapes_by_name() {
    let shapes = shapes(&ModelConfig::gpt4roi_7b());
    for (name, shape) in [
        ("vision_model.embeddings.class_embedding", vec![1024]),
        (
            "vision_model.embeddings.patch_embedding.weight",
            vec![1024, 3, 14, 14],
        ),
        (
            "vision_model.embeddings.position_embedding.weight",
            vec![257, 1024],
        ),
        ("vision_model.pre_layrnorm.bias", vec![1024]),
        (
            "vision_model.encoder.layers.22.mlp.fc2.weight",
            vec![1024, 4096],
        ),
        (
            "model.spi_module.mlvl_fuse.input_conv.3.weight",
            vec![1024, 1026, 1, 1],
        ),
        (
            "model.spi_module.mlvl_fuse.fuse_convs.4.conv.weight",
            vec![1024, 1024, 3, 3],
        ),
        (
            "model.spi_module.roi_align.pos_embedd.0.weight",
            vec![256, 4],
        ),
        ("model.spi_module.roi_align.pos_embedd.5.bias", vec![1024]),
        (
            "model.spi_module.roi_align.flatten_linear.weight",
            vec![1024, 200_704],
        ),
        ("model.spi_module.roi_align.updims.weight", vec![4096, 1024]),
        ("model.mm_projector.weight", vec![4096, 1024]),
        ("model.layers.31.mlp.down_proj.weight", vec![4096, 11008]),
        ("lm_head.weight", vec![32006, 4096]),
    ] {
        assert_eq!(shapes.get(name), Some(&shape), "{name}");
    }
    for absent in [
        "vision_model.encoder.layers.23.mlp.fc1.weight",
        "vision_model.post_layernorm.weight",
        "model.layers.0.self_attn.rotary_emb.inv_freq",
        "model.spi_module.mlvl_fuse.fuse_convs.0.conv.bias",
    ] {
        assert!(!shapes.contains_key(absent), "{absent}");
    }
}

#[test]
fn names_are_unique_and_classes_stand_in_order() {
    for config in [ModelConfig::gpt4roi_7b(), small_config()] {
        let specs = expected_tensors(&config);
        let names: HashSet<_> = specs.iter().map(|spec| &spec.name).collect();
        assert_eq!(names.len(), specs.len());
        let classes: Vec<_> = specs
            .iter()
            .map(|spec| TensorClass::of(&spec.name).unwrap())
            .collect();
        assert!(classes.is_sorted());
        assert_eq!(specs.last().unwrap().name, "lm_head.weight");
    }
}

#[test]
fn layouts_by_name() {
    for asked in Layout::ALL {
        for (name, shape, expected) in [
            (
                "model.layers.0.self_attn.q_proj.weight",
                vec![4096, 4096],
                asked,
            ),
            ("model.embed_tokens.weight", vec![32006, 4096], asked),
            (
                "model.spi_module.mlvl_fuse.input_conv.0.weight",
                vec![64, 66, 1, 1],
                asked,
            ),
            (
                "model.spi_module.roi_align.pos_embedd.3.weight",
                vec![48, 16],
                asked,
            ),
            ("model.norm.weight", vec![4096], Layout::F32),
            ("model.mm_projector.bias", vec![4096], Layout::F32),
            (
                "vision_model.embeddings.class_embedding",
                vec![1024],
                Layout::F32,
            ),
            (
                "vision_model.embeddings.position_embedding.weight",
                vec![257, 1024],
                Layout::F32,
            ),
        ] {
            assert_eq!(layout_for(name, &shape, asked), expected, "{name} {asked}");
        }
    }
}

#[test]
fn a_layout_that_saves_nothing_is_not_taken() {
    let name = "model.spi_module.roi_align.pos_embedd.0.weight";
    for asked in [Layout::Q4, Layout::Q8] {
        assert_eq!(layout_for(name, &[256, 4], asked), Layout::F32);
    }
    assert_eq!(layout_for(name, &[256, 4], Layout::F16), Layout::F16);
}

#[test]
fn convolutions_flatten_all_but_the_first_dimension() {
    assert_eq!(matrix_shape(&[64, 3, 14, 14]), Some((64, 588)));
    assert_eq!(matrix_shape(&[5, 7]), Some((5, 7)));
    assert_eq!(matrix_shape(&[7]), Some((1, 7)));
    assert_eq!(matrix_shape(&[]), None);
    assert_eq!(matrix_shape(&[2, u64::MAX, 3]), None);
}

#[test]
fn part_names_lead_back_to_the_whole() {
    assert_eq!(part_name("lm_head.weight", 12), "lm_head.weight#12");
    assert_eq!(source_name("lm_head.weight#12"), "lm_head.weight");
    for whole in ["lm_head.weight", "a#", "a#b", "a#1b"] {
        assert_eq!(source_name(whole), whole);
    }
}

#[test]
fn no_stored_tensor_of_the_real_models_is_above_the_limit() {
    for config in [ModelConfig::gpt4roi_7b(), ModelConfig::gpt4roi_13b()] {
        for asked in Layout::ALL {
            for tensor in stored_tensors(&config, asked).unwrap() {
                assert!(tensor.length <= MAX_TENSOR_BYTES, "{}", tensor.name);
            }
        }
    }
}

#[test]
fn parts_cover_every_row_once() {
    let config = ModelConfig::gpt4roi_7b();
    for asked in Layout::ALL {
        let mut rows_seen: HashMap<String, u64> = HashMap::new();
        for tensor in stored_tensors(&config, asked).unwrap() {
            let rows = rows_seen.entry(tensor.source.clone()).or_default();
            if tensor.name != tensor.source {
                assert_eq!(tensor.first_row, *rows, "{}", tensor.name);
                assert_eq!(source_name(&tensor.name), tensor.source);
            }
            *rows += tensor.shape[0];
        }
        for (name, shape) in shapes(&config) {
            assert_eq!(rows_seen[&name], shape[0], "{name}");
        }
    }
}

#[test]
fn large_tensors_split_evenly() {
    let spec = TensorSpec {
        name: "w".into(),
        shape: vec![17, 5, 3],
    };
    let mut parts = Vec::new();
    // A q8 row of 15 takes 32 bytes, its scale 2, and both together are padded to 36: six rows fit.
    split(spec, Layout::Q8, 220, &mut parts).unwrap();
    let cut: Vec<_> = parts
        .iter()
        .map(|part| {
            (
                part.name.as_str(),
                part.first_row,
                part.shape[0],
                part.length,
            )
        })
        .collect();
    assert_eq!(
        cut,
        [("w#0", 0, 6, 204), ("w#1", 6, 6, 204), ("w#2", 12, 5, 172)]
    );
}

#[test]
fn a_row_above_the_limit_is_an_error() {
    for shape in [vec![3, 100], vec![100]] {
        let spec = TensorSpec {
            name: "w".into(),
            shape,
        };
        let error = split(spec, Layout::F32, 399, &mut Vec::new()).unwrap_err();
        assert!(matches!(error, TensorError::RowTooLarge { bytes: 400, .. }));
    }
    let spec = TensorSpec {
        name: "w".into(),
        shape: vec![1 << 40, 1 << 40],
    };
    let error = split(spec, Layout::F32, 1 << 27, &mut Vec::new()).unwrap_err();
    assert!(matches!(error, TensorError::Overflow { .. }));
}
