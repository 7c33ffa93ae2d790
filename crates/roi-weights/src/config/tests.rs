//! Which configurations are models, and what follows from one.

use super::*;
use crate::fixture::small_config;

#[test]
fn published_sizes_are_models() {
    for config in [
        ModelConfig::gpt4roi_7b(),
        ModelConfig::gpt4roi_13b(),
        small_config(),
    ] {
        config.check().unwrap();
    }
}

#[test]
fn levels_of_vit_l_14() {
    let vision = VisionConfig::clip_vit_l_14();
    assert_eq!(vision.image_layer(), 23);
    assert_eq!(vision.level_layers(), [14, 17, 20, 23]);
    assert_eq!((vision.grid(), vision.n_patches()), (16, 256));
    let config = ModelConfig::gpt4roi_7b();
    let sides: Vec<_> = (0..4).map(|level| config.level_side(level)).collect();
    assert_eq!(sides, [128, 64, 32, 16]);
}

#[test]
fn levels_of_other_towers() {
    let mut vision = VisionConfig::clip_vit_l_14();
    vision.layers = 32;
    assert_eq!(vision.level_layers(), [22, 25, 28, 31]);
    vision.layers = 24;
    vision.select_layer = -1;
    assert_eq!(vision.level_layers(), [15, 18, 21, 24]);
    vision.select_layer = 12;
    vision.n_levels = 2;
    vision.level_step = 5;
    assert_eq!(vision.level_layers(), [7, 12]);
}

#[test]
fn layers_the_tower_does_not_have_are_refused() {
    for (select_layer, n_levels) in [(-26, 1), (25, 1), (-17, 4), (i64::MIN, 1), (i64::MAX, 1)] {
        let mut config = ModelConfig::gpt4roi_7b();
        config.vision.select_layer = select_layer;
        config.vision.n_levels = n_levels;
        assert!(
            matches!(
                config.check(),
                Err(ConfigError::Layers {
                    hidden_states: 25,
                    ..
                })
            ),
            "{select_layer} {n_levels}"
        );
    }
}

type Change = fn(&mut ModelConfig);

#[test]
fn sizes_no_model_has_are_refused_by_name() {
    let cases: [(&str, Change); 17] = [
        ("vision.patch_size", |c| c.vision.patch_size = 0),
        ("vision.image_size", |c| c.vision.patch_size = 15),
        ("vision.image_size / vision.patch_size", |c| {
            c.vision.patch_size = 224
        }),
        ("vision.width", |c| c.vision.width = usize::MAX),
        ("vision.width", |c| c.vision.heads = 15),
        ("vision.heads", |c| c.vision.heads = 0),
        ("vision.layers", |c| c.vision.layers = 0),
        ("vision.n_levels", |c| c.vision.n_levels = 0),
        ("region.width", |c| c.region.group_norm_groups = 48),
        ("region.width", |c| c.region.width = 514),
        ("region.roi_size", |c| c.region.roi_size = 0),
        ("region.group_norm_eps", |c| {
            c.region.group_norm_eps = f64::NAN
        }),
        ("vision.image_std", |c| c.vision.image_std[1] = 0.0),
        ("decoder.hidden", |c| c.decoder.heads = 3),
        ("decoder.hidden / decoder.heads", |c| c.decoder.heads = 4096),
        ("decoder.rms_norm_eps", |c| c.decoder.rms_norm_eps = -1e-6),
        ("decoder.vocab_rows", |c| c.decoder.vocab_rows = 0),
    ];
    for (field, change) in cases {
        let mut config = ModelConfig::gpt4roi_7b();
        change(&mut config);
        let message = config.check().expect_err(field).to_string();
        assert!(
            message.starts_with(&format!("{field} is ")),
            "{field}: {message}"
        );
    }
}

#[test]
fn every_token_id_must_have_a_row() {
    let last = 32005;
    let cases: [(&str, Change); 4] = [
        ("bos", |c| c.tokens.bos = 32006),
        ("im_end", |c| c.tokens.im_end = u32::MAX),
        ("pad", |c| c.tokens.pad = Some(32006)),
        ("stop", |c| c.tokens.stop = vec![2, 40000]),
    ];
    assert_eq!(ModelConfig::gpt4roi_7b().tokens.im_end, last);
    for (token, change) in cases {
        let mut config = ModelConfig::gpt4roi_7b();
        change(&mut config);
        assert!(matches!(
            config.check(),
            Err(ConfigError::TokenId { name, vocab_rows: 32006, .. }) if name == token
        ));
    }
}

#[test]
fn a_config_survives_json() {
    for config in [ModelConfig::gpt4roi_7b(), small_config()] {
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<ModelConfig>(&json).unwrap(), config);
    }
}
