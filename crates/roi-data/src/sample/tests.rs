//! A sample's picture, from its file to pixels.

use image::RgbImage;
use roi_geom::PictureSize;
use roi_picture::{Augmentation, PictureError, Resampling};
use roi_weights::{Activation, VisionConfig};

use super::Sample;
use crate::DataError;

fn vision(image_size: usize) -> VisionConfig {
    VisionConfig {
        image_size,
        patch_size: 1,
        width: 1,
        layers: 1,
        heads: 1,
        mlp_width: 1,
        activation: Activation::QuickGelu,
        layer_norm_eps: 1e-5,
        image_mean: [0.0; 3],
        image_std: [1.0; 3],
        select_layer: -1,
        level_step: 1,
        n_levels: 1,
    }
}

/// A sample of a 4×4 picture whose red counts columns by 50 and whose green counts rows by 50.
fn sample(
    folder: &tempfile::TempDir,
    resampling: Resampling,
    shift: (i32, i32),
    flip: bool,
) -> Sample {
    let picture = folder.path().join("a.png");
    let pixel = |x: u32, y: u32| image::Rgb([50 * (x + 1) as u8, 50 * (y + 1) as u8, 0]);
    RgbImage::from_fn(4, 4, pixel).save(&picture).unwrap();
    Sample {
        picture,
        resampling,
        augmentation: Augmentation { shift, flip },
        boxes: Vec::new(),
        stated_size: None,
        turns: Vec::new(),
    }
}

/// The first row's red and the first column's green, in levels.
fn levels(sample: &Sample) -> [Vec<u32>; 2] {
    let pixels = sample.pixels(&vision(4)).unwrap();
    assert_eq!(pixels.len(), 48);
    let level = |value: &f32| (value * 255.0).round() as u32;
    [
        pixels[..4].iter().map(level).collect(),
        pixels[16..32].iter().step_by(4).map(level).collect(),
    ]
}

#[test]
fn pixels_follow_the_samples_augmentation_by_either_arithmetic() {
    let folder = tempfile::tempdir().unwrap();
    for resampling in [Resampling::Pillow, Resampling::OpenCv] {
        let plain = sample(&folder, resampling, (0, 0), false);
        assert_eq!(levels(&plain), [[50, 100, 150, 200], [50, 100, 150, 200]]);
        let mirrored = sample(&folder, resampling, (0, 0), true);
        assert_eq!(
            levels(&mirrored),
            [[200, 150, 100, 50], [50, 100, 150, 200]]
        );
        let moved = sample(&folder, resampling, (0, -1), false);
        assert_eq!(levels(&moved), [[50, 100, 150, 200], [100, 150, 200, 0]]);
    }
}

#[test]
fn a_larger_picture_differs_by_the_arithmetic() {
    let folder = tempfile::tempdir().unwrap();
    let small = |resampling| sample(&folder, resampling, (0, 0), false).pixels(&vision(3));
    let [pillow, opencv] = [Resampling::Pillow, Resampling::OpenCv].map(|r| small(r).unwrap());
    assert_ne!(pillow, opencv);
}

#[test]
fn a_picture_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let sample = sample(&folder, Resampling::Pillow, (0, 0), false);
    let whole = std::fs::read(&sample.picture).unwrap();
    std::fs::write(&sample.picture, &whole[..whole.len() / 2]).unwrap();
    let error = sample.pixels(&vision(4)).unwrap_err();
    assert!(error.to_string().contains("a.png"), "{error}");
    assert!(matches!(
        error,
        DataError::Picture {
            source: PictureError::Incomplete { .. } | PictureError::Damaged { .. },
            ..
        }
    ));
    std::fs::remove_file(&sample.picture).unwrap();
    assert!(matches!(
        sample.pixels(&vision(4)),
        Err(DataError::Io { .. })
    ));
}

#[test]
fn a_picture_must_have_the_shape_that_its_boxes_are_fractions_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("b.png");
    let fits = |stated: (u32, u32), found: (u32, u32)| {
        RgbImage::new(found.0, found.1).save(&path).unwrap();
        let sample = Sample {
            picture: path.clone(),
            stated_size: Some(PictureSize {
                width: stated.0,
                height: stated.1,
            }),
            ..sample(&folder, Resampling::OpenCv, (0, 0), false)
        };
        match sample.pixels(&vision(4)) {
            Ok(_) => true,
            Err(error @ DataError::Shape { .. }) => {
                let ((w, h), (x, y)) = (found, stated);
                let words = format!("b.png has {w}×{h} pixels, but its boxes are in {x}×{y}");
                assert!(error.to_string().ends_with(&words), "{error}");
                false
            }
            Err(error) => panic!("{error}"),
        }
    };
    assert!(fits((64, 48), (64, 48)));
    // Copies of other sizes, by any rounding.
    for (stated, found) in [
        ((640, 427), (64, 42)),
        ((640, 427), (64, 43)),
        ((64, 42), (640, 427)),
        ((333, 500), (149, 224)),
    ] {
        assert!(fits(stated, found), "{stated:?} {found:?}");
    }
    // Before it was turned, and wrong.
    for (stated, found) in [
        ((64, 48), (48, 64)),
        ((64, 48), (64, 40)),
        ((640, 480), (64, 45)),
    ] {
        assert!(!fits(stated, found), "{stated:?} {found:?}");
    }
}
