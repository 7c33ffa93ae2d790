//! Grounds.

use super::{Background, Place};
use crate::palette::brightness;

fn all() -> impl Iterator<Item = Background> {
    Place::ALL.into_iter().flat_map(|place| {
        (0..Background::VARIANTS).map(move |variant| Background {
            place,
            variant,
            seed: 5,
        })
    })
}

#[test]
fn every_ground_is_a_picture_within_range() {
    for background in all() {
        let pixels = background.paint(40);
        assert_eq!(pixels.len(), 1600);
        let levels = pixels.iter().flatten();
        assert!(
            levels
                .into_iter()
                .all(|level| (-0.01..=1.3).contains(level)),
            "{background:?}"
        );
    }
}

#[test]
fn grounds_are_paler_than_tints() {
    for background in all() {
        let pixels = background.paint(40);
        let n = pixels.len() as f32;
        let saturation: f32 = pixels
            .iter()
            .map(|[r, g, b]| r.max(*g).max(*b) - r.min(*g).min(*b))
            .sum();
        assert!(saturation / n < 0.42, "{background:?} {}", saturation / n);
    }
}

#[test]
fn only_nights_are_dark() {
    for background in all() {
        let pixels = background.paint(40);
        let mean = pixels.iter().map(|&pixel| brightness(pixel)).sum::<f32>() / pixels.len() as f32;
        assert_eq!(
            mean < 0.4,
            background.place == Place::Night,
            "{background:?} {mean}"
        );
    }
}

#[test]
fn the_seed_changes_details() {
    let meadow = |seed| {
        Background {
            place: Place::Meadow,
            variant: 0,
            seed,
        }
        .paint(40)
    };
    assert_ne!(meadow(1), meadow(2));
    assert_eq!(meadow(1), meadow(1));
}
