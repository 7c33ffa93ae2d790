//! Turned and coloured glyphs.

use super::{Pose, Sprite, sin_cos};
use crate::glyphs::glyphs;
use crate::palette::Colour;
use crate::scene::Tint;

fn pose(name: &str) -> Pose {
    Pose {
        glyph: glyphs()
            .iter()
            .position(|glyph| glyph.name == name)
            .unwrap(),
        tint: Tint::Plain,
        degrees: 0,
        is_flipped: false,
        longer_side: 60.0,
    }
}

fn extent(sprite: &Sprite) -> (f64, f64) {
    let [left, top, right, bottom] = sprite.solid.map(|edge| edge as f64);
    (right - left, bottom - top)
}

#[test]
fn a_glyph_is_as_large_as_asked_at_every_angle() {
    for name in ["skateboard", "giraffe", "apple"] {
        for degrees in [-30, -7, 0, 19, 30] {
            for longer_side in [33.0, 60.0, 99.0] {
                let sprite = Sprite::draw(&Pose {
                    degrees,
                    longer_side,
                    ..pose(name)
                });
                let (width, height) = extent(&sprite);
                // A pixel is solid or not: up to one is won or lost on each side.
                assert!(
                    (width.max(height) - longer_side).abs() <= 2.0,
                    "{name} {degrees}"
                );
            }
        }
    }
}

#[test]
fn flipping_exchanges_left_and_right() {
    let plain = Sprite::draw(&pose("shoe"));
    let flipped = Sprite::draw(&Pose {
        is_flipped: true,
        ..pose("shoe")
    });
    let heaviest_half = |sprite: &Sprite| {
        let [left, top, right, bottom] = sprite.solid;
        let middle = (left + right) / 2;
        let sum = |columns: std::ops::Range<usize>| -> f32 {
            (top..bottom)
                .flat_map(|y| columns.clone().map(move |x| (x, y)))
                .map(|(x, y)| sprite.pixels[y * sprite.width + x][3])
                .sum()
        };
        sum(left..middle) > sum(middle..right)
    };
    assert_ne!(heaviest_half(&plain), heaviest_half(&flipped));
}

#[test]
fn turning_clockwise_lowers_the_right_end() {
    let turned = Sprite::draw(&Pose {
        degrees: 30,
        ..pose("skateboard")
    });
    let [left, _, right, _] = turned.solid;
    let top_of =
        |x: usize| (0..turned.height).find(|y| turned.pixels[y * turned.width + x][3] >= 0.5);
    let plain = Sprite::draw(&pose("skateboard"));
    let plain_top_of =
        |x: usize| (0..plain.height).find(|y| plain.pixels[y * plain.width + x][3] >= 0.5);
    let tilt = |a: Option<usize>, b: Option<usize>| b.unwrap() as i64 - a.unwrap() as i64;
    let [plain_left, _, plain_right, _] = plain.solid;
    assert!(
        tilt(top_of(left + 3), top_of(right - 4))
            > tilt(plain_top_of(plain_left + 3), plain_top_of(plain_right - 4))
    );
}

/// What a person would call a colour, by its hue, brightness and saturation.
fn named(rgb: [f32; 3]) -> Colour {
    let [red, green, blue] = rgb;
    let high = red.max(green).max(blue);
    let low = red.min(green).min(blue);
    let span = high - low;
    if span < 0.13 {
        return Colour::Grey;
    }
    let hue = if high == red {
        60.0 * (green - blue) / span
    } else if high == green {
        120.0 + 60.0 * (blue - red) / span
    } else {
        240.0 + 60.0 * (red - green) / span
    };
    match hue {
        -60.0..-15.0 => Colour::Pink,
        // Light red is called pink.
        -15.0..14.0 if low > 0.42 => Colour::Pink,
        -15.0..14.0 => Colour::Red,
        14.0..40.0 if high < 0.68 => Colour::Brown,
        14.0..40.0 => Colour::Orange,
        40.0..70.0 => Colour::Yellow,
        70.0..170.0 => Colour::Green,
        170.0..245.0 => Colour::Blue,
        _ => Colour::Purple,
    }
}

#[test]
fn every_tint_is_evident_on_every_glyph() {
    let mut wrong = Vec::new();
    for glyph in 0..glyphs().len() {
        for colour in Colour::TINTS {
            let sprite = Sprite::draw(&Pose {
                glyph,
                tint: Tint::Colour(colour),
                longer_side: 50.0,
                ..pose("apple")
            });
            let total =
                [0, 1, 2, 3].map(|c| sprite.pixels.iter().map(|pixel| pixel[c]).sum::<f32>());
            let mean = [0, 1, 2].map(|c| total[c] / total[3]);
            if named(mean) != colour {
                wrong.push((glyphs()[glyph].name, colour, named(mean), mean));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn sine_and_cosine_are_those_of_the_library() {
    for degrees in -30..=30 {
        let (sin, cos) = sin_cos(degrees);
        let angle = f64::from(degrees).to_radians();
        // The last bits differ between libraries, which is why there is a series.
        assert!((sin - angle.sin()).abs() < 1e-15 && (cos - angle.cos()).abs() < 1e-15);
    }
}
